"""The compiled readers and writers agree with the marshmallow schemas, for every event and every request."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import EXCLUDE, RAISE, ValidationError

from events.codecs import Refused, plain, reader
from events.envelope import REGISTRY
from events.schemas import load, schema
from events.shapes import Amount, Items, Language, Line, Number, TimeZone
from gateway.routes import apis
from tests.events.wire import FAULTS, faulty, offset_times, valid

OPERATIONS = [operation for table in apis() for operation in table.operations]
REQUESTS = {shape for operation in OPERATIONS for shape in (operation.request, operation.query) if shape is not None}
SHAPES = [*REGISTRY.values(), *sorted(REQUESTS, key=lambda shape: shape.__name__)]
quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)


class Colour(Enum):
    """An enumeration."""

    RED = "1"


def by_reader(shape: type, value: Any, tolerant: bool, sent: bool = False) -> Any:
    """What the compiled reader makes of a value; None when it refuses."""
    try:
        return reader(shape, tolerant, sent)(value)
    except Refused:
        return None


def by_schema(shape: type, value: Any, tolerant: bool, sent: bool = False) -> Any:
    """What the schema makes of a value; None when it refuses."""
    try:
        return schema(shape, EXCLUDE if tolerant else RAISE, sent)().load(value)
    except ValidationError:
        return None


@every_shape
@quick
@given(data=st.data(), tolerant=st.booleans(), sent=st.booleans())
def test_reader_and_schema_agree(shape: type, data: st.DataObject, tolerant: bool, sent: bool) -> None:
    """The reader takes what the schema takes, and both build the same object.

    The one exception: a time with an offset other than `Z`, which the reader leaves to the schema.
    """
    value = data.draw(valid(shape) | faulty(shape))
    fast, slow = by_reader(shape, value, tolerant, sent), by_schema(shape, value, tolerant, sent)
    assert (fast == slow and repr(fast) == repr(slow)) or (fast is None and offset_times(value))


@pytest.mark.parametrize("shape", sorted(REQUESTS, key=lambda shape: shape.__name__), ids=lambda shape: shape.__name__)
@quick
@given(data=st.data())
def test_no_field_of_any_request_takes_what_cannot_be_seen(shape: type, data: st.DataObject) -> None:
    """A character that turns the direction of writing, or is not there to the eye, in any text of any operation."""
    value = data.draw(valid(shape))
    places = [(where, key) for where, key in texts_in(value) if where[key]]
    if not places:
        return
    where, key = data.draw(st.sampled_from(places))
    at = data.draw(st.integers(0, len(where[key]) - 1))
    unseen = data.draw(st.sampled_from("\u202e\u2066\u200b\ufeff"))
    where[key] = where[key][:at] + unseen + where[key][at + 1 :]
    assert by_reader(shape, value, tolerant=False, sent=True) is None
    assert by_schema(shape, value, tolerant=False, sent=True) is None


def texts_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Where in a wire value the texts are: each container and the key or index."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if isinstance(inner, dict | list):
            yield from texts_in(inner)
        elif isinstance(inner, str):
            yield value, key


def test_what_is_stored_is_read_as_it_is() -> None:
    """Only what is sent is refused: documents and events of earlier days are still read, and sent ones become NFC."""
    stored = {"line": "Mina\n\u202e"}
    assert load(Inner, stored, tolerant=True) == load(Inner, stored) == Inner("Mina\n\u202e")
    with pytest.raises(ValidationError, match=r"U\+000A at character 5"):
        load(Inner, stored, sent=True)
    assert load(Inner, {"line": "Zoe\u0308"}, sent=True) == Inner("Zo\u00eb")


@dataclasses.dataclass(frozen=True)
class Inner:
    """A shape inside a shape."""

    line: Line


@dataclasses.dataclass(frozen=True)
class Kinds:
    """One field of every kind; all may be absent, so that each can be tried alone."""

    switch: bool = True
    count: int = 0
    few: Annotated[int, Number(min=1, max=10)] = 1
    amount: Amount = Decimal(0)
    day: date = date(2027, 1, 1)
    moment: datetime = datetime(2027, 1, 1, tzinfo=UTC)
    line: Line = "a"
    language: Language = "ko"
    zone: TimeZone = "Asia/Seoul"
    choice: Literal["KR", "1"] = "KR"
    colour: Colour = Colour.RED
    inner: Inner = Inner("a")
    maybe: date | None = None
    some: Annotated[tuple[Language, ...], Items(min=1, max=2)] = ("ko",)
    many: tuple[Inner, ...] = ()


@pytest.mark.parametrize("field", [item.name for item in dataclasses.fields(Kinds)])
@pytest.mark.parametrize("value", FAULTS, ids=lambda value: repr(value)[:30])
def test_reader_and_schema_agree_on_what_is_easily_mistaken(field: str, value: Any) -> None:
    """Each of Python's generous readings, in a field of each kind, alone and in a list."""
    for wire in ({field: value}, {field: [value]}, {field: [{"line": value}]}):
        fast, slow = by_reader(Kinds, wire, tolerant=False), by_schema(Kinds, wire, tolerant=False)
        assert (fast == slow and repr(fast) == repr(slow)) or (fast is None and offset_times(wire)), wire


@every_shape
@quick
@given(data=st.data())
def test_what_is_written_is_read_back(shape: type, data: st.DataObject) -> None:
    """A valid wire object becomes the dataclass; that, written and read again, is equal."""
    value = data.draw(valid(shape))
    read = by_reader(shape, value, tolerant=False)
    assert read is not None
    assert by_schema(shape, plain(read), tolerant=False) == read


@dataclasses.dataclass(frozen=True)
class Switch:
    """A shape with a boolean and a whole number."""

    on: bool
    count: int


@pytest.mark.parametrize("value", [1, 0, 1.0, "true", None], ids=repr)
def test_a_number_is_no_boolean(value: Any) -> None:
    """To Python 1 equals True; on the wire it is not `true`."""
    with pytest.raises(ValidationError, match="on"):
        load(Switch, {"on": value, "count": 1})


@pytest.mark.parametrize("value", [True, False, 1.0, "1"], ids=repr)
def test_a_boolean_is_no_number(value: Any) -> None:
    """True is an int to Python; on the wire a whole number is digits."""
    with pytest.raises(ValidationError, match="count"):
        load(Switch, {"on": True, "count": value})


@dataclasses.dataclass(frozen=True)
class Payment:
    """A shape with an amount and a time."""

    fee: Amount
    at: datetime


@pytest.mark.parametrize("text", ["1_0", " 1", "１", "1E5", "+1", ".5", "NaN"])
def test_a_decimal_is_plain_digits(text: str) -> None:
    """Decimal() takes underscores, spaces, exponents and the digits of every script; the documented form does not."""
    with pytest.raises(ValidationError, match="Expected a decimal number"):
        load(Payment, {"fee": text, "at": "2026-11-22T08:00:00Z"})


def test_a_time_that_utc_cannot_hold_is_refused() -> None:
    """An offset before the year 1 overflows Python's datetime: that is the sender's fault, not ours."""
    with pytest.raises(ValidationError, match="years 1 and 9999"):
        load(Payment, {"fee": "1", "at": "0001-01-01T00:00:00+01:00"})
