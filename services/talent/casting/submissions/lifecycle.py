"""A person who is put forward for a role, from submission to the draft of a contract.

submitted -> selected -> held -> offered -> contracted          submitted, selected, held -> passed -> selected
             selected -> offered -> declined                    submitted ... offered -> withdrawn
                         offered -> offered (another offer in place of the open one)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from events.envelope import Event
from events.errors import RuleError
from events.shapes import ContractId, HoldId, Number, PersonId, ProductionId, RoleId, SubmissionId
from events.talent.casting import (
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    PersonHeldForRole,
    PersonPassed,
    PersonSelected,
    PersonSubmitted,
    SubmissionWithdrawn,
)
from services.talent.casting.roles.calls import Role, is_for, takes
from services.talent.contracts.terms import Terms
from services.talent.templates.versions import TemplateChoice

State = Literal["submitted", "selected", "passed", "held", "offered", "contracted", "declined", "withdrawn"]
By = Literal["studio", "agent", "person"]
"""Who put somebody forward: the studio, their agent, or they themselves on their own page."""
Desk = Literal["studio", "agent"]
"""Whom a studio can name: that people put themselves forward, only they can say."""
Rating = Annotated[int, Number(min=1, max=5, doc="5 is best")]
MOST_NOTES = 50


class CallNotOpen(RuleError):
    """The role takes no submissions: not called, closed, or the deadline is over."""

    en = "Nobody can be submitted for this role now: its call is not open."
    zh = "该角色目前不接受提交：征集未开放或已截止。"


class NotInvited(RuleError):
    """The call is by invitation, and this person is not invited."""

    en = "This call is by invitation, and {person_id} is not invited."
    zh = "此次征集为邀请制，{person_id} 未受邀。"


class AlreadySubmitted(RuleError):
    """The person was submitted for this role before."""

    en = "This person was submitted for this role before."
    zh = "此人此前已提交至该角色。"


class NoAgent(RuleError):
    """The person's file names no agent."""

    status = 422
    en = "No agent is on this person's file: who submits them is the studio."
    zh = "此人档案中没有经纪人：应由机构提交。"


class OfferReplaced(RuleError):
    """The offer that is answered is not the open one any more."""

    en = "Another offer took the place of offer {offer}: read it first."
    zh = "第 {offer} 次邀约已被新的邀约取代：请先阅读新邀约。"


class SubmissionStateConflict(RuleError):
    """The step does not fit the state of the submission."""

    en = "This submission is {state}: {step} needs it to be {expected}."
    zh = "该提交的状态为 {state}：{step} 要求其状态为 {expected}。"


class TooManyNotes(RuleError):
    """There is no room for another note."""

    en = "A submission holds at most {most} notes."
    zh = "每项提交最多记录 {most} 条备注。"


@dataclass(frozen=True)
class Note:
    """What a member noted, sealed, and when."""

    by: str
    at: datetime
    sealed: bytes


@dataclass(frozen=True)
class Submission:
    """A person for a role; `score` is how well they fitted on the day of submission.

    `terms` and `template` are of the last offer; `offers` counts how many were made.
    """

    id: SubmissionId
    tenant: str
    version: int
    role_id: RoleId
    production_id: ProductionId
    person_id: PersonId
    by: By
    score: int
    state: State
    submitted_at: datetime
    rating: Rating | None = None
    notes: tuple[Note, ...] = ()
    hold_id: HoldId | None = None
    terms: Terms | None = None
    contract_id: ContractId | None = None
    template: TemplateChoice | None = None
    offers: int = 0

    @property
    def place(self) -> str:
        """Where it stands in a list with the best first: unique, ascending."""
        return f"{100 - self.score:03d} {self.id}"


Step = tuple[Submission, list[Event]]


def submit(
    submission_id: str, role: Role, known_as: Sequence[str], by: By, has_agent: bool, score: int, at: datetime
) -> Step:
    """Put a person forward, by their present id, the first of `known_as`; raises CallNotOpen, NotInvited, NoAgent."""
    person_id = known_as[0]
    if not takes(role, at.date()):
        raise CallNotOpen
    if not is_for(role, known_as):
        raise NotInvited("/person_id", person_id=person_id)
    if by == "agent" and not has_agent:
        raise NoAgent("/by")
    new = Submission(submission_id, role.tenant, 0, role.id, role.production_id, person_id, by, score, "submitted", at)
    return new, [PersonSubmitted(submission_id, role.id, role.production_id, person_id, by)]


def select(submission: Submission, rating: int, note: Note | None) -> Step:
    """Shortlist with a rating, or rate anew; raises SubmissionStateConflict, TooManyNotes."""
    _require(submission, "selection", "submitted", "selected", "passed")
    chosen = replace(_noted(submission, note), state="selected", rating=rating)
    return chosen, [PersonSelected(submission.id, submission.role_id, submission.person_id)]


def pass_over(submission: Submission, note: Note | None) -> Step:
    """Not this one; raises SubmissionStateConflict, TooManyNotes."""
    _require(submission, "passing", "submitted", "selected", "held")
    passed = replace(_noted(submission, note), state="passed", hold_id=None)
    return passed, [PersonPassed(submission.id, submission.role_id, submission.person_id)]


def withdraw(submission: Submission) -> Step:
    """The person is not available for the role any more; raises SubmissionStateConflict."""
    _require(submission, "withdrawal", "submitted", "selected", "held", "offered")
    gone = replace(submission, state="withdrawn", hold_id=None)
    return gone, [SubmissionWithdrawn(submission.id, submission.role_id, submission.person_id)]


def hold(submission: Submission, hold_id: str) -> Step:
    """The person's days are held for the role; raises SubmissionStateConflict."""
    require_selected(submission, "a hold")
    held = replace(submission, state="held", hold_id=hold_id)
    return held, [PersonHeldForRole(submission.id, submission.role_id, submission.person_id, hold_id)]


def offer(submission: Submission, terms: Terms, template: TemplateChoice | None = None) -> Step:
    """Offer terms, also in place of those of an open offer; raises SubmissionStateConflict."""
    _require(submission, "an offer", "selected", "held", "offered")
    made = replace(submission, state="offered", terms=terms, template=template, offers=submission.offers + 1)
    return made, [OfferMade(submission.id, submission.role_id, submission.person_id)]


def accept(submission: Submission, contract_id: str) -> Step:
    """The offer is taken, and a contract drafted from it; raises SubmissionStateConflict."""
    require_offered(submission, "acceptance")
    taken = replace(submission, state="contracted", contract_id=contract_id)
    return taken, [OfferAccepted(submission.id, submission.role_id, submission.person_id, contract_id)]


def decline(submission: Submission, note: Note | None = None) -> Step:
    """The offer is not taken, with the reason as a note; raises SubmissionStateConflict, TooManyNotes."""
    require_offered(submission, "refusal")
    declined = replace(_noted(submission, note), state="declined", hold_id=None)
    return declined, [OfferDeclined(submission.id, submission.role_id, submission.person_id)]


def require_selected(submission: Submission, step: str) -> None:
    """Raise SubmissionStateConflict unless the person is on the shortlist."""
    _require(submission, step, "selected")


def require_offered(submission: Submission, step: str) -> Terms:
    """The terms that are offered; raises SubmissionStateConflict when none are."""
    _require(submission, step, "offered")
    assert submission.terms is not None  # an offer has its terms
    return submission.terms


def require_open_offer(submission: Submission, offer: int) -> None:
    """Raise SubmissionStateConflict when no offer is open, OfferReplaced when it is not the one of this number."""
    require_offered(submission, "acceptance")
    if submission.offers != offer:
        raise OfferReplaced("/offer", offer=offer)


def _noted(submission: Submission, note: Note | None) -> Submission:
    if note is None:
        return submission
    if len(submission.notes) >= MOST_NOTES:
        raise TooManyNotes(most=MOST_NOTES)
    return replace(submission, notes=(*submission.notes, note))


def _require(submission: Submission, step: str, *expected: State) -> None:
    if submission.state not in expected:
        raise SubmissionStateConflict(state=submission.state, step=step, expected=" | ".join(expected))
