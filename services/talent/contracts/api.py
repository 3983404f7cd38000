"""What may be asked about contracts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten
from events.shapes import (
    Amount,
    ContractId,
    Items,
    Line,
    Paragraph,
    PartyKey,
    PersonId,
    ProductionId,
    Sha256,
    StudioId,
    TimeZone,
)
from events.talent.contracts import Authentication
from services.talent.codes import CurrencyUnknown, LanguageUnknown, TerritoryUnknown
from services.talent.contracts.document import ContractDocument, Reference
from services.talent.contracts.identities import (
    DEFAULT_PARTIES,
    PartiesIncomplete,
    PartyRepeated,
    PartyRequests,
)
from services.talent.contracts.lifecycle import (
    Applied,
    ContractStateConflict,
    ExpiryOutOfRange,
    Ground,
    State,
)
from services.talent.contracts.signing import (
    AlreadySigned,
    DocumentChanged,
    FormerAddress,
    Initials,
    NotYourTurn,
    PartyUnknown,
    PersonalLinkOnly,
    SignatureInDispute,
    SigningTimeOver,
)
from services.talent.contracts.terms import (
    DayTooFarAhead,
    TermContradictory,
    TermMissing,
    Terms,
    TermsContradictory,
    TermUnknown,
)
from services.talent.contracts.warnings import Warnings
from services.talent.letters.api import LetterAhead
from services.talent.negotiation.proposals import ProposalOpen
from services.talent.people.files import Email
from services.talent.people.merging import FileMerged
from services.talent.signing.bound import PersonByAnotherKey, PersonNotParty
from services.talent.signing.desk import AddressOnFile, DeskForbidden, GroundsMissing, NoAddress, ScanId
from services.talent.signing.initials import InitialsNotAsked
from services.talent.signing.names import NameUnexpected
from services.talent.signing.recipients import RecipientRequests, RecipientsContradictory, Role
from services.talent.templates.versions import TemplateChoice, VersionNotPublished
from services.talent.templates.wording import ClauseTooLong


@dataclass(frozen=True)
class ContractRequest:
    """A contract to draft; without parties, the performer signs first and the studio second.

    Without a template it is written in the built-in wording.
    """

    terms: Terms
    parties: PartyRequests = DEFAULT_PARTIES
    template: TemplateChoice | None = None


@dataclass(frozen=True)
class Dispatch:
    """Until when, inclusive and in UTC, the parties may sign, and who takes part by personal links.

    A party that is a person signs by a personal link, sent to the address on their file unless a recipient names another, and at the
    studio's desk only when `at_desk` asks for it. Other parties without a recipient sign with the studio's credential. Without
    recipients the parties sign in their order, else those without one after everybody else.
    """

    expires_on: date
    recipients: RecipientRequests = ()
    at_desk: Annotated[tuple[PartyKey, ...], Items(max=10, doc="people whose signatures the studio will enter")] = ()


@dataclass(frozen=True)
class SignatureRequest:
    """A party's signature: its name as typed, its time zone, and the hash of the document that it read.

    A person's is entered with the scan of the paper that they signed (`scan_id`) or with a `reason`, and with the initials on it.
    `email` is where the person is written to when there is no address on file. `name_confirmed` enters a name that is none of theirs.
    """

    party: PartyKey
    name: Line
    time_zone: TimeZone
    document_sha256: Sha256
    reason: Paragraph | None = None
    scan_id: ScanId | None = None
    initials: Annotated[tuple[Initials, ...], Items(max=100)] = ()
    email: Email | None = None
    name_confirmed: bool = False


@dataclass(frozen=True)
class Refusal:
    """A party's refusal to sign."""

    party: PartyKey
    reason: Paragraph


@dataclass(frozen=True)
class Cancellation:
    """Why the studio withdraws a contract."""

    reason: Paragraph


@dataclass(frozen=True)
class SignatureView:
    """When a party signed which document, and how it is known to be its own; name and origin are in the evidence.

    `authentication` is `desk` when a member of the studio, `recorded_by`, entered it. `disputed_at` is when the person said that
    it is not theirs, `name_differs` whether the name that was typed is none of the person's.
    """

    signed_at: datetime
    local_time: str
    time_zone: TimeZone
    document_sha256: Sha256
    authentication: Authentication
    recorded_by: Line | None
    name_differs: bool
    disputed_at: datetime | None


@dataclass(frozen=True)
class PartyView:
    """A party in the order of signing; its name is in the document."""

    key: PartyKey
    person_id: PersonId | None
    signature: SignatureView | None


@dataclass(frozen=True)
class ClosingView:
    """How the contract ended without being executed; `by` is null when its time ran out, `recorded_by` the member who entered it."""

    by: PartyKey | None
    at: datetime
    recorded_by: Line | None


@dataclass(frozen=True)
class TerminationView:
    """How an executed contract ended; `kill_fee` is in the fee's currency, `recorded_by` the member who entered it."""

    by: PartyKey
    ground: Ground
    last_day: date
    kill_fee: Amount
    at: datetime
    recorded_by: Line | None


@dataclass(frozen=True)
class ContractView:
    """A contract, without anybody's name; `terms` are those in force, of the document or of the last of `amendments`.

    It is `disputed` when a person says that a signature under it, which the studio entered, is not theirs.
    """

    contract_id: ContractId
    studio_id: StudioId
    state: State
    terms: Terms
    parties: tuple[PartyView, ...]
    next_party: PartyKey | None
    document_sha256: Sha256
    drafted_at: datetime
    expires_on: date | None
    closing: ClosingView | None
    template: Line
    amends: Reference | None
    renews: Reference | None
    amendments: tuple[Applied, ...]
    termination: TerminationView | None
    disputed: bool
    warnings: Warnings


@dataclass(frozen=True)
class DispatchedView(ContractView):
    """A contract that goes out, with the letters to those whose turn begins: `/recipients` tells later what became of each."""

    letters: Annotated[tuple[LetterAhead, ...], Items(max=30)]


@dataclass(frozen=True)
class ContractsQuery:
    """Which contracts to list."""

    state: State | None = None
    production_id: ProductionId | None = None
    person_id: PersonId | None = None
    amends: ContractId | None = None
    renews: ContractId | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class SignatureEvidence:
    """A signature with everything that was recorded of it.

    By a personal link: the address (`email_on_file`: whether it is the one on the person's file) and those before it. At the desk: by
    whom, on which grounds, to where the person was written, the initials that are absent, and why the person disputes it.
    """

    party: PartyKey
    name: str
    signed_at: datetime
    local_time: str
    time_zone: TimeZone
    document_sha256: Sha256
    ip: str
    user_agent: str
    email: str | None = None
    verified_at: datetime | None = None
    consent: str | None = None
    initials: tuple[Initials, ...] = ()
    consent_language: str | None = None
    authentication: Authentication = "desk"
    recorded_by: Line | None = None
    name_differs: bool = False
    email_on_file: bool | None = None
    former: tuple[FormerAddress, ...] = ()
    reason: str | None = None
    scan_id: ScanId | None = None
    scan_sha256: Sha256 | None = None
    told_at: str | None = None
    initials_absent: tuple[Line, ...] = ()
    disputed_at: datetime | None = None
    dispute: str | None = None


@dataclass(frozen=True)
class ActEvidence:
    """What an approver or a witness did, with everything that was recorded of it."""

    recipient: PartyKey
    role: Role
    name: str
    at: datetime
    local_time: str
    time_zone: TimeZone
    ip: str
    user_agent: str
    email: str | None
    verified_at: datetime | None
    consent: str | None
    consent_language: str | None


@dataclass(frozen=True)
class EvidenceView:
    """The trail of a contract: its document's hash, every signature, how it ended unexecuted, and why it ended."""

    contract_id: ContractId
    document_sha256: Sha256
    signatures: tuple[SignatureEvidence, ...]
    closing: ClosingView | None
    reason: str | None
    acts: tuple[ActEvidence, ...] = ()


_PERSON = "prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
_PRODUCTION = "prd_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_TERMS_EXAMPLE = {
    "production_id": _PRODUCTION,
    "person_id": _PERSON,
    "role": "Han Seo-yeon, the heiress",
    "episodes": 80,
    "work_dates": ["2026-12-01", "2026-12-02", "2026-12-03"],
    "hours_cap": 12,
    "rest_hours": 11,
    "fee": {"amount": "18000.00", "currency": "USD"},
    "instalments": [
        {"trigger": "signature", "percent": "30"},
        {"trigger": "wrap", "percent": "40"},
        {"trigger": "days_after_wrap", "percent": "30", "days": 30},
    ],
    "grants": [
        {
            "media": ["in_app", "svod"],
            "territories": ["US", "KR", "JP"],
            "languages": ["en", "ko", "ja"],
            "starts_on": "2027-01-01",
            "ends_on": "2031-12-31",
            "exclusive": True,
        }
    ],
    "consents": {"dubbing": True, "ai_voice": False, "replica": False},
    "points": {"percent": "1.5", "definition": "Receipts of the platforms less their fees and the cost of promotion."},
    "governing_law": "CN",
    "prevailing_language": "en",
}
TERMS_ERRORS = (
    TermsContradictory,
    DayTooFarAhead,
    TerritoryUnknown,
    LanguageUnknown,
    CurrencyUnknown,
    TermUnknown,
    TermMissing,
    TermContradictory,
    ClauseTooLong,
)
_TURN_ERRORS = (
    NotFound,
    PersonForgotten,
    SigningTimeOver,
    ContractStateConflict,
    PartyUnknown,
    AlreadySigned,
    NotYourTurn,
    PersonalLinkOnly,
)
DRAFT_CONTRACT = Operation(
    name="draft_contract",
    kind="command",
    method="POST",
    path="/v1/contracts",
    summary="Draft a contract from typed terms",
    description="The clauses are written in Chinese and English from the terms; the document's SHA-256 covers both.",
    request=ContractRequest,
    response=ContractView,
    scope="contracts:write",
    status=201,
    versioned=True,
    errors=(NotFound, PersonForgotten, PartyRepeated, VersionNotPublished, *TERMS_ERRORS, FileMerged),
    example={
        "terms": _TERMS_EXAMPLE,
        "parties": [{"key": "performer"}, {"key": "studio", "role": "signer"}],
    },
)
GET_CONTRACT = Operation(
    name="get_contract",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}",
    summary="Read a contract: its state, terms and signatures",
    response=ContractView,
    scope="contracts:read",
    versioned=True,
    errors=(NotFound,),
)
LIST_CONTRACTS = Operation(
    name="list_contracts",
    kind="query",
    method="GET",
    path="/v1/contracts",
    summary="List contracts, oldest first",
    query=ContractsQuery,
    response=page_of(ContractView),
    scope="contracts:read",
    errors=(CursorInvalid, NotFound, PersonForgotten),
)
REVISE_CONTRACT = Operation(
    name="revise_contract",
    kind="command",
    method="PUT",
    path="/v1/contracts/{contract_id}/terms",
    summary="Replace the terms of a draft",
    request=Terms,
    response=ContractView,
    scope="contracts:write",
    versioned=True,
    errors=(NotFound, PersonForgotten, ContractStateConflict, *TERMS_ERRORS),
    example=_TERMS_EXAMPLE,
)
SEND_CONTRACT = Operation(
    name="send_contract",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/dispatch",
    summary="Send a draft out for signature",
    description="The contract must say who its parties are in law. What a draft does not say of the studio and the performer is taken "
    "from `/v1/legal-details` and the person's record as they are now, which gives the document another hash. "
    "Every person gets a letter with a personal link, at the address on their file or the one that `recipients` names.",
    request=Dispatch,
    response=DispatchedView,
    scope="contracts:write",
    versioned=True,
    errors=(
        NotFound,
        ContractStateConflict,
        PartiesIncomplete,
        ProposalOpen,
        ExpiryOutOfRange,
        PersonForgotten,
        RecipientsContradictory,
        NoAddress,
        DeskForbidden,
        PersonNotParty,
        PersonByAnotherKey,
    ),
    example={
        "expires_on": "2027-02-20",
        "recipients": [{"key": "performer", "name": "한서연", "email": "seoyeon@example.com", "language": "ko"}],
    },
)
SIGN_CONTRACT = Operation(
    name="sign_contract",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/signatures",
    summary="Sign a contract for the studio, or enter at its desk what a person signed on paper",
    description="Parties sign in order; the last signature executes the contract. The hash is that of the document as the party read "
    "it (`GET /v1/contracts/{contract_id}/document`). Name, address and program are kept as evidence, encrypted. A person signs by a "
    "personal link; where dispatch named the party in `at_desk`, a member may enter the signature with the scan of the signed paper "
    "or a reason. Evidence, certificate and verification then say that the person did not authenticate, and the person is written to "
    "and can dispute it.",
    request=SignatureRequest,
    response=ContractView,
    scope="contracts:sign",
    versioned=True,
    errors=(
        *_TURN_ERRORS,
        DocumentChanged,
        SignatureInDispute,
        DeskForbidden,
        GroundsMissing,
        NoAddress,
        AddressOnFile,
        NameUnexpected,
        InitialsNotAsked,
    ),
    example={"party": "studio", "name": "林静", "time_zone": "Asia/Shanghai", "document_sha256": _HASH},
)
DECLINE_CONTRACT = Operation(
    name="decline_contract",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/refusal",
    summary="Decline to sign a contract",
    request=Refusal,
    response=ContractView,
    scope="contracts:sign",
    versioned=True,
    errors=_TURN_ERRORS,
    example={"party": "performer", "reason": "The dates collide with another engagement."},
)
CANCEL_CONTRACT = Operation(
    name="cancel_contract",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/cancellation",
    summary="Withdraw a contract that is not yet executed",
    request=Cancellation,
    response=ContractView,
    scope="contracts:write",
    versioned=True,
    errors=(NotFound, PersonForgotten, ContractStateConflict),
    example={"reason": "The role was cut."},
)
GET_CONTRACT_DOCUMENT = Operation(
    name="get_contract_document",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}/document",
    summary="Read the canonical document that the parties sign",
    description="The body is the canonical JSON (RFC 8785) itself: its SHA-256 is the contract's `document_sha256`, "
    "also told in the header Content-Digest (RFC 9530).",
    response=ContractDocument,
    scope="contracts:read",
    errors=(NotFound, PersonForgotten),
)
GET_CONTRACT_EVIDENCE = Operation(
    name="get_contract_evidence",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}/evidence",
    summary="Read who signed, when, from where, and with which document before their eyes",
    response=EvidenceView,
    scope="contracts:read",
    errors=(NotFound, PersonForgotten),
)

OPERATIONS = (
    DRAFT_CONTRACT,
    GET_CONTRACT,
    LIST_CONTRACTS,
    REVISE_CONTRACT,
    SEND_CONTRACT,
    SIGN_CONTRACT,
    DECLINE_CONTRACT,
    CANCEL_CONTRACT,
    GET_CONTRACT_DOCUMENT,
    GET_CONTRACT_EVIDENCE,
)
