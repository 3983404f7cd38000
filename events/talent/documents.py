"""What talent says of people's papers: recorded, checked, withdrawn, about to expire."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from events.envelope import Event
from events.shapes import Line, PersonId, identifier

DocumentId = Annotated[str, identifier("doc")]
CheckedBy = Literal["original", "copy", "register"]


@dataclass(frozen=True)
class DocumentRecorded(Event, type="talent.document.recorded.v1", subject="person_id"):
    """A passport, mandate, consent or membership of a person was put on file."""

    person_id: PersonId
    document_id: DocumentId
    kind: Line
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True)
class DocumentChecked(Event, type="talent.document.checked.v1", subject="person_id"):
    """A member of the studio, who is the actor, has checked a document: the original, a copy, or the issuer's register."""

    person_id: PersonId
    document_id: DocumentId
    by_what: CheckedBy


@dataclass(frozen=True)
class DocumentWithdrawn(Event, type="talent.document.withdrawn.v1", subject="person_id"):
    """A person's document does not hold any more."""

    person_id: PersonId
    document_id: DocumentId


@dataclass(frozen=True)
class DocumentExpiring(Event, type="talent.document.expiring.v1", subject="person_id"):
    """A person's document ends in 60, 30 or 7 days, or `days_left` when it was recorded later than that."""

    person_id: PersonId
    document_id: DocumentId
    kind: Line
    valid_until: date
    days_left: int


@dataclass(frozen=True)
class DocumentExpired(Event, type="talent.document.expired.v1", subject="person_id"):
    """The last valid day of a person's document is over."""

    person_id: PersonId
    document_id: DocumentId
    kind: Line
    valid_until: date
