"""What may be asked about casting on a performer's own page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound
from events.shapes import AuditionId, ContractId, Items, Line, Number, Paragraph, RoleId, SubmissionId, TimeZone
from services.talent.casting.auditions.slots import SlotNotTaken, SlotNumber, SlotState, SlotUnknown
from services.talent.casting.roles.matching import Match, Requirements
from services.talent.casting.submissions.api import OFFER_ERRORS, SUBMISSION_ERRORS
from services.talent.casting.submissions.lifecycle import (
    AlreadySubmitted,
    By,
    CallNotOpen,
    NotInvited,
    OfferReplaced,
    TooManyNotes,
)
from services.talent.casting.submissions.lifecycle import State as SubmissionState
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.lifecycle import State as ContractState
from services.talent.contracts.terms import Terms
from services.talent.letters.api import SESSION_ERRORS, TOKEN
from services.talent.portal.invitations.api import PAGE
from services.talent.studios import StudioIsSuspended


@dataclass(frozen=True)
class OwnOffer:
    """The terms that are offered; `offer` is its number, which the acceptance names."""

    offer: int
    terms: Terms


@dataclass(frozen=True)
class OfferedDocument:
    """An open offer as the contract would say it, in Chinese and English."""

    offer: int
    document: ContractDocument


@dataclass(frozen=True)
class OwnSubmission:
    """That one stands for a role, and how far it is; what the studio notes and thinks of it is its own.

    With the offer while one is open, and the contract that was drafted from it, and how far that is.
    """

    submission_id: SubmissionId
    role_id: RoleId
    role: Line
    production: Line
    by: By
    state: SubmissionState
    submitted_at: datetime
    offer: OwnOffer | None
    contract_id: ContractId | None
    contract_state: ContractState | None


@dataclass(frozen=True)
class OwnCall:
    """A call in which one may stand up to and on its last day (UTC): what is asked, how it fits, and whether one stands."""

    role_id: RoleId
    role: Line
    production: Line
    requirements: Requirements
    deadline: date
    invited: bool
    match: Match
    submission: OwnSubmission | None


@dataclass(frozen=True)
class OwnSlot:
    """A time at which one is expected, also by the clock of the place."""

    slot: SlotNumber
    starts_at: datetime
    ends_at: datetime
    local_time: Line
    state: SlotState


@dataclass(frozen=True)
class OwnAudition:
    """An audition at which one is expected; who else comes is not shown."""

    audition_id: AuditionId
    role_id: RoleId
    role: Line
    production: Line
    place: Line
    time_zone: TimeZone
    slots: Annotated[tuple[OwnSlot, ...], Items(max=100)]


@dataclass(frozen=True)
class OwnCastingQuery:
    """Where a list goes on."""

    order: Order = "newest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class OfferNamed:
    """Which offer is taken: the number of the one that was read."""

    offer: Annotated[int, Number(min=1, max=1_000_000)]


@dataclass(frozen=True)
class OfferRefusal:
    """Why the offer is not taken, for the studio."""

    reason: Paragraph | None = None


_SLOT = {**TOKEN, "slot": "[0-9]{1,2}"}
_SUBMISSION = f"{PAGE}/submissions/{{submission_id}}"
_AUDITION_SLOT = f"{PAGE}/auditions/{{audition_id}}/slots/{{slot}}"
_LIST_ERRORS = (*SESSION_ERRORS, CursorInvalid)
_SLOT_ERRORS = (*SESSION_ERRORS, NotFound, SlotUnknown, SlotNotTaken)

LIST_OWN_CALLS = Operation(
    name="list_own_calls",
    kind="query",
    method="GET",
    path=f"{PAGE}/calls",
    summary="List the studio's open calls in which one may stand, each requirement explained",
    query=OwnCastingQuery,
    response=page_of(OwnCall),
    public=True,
    path_pattern=TOKEN,
    errors=_LIST_ERRORS,
)
SUBMIT_ONESELF = Operation(
    name="submit_oneself",
    kind="command",
    method="POST",
    path=f"{PAGE}/calls/{{role_id}}/submission",
    summary="Stand for a role, or put the person forward as their agent",
    response=OwnSubmission,
    public=True,
    path_pattern=TOKEN,
    status=201,
    errors=(*SESSION_ERRORS, NotFound, StudioIsSuspended, CallNotOpen, NotInvited, AlreadySubmitted),
)
LIST_OWN_SUBMISSIONS = Operation(
    name="list_own_submissions",
    kind="query",
    method="GET",
    path=f"{PAGE}/submissions",
    summary="List one's submissions, also those that the studio made",
    query=OwnCastingQuery,
    response=page_of(OwnSubmission),
    public=True,
    path_pattern=TOKEN,
    errors=_LIST_ERRORS,
)
GET_OWN_SUBMISSION = Operation(
    name="get_own_submission",
    kind="query",
    method="GET",
    path=_SUBMISSION,
    summary="Read one of one's submissions",
    response=OwnSubmission,
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, NotFound),
)
WITHDRAW_OWN_SUBMISSION = Operation(
    name="withdraw_own_submission",
    kind="command",
    method="POST",
    path=f"{_SUBMISSION}/withdrawal",
    summary="Stand for a role no more; what was held is released",
    response=OwnSubmission,
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, *SUBMISSION_ERRORS),
)
GET_OWN_OFFER = Operation(
    name="get_own_offer",
    kind="query",
    method="GET",
    path=f"{_SUBMISSION}/offer",
    summary="Read an open offer as the contract would say it",
    response=OfferedDocument,
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, *OFFER_ERRORS),
)
ACCEPT_OWN_OFFER = Operation(
    name="accept_own_offer",
    kind="command",
    method="POST",
    path=f"{_SUBMISSION}/offer/acceptance",
    summary="Take the offer that was read; the contract is drafted from it, and is signed by a link of its own",
    request=OfferNamed,
    response=OwnSubmission,
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, StudioIsSuspended, *OFFER_ERRORS, OfferReplaced),
    example={"offer": 1},
)
DECLINE_OWN_OFFER = Operation(
    name="decline_own_offer",
    kind="command",
    method="POST",
    path=f"{_SUBMISSION}/offer/refusal",
    summary="Do not take the offer; the reason is noted for the studio, and what was held is released",
    request=OfferRefusal,
    response=OwnSubmission,
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, *SUBMISSION_ERRORS, TooManyNotes),
    example={"reason": "The dates collide with another engagement."},
)
LIST_OWN_AUDITIONS = Operation(
    name="list_own_auditions",
    kind="query",
    method="GET",
    path=f"{PAGE}/auditions",
    summary="List the auditions at which one is expected",
    query=OwnCastingQuery,
    response=page_of(OwnAudition),
    public=True,
    path_pattern=TOKEN,
    errors=_LIST_ERRORS,
)
CONFIRM_OWN_SLOT = Operation(
    name="confirm_own_slot",
    kind="command",
    method="POST",
    path=f"{_AUDITION_SLOT}/confirmation",
    summary="Say that one comes to the audition",
    response=OwnAudition,
    public=True,
    path_pattern=_SLOT,
    errors=_SLOT_ERRORS,
)
DECLINE_OWN_SLOT = Operation(
    name="decline_own_slot",
    kind="command",
    method="POST",
    path=f"{_AUDITION_SLOT}/refusal",
    summary="Say that one does not come at this time; the slot is open for others",
    response=OwnAudition,
    public=True,
    path_pattern=_SLOT,
    errors=_SLOT_ERRORS,
)

OPERATIONS = (
    LIST_OWN_CALLS,
    SUBMIT_ONESELF,
    LIST_OWN_SUBMISSIONS,
    GET_OWN_SUBMISSION,
    WITHDRAW_OWN_SUBMISSION,
    GET_OWN_OFFER,
    ACCEPT_OWN_OFFER,
    DECLINE_OWN_OFFER,
    LIST_OWN_AUDITIONS,
    CONFIRM_OWN_SLOT,
    DECLINE_OWN_SLOT,
)
