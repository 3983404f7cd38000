"""Wire values of any shape for property tests: valid ones, and ones with a fault somewhere."""

import dataclasses
import typing
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from events.codecs import TIME, ZONES, bare_type, optional
from events.shapes import Items, Number, Text

FAULTS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**53, 10**60, 0.0, 1.0, 1.5, "", " ", "a", "A" * 10_001, "a\x00b", "a\x7f", "a\n", "true", "1",
    "1_0", " 1", "1 ", "１", "1E5", "1e-9", "+1", "-1", "-0", ".5", "5.", "NaN", "Infinity", "0.0000001", "9" * 40,
    "2026-02-30", "2026-W01-1", "20260101", "２026-01-01", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z",
    "2026-01-01T00:00:00+08:00", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2026-01-01 00:00:00Z",
    "2026-01-01T00:00:00", "20260101T000000Z", "2026-01-01T25:00:00Z", "Asia/Seoul", "Mars/Olympus", "KR", "kr", "zh-Hans",
    [], {}, [None], [[]], {"": None},
)  # fmt: skip
"""Values that one of Python's parsers or comparisons takes for something that they are not."""


def valid(shape: type) -> st.SearchStrategy[dict[str, Any]]:
    """Wire objects of a shape; fields with a default are sometimes absent."""
    hints = typing.get_type_hints(shape, include_extras=True)
    required: dict[str, st.SearchStrategy[Any]] = {}
    defaulted: dict[str, st.SearchStrategy[Any]] = {}
    for item in dataclasses.fields(shape):
        has_default = item.default is not dataclasses.MISSING or item.default_factory is not dataclasses.MISSING
        (defaulted if has_default else required)[item.name] = _field(hints[item.name])
    return st.fixed_dictionaries(required, optional=defaulted)


@st.composite
def faulty(draw: st.DrawFn, shape: type) -> Any:
    """A wire object in which one value, anywhere, is replaced, removed or added; now and then it is still valid."""
    value = deepcopy(draw(valid(shape)))
    containers = _containers(value)
    where = draw(st.sampled_from(containers))
    fault = deepcopy(draw(st.one_of(st.sampled_from(FAULTS), st.text(max_size=5))))
    if isinstance(where, list):
        replace: bool = draw(st.booleans())
        if where and replace:
            where[draw(st.integers(0, len(where) - 1))] = fault
        else:
            where.append(fault)
        return value
    match draw(st.sampled_from(("replace", "remove", "add", "whole"))):
        case "replace" if where:
            where[draw(st.sampled_from(sorted(where)))] = fault
        case "remove" if where:
            del where[draw(st.sampled_from(sorted(where)))]
        case "whole":
            return fault
        case _:
            where["a_field_of_tomorrow"] = fault
    return value


def offset_times(value: Any) -> bool:
    """Whether a time with an offset other than `Z` is anywhere in a value."""
    if isinstance(value, dict):
        return any(offset_times(inner) for inner in value.values())
    if isinstance(value, list):
        return any(offset_times(inner) for inner in value)
    return isinstance(value, str) and TIME.fullmatch(value) is not None and not value.endswith("Z")


def _containers(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    here = [value] if isinstance(value, dict | list) else []
    return here + [found for item in inner for found in _containers(item)]


def _field(hint: Any) -> st.SearchStrategy[Any]:
    bare, limits = bare_type(hint)
    if (inner := optional(bare)) is not None:
        return st.none() | _field(Annotated[inner, limits] if limits else inner)
    if get_origin(bare) is tuple:
        items = limits or Items()
        return st.lists(_field(get_args(bare)[0]), min_size=items.min, max_size=min(items.max, items.min + 3))
    if get_origin(bare) is Literal:
        return st.sampled_from(get_args(bare))
    if dataclasses.is_dataclass(bare):
        return valid(typing.cast(type, bare))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return st.sampled_from([member.value for member in bare])
    if bare is bool:
        return st.booleans()
    if bare in (int, Decimal):
        return _number(bare, limits or Number())
    if bare is date:
        return st.dates().map(date.isoformat)
    if bare is datetime:
        return st.datetimes().map(lambda time: time.isoformat() + "Z")
    return _text(limits or Text(min=0, max=10_000))


def _number(bare: type, limits: Number) -> st.SearchStrategy[Any]:
    low = -(2**53) + 1 if limits.min is None else limits.min
    high = 2**53 - 1 if limits.max is None else limits.max
    if bare is int:
        return st.integers(low, high)
    decimals = st.decimals(low, high, places=limits.places).map(lambda number: format(number, "f"))
    return decimals | st.integers(low, high)


def _text(limits: Text) -> st.SearchStrategy[str]:
    if limits.format == "time-zone":
        return st.sampled_from(sorted(ZONES))
    if limits.pattern:
        matching = st.just(limits.example) if limits.example else st.from_regex(limits.pattern, fullmatch=True)
        return matching.filter(lambda text: limits.min <= len(text) <= limits.max)
    printable = st.characters(exclude_categories=("Cs", "Cc"))
    return st.text(printable, min_size=limits.min, max_size=min(limits.max, limits.min + 12))
