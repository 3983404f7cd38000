"""What may be asked about documents."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten
from events.places import PlaceLabel, PlaceUnknown
from events.shapes import Items, Number, Paragraph, PersonId
from events.talent.documents import DocumentId
from services.talent.codes import TerritoryUnknown
from services.talent.documents.numbers import PassportNumberMalformed
from services.talent.documents.papers import (
    DocumentEndsBeforeItStarts,
    DocumentFacts,
    DocumentIncomplete,
    DocumentIsWithdrawn,
    Kind,
    WithdrawalRequest,
)
from services.talent.documents.scans import AlreadyChecked, Check, CheckRequest
from services.talent.people.api import PermitView
from services.talent.people.merging import FileMerged
from services.talent.people.permits import PermitUnknown

Year = Annotated[int, Number(min=2000, max=2200, doc="a calendar year")]


@dataclass(frozen=True)
class DocumentView:
    """Where a document stands, without what it says."""

    document_id: DocumentId
    person_id: PersonId
    kind: Kind
    valid_from: date | None
    valid_until: date | None
    recorded_at: datetime
    check: Check | None
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class HeldDocument:
    """A document with what it says, the places where it holds, and why it was withdrawn."""

    document: DocumentView
    facts: DocumentFacts
    places: Annotated[tuple[PlaceLabel, ...], Items(max=50)]
    withdrawal_reason: Paragraph | None


@dataclass(frozen=True)
class DocumentsQuery:
    """Which documents to list: all conditions hold."""

    kind: Kind | None = None
    valid_on: date | None = None
    checked: bool | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class AllowanceQuery:
    """Which calendar year; the current one by default."""

    year: Year | None = None


@dataclass(frozen=True)
class WorkAllowance:
    """The days of a calendar year on which the person works in China under short-term work proofs, for any studio.

    `worked` lie behind, `booked` are today and ahead, `here` are those of both that your studio booked; `exceeded_on` is the
    first day beyond the limit.
    """

    person_id: PersonId
    year: Year
    limit: int
    worked: int
    booked: int
    here: int
    left: int
    exceeded_on: date | None


RECORD_DOCUMENT = Operation(
    name="record_document",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/documents",
    summary="Record a passport, mandate, consent or membership",
    description="What the document says is stored encrypted. A passport's number must have the form of its country, where one "
    "is known, and that of ICAO Doc 9303 otherwise. The end is announced 60, 30 and 7 days ahead. Work permits have an "
    "operation of their own.",
    request=DocumentFacts,
    response=DocumentView,
    scope="permits:write",
    status=201,
    versioned=True,
    errors=(
        NotFound,
        PersonForgotten,
        FileMerged,
        DocumentIncomplete,
        PlaceUnknown,
        DocumentEndsBeforeItStarts,
        PassportNumberMalformed,
        TerritoryUnknown,
    ),
    example={
        "kind": "passport",
        "number": "M12345678",
        "country": "KR",
        "issuer": "Ministry of Foreign Affairs",
        "valid_from": "2024-05-02",
        "valid_until": "2034-05-02",
        "file": {
            "name": "passport.pdf",
            "media_type": "application/pdf",
            "size": 482113,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
    },
)
LIST_DOCUMENTS = Operation(
    name="list_documents",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/documents",
    summary="List a person's documents with what they say, oldest first",
    query=DocumentsQuery,
    response=page_of(HeldDocument),
    scope="people:read",
    errors=(NotFound, PersonForgotten, CursorInvalid),
)
CHECK_DOCUMENT = Operation(
    name="check_document",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/documents/{document_id}/check",
    summary="Record that you have checked a document, and how",
    request=CheckRequest,
    response=DocumentView,
    scope="permits:write",
    versioned=True,
    errors=(NotFound, PersonForgotten, DocumentIsWithdrawn, AlreadyChecked),
    example={"by_what": "original"},
)
WITHDRAW_DOCUMENT = Operation(
    name="withdraw_document",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/documents/{document_id}/withdrawal",
    summary="Record that a document does not hold any more",
    request=WithdrawalRequest,
    response=DocumentView,
    scope="permits:write",
    versioned=True,
    errors=(NotFound, PersonForgotten, DocumentIsWithdrawn),
    example={"reason": "The agent was changed."},
)
CHECK_PERMIT = Operation(
    name="check_permit",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/permits/{permit_id}/check",
    summary="Record that you have checked a work permit, and how",
    request=CheckRequest,
    response=PermitView,
    scope="permits:write",
    versioned=True,
    errors=(NotFound, PersonForgotten, FileMerged, PermitUnknown, AlreadyChecked),
    example={"by_what": "register"},
)
GET_WORK_ALLOWANCE = Operation(
    name="get_work_allowance",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/work-allowance",
    summary="Read how many of the 90 days of short-term work in China a person has left in a year, across studios",
    description="A day counts once, when a studio has booked the person in China and holds a short-term work proof that covers "
    "it. Of other studios only the number of days is told.",
    query=AllowanceQuery,
    response=WorkAllowance,
    scope="people:read",
    errors=(NotFound, PersonForgotten),
)

OPERATIONS = (
    RECORD_DOCUMENT,
    LIST_DOCUMENTS,
    CHECK_DOCUMENT,
    WITHDRAW_DOCUMENT,
    CHECK_PERMIT,
    GET_WORK_ALLOWANCE,
)
