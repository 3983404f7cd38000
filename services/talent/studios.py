"""The studios as talent knows them: what they are called, so that who gets a letter knows who writes, and whether they may act."""

from dataclasses import dataclass, replace

from events.envelope import Envelope, Event
from events.errors import RuleError
from events.gateway import StudioAdmitted, StudioReinstated, StudioSuspended
from events.shapes import Line


class StudioIsSuspended(RuleError):
    """The alliance office suspended the studio: nobody commits themselves to it meanwhile."""

    status = 403
    en = "The alliance suspended this studio for now: nothing can be agreed with it. You can still read what there is."
    zh = "联盟已暂停该工作室，目前无法与其达成任何约定；已有内容仍可查阅。"


@dataclass(frozen=True)
class KnownStudio:
    """A studio as the alliance admitted it; it has no events of its own, so its version stays 0.

    `heard` is the version of the last suspension or reinstatement.
    """

    id: str
    tenant: str
    version: int
    name: Line
    suspended: bool = False
    heard: int = 0


def know(
    known: KnownStudio | None, envelope: Envelope[StudioAdmitted | StudioSuspended | StudioReinstated], studio_id: str
) -> tuple[KnownStudio, list[Event]] | None:
    """The studio, or None when the event tells nothing new; events may come in any order."""
    data, studio = envelope.data, known or KnownStudio(studio_id, studio_id, 0, "")
    if isinstance(data, StudioAdmitted):
        return None if studio.name else (replace(studio, name=data.name), [])
    if envelope.version <= studio.heard:
        return None
    return replace(studio, suspended=isinstance(data, StudioSuspended), heard=envelope.version), []
