"""What may be asked about the signing of a contract: by the studio about its recipients, and by recipients by their links."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from chassis.api import Operation, Upload
from chassis.errors import NotFound, PersonForgotten, WorkLost, WorkshopFull
from events.shapes import ContractId, Items, Line, Paragraph, PartyKey, Sha256, TimeZone
from events.talent.signing import Wish
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.lifecycle import ContractStateConflict, State
from services.talent.contracts.signing import (
    DocumentChanged,
    FormerAddress,
    Initials,
    SignatureInDispute,
    SigningTimeOver,
)
from services.talent.contracts.warnings import DaysWarning
from services.talent.letters.addressees import Reading
from services.talent.letters.api import (
    CODE_ERRORS,
    LINK_ERRORS,
    OPENING_ERRORS,
    RENEWAL_ERRORS,
    SESSION_ERRORS,
    TOKEN,
    CodeGiven,
    CodeSent,
    LetterState,
    LinkSent,
    SessionView,
)
from services.talent.paper.api import NotAPdf
from services.talent.people.files import Email
from services.talent.signing import questions
from services.talent.signing.circulation import (
    DelegationNotAllowed,
    NothingToDispute,
    RecipientDone,
    RecipientNotYetDue,
    RoleCannot,
    TurnOver,
)
from services.talent.signing.consent import ConsentOutdated
from services.talent.signing.desk import LARGEST_SCAN, Desk, ScanId
from services.talent.signing.initials import InitialsMissing, InitialsNotAsked
from services.talent.signing.names import NameUnexpected
from services.talent.signing.recipients import HandingOn, Progress, RecipientsContradictory, RecipientUnknown, Role
from services.talent.signing.summary import Summary
from services.talent.studios import StudioIsSuspended

SignerWarnings = Annotated[tuple[DaysWarning, ...], Items(max=3, doc="for the performer while it is their turn")]


@dataclass(frozen=True)
class QuestionView:
    """What a recipient asked, or proposed to change, and when."""

    wish: Wish
    text: Paragraph
    at: datetime


@dataclass(frozen=True)
class RecipientView:
    """A recipient of a contract with the state of its turn; without name and address: the studio's own."""

    key: PartyKey
    role: Role
    party: PartyKey | None
    witness_of: PartyKey | None
    step: int
    language: Reading
    name: Line | None
    email: Email | None
    state: Progress
    invited_at: datetime | None
    viewed_at: datetime | None
    expires_at: datetime | None
    reminders: int
    bounced: bool
    acted_at: datetime | None
    letter: LetterState | None
    questions: Annotated[tuple[QuestionView, ...], Items(max=questions.MOST_QUESTIONS)]
    former: Annotated[tuple[FormerAddress, ...], Items(max=1_000, doc="addresses before this one")]


@dataclass(frozen=True)
class RecipientsView:
    """Everybody who takes part in a contract, in the order in which they were named."""

    contract_id: ContractId
    recipients: Annotated[tuple[RecipientView, ...], Items(max=30)]


@dataclass(frozen=True)
class Correction:
    """The right name and address of a recipient."""

    recipient: PartyKey
    name: Line
    email: Email


@dataclass(frozen=True)
class RecipientNamed:
    """Which recipient is meant."""

    recipient: PartyKey


@dataclass(frozen=True)
class InLanguage:
    """The language that the reader chose; without one it is the one that the studio chose for them."""

    language: Reading | None = None


@dataclass(frozen=True)
class DeskRuleView:
    """Whether members may enter at the studio's desk what people signed on paper."""

    desk: Desk


@dataclass(frozen=True)
class ScanView:
    """A scan of the contract as it was signed by hand: its size in bytes, and the SHA-256 of its bytes."""

    scan_id: ScanId
    contract_id: ContractId
    size: int
    sha256: Sha256


@dataclass(frozen=True)
class EnteredView:
    """The signature that the studio entered for the reader, who did not authenticate: when, under which name, and why.

    `scan_sha256` is the hash of the paper that the studio says was signed. `disputed_at` is when the reader disputed it.
    """

    name: Line
    signed_at: datetime
    recorded_by: Line | None
    reason: Paragraph | None
    scan_sha256: Sha256 | None
    disputed_at: datetime | None


@dataclass(frozen=True)
class SignatureDispute:
    """Why the signature is not the reader's own."""

    reason: Paragraph


@dataclass(frozen=True)
class LinkView:
    """What a link tells before its code is given: who sends what to whom, until when, and whether the session is open.

    `turn` is the state of the recipient's turn, `address` is masked; `deadline` is the last moment to act. `production` is the title
    in the language that was asked for, where there is one.
    """

    language: Reading
    address: Line
    sender: Line
    production: Line
    part: Line
    deadline: datetime | None
    role: Role
    turn: Progress
    contract_state: State
    expires_at: datetime | None
    session: bool


@dataclass(frozen=True)
class ConsentView:
    """What is agreed to before signing: the version, and its text in the language that was asked for."""

    version: Line
    language: Reading
    text: Paragraph


@dataclass(frozen=True)
class OtherView:
    """How far another recipient is: nobody is named."""

    role: Role
    party: PartyKey | None
    state: Progress


@dataclass(frozen=True)
class ReadingView:
    """The contract as its recipient reads it: what to initial, what to agree to, until when, and what they may do.

    `summary` and `consent` are in the language that was asked for; `others` are in the order in which they act. `warnings` tell the
    performer, whose turn it is, which of the days are taken or past.
    """

    recipient: PartyKey
    role: Role
    name: Line
    language: Reading
    turn: Progress
    contract_state: State
    may_delegate: bool
    document: ContractDocument
    document_sha256: Sha256
    initials: Annotated[tuple[Line, ...], Items(max=100, doc="ids of the clauses to initial")]
    consent: ConsentView
    summary: Summary
    deadline: datetime | None
    others: Annotated[tuple[OtherView, ...], Items(max=30)]
    entered: EnteredView | None
    warnings: SignerWarnings


@dataclass(frozen=True)
class LinkSignature:
    """A signature by a personal link: name as typed, time zone, the hash of what was read, the consent, the initials.

    `consent_language` is the language in which the consent was shown; without it, the recipient's.
    `name_confirmed` signs with a name that is none of those on the signer's file.
    """

    name: Line
    time_zone: TimeZone
    document_sha256: Sha256
    consent: Line
    initials: Annotated[tuple[Initials, ...], Items(max=100)] = ()
    consent_language: Reading | None = None
    name_confirmed: bool = False


@dataclass(frozen=True)
class Approval:
    """An approval by a personal link, with what a signature has but initials."""

    name: Line
    time_zone: TimeZone
    document_sha256: Sha256
    consent: Line
    consent_language: Reading | None = None


@dataclass(frozen=True)
class LinkRefusal:
    """Why the recipient declines."""

    reason: Paragraph


@dataclass(frozen=True)
class Question:
    """What the recipient wants to know, or to have changed before they sign."""

    wish: Wish
    text: Paragraph


@dataclass(frozen=True)
class Handover:
    """Who acts in the recipient's place: a delegate, or the person for whom it was meant."""

    why: HandingOn
    name: Line
    email: Email


@dataclass(frozen=True)
class ActView:
    """What became of the contract by the recipient's act; nobody is named."""

    contract_id: ContractId
    contract_state: State
    recipient: PartyKey
    turn: Progress


CLOSED_IS_SHOWN = timedelta(days=30)
"""How long a contract that ended unexecuted is read by link; an executed one as long as the link lives."""
_LINK = "/public/signing/{token}"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_TURN_ERRORS = (
    *SESSION_ERRORS,
    SigningTimeOver,
    ContractStateConflict,
    RecipientDone,
    RecipientNotYetDue,
    TurnOver,
    RoleCannot,
)
_PENDING_ERRORS = (
    NotFound,
    PersonForgotten,
    RecipientUnknown,
    RecipientDone,
    RoleCannot,
    SigningTimeOver,
    ContractStateConflict,
)
_ACT = {
    "name": "佐藤 美咲",
    "time_zone": "Asia/Tokyo",
    "document_sha256": _HASH,
    "consent": "esign/1",
    "consent_language": "ja",
}

LIST_RECIPIENTS = Operation(
    name="list_recipients",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}/recipients",
    summary="Read who takes part in a contract, and how far they are",
    response=RecipientsView,
    scope="contracts:read",
    versioned=True,
    errors=(NotFound, PersonForgotten),
)
CORRECT_RECIPIENT = Operation(
    name="correct_recipient",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/recipients/correction",
    summary="Correct a recipient's name and address",
    description="Links and sessions of the earlier address stop working, and it is told by a letter; when it is the recipient's turn, "
    "that begins anew at the new one. Evidence and certificate show every earlier address.",
    request=Correction,
    response=ActView,
    scope="contracts:write",
    versioned=True,
    errors=(*_PENDING_ERRORS, RecipientsContradictory),
    example={"recipient": "performer", "name": "佐藤 美咲", "email": "misaki@example.com"},
)
RESUME_RECIPIENT = Operation(
    name="resume_recipient",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/recipients/resumption",
    summary="Begin a recipient's turn anew, with a new link and new time",
    request=RecipientNamed,
    response=ActView,
    scope="contracts:write",
    versioned=True,
    errors=(*_PENDING_ERRORS, RecipientNotYetDue),
    example={"recipient": "performer"},
)
REPORT_BOUNCE = Operation(
    name="report_bounce",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/recipients/bounce",
    summary="Record that a recipient's address takes no letters",
    description="For what a mail system hears after it took a letter. No reminders go to the address until it is corrected.",
    request=RecipientNamed,
    response=ActView,
    scope="contracts:write",
    versioned=True,
    errors=(NotFound, RecipientUnknown, RoleCannot),
    example={"recipient": "performer"},
)
GET_SIGNING_LINK = Operation(
    name="get_signing_link",
    kind="query",
    method="GET",
    path=_LINK,
    summary="Read what a personal link is for",
    query=InLanguage,
    response=LinkView,
    public=True,
    path_pattern=TOKEN,
    errors=LINK_ERRORS,
)
REQUEST_CODE = Operation(
    name="request_code",
    kind="command",
    method="POST",
    path=f"{_LINK}/code",
    summary="Have a one-time code sent to the link's recipient",
    description="The answer's cookie belongs to the code: send it back with the code and from then on. A browser that the link is "
    "bound to keeps the one that it has.",
    response=CodeSent,
    public=True,
    path_pattern=TOKEN,
    errors=CODE_ERRORS,
)
OPEN_SESSION = Operation(
    name="open_session",
    kind="command",
    method="POST",
    path=f"{_LINK}/session",
    summary="Give the code: this binds the link to the browser that asked for it and opens a session of half an hour",
    description="When no answer comes, or 503, give the same code again: it still opens one session only.",
    request=CodeGiven,
    response=SessionView,
    public=True,
    path_pattern=TOKEN,
    errors=OPENING_ERRORS,
    example={"code": "204816"},
)
RENEW_LINK = Operation(
    name="renew_link",
    kind="command",
    method="POST",
    path=f"{_LINK}/renewal",
    summary="Have a new link sent to the same recipient, to go on in another browser",
    response=LinkSent,
    public=True,
    path_pattern=TOKEN,
    errors=RENEWAL_ERRORS,
)
READ_CONTRACT = Operation(
    name="read_contract",
    kind="query",
    method="GET",
    path=f"{_LINK}/document",
    summary="Read the contract by a personal link",
    query=InLanguage,
    response=ReadingView,
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, RecipientNotYetDue),
)
DOWNLOAD_CONTRACT = Operation(
    name="download_contract",
    kind="query",
    method="GET",
    path=f"{_LINK}/download",
    summary="Download the contract on paper by a personal link",
    description="PDF/A, Chinese and English side by side: before the last signature without any, then under the seal, with its "
    "SHA-256 in the header Content-Digest (RFC 9530).",
    public=True,
    path_pattern=TOKEN,
    media_type="application/pdf",
    errors=(*SESSION_ERRORS, RecipientNotYetDue, WorkshopFull, WorkLost),
)
SIGN_BY_LINK = Operation(
    name="sign_by_link",
    kind="command",
    method="POST",
    path=f"{_LINK}/signature",
    summary="Sign, or attest a signature as its witness, by a personal link",
    request=LinkSignature,
    response=ActView,
    public=True,
    path_pattern=TOKEN,
    errors=(
        *_TURN_ERRORS,
        StudioIsSuspended,
        DocumentChanged,
        ConsentOutdated,
        InitialsMissing,
        InitialsNotAsked,
        SignatureInDispute,
        NameUnexpected,
    ),
    example={**_ACT, "initials": [{"clause": "replica", "initials": "M.S."}]},
)
APPROVE_BY_LINK = Operation(
    name="approve_by_link",
    kind="command",
    method="POST",
    path=f"{_LINK}/approval",
    summary="Approve a contract by a personal link",
    request=Approval,
    response=ActView,
    public=True,
    path_pattern=TOKEN,
    errors=(*_TURN_ERRORS, StudioIsSuspended, DocumentChanged, ConsentOutdated, SignatureInDispute),
    example=_ACT,
)
DECLINE_BY_LINK = Operation(
    name="decline_by_link",
    kind="command",
    method="POST",
    path=f"{_LINK}/refusal",
    summary="Decline a contract by a personal link",
    request=LinkRefusal,
    response=ActView,
    public=True,
    path_pattern=TOKEN,
    errors=_TURN_ERRORS,
    example={"reason": "The dates collide with another engagement."},
)
ASK_BY_LINK = Operation(
    name="ask_by_link",
    kind="command",
    method="POST",
    path=f"{_LINK}/question",
    summary="Ask the studio something, or propose a change, by a personal link",
    description="The studio reads it in the list of recipients. It changes nothing: the turn goes on.",
    request=Question,
    response=ActView,
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, SigningTimeOver, ContractStateConflict, RecipientNotYetDue, questions.QuestionsTooMany),
    example={"wish": "change", "text": "Could the first shooting day be 3 December?"},
)
HAND_ON = Operation(
    name="hand_on",
    kind="command",
    method="POST",
    path=f"{_LINK}/handover",
    summary="Delegate one's part, or forward it to whom it is for",
    request=Handover,
    response=ActView,
    public=True,
    path_pattern=TOKEN,
    errors=(*_TURN_ERRORS, StudioIsSuspended, DelegationNotAllowed, RecipientsContradictory),
    example={"why": "forwarding", "name": "田中 健", "email": "ken@example.com"},
)
DISPUTE_SIGNATURE = Operation(
    name="dispute_signature",
    kind="command",
    method="POST",
    path=f"{_LINK}/dispute",
    summary="Say that the signature which the studio entered is not one's own, by a personal link",
    description="Nobody can take it back. A contract that others have yet to sign cannot be signed any more; in every case contract, "
    "evidence and verification say that the signature is disputed.",
    request=SignatureDispute,
    response=ActView,
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, NothingToDispute),
    example={"reason": "I never saw this contract."},
)
GET_DESK_RULE = Operation(
    name="get_desk_rule",
    kind="query",
    method="GET",
    path="/v1/settings/desk",
    summary="Read whether members may enter people's signatures at the studio's desk",
    response=DeskRuleView,
    scope="contracts:read",
    versioned=True,
)
CHANGE_DESK_RULE = Operation(
    name="change_desk_rule",
    kind="command",
    method="PUT",
    path="/v1/settings/desk",
    summary="Allow or forbid to enter people's signatures at the studio's desk",
    description="A template can forbid it as well. Every change is in the ledger.",
    request=DeskRuleView,
    response=DeskRuleView,
    scope="accounts:write",
    versioned=True,
    example={"desk": "allowed"},
)
UPLOAD_SCAN = Operation(
    name="upload_scan",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/scans",
    summary="Keep the scan of a contract that was signed by hand, encrypted",
    upload=Upload(("application/pdf",), LARGEST_SCAN),
    response=ScanView,
    scope="contracts:sign",
    status=201,
    errors=(NotFound, PersonForgotten, NotAPdf),
)
DOWNLOAD_SCAN = Operation(
    name="download_scan",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}/scans/{scan_id}",
    summary="Read the scan of a contract that was signed by hand",
    scope="contracts:read",
    media_type="application/pdf",
    errors=(NotFound, PersonForgotten),
)

OPERATIONS = (
    LIST_RECIPIENTS,
    CORRECT_RECIPIENT,
    RESUME_RECIPIENT,
    REPORT_BOUNCE,
    GET_SIGNING_LINK,
    REQUEST_CODE,
    OPEN_SESSION,
    RENEW_LINK,
    READ_CONTRACT,
    DOWNLOAD_CONTRACT,
    SIGN_BY_LINK,
    APPROVE_BY_LINK,
    DECLINE_BY_LINK,
    ASK_BY_LINK,
    HAND_ON,
    DISPUTE_SIGNATURE,
    GET_DESK_RULE,
    CHANGE_DESK_RULE,
    UPLOAD_SCAN,
    DOWNLOAD_SCAN,
)
