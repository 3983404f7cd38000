"""What may be asked of a negotiation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten
from events.shapes import ContractId, Items, Line, Number, Paragraph, PartyKey, Sha256
from services.talent.contracts.api import DRAFT_CONTRACT, TERMS_ERRORS
from services.talent.contracts.lifecycle import ContractStateConflict
from services.talent.contracts.signing import PartyUnknown
from services.talent.contracts.terms import Terms
from services.talent.negotiation.differences import Change
from services.talent.negotiation.proposals import Status
from services.talent.negotiation.rounds import (
    MOST_PROPOSALS,
    NothingProposed,
    NotOwnProposal,
    OwnProposal,
    ProposalNotOpen,
    TooManyProposals,
)

ProposalNumber = Annotated[int, Number(min=1, max=MOST_PROPOSALS, doc="the number of the open proposal")]


@dataclass(frozen=True)
class ProposalRequest:
    """The terms that a party asks for, whole, and why."""

    party: PartyKey
    terms: Terms
    comment: Paragraph | None = None


@dataclass(frozen=True)
class ProposalAnswer:
    """Which proposal a party accepts, or takes back."""

    party: PartyKey
    proposal: ProposalNumber


@dataclass(frozen=True)
class ProposalRejection:
    """Which proposal a party rejects, and why."""

    party: PartyKey
    proposal: ProposalNumber
    reason: Paragraph


@dataclass(frozen=True)
class OutcomeView:
    """How a proposal ended; `party` is null when a revision of the draft ended it."""

    party: PartyKey | None
    actor: Line
    at: datetime


@dataclass(frozen=True)
class ProposalView:
    """A proposal as the difference between the draft's terms and the proposed ones; nobody's words."""

    contract_id: ContractId
    proposal: int
    party: PartyKey
    actor: Line
    at: datetime
    status: Status
    changes: Annotated[tuple[Change, ...], Items(max=5_000)]
    outcome: OutcomeView | None
    document_sha256: Sha256


@dataclass(frozen=True)
class ProposalRecord:
    """A proposal with what was said about it."""

    proposal: ProposalView
    comment: str | None
    reason: str | None


@dataclass(frozen=True)
class ProposalsQuery:
    """Which proposals to list."""

    status: Status | None = None
    party: PartyKey | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


_ANSWER_ERRORS = (NotFound, PersonForgotten, ContractStateConflict, PartyUnknown, ProposalNotOpen)
_EXAMPLE = DRAFT_CONTRACT.example or {}
PROPOSE_TERMS = Operation(
    name="propose_terms",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/proposals",
    summary="Propose other terms for a draft",
    description="An open proposal ends: countered when it is another party's, replaced when it is one's own.",
    request=ProposalRequest,
    response=ProposalView,
    scope="contracts:write",
    status=201,
    versioned=True,
    errors=(
        NotFound,
        PersonForgotten,
        ContractStateConflict,
        PartyUnknown,
        NothingProposed,
        TooManyProposals,
        *TERMS_ERRORS,
    ),
    example={
        "party": "performer",
        "terms": {**_EXAMPLE["terms"], "fee": {"amount": "21000.00", "currency": "USD"}},
        "comment": "For the two nights.",
    },
)
LIST_PROPOSALS = Operation(
    name="list_proposals",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}/proposals",
    summary="List what was proposed for a contract, oldest first",
    query=ProposalsQuery,
    response=page_of(ProposalRecord),
    scope="contracts:read",
    errors=(NotFound, PersonForgotten, CursorInvalid),
)
ACCEPT_PROPOSAL = Operation(
    name="accept_proposal",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/proposals/acceptance",
    summary="Accept the open proposal: the draft gets its terms and a new document",
    request=ProposalAnswer,
    response=ProposalView,
    scope="contracts:write",
    versioned=True,
    errors=(*_ANSWER_ERRORS, OwnProposal, *TERMS_ERRORS),
    example={"party": "studio", "proposal": 1},
)
REJECT_PROPOSAL = Operation(
    name="reject_proposal",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/proposals/rejection",
    summary="Reject the open proposal",
    request=ProposalRejection,
    response=ProposalView,
    scope="contracts:write",
    versioned=True,
    errors=(*_ANSWER_ERRORS, OwnProposal),
    example={"party": "studio", "proposal": 1, "reason": "Above the budget of the role."},
)
WITHDRAW_PROPOSAL = Operation(
    name="withdraw_proposal",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/proposals/withdrawal",
    summary="Take one's own open proposal back",
    request=ProposalAnswer,
    response=ProposalView,
    scope="contracts:write",
    versioned=True,
    errors=(*_ANSWER_ERRORS, NotOwnProposal),
    example={"party": "performer", "proposal": 1},
)

OPERATIONS = (PROPOSE_TERMS, LIST_PROPOSALS, ACCEPT_PROPOSAL, REJECT_PROPOSAL, WITHDRAW_PROPOSAL)
