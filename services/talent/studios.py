"""The studios that talent knows by name, so that who gets a letter knows who writes."""

from dataclasses import dataclass

from events.envelope import Envelope, Event
from events.gateway import StudioAdmitted
from events.shapes import Line


@dataclass(frozen=True)
class KnownStudio:
    """A studio as the alliance admitted it; it has no events of its own, so its version stays 0."""

    id: str
    tenant: str
    version: int
    name: Line


def know(
    known: KnownStudio | None, envelope: Envelope[StudioAdmitted], studio_id: str
) -> tuple[KnownStudio, list[Event]] | None:
    """The studio, or None when it was known before."""
    if known is not None:
        return None
    return KnownStudio(studio_id, studio_id, 0, envelope.data.name), []
