"""What differs between two sets of terms, JSON pointer by JSON pointer (RFC 6901).

Objects and lists of objects are compared member by member; a list of plain values (dates, territories) is one value: a day
more is one change, not one for every day behind it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import orjson

from events.codecs import plain
from events.schemas import load
from events.shapes import Text
from services.talent.contracts.terms import Terms

Pointer = Annotated[
    str, Text(max=200, pattern="(/[^/]+)+", expected="a JSON pointer (RFC 6901)", example="/fee/amount")
]
Json = Annotated[str, Text(max=100_000, doc="a JSON text", example='"18000.00"')]


@dataclass(frozen=True)
class Change:
    """One place in the terms, with what stood there and what is to stand there; null where there is nothing."""

    pointer: Pointer
    old: Json | None
    new: Json | None


def compare(old: Terms, new: Terms) -> tuple[Change, ...]:
    """The changes that turn `old` into `new`; none when they say the same."""
    return tuple(_compare("", plain(old), plain(new)))


def apply(terms: Terms, changes: Sequence[Change]) -> Terms:
    """The terms after changes that `compare` found on them."""
    data = plain(terms)
    for change in changes:
        *path, last = change.pointer.split("/")[1:]
        target: Any = data
        for part in path:
            target = target[int(part) if isinstance(target, list) else part]
        if isinstance(target, dict):
            target[last] = orjson.loads(change.new or "null")
        elif change.new is None:
            del target[int(last)]
        elif change.old is None:
            target.append(orjson.loads(change.new))
        else:
            target[int(last)] = orjson.loads(change.new)
    return load(Terms, data)


def fields(changes: Sequence[Change]) -> tuple[str, ...]:
    """The terms that the changes touch, each once, as they are called: `fee`, `work_dates`."""
    return tuple(dict.fromkeys(change.pointer.split("/")[1] for change in changes))


def _compare(at: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old:  # both are of one shape, and so have the same names
            yield from _compare(f"{at}/{name}", old[name], new[name])
    elif _lists_of_objects(old, new):
        for position, (before, after) in enumerate(zip(old, new, strict=False)):
            yield from _compare(f"{at}/{position}", before, after)
        for position in range(len(old), len(new)):
            yield Change(f"{at}/{position}", None, _json(new[position]))
        for position in reversed(range(len(new), len(old))):  # from the end: the places before it keep their numbers
            yield Change(f"{at}/{position}", _json(old[position]), None)
    elif old != new:
        yield Change(at, _json(old), _json(new))


def _lists_of_objects(old: Any, new: Any) -> bool:
    return isinstance(old, list) and isinstance(new, list) and all(isinstance(item, dict) for item in (*old, *new))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
