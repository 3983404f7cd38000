"""A document that is on file with a studio: recorded, checked, announced before it ends, withdrawn.

Work permits are with the person's file (people/permits.py), because what a person may do hangs on them.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Literal

from events.envelope import Event
from events.errors import RuleError
from events.places import PlaceNamed
from events.shapes import Items, Line, Paragraph, PersonId, Territory, Text
from events.talent.documents import (
    CheckedBy,
    DocumentChecked,
    DocumentExpired,
    DocumentExpiring,
    DocumentId,
    DocumentRecorded,
    DocumentWithdrawn,
)
from services.talent import codes
from services.talent.documents import expiry, scans
from services.talent.documents.numbers import check_passport
from services.talent.documents.scans import Check, Scan

Kind = Literal["passport", "agent_mandate", "guardian_consent", "union_membership"]
DocumentNumber = Annotated[
    str,
    Text(max=60, pattern=r"[^\W_][\w ./()-]*", expected="the number as printed in the document", example="M12345678"),
]
_NEEDED: dict[Kind, tuple[str, ...]] = {
    "passport": ("number", "country", "valid_until"),
    "agent_mandate": ("issuer",),
    "guardian_consent": ("issuer", "valid_until"),
    "union_membership": ("issuer", "number"),
}
"""Without which fields a document of a kind says nothing; the issuer is the agent, the guardian, the union."""


class DocumentIncomplete(RuleError):
    """A document of this kind has this field."""

    status = 422
    en = "A {kind} has a {field}: give it."
    zh = "{kind} 须填写 {field}。"


class DocumentEndsBeforeItStarts(RuleError):
    """The document would end before its first day."""

    status = 422
    en = "The document would end on {valid_until}, before it starts on {valid_from}."
    zh = "文件的截止日期 {valid_until} 早于起始日期 {valid_from}。"


class DocumentIsWithdrawn(RuleError):
    """The document does not hold any more."""

    en = "Document {document_id} was withdrawn before."
    zh = "文件 {document_id} 此前已被撤回。"


@dataclass(frozen=True)
class DocumentFacts:
    """What a document says; both dates are valid days, and without `valid_until` it holds until it is withdrawn."""

    kind: Kind
    number: DocumentNumber | None = None
    country: Territory | None = None
    issuer: Line | None = None
    sponsor: Line | None = None
    places: Annotated[tuple[PlaceNamed, ...], Items(max=50, doc="where the document holds; none means anywhere")] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    file: Scan | None = None


@dataclass(frozen=True)
class Withdrawal:
    """When a document ceased to hold, and the sealed reason."""

    at: datetime
    reason: bytes


@dataclass(frozen=True)
class Document:
    """A document on file; its facts are sealed but for kind and dates, `fingerprint` is the hash of a passport."""

    id: DocumentId
    tenant: str
    version: int
    person_id: PersonId
    kind: Kind
    valid_from: date | None
    valid_until: date | None
    facts: bytes
    fingerprint: str
    recorded_at: datetime
    check: Check | None = None
    withdrawal: Withdrawal | None = None
    noticed: int | None = None


Step = tuple[Document, list[Event]]


def validate(facts: DocumentFacts) -> None:
    """Raise DocumentIncomplete, DocumentEndsBeforeItStarts, TerritoryUnknown or PassportNumberMalformed."""
    for field in _NEEDED[facts.kind]:
        if getattr(facts, field) is None:
            raise DocumentIncomplete(f"/{field}", kind=facts.kind, field=field)
    if facts.valid_from and facts.valid_until and facts.valid_until < facts.valid_from:
        raise DocumentEndsBeforeItStarts("/valid_until", valid_from=facts.valid_from, valid_until=facts.valid_until)
    if facts.country is not None:
        codes.check_territory(facts.country, "/country")
    if facts.kind == "passport" and facts.country and facts.number:
        check_passport(facts.country, facts.number, "/number")


def record(
    document_id: str, tenant: str, person_id: str, facts: DocumentFacts, sealed: bytes, fingerprint: str, at: datetime
) -> Step:
    """A document on a person's file; `facts` have passed `validate`, `sealed` is them as they are kept."""
    document = Document(
        document_id, tenant, 0, person_id, facts.kind, facts.valid_from, facts.valid_until, sealed, fingerprint, at
    )
    return document, [DocumentRecorded(person_id, document_id, facts.kind, facts.valid_from, facts.valid_until)]


def check(document: Document, by: str, by_what: CheckedBy, at: datetime) -> Step:
    """The document as checked by a member; raises DocumentIsWithdrawn, AlreadyChecked."""
    _require_held(document)
    checked = replace(document, check=scans.check(document.check, by, by_what, at))
    return checked, [DocumentChecked(document.person_id, document.id, by_what)]


def withdraw(document: Document, reason: bytes, at: datetime) -> Step:
    """The document that does not hold any more, for a sealed reason; raises DocumentIsWithdrawn."""
    _require_held(document)
    return replace(document, withdrawal=Withdrawal(at, reason)), [DocumentWithdrawn(document.person_id, document.id)]


def next_notice(document: Document) -> date | None:
    """When the document's end has to be announced next; None when it has none, or was withdrawn."""
    if document.valid_until is None or document.withdrawal is not None:
        return None
    return expiry.notice_on(document.valid_until, document.noticed)


def give_notice(document: Document, today: date) -> Step:
    """The document with the announcement of its end that is due; no event when none is."""
    last = document.valid_until
    if last is None or document.withdrawal is not None:
        return document, []
    days = expiry.notice(last, document.noticed, today)
    if days is None:
        return document, []
    told = (document.person_id, document.id, document.kind, last)
    event = DocumentExpired(*told) if days < 0 else DocumentExpiring(*told, (last - today).days)
    return replace(document, noticed=days), [event]


def _require_held(document: Document) -> None:
    if document.withdrawal is not None:
        raise DocumentIsWithdrawn(document_id=document.id)


@dataclass(frozen=True)
class WithdrawalRequest:
    """Why a document does not hold any more."""

    reason: Paragraph
