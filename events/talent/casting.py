"""What talent says of casting: roles, calls, submissions, offers, auditions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from events.envelope import Event
from events.shapes import AuditionId, ContractId, HoldId, Items, PersonId, ProductionId, RoleId, SubmissionId


@dataclass(frozen=True)
class RoleDescribed(Event, type="talent.role.described.v1", subject="role_id"):
    """Somebody is looked for to play a role."""

    role_id: RoleId
    production_id: ProductionId
    nudity: bool
    stunt: bool
    minor: bool


@dataclass(frozen=True)
class RoleRevised(Event, type="talent.role.revised.v1", subject="role_id"):
    """A role asks for something else now."""

    role_id: RoleId
    production_id: ProductionId
    nudity: bool
    stunt: bool
    minor: bool


@dataclass(frozen=True)
class CallOpened(Event, type="talent.call.opened.v1", subject="role_id"):
    """People can be submitted for a role up to and on `deadline` (UTC): anybody, or those who are invited."""

    role_id: RoleId
    production_id: ProductionId
    kind: Literal["open", "invited"]
    deadline: date
    invited: Annotated[tuple[PersonId, ...], Items(max=500)]


@dataclass(frozen=True)
class CallClosed(Event, type="talent.call.closed.v1", subject="role_id"):
    """Nobody can be submitted for a role any more."""

    role_id: RoleId
    production_id: ProductionId


@dataclass(frozen=True)
class PersonSubmitted(Event, type="talent.submission.made.v1", subject="submission_id"):
    """A person was put forward for a role: by the studio, through their agent, or by themselves on their own page."""

    submission_id: SubmissionId
    role_id: RoleId
    production_id: ProductionId
    person_id: PersonId
    by: Literal["studio", "agent", "person"]


@dataclass(frozen=True)
class PersonSelected(Event, type="talent.submission.selected.v1", subject="submission_id"):
    """A person is on the shortlist of a role."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class PersonPassed(Event, type="talent.submission.passed.v1", subject="submission_id"):
    """A person is not wanted for a role."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class SubmissionWithdrawn(Event, type="talent.submission.withdrawn.v1", subject="submission_id"):
    """A person does not stand for a role any more."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class PersonHeldForRole(Event, type="talent.submission.held.v1", subject="submission_id"):
    """A person's days are held for a role."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId
    hold_id: HoldId


@dataclass(frozen=True)
class OfferMade(Event, type="talent.offer.made.v1", subject="submission_id"):
    """Terms were offered to a person for a role."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class OfferAccepted(Event, type="talent.offer.accepted.v1", subject="submission_id"):
    """A person took the offer; a contract is drafted from it."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId
    contract_id: ContractId


@dataclass(frozen=True)
class OfferDeclined(Event, type="talent.offer.declined.v1", subject="submission_id"):
    """A person did not take the offer."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class AuditionsPlanned(Event, type="talent.audition.planned.v1", subject="audition_id"):
    """There are slots in which people are seen for a role."""

    audition_id: AuditionId
    role_id: RoleId
    production_id: ProductionId
    slots: Annotated[tuple[datetime, ...], Items(min=1, max=100)]


@dataclass(frozen=True)
class AuditionProposed(Event, type="talent.audition.proposed.v1", subject="audition_id"):
    """A person is asked to come to an audition."""

    audition_id: AuditionId
    submission_id: SubmissionId
    person_id: PersonId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class AuditionConfirmed(Event, type="talent.audition.confirmed.v1", subject="audition_id"):
    """A person comes to an audition."""

    audition_id: AuditionId
    submission_id: SubmissionId
    person_id: PersonId
    starts_at: datetime


@dataclass(frozen=True)
class AuditionDeclined(Event, type="talent.audition.declined.v1", subject="audition_id"):
    """A person does not come at this time."""

    audition_id: AuditionId
    submission_id: SubmissionId
    person_id: PersonId
    starts_at: datetime


@dataclass(frozen=True)
class AuditionMoved(Event, type="talent.audition.moved.v1", subject="audition_id"):
    """A person is asked to come at another time instead."""

    audition_id: AuditionId
    submission_id: SubmissionId
    person_id: PersonId
    was_at: datetime
    starts_at: datetime
