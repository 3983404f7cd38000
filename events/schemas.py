"""How a shape (a frozen dataclass, see `events.shapes`) becomes a marshmallow schema, and how it is loaded.

`load` first tries the compiled reader of `events.codecs`, which agrees with the schema and is seven times as fast;
what the reader refuses goes through the schema, which says every fault with its place.
"""

import dataclasses
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, validate

from events import likely
from events.codecs import CONTROL, DATE, DECIMAL, TIME, ZONES, Refused, bare_type, optional, reader
from events.shapes import Items, Number, Text
from events.texts import complaint, normalized

T = typing.TypeVar("T")
MOST_FAULTS = 100
"""What is wrong is told up to here; the items of a list are not looked at any further."""


class _Decimal(fields.Decimal):
    """A decimal that arrives as digits in a JSON string or as an integer, never as a binary float."""

    def __init__(self, limits: Number, **kwargs: Any) -> None:
        self.limits = limits
        super().__init__(as_string=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if type(value) is not int and not (isinstance(value, str) and DECIMAL.fullmatch(value)):
            raise ValidationError('Expected a decimal number as a string, such as "1200.00".')
        number: Decimal = super()._deserialize(value, attr, data, **kwargs)
        if -typing.cast(int, number.as_tuple().exponent) > self.limits.places:
            raise ValidationError(f"At most {self.limits.places} decimal places.")
        return number


class _Time(fields.AwareDateTime):
    """An RFC 3339 time with its offset, kept in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not TIME.fullmatch(value):
            raise ValidationError("Not an RFC 3339 time such as 2026-11-22T08:00:00Z.")
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise ValidationError("Not a time between the years 1 and 9999 in UTC.") from None


class _Boolean(fields.Boolean):
    """`true` or `false`; to Python 1 equals True, so marshmallow alone takes numbers."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not a valid boolean.")
        return bool(super()._deserialize(value, attr, data, **kwargs))


class _Date(fields.Date):
    """A calendar date, `YYYY-MM-DD` only (Python also accepts basic and week dates)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not DATE.fullmatch(value):
            meant = likely.day(value) if isinstance(value, str) else None
            raise ValidationError(f"Expected YYYY-MM-DD{f'; {meant} is probably meant' if meant else ''}.")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValidationError("There is no such day; expected YYYY-MM-DD.") from None


class _Tuple(fields.List[Any]):
    """A list on the wire, a tuple in a frozen dataclass; its length is checked before its items are."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        self._validate(value)
        items, faults, count = [], {}, 0
        for position, item in enumerate(value):
            try:
                items.append(self.inner.deserialize(item, **kwargs))
            except ValidationError as error:
                faults[position] = error.messages
                count += _count(error.messages)
                if count >= MOST_FAULTS:
                    break
        if faults:
            raise ValidationError(faults)
        return tuple(items)


def _count(messages: Any) -> int:
    """The number of faults in nested messages."""
    if isinstance(messages, dict):
        return sum(map(_count, messages.values()))
    return len(messages)


class _Mapping(fields.Dict):
    """An object with names of any kind; how many there are is checked before they are."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            self._validate(value)
        return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]


class _Enum(fields.Enum[Any]):
    """An enumeration by value; the wire form is the value, also when the object is a plain string."""


class _Text(fields.String):
    """A text of which one fault is told, the first."""

    def _validate(self, value: Any) -> None:
        for rule in self.validators:
            rule(value)


class _Pattern(validate.Regexp):
    """The form of a text; an id of something else is told from what is no id."""

    def __init__(self, limits: Text) -> None:
        self.limits = limits
        expected = f"Expected {limits.expected or limits.pattern}."
        super().__init__(rf"(?:{limits.pattern})\Z", error=expected)

    def _format_error(self, value: str | bytes) -> str:
        mistaken = likely.mistaken(str(value), likely.kind_of(self.limits.example))
        return mistaken or super()._format_error(value)


class _SentText(_Text):
    """A text as a client sends it, kept in NFC."""

    def __init__(self, limits: Text, **kwargs: Any) -> None:
        self.limits = limits
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if fault := complaint(text, self.limits.breaks):
            raise ValidationError(fault)
        return normalized(text)


def _is_zone(name: str) -> None:
    if name not in ZONES:
        raise ValidationError("Not an IANA time zone.")


def _text(limits: Text, sent: bool, **kwargs: Any) -> fields.String:
    rules: list[Any] = [validate.Length(min=limits.min, max=limits.max)]
    if limits.pattern:
        # Of a text that has one length only, its form says more than its length does.
        rules.insert(0 if limits.min == limits.max or limits.expected.startswith("an id") else 1, _Pattern(limits))
    if limits.format == "time-zone":
        rules.append(_is_zone)
    elif not limits.pattern:
        rules.append(_printable)
    metadata = {k: v for k, v in (("description", limits.doc), ("example", limits.example)) if v}
    if sent and limits.format != "time-zone":
        return _SentText(limits, validate=rules, metadata=metadata, **kwargs)
    return _Text(validate=rules, metadata=metadata, **kwargs)


def _printable(value: str) -> None:
    if CONTROL.search(value):
        raise ValidationError("Control characters are not allowed.")


def _field(hint: Any, unknown: str, sent: bool, **kwargs: Any) -> fields.Field[Any]:
    bare, limits = bare_type(hint)
    origin = get_origin(bare)
    if (inner := optional(bare)) is not None:
        return _field(Annotated[inner, limits] if limits else inner, unknown, sent, allow_none=True, **kwargs)
    if origin is tuple:
        items = limits or Items()
        item = _field(get_args(bare)[0], unknown, sent)
        metadata = {"description": items.doc} if items.doc else {}
        return _Tuple(item, validate=validate.Length(min=items.min or None, max=items.max), metadata=metadata, **kwargs)
    if origin is Literal:
        return fields.String(validate=validate.OneOf(get_args(bare)), **kwargs)
    if origin is dict:
        key, value = get_args(bare)
        return _Mapping(
            _field(key, unknown, sent), _field(value, unknown, sent), validate=validate.Length(max=100), **kwargs
        )
    if dataclasses.is_dataclass(bare):
        return fields.Nested(schema(typing.cast(type, bare), unknown, sent), **kwargs)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return _Enum(bare, by_value=fields.String(), **kwargs)
    if bare is bool:
        return _Boolean(**kwargs)
    if bare is int:
        limits = limits or Number(min=-(2**53) + 1, max=2**53 - 1)
        rule = validate.Range(min=limits.min, max=limits.max)
        return fields.Integer(
            strict=True, validate=rule, metadata={"description": limits.doc} if limits.doc else {}, **kwargs
        )
    if bare is Decimal:
        limits = limits or Number()
        rule = validate.Range(min=limits.min, max=limits.max)
        return _Decimal(limits, validate=rule, metadata={"description": limits.doc} if limits.doc else {}, **kwargs)
    if bare is datetime:
        return _Time(**kwargs)
    if bare is date:
        return _Date(**kwargs)
    if bare is str:
        return _text(limits or Text(min=0, max=10_000, breaks=True), sent, **kwargs)
    raise TypeError(f"no wire form for {hint!r}")


class _Shape(Schema):
    """A schema that loads into its dataclass."""

    shape: type

    class Meta:
        """Wire objects keep the dataclass's order of fields."""

        ordered = True

    @post_load
    def _build(self, data: Mapping[str, Any], **_: Any) -> Any:
        return self.shape(**data)


@cache
def schema(shape: type, unknown: str = RAISE, sent: bool = False) -> type[Schema]:
    """The marshmallow schema of a dataclass; `unknown` is RAISE for what we accept or say, EXCLUDE for what we hear."""
    hints = typing.get_type_hints(shape, include_extras=True)
    members: dict[str, Any] = {"shape": shape, "__doc__": shape.__doc__}
    for item in dataclasses.fields(shape):
        required = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        kwargs: dict[str, Any] = {"required": True} if required else {"load_default": _default(item)}
        members[item.name] = _field(hints[item.name], unknown, sent, **kwargs)
    members["Meta"] = type("Meta", (), {"unknown": unknown, "ordered": True})
    return type(shape.__name__ + ("" if unknown == RAISE else "Heard"), (_Shape,), members)


def _default(item: dataclasses.Field[Any]) -> Any:
    return item.default_factory if item.default_factory is not dataclasses.MISSING else item.default


@cache
def _loader(shape: type, unknown: str, sent: bool) -> Schema:
    return schema(shape, unknown, sent)()


def load(shape: type[T], data: Any, *, tolerant: bool = False, sent: bool = False) -> T:
    """The dataclass in `data` (parsed JSON); raises marshmallow's ValidationError with every fault found.

    What a client has `sent` holds fit characters only (`events.texts`); what is stored or published is read as it is.
    """
    kind: Any = shape  # mypy takes no generic class for hashable
    try:
        loaded: T = reader(kind, tolerant, sent)(data)
    except Refused:
        loaded = _loader(kind, EXCLUDE if tolerant else RAISE, sent).load(data)
    return loaded
