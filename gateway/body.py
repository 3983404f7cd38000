"""Reading what a client sends: bounded, strict JSON (RFC 8259) without duplicate keys, NaN or surprises."""

import json
import re
from typing import Any

from werkzeug.wrappers import Request

from chassis import bodies
from chassis.errors import Problem

MAX_DEPTH = 20
MAX_NODES = 20_000
MAX_STRING = 100_000  # characters


class _Refused(ValueError):
    pass


def read_json(request: Request, most: int) -> Any:
    """The parsed body of at most `most` bytes; raises Problem 400, 413 or 415 with what was expected."""
    require_type(request, "application/json")
    return parse(read_bytes(request, most))


def require_type(request: Request, *media_types: str) -> None:
    """Raise Problem 415 unless the body is of one of these media types."""
    if request.mimetype not in media_types:
        raise Problem(
            415,
            "unsupported-media-type",
            f"Send the body as {' or '.join(media_types)}.",
            f"请以 {' 或 '.join(media_types)} 格式发送请求正文。",
        )


def read_bytes(request: Request, most: int) -> bytes:
    """The body, of at most `most` bytes; raises Problem 413, 408 or 400."""
    if (request.content_length or 0) > most:
        raise _too_large(most)
    data = bodies.read(request, most + 1)
    if len(data) > most:
        raise _too_large(most)
    return data


def _too_large(most: int) -> Problem:
    size = f"{most >> 20} MiB" if most >> 20 else f"{most >> 10} KiB"
    return Problem(413, "body-too-large", f"The body is larger than {size}.", f"请求正文超过 {size}。")


def parse(data: bytes) -> Any:
    """Parsed JSON; raises Problem 400 that says what is wrong and where."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_no_constants, parse_float=_no_huge)
        _check(value)
        return value
    except (UnicodeDecodeError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else "it is not UTF-8"
    except json.JSONDecodeError as error:
        reason = f"{error.msg} at line {error.lineno} column {error.colno}"
    except ValueError as error:
        reason = str(error)
    raise Problem(
        400, "malformed-json", f"The body is not acceptable JSON: {reason}.", f"请求正文不是可接受的 JSON：{reason}。"
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _Refused(f"the key {repeated[:60]!r} occurs twice in one object")
    for key in found:
        if key.startswith("$") or "\x00" in key:
            raise _Refused(f"the key {key[:60]!r} is not allowed")
    return found


def _no_constants(name: str) -> Any:
    raise _Refused(f"{name} is not a JSON number")


def _no_huge(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _Refused("a number is too large")
    return number


_SURROGATE = re.compile("[\ud800-\udfff\x00]")


def _check(value: Any) -> None:
    """Bound depth, nodes and strings, without recursion."""
    nodes = 0
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        following: list[Any] = []
        nodes += len(level)
        if nodes > MAX_NODES:
            raise _Refused(f"it has more than {MAX_NODES} values")
        for item in level:
            if isinstance(item, str):
                if len(item) > MAX_STRING:
                    raise _Refused(f"a string is longer than {MAX_STRING} characters")
                if _SURROGATE.search(item):
                    raise _Refused("a string has a NUL or half of a surrogate pair")
            elif isinstance(item, dict):
                following += item.values()
                following += [k for k in item if len(k) > 200 or _SURROGATE.search(k)]
            elif isinstance(item, list):
                following += item
        if not following:
            return
        level = following
    raise _Refused(f"it is nested deeper than {MAX_DEPTH} levels")
