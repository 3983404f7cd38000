"""What talent says of people and their permits. No personal data: ids, dates and kinds only."""

from dataclasses import dataclass
from datetime import date

from events.envelope import Event
from events.shapes import Language, Line, PermitId, PersonId, Territory
from events.talent.documents import CheckedBy


@dataclass(frozen=True)
class PersonRegistered(Event, type="talent.person.registered.v1", subject="person_id"):
    """A studio put a person on file."""

    person_id: PersonId
    nationality: Territory
    languages: tuple[Language, ...]


@dataclass(frozen=True)
class PersonUpdated(Event, type="talent.person.updated.v1", subject="person_id"):
    """A person's file changed; personal fields are named, never told."""

    person_id: PersonId
    nationality: Territory
    languages: tuple[Language, ...]
    changed: tuple[Line, ...]


@dataclass(frozen=True)
class PersonErased(Event, type="talent.person.erased.v1", subject="person_id"):
    """A studio erased its file on a person, who asked for it; `everywhere` when no other studio has one."""

    person_id: PersonId
    requested_on: date
    everywhere: bool


@dataclass(frozen=True)
class PersonMerged(Event, type="talent.person.merged.v1", subject="person_id"):
    """Two files of a studio are about one person: this one is history, the person's file is now `into`."""

    person_id: PersonId
    into: PersonId


@dataclass(frozen=True)
class PermitRecorded(Event, type="talent.permit.recorded.v1", subject="person_id"):
    """A person's work permit was put on file, or corrected: the latest facts replace the earlier ones of the same id."""

    person_id: PersonId
    permit_id: PermitId
    kind: Line
    valid_from: date
    valid_until: date
    places: tuple[Line, ...]


@dataclass(frozen=True)
class PermitRevoked(Event, type="talent.permit.revoked.v1", subject="person_id"):
    """A person's work permit no longer holds; why is in the file."""

    person_id: PersonId
    permit_id: PermitId


@dataclass(frozen=True)
class PermitExpiring(Event, type="talent.permit.expiring.v1", subject="person_id"):
    """A person's work permit ends in 60, 30 or 7 days, or `days_left` when it was recorded later than that."""

    person_id: PersonId
    permit_id: PermitId
    kind: Line
    valid_until: date
    days_left: int


@dataclass(frozen=True)
class PermitExpired(Event, type="talent.permit.expired.v1", subject="person_id"):
    """The last valid day of a person's work permit is over."""

    person_id: PersonId
    permit_id: PermitId
    kind: Line
    valid_until: date


@dataclass(frozen=True)
class PermitChecked(Event, type="talent.permit.checked.v1", subject="person_id"):
    """A member of the studio, who is the actor, has checked a work permit: the original, a copy, or the issuer's register."""

    person_id: PersonId
    permit_id: PermitId
    by_what: CheckedBy
