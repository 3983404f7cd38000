"""Compiled readers and writers of shapes: the fast path beside the marshmallow schema.

*Measured* on ContractSigned (docs/decisions/0014): marshmallow reads it in 170 us, the reader in 23.
The two agree, and a property test says so: what a reader accepts the schema accepts, and both build the same object; what the
schema accepts a reader accepts too, but for times with an offset other than `Z` and for mappings, which it leaves to the schema.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from zoneinfo import available_timezones

from events.shapes import Items, Number, Text
from events.texts import complaint, normalized

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ZONES = frozenset(available_timezones())
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(rf"{DATE.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")  # Decimal() also takes "1_0", " 1", "1E9" and the digits of every script
_SAFE_INTEGER = 2**53 - 1

Codec = Callable[[Any], Any]


class Refused(Exception):
    """The value is not of the shape; marshmallow says why."""


def bare_type(hint: Any) -> tuple[Any, Any]:
    """The type without its `Annotated` limits, and the limits (None without any)."""
    if get_origin(hint) is Annotated:
        bare, limits, *_ = get_args(hint)
        return bare, limits
    return hint, None


def optional(bare: Any) -> Any:
    """The X of `X | None`, or None when `bare` is no such union."""
    if get_origin(bare) in (Union, types.UnionType):
        (inner,) = [a for a in get_args(bare) if a is not type(None)]
        return inner
    return None


def _read_text(limits: Text, sent: bool) -> Codec:
    match = re.compile(limits.pattern).fullmatch if limits.pattern else None
    zone = limits.format == "time-zone"
    low, high, control = limits.min, limits.max, CONTROL.search

    def read(value: Any) -> Any:
        if type(value) is not str or not low <= len(value) <= high:
            raise Refused
        if match is not None:
            if match(value) is None:
                raise Refused
        elif zone:
            if value not in ZONES:
                raise Refused
        elif control(value):
            raise Refused
        return value

    def read_sent(value: Any) -> Any:
        if type(value) is str:
            if complaint(value, limits.breaks):
                raise Refused
            value = normalized(value)
        return read(value)

    return read_sent if sent and not zone else read


def _read_number(limits: Number, integer: bool) -> Codec:
    low, high = limits.min, limits.max

    def read(value: Any) -> Any:
        if integer:
            if type(value) is not int:
                raise Refused
            number: Any = value
        else:
            if type(value) is not int and (type(value) is not str or not DECIMAL.fullmatch(value)):
                raise Refused
            number = Decimal(value)
            if -typing.cast(int, number.as_tuple().exponent) > limits.places:
                raise Refused
        if (low is not None and number < low) or (high is not None and number > high):
            raise Refused
        return number

    return read


def _read_date(value: Any) -> date:
    if type(value) is not str:
        raise Refused
    return _day(value)


@lru_cache(4_096)  # the same days come again and again: one object for each, not tens of thousands
def _day(text: str) -> date:
    if not DATE.fullmatch(text):
        raise Refused
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused from None


def _read_time(value: Any) -> datetime:
    """UTC as we write it ourselves; a time with another offset is left to the schema."""
    if type(value) is not str or not value.endswith("Z") or not TIME.fullmatch(value):
        raise Refused
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise Refused from None


def _read_bool(value: Any) -> bool:
    if value is True or value is False:
        return value
    raise Refused


def _field_reader(hint: Any, tolerant: bool, sent: bool) -> Codec:
    bare, limits = bare_type(hint)
    if (inner := optional(bare)) is not None:
        read = _field_reader(Annotated[inner, limits] if limits else inner, tolerant, sent)
        return lambda value: None if value is None else read(value)
    if get_origin(bare) is tuple:
        return _read_items(_field_reader(get_args(bare)[0], tolerant, sent), limits or Items())
    if get_origin(bare) is Literal:
        return _read_choice({choice: choice for choice in get_args(bare)})
    if dataclasses.is_dataclass(bare):
        return reader(typing.cast(type, bare), tolerant, sent)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return _read_choice({member.value: member for member in bare})
    if bare is bool:
        return _read_bool
    if bare is int:
        return _read_number(limits or Number(min=-_SAFE_INTEGER, max=_SAFE_INTEGER), integer=True)
    if bare is Decimal:
        return _read_number(limits or Number(), integer=False)
    if bare is datetime:
        return _read_time
    if bare is date:
        return _read_date
    if bare is str:
        return _read_text(limits or Text(min=0, max=10_000, breaks=True), sent)
    return _refuse


def _refuse(value: Any) -> Any:
    raise Refused


def _read_choice(choices: dict[Any, Any]) -> Codec:
    def read(value: Any) -> Any:
        if type(value) is not str or value not in choices:
            raise Refused
        return choices[value]

    return read


def _read_items(read_one: Codec, limits: Items) -> Codec:
    low, high = limits.min, limits.max

    def read(value: Any) -> Any:
        if type(value) is not list or not low <= len(value) <= high:
            raise Refused
        return tuple([read_one(item) for item in value])

    return read


@cache
def reader(shape: type, tolerant: bool, sent: bool = False) -> Codec:
    """The function from parsed JSON to the dataclass; it raises Refused for whatever the schema would not take.

    Of what a client has `sent`, texts are checked (`events.texts`): what is stored already is read as it is.
    """
    hints = typing.get_type_hints(shape, include_extras=True)
    plan = [
        (
            f.name,
            _field_reader(hints[f.name], tolerant, sent),
            f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING,
        )
        for f in dataclasses.fields(shape)
    ]
    names = frozenset(name for name, _, _ in plan)

    def read(value: Any) -> Any:
        if type(value) is not dict or not (tolerant or names.issuperset(value)):
            raise Refused
        built = {}
        for name, read_one, required in plan:
            if name in value:
                built[name] = read_one(value[name])
            elif required:
                raise Refused
        return shape(**built)

    return read


def _write_as_is(value: Any) -> Any:
    return value


def _write_time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _write_decimal(value: Decimal) -> str:
    return format(value, "f")


def _field_writer(hint: Any) -> Codec:
    bare, _ = bare_type(hint)
    if (inner := optional(bare)) is not None:
        write = _field_writer(inner)
        return write if write is _write_as_is else lambda value: None if value is None else write(value)
    if get_origin(bare) is tuple:
        write_one = _field_writer(get_args(bare)[0])
        return list if write_one is _write_as_is else lambda value: [write_one(item) for item in value]
    if get_origin(bare) is dict:
        return dict
    if dataclasses.is_dataclass(bare):
        return writer(typing.cast(type, bare))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return lambda value: value.value
    special: dict[Any, Codec] = {datetime: _write_time, date: date.isoformat, Decimal: _write_decimal}
    return special.get(bare, _write_as_is)


@cache
def writer(shape: type) -> Codec:
    """The function from the dataclass to JSON-ready values: decimals and dates as strings, times RFC 3339 in UTC."""
    hints = typing.get_type_hints(shape, include_extras=True)
    plan = [(f.name, _field_writer(hints[f.name])) for f in dataclasses.fields(shape)]

    def write(value: Any) -> Any:
        return {name: write_one(getattr(value, name)) for name, write_one in plan}

    return write


def plain(value: Any) -> Any:
    """A shape's object as JSON-ready values."""
    shape: Any = type(value)
    return writer(shape)(value)
