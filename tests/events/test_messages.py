"""The contract between publishers and consumers: golden messages, strict producers, tolerant consumers."""

import dataclasses
import json
import re
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from events.envelope import REGISTRY, Envelope, EnvelopeInvalid, Event, attributes, from_wire, to_wire
from events.talent.contracts import ContractExpired
from events.talent.people import PermitRecorded
from tests.events.catalogue import EVENTS, SAMPLES, Wire

every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TYPE)


def golden(event: type[Event]) -> Wire:
    """The golden message of an event type."""
    message: Wire = json.loads((SAMPLES / f"{event.TYPE}.json").read_text(encoding="utf-8"))
    return message


@every_event
def test_the_golden_message_is_read_and_written_unchanged(event: type[Event]) -> None:
    """What was once published is understood, and the producer still writes exactly that."""
    message = golden(event)
    envelope = from_wire(message)
    assert type(envelope.data) is event
    assert to_wire(envelope) == message


def test_every_golden_message_has_an_event() -> None:
    """A file without an event is a removed event: consumers may still have its messages in their queues."""
    assert {file.stem for file in SAMPLES.iterdir()} == {event.TYPE for event in EVENTS}


@every_event
def test_types_are_named_as_the_convention_says(event: type[Event]) -> None:
    """`<service>.<thing>.<past tense>.v<n>`, declared in the publisher's module, about one of the event's own ids."""
    assert re.fullmatch(r"[a-z]+\.[a-z_]+\.[a-z_]+\.v[1-9][0-9]*", event.TYPE)
    assert event.__module__.split(".")[1] == event.publisher()
    assert f"{event.publisher()}.{event.routing_key()}" == event.TYPE
    assert event.SUBJECT in {item.name for item in dataclasses.fields(event)}  # type: ignore[arg-type]


@every_event
def test_the_golden_message_tells_of_its_subject(event: type[Event]) -> None:
    """Subject, source and trace are those that the chassis writes."""
    message = golden(event)
    assert message["subject"] == message["data"][event.SUBJECT]
    assert message["source"] == f"/callboard/{event.publisher()}"
    assert message["traceparent"].split("-")[1] == message["correlationid"]


@every_event
def test_a_consumer_ignores_what_it_does_not_know(event: type[Event]) -> None:
    """A producer may add fields, also inside lists of objects, and context attributes."""
    message = golden(event)
    richer = deepcopy(message)
    richer["dataschema"] = "urn:tomorrow"
    _add_to_every_object(richer["data"])
    assert from_wire(richer) == from_wire(message)


def _add_to_every_object(value: Any) -> None:
    if isinstance(value, dict):
        for inner in list(value.values()):
            _add_to_every_object(inner)
        value["a_field_of_tomorrow"] = {"nested": [1, None]}
    elif isinstance(value, list):
        for inner in value:
            _add_to_every_object(inner)


def test_an_optional_field_added_later_reads_old_messages() -> None:
    """A new field with a default keeps the version: yesterday's message has the default."""

    @dataclasses.dataclass(frozen=True)
    class Noted(Event, type="talent.permit.noted.v1", subject="permit_id"):
        permit_id: str
        note: str | None = None

    message = {**golden(PermitRecorded), "type": Noted.TYPE}
    try:
        envelope: Envelope[Any] = from_wire(message)
        assert envelope.data == Noted(message["data"]["permit_id"], None)
    finally:
        REGISTRY.pop(Noted.TYPE)


@every_event
def test_a_consumer_refuses_a_message_without_a_required_field(event: type[Event]) -> None:
    """Tolerance ends where the meaning does: the message is parked, and the reason names the field."""
    message = golden(event)
    del message["data"][event.SUBJECT]
    with pytest.raises(EnvelopeInvalid, match=event.SUBJECT):
        from_wire(message)


@every_event
def test_a_producer_refuses_an_event_that_breaks_its_schema(event: type[Event]) -> None:
    """Nothing leaves the service that a consumer could not read: the change fails instead."""
    envelope = from_wire(golden(event))
    broken = dataclasses.replace(envelope.data, **{event.SUBJECT: "x"})  # type: ignore[type-var]
    with pytest.raises(EnvelopeInvalid, match=event.SUBJECT):
        to_wire(dataclasses.replace(envelope, data=broken))


@pytest.mark.parametrize(
    "name",
    [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "tenant",
        "actor",
        "aggregateid",
        "aggregateversion",
        "correlationid",
        "causationid",
        "traceparent",
        "data",
    ],
)
@pytest.mark.parametrize("value", [None, [], 1.5], ids=repr)
def test_an_envelope_without_an_attribute_is_refused_by_name(name: str, value: Any) -> None:
    """Whoever reads the reason of a parked message learns which attribute is wrong."""
    message = golden(ContractExpired)
    with pytest.raises(EnvelopeInvalid, match=name):
        attributes({**message, name: value})
    del message[name]
    with pytest.raises(EnvelopeInvalid, match=name):
        attributes(message)


@pytest.mark.parametrize("message", [None, [], "text", 1])
def test_json_that_is_no_object_is_refused(message: Any) -> None:
    """JSON is not enough: an event is an object."""
    with pytest.raises(EnvelopeInvalid, match="not a JSON object"):
        from_wire(message)


def test_an_unknown_event_type_is_refused_by_name() -> None:
    """A handler that is bound to what it does not know parks it with the type as the reason."""
    with pytest.raises(EnvelopeInvalid, match=r"unknown event type talent\.contract\.burnt\.v1"):
        from_wire({**golden(ContractExpired), "type": "talent.contract.burnt.v1"})


def test_a_type_can_be_declared_only_once() -> None:
    """Two classes of one type would make it depend on import order what a consumer reads."""
    with pytest.raises(TypeError, match="declared twice"):
        type("Again", (Event,), {}, type=ContractExpired.TYPE, subject="contract_id")


def test_time_is_written_in_utc_to_the_microsecond() -> None:
    """Whatever the zone, the wire has one form; texts of times sort as the times do."""
    envelope = dataclasses.replace(from_wire(golden(ContractExpired)), time=datetime(2026, 11, 22, 8, tzinfo=UTC))
    assert to_wire(envelope)["time"] == "2026-11-22T08:00:00.000000Z"


@every_event
def test_the_wire_form_survives_the_serializer(event: type[Event]) -> None:
    """What the outbox stores as bytes is read back equal: no type is left that JSON does not know."""
    envelope = from_wire(golden(event))
    assert from_wire(orjson.loads(orjson.dumps(to_wire(envelope)))) == envelope
