"""A studio's legal details: set as a whole, and named by every contract that is sent from then on."""

from dataclasses import dataclass, replace

from events.envelope import Event
from events.shapes import Line, TimeZone
from events.talent.contracts import LegalDetailsSet
from services.talent.people.files import Email


@dataclass(frozen=True)
class LegalDetails:
    """The full legal name, the legal form, the number in which register, the registered address, and who signs as what.

    `email` is where people reach the studio: answers to its letters go there. Letters tell deadlines in `time_zone` where the
    reader's is not known.
    """

    name: Line
    form: Line
    registration_number: Line
    address: Line
    signatory: Line
    email: Email | None = None
    time_zone: TimeZone | None = None


@dataclass(frozen=True)
class StudioDetails:
    """The details of one studio, under the studio's id."""

    id: str
    tenant: str
    version: int
    details: LegalDetails


Step = tuple[StudioDetails, list[Event]]


def first(studio_id: str, details: LegalDetails) -> Step:
    """The details of a studio that had none."""
    return StudioDetails(studio_id, studio_id, 0, details), [LegalDetailsSet(studio_id)]


def change(known: StudioDetails, details: LegalDetails) -> Step:
    """Other details; no event when nothing differs."""
    if details == known.details:
        return known, []
    return replace(known, details=details), [LegalDetailsSet(known.id)]
