"""What may be asked about the people who are submitted for roles, and what they are offered."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from chassis.api import Cursor, CursorInvalid, Limit, Operation, page_of
from chassis.errors import NotFound, PersonForgotten
from events.shapes import ContractId, HoldId, Line, Number, Paragraph, PersonId, ProductionId, RoleId, SubmissionId
from services.talent.availability.calendar import CalendarFull, DatesImpossible, DayNotFree
from services.talent.availability.holds import HoldExpiryImpossible, HoldRepeated, HoldsExhausted
from services.talent.casting.roles.matching import Match
from services.talent.casting.submissions.lifecycle import (
    AlreadySubmitted,
    By,
    CallNotOpen,
    Desk,
    NoAgent,
    NotInvited,
    Rating,
    SubmissionStateConflict,
    TooManyNotes,
)
from services.talent.casting.submissions.lifecycle import State as SubmissionState
from services.talent.casting.submissions.offers import OfferedTerms
from services.talent.contracts.api import TERMS_ERRORS
from services.talent.contracts.terms import Terms
from services.talent.contracts.warnings import Warnings
from services.talent.people.merging import FileMerged
from services.talent.templates.versions import TemplateChoice, VersionNotPublished

Score = Annotated[int, Number(min=0, max=100)]

_PERSON = "prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"


@dataclass(frozen=True)
class NewSubmission:
    """Whom to put forward, and whether their agent asked for it."""

    person_id: PersonId
    by: Desk = "studio"


@dataclass(frozen=True)
class SubmissionView:
    """A person for a role; how many notes there are, not what they say. `by` the person: on their own page."""

    submission_id: SubmissionId
    role_id: RoleId
    production_id: ProductionId
    person_id: PersonId
    by: By
    score: Score
    state: SubmissionState
    submitted_at: datetime
    rating: Rating | None
    notes: int
    hold_id: HoldId | None
    terms: Terms | None
    contract_id: ContractId | None
    template: TemplateChoice | None
    warnings: Warnings


@dataclass(frozen=True)
class SubmissionsQuery:
    """Which submissions to list: all conditions hold. Oldest or newest first, or those who fit best."""

    role_id: RoleId | None = None
    production_id: ProductionId | None = None
    person_id: PersonId | None = None
    state: SubmissionState | None = None
    by: By | None = None
    score_from: Score | None = None
    rating_from: Rating | None = None
    order: Literal["oldest", "newest", "best"] = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class Selection:
    """A rating, and a note that stays in the studio."""

    rating: Rating
    note: Paragraph | None = None


@dataclass(frozen=True)
class Passing:
    """Why not, for the studio itself."""

    note: Paragraph | None = None


@dataclass(frozen=True)
class NoteView:
    """What a member noted of a submission."""

    by: Line
    at: datetime
    text: Paragraph


@dataclass(frozen=True)
class NotesView:
    """The notes of a submission, oldest first."""

    submission_id: SubmissionId
    notes: tuple[NoteView, ...]


@dataclass(frozen=True)
class RoleHold:
    """Which days to hold for the role, and until when (inclusive, UTC)."""

    starts_on: date
    ends_on: date
    expires_on: date | None = None


SUBMISSION_ERRORS = (NotFound, PersonForgotten, SubmissionStateConflict)
OFFER_ERRORS = (*SUBMISSION_ERRORS, FileMerged, VersionNotPublished, *TERMS_ERRORS)

SUBMIT_PERSON = Operation(
    name="submit_person",
    kind="command",
    method="POST",
    path="/v1/roles/{role_id}/submissions",
    summary="Put a person forward for a role",
    request=NewSubmission,
    response=SubmissionView,
    scope="casting:write",
    status=201,
    versioned=True,
    errors=(NotFound, PersonForgotten, FileMerged, CallNotOpen, NotInvited, NoAgent, AlreadySubmitted),
    example={"person_id": _PERSON, "by": "studio"},
)

GET_SUBMISSION = Operation(
    name="get_submission",
    kind="query",
    method="GET",
    path="/v1/submissions/{submission_id}",
    summary="Read a submission",
    response=SubmissionView,
    scope="casting:read",
    versioned=True,
    errors=(NotFound,),
)

LIST_SUBMISSIONS = Operation(
    name="list_submissions",
    kind="query",
    method="GET",
    path="/v1/submissions",
    summary="List submissions, oldest, newest or best first",
    query=SubmissionsQuery,
    response=page_of(SubmissionView),
    scope="casting:read",
    errors=(CursorInvalid, NotFound, PersonForgotten),
)

EXPLAIN_MATCH = Operation(
    name="explain_match",
    kind="query",
    method="GET",
    path="/v1/submissions/{submission_id}/match",
    summary="How well the person fits the role today, requirement by requirement",
    response=Match,
    scope="casting:read",
    errors=(NotFound, PersonForgotten),
)

SELECT_SUBMISSION = Operation(
    name="select_submission",
    kind="command",
    method="POST",
    path="/v1/submissions/{submission_id}/selection",
    summary="Put a submission on the shortlist, with a rating and a note",
    description="Notes are stored encrypted with the person's key and never leave the studio.",
    request=Selection,
    response=SubmissionView,
    scope="casting:write",
    versioned=True,
    errors=(*SUBMISSION_ERRORS, TooManyNotes),
    example={"rating": 4, "note": "Holds a silence; the accent needs a coach."},
)

PASS_SUBMISSION = Operation(
    name="pass_submission",
    kind="command",
    method="POST",
    path="/v1/submissions/{submission_id}/pass",
    summary="Pass a submission over, also from the shortlist; what was held is released",
    request=Passing,
    response=SubmissionView,
    scope="casting:write",
    versioned=True,
    errors=(*SUBMISSION_ERRORS, TooManyNotes),
    example={"note": "Too near to the second lead."},
)

WITHDRAW_SUBMISSION = Operation(
    name="withdraw_submission",
    kind="command",
    method="POST",
    path="/v1/submissions/{submission_id}/withdrawal",
    summary="Record that the person does not stand for the role any more; what was held is released",
    response=SubmissionView,
    scope="casting:write",
    versioned=True,
    errors=SUBMISSION_ERRORS,
)

LIST_NOTES = Operation(
    name="list_notes",
    kind="query",
    method="GET",
    path="/v1/submissions/{submission_id}/notes",
    summary="Read what the studio noted of a submission",
    response=NotesView,
    scope="casting:write",
    errors=(NotFound, PersonForgotten),
)

HOLD_FOR_ROLE = Operation(
    name="hold_for_role",
    kind="command",
    method="POST",
    path="/v1/submissions/{submission_id}/hold",
    summary="Hold a selected person's days for the role",
    request=RoleHold,
    response=SubmissionView,
    scope="casting:write",
    versioned=True,
    errors=(
        *SUBMISSION_ERRORS,
        DatesImpossible,
        HoldExpiryImpossible,
        DayNotFree,
        HoldRepeated,
        HoldsExhausted,
        CalendarFull,
    ),
    example={"starts_on": "2027-01-11", "ends_on": "2027-01-15", "expires_on": "2026-12-20"},
)

MAKE_OFFER = Operation(
    name="make_offer",
    kind="command",
    method="POST",
    path="/v1/submissions/{submission_id}/offer",
    summary="Offer terms to a selected person",
    description="The contract's terms but for production, person and role, which the submission already says, and the template "
    "that it is to be drafted from. What the template cannot say is refused here. While an offer is open, another one takes its "
    "place: send `If-Match` with the acceptance to accept the one that was read.",
    request=OfferedTerms,
    response=SubmissionView,
    scope="casting:write",
    versioned=True,
    errors=OFFER_ERRORS,
    example={
        "episodes": 80,
        "work_dates": ["2027-01-11", "2027-01-12", "2027-01-13"],
        "hours_cap": 12,
        "rest_hours": 11,
        "fee": {"amount": "18000.00", "currency": "USD"},
        "instalments": [{"trigger": "signature", "percent": "30"}, {"trigger": "wrap", "percent": "70"}],
        "grants": [],
        "consents": {"dubbing": True},
        "governing_law": "CN",
        "prevailing_language": "en",
    },
)

ACCEPT_OFFER = Operation(
    name="accept_offer",
    kind="command",
    method="POST",
    path="/v1/submissions/{submission_id}/offer/acceptance",
    summary="Record that the person takes the offer, and draft the contract from it",
    response=SubmissionView,
    scope="contracts:write",
    versioned=True,
    errors=OFFER_ERRORS,
)

DECLINE_OFFER = Operation(
    name="decline_offer",
    kind="command",
    method="POST",
    path="/v1/submissions/{submission_id}/offer/refusal",
    summary="Record that the person does not take the offer; what was held is released",
    response=SubmissionView,
    scope="casting:write",
    versioned=True,
    errors=SUBMISSION_ERRORS,
)

OPERATIONS = (
    SUBMIT_PERSON,
    GET_SUBMISSION,
    LIST_SUBMISSIONS,
    EXPLAIN_MATCH,
    SELECT_SUBMISSION,
    PASS_SUBMISSION,
    WITHDRAW_SUBMISSION,
    LIST_NOTES,
    HOLD_FOR_ROLE,
    MAKE_OFFER,
    ACCEPT_OFFER,
    DECLINE_OFFER,
)
