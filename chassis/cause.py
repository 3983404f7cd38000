"""Who or what caused a change: carried from a call or an event into every event that follows from it."""

from dataclasses import dataclass
from typing import Any

from ulid import ULID

from chassis import tracing
from chassis.api import Call
from events.envelope import Envelope


@dataclass(frozen=True)
class Cause:
    """The actor, the ids that tie events together (correlation: the whole story; causation: the step before), the trace."""

    actor: str
    correlation_id: str
    causation_id: str
    traceparent: str

    @classmethod
    def of_call(cls, call: Call) -> "Cause":
        """A request is the beginning of a story."""
        return cls(call.actor, call.correlation_id, call.correlation_id, call.traceparent)

    @classmethod
    def of_event(cls, envelope: Envelope[Any], service: str) -> "Cause":
        """An event is a step in one."""
        return cls(f"service:{service}", envelope.correlation_id, envelope.id, tracing.follow(envelope.traceparent))

    @classmethod
    def of_time(cls, service: str) -> "Cause":
        """Nobody asked: a date was reached, and a story begins."""
        traceparent = tracing.start()
        story = tracing.trace_id(traceparent)
        return cls(f"service:{service}", story, story, traceparent)


def new_id(prefix: str) -> str:
    """A prefixed, sortable id: `ctr_` + ULID."""
    return f"{prefix}_{ULID()}"
