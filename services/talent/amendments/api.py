"""What may be asked of an executed contract."""

from dataclasses import dataclass
from datetime import date

from chassis.api import Operation
from chassis.errors import NotFound, PersonForgotten
from events.shapes import Paragraph, PartyKey
from services.talent.amendments.amending import AmendmentOpen, IsAmendment
from services.talent.amendments.termination import LastDayOutOfRange
from services.talent.contracts.api import DRAFT_CONTRACT, TERMS_ERRORS, ContractView
from services.talent.contracts.lifecycle import ContractStateConflict, Ground
from services.talent.contracts.signing import PartyUnknown
from services.talent.contracts.terms import Terms


@dataclass(frozen=True)
class NewTerms:
    """The terms of an amendment or renewal, whole."""

    terms: Terms


@dataclass(frozen=True)
class TerminationRequest:
    """Who ends the contract on which ground, why, its last day in force, and whether the rights go back."""

    party: PartyKey
    ground: Ground
    last_day: date
    reason: Paragraph
    rights_revert: bool = False


_TERMS = (DRAFT_CONTRACT.example or {})["terms"]
_ERRORS = (NotFound, PersonForgotten, ContractStateConflict, IsAmendment)
AMEND_CONTRACT = Operation(
    name="amend_contract",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/amendments",
    summary="Draft an amendment of an executed contract",
    description="The amendment is a contract of its own with a document that names the one that it amends. It is "
    "negotiated, sent and signed like any other; when its last party signs, its terms are those in force. One amendment "
    "at a time; `GET /v1/contracts?amends=...` lists them.",
    request=NewTerms,
    response=ContractView,
    scope="contracts:write",
    status=201,
    versioned=True,
    errors=(*_ERRORS, AmendmentOpen, *TERMS_ERRORS),
    example={"terms": {**_TERMS, "work_dates": [*_TERMS["work_dates"], "2026-12-04"]}},
)
RENEW_CONTRACT = Operation(
    name="renew_contract",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/renewals",
    summary="Draft a contract that renews an executed one",
    description="Same parties, same template; the new document names the contract that it renews.",
    request=NewTerms,
    response=ContractView,
    scope="contracts:write",
    status=201,
    versioned=True,
    errors=(*_ERRORS, *TERMS_ERRORS),
    example={"terms": {**_TERMS, "work_dates": ["2027-12-01", "2027-12-02"]}},
)
TERMINATE_CONTRACT = Operation(
    name="terminate_contract",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/termination",
    summary="End an executed contract",
    description="Days after the last day in force are released. When the studio ends it for convenience, the kill fee "
    "that was agreed is owed. Grants stay unless they revert.",
    request=TerminationRequest,
    response=ContractView,
    scope="contracts:write",
    versioned=True,
    errors=(*_ERRORS, PartyUnknown, AmendmentOpen, LastDayOutOfRange),
    example={"party": "studio", "ground": "convenience", "last_day": "2026-11-30", "reason": "The role was cut."},
)

OPERATIONS = (AMEND_CONTRACT, RENEW_CONTRACT, TERMINATE_CONTRACT)
