"""The CloudEvents 1.0 envelope, JSON structured mode: one frozen fact, who did it, and why.

Extension attributes (CloudEvents §"Extension Context Attributes" allows lower-case letters and digits only):
`tenant`, `actor`, `correlationid`, `causationid`, `aggregateid`, `aggregateversion` and `traceparent` (W3C Trace Context).
The versions of one aggregate id are contiguous from 1: whoever hears everything can tell that nothing is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar

from marshmallow import ValidationError

from events.codecs import plain
from events.schemas import load

CONTENT_TYPE = "application/cloudevents+json"


class Event:
    """The base of every fact. A subclass is a frozen dataclass in the past tense, named by its type and its subject.

    `class ContractSigned(Event, type="talent.contract.signed.v1", subject="contract_id")`
    """

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str]

    def __init_subclass__(cls, *, type: str, subject: str) -> None:
        cls.TYPE = type
        cls.SUBJECT = subject
        if type in REGISTRY:
            raise TypeError(f"event type {type} is declared twice")
        REGISTRY[type] = cls

    @classmethod
    def publisher(cls) -> str:
        """The service that says it."""
        return cls.TYPE.split(".", 1)[0]

    @classmethod
    def routing_key(cls) -> str:
        """The routing key on the publisher's exchange, for example `contract.signed.v1`."""
        return cls.TYPE.split(".", 1)[1]


REGISTRY: dict[str, type[Event]] = {}
E_co = TypeVar("E_co", bound=Event, covariant=True)


class EnvelopeInvalid(ValueError):
    """A message that is not one of our events; the text says which attribute is wrong."""


@dataclass(frozen=True)
class Addressed:
    """An event for a studio of its own: of an aggregate that several studios share, each hears what concerns it."""

    tenant: str
    event: Event


@dataclass(frozen=True)
class Envelope(Generic[E_co]):
    """An event with everything that is known about its happening."""

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    tenant: str
    actor: str
    aggregate_id: str
    version: int
    correlation_id: str
    causation_id: str
    traceparent: str
    data: E_co


def to_wire(envelope: Envelope[Event]) -> dict[str, Any]:
    """The message as JSON-ready values; strict: an event that breaks its own schema raises EnvelopeInvalid."""
    data = plain(envelope.data)
    try:
        load(type(envelope.data), data)
    except ValidationError as error:
        raise EnvelopeInvalid(f"{envelope.type}: {error.messages}") from error
    return {
        "specversion": "1.0",
        "id": envelope.id,
        "source": envelope.source,
        "type": envelope.type,
        "subject": envelope.subject,
        "time": envelope.time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "tenant": envelope.tenant,
        "actor": envelope.actor,
        "aggregateid": envelope.aggregate_id,
        "aggregateversion": envelope.version,
        "correlationid": envelope.correlation_id,
        "causationid": envelope.causation_id,
        "traceparent": envelope.traceparent,
        "data": data,
    }


_STRINGS = (
    "id",
    "source",
    "type",
    "subject",
    "time",
    "tenant",
    "actor",
    "aggregateid",
    "correlationid",
    "causationid",
    "traceparent",
)


def attributes(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message itself when its context attributes are in order; raises EnvelopeInvalid naming the first that is not."""
    if not isinstance(message, Mapping):
        raise EnvelopeInvalid("the message is not a JSON object")
    if message.get("specversion") != "1.0":
        raise EnvelopeInvalid("specversion is not 1.0")
    for name in _STRINGS:
        if not isinstance(message.get(name), str):
            raise EnvelopeInvalid(f"{name} is missing or not a string")
    if not isinstance(message.get("aggregateversion"), int):
        raise EnvelopeInvalid("aggregateversion is missing or not an integer")
    if not isinstance(message.get("data"), Mapping):
        raise EnvelopeInvalid("data is missing or not an object")
    return message


def from_wire(message: Any) -> Envelope[Event]:
    """The envelope in parsed JSON; tolerant: fields that we do not know are left out. Raises EnvelopeInvalid."""
    attributes(message)
    shape = REGISTRY.get(message["type"])
    if shape is None:
        raise EnvelopeInvalid(f"unknown event type {message['type']}")
    try:
        data = load(shape, message["data"], tolerant=True)
    except ValidationError as error:
        raise EnvelopeInvalid(f"{message['type']}: {error.messages}") from error
    try:
        time = datetime.fromisoformat(message["time"])
    except ValueError as error:
        raise EnvelopeInvalid("time is not an RFC 3339 time") from error
    return Envelope(
        id=message["id"],
        type=message["type"],
        source=message["source"],
        subject=message["subject"],
        time=time,
        tenant=message["tenant"],
        actor=message["actor"],
        aggregate_id=message["aggregateid"],
        version=message["aggregateversion"],
        correlation_id=message["correlationid"],
        causation_id=message["causationid"],
        traceparent=message["traceparent"],
        data=data,
    )
