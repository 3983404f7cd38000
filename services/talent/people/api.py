"""What may be asked about people and their permits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten
from events.places import PlaceLabel, PlaceUnknown
from events.shapes import (
    Items,
    Language,
    Line,
    Number,
    PermitId,
    PersonId,
    Territory,
)
from services.talent.availability.window import WindowImpossible
from services.talent.codes import LanguageUnknown, TerritoryUnknown
from services.talent.documents.numbers import PassportNumberMalformed
from services.talent.documents.scans import Check, Scan
from services.talent.people.credits import KnownCredit
from services.talent.people.duplicates import Reason
from services.talent.people.files import (
    Agent,
    BirthDateImpossible,
    Contact,
    Credits,
    EmergencyContact,
    LanguageRepeated,
    Measurements,
    Names,
    PersonAlreadyOnFile,
    Portfolio,
    Profile,
    ProfileChange,
    Skills,
    SpokenLanguages,
    Word,
    WorkProfiles,
    WorkRepeated,
)
from services.talent.people.merging import (
    BothKnownElsewhere,
    FileMerged,
    KnownElsewhere,
    MergedWithItself,
    MergeRequest,
)
from services.talent.people.permits import (
    Kind,
    PermitAlreadyRevoked,
    PermitEndsBeforeItStarts,
    PermitFacts,
    PermitNumber,
    PermitUnknown,
    Revocation,
    TooManyPermits,
)

IDENTITY = "identity:read"
"""The scope that shows birth dates and the numbers of identity documents; without it they are masked."""


@dataclass(frozen=True)
class ShownDocument:
    """An identity document; without the scope identity:read only the last three characters of its number."""

    kind: Line
    country: Territory
    number: Line


@dataclass(frozen=True)
class PermitView:
    """A permit on file; without places it holds anywhere."""

    permit_id: PermitId
    kind: Kind
    number: PermitNumber
    valid_from: date
    valid_until: date
    places: Annotated[tuple[PlaceLabel, ...], Items(max=50)]
    recorded_at: datetime
    revocation: Revocation | None
    issuer: Line | None
    sponsor: Line | None
    file: Scan | None
    check: Check | None


@dataclass(frozen=True)
class PersonView:
    """A studio's file on a person. Without the scope identity:read the birth date is null and the document's number masked."""

    person_id: PersonId
    names: Names
    nationality: Territory
    languages: SpokenLanguages
    contact: Contact
    birth_date: date | None
    document: ShownDocument | None
    skills: Skills
    measurements: Measurements
    agent: Agent | None
    union: Line | None
    media: Portfolio
    tax_residence: Territory | None
    emergency_contact: EmergencyContact | None
    permits: tuple[PermitView, ...]
    registered_at: datetime
    profiles: WorkProfiles
    credits: Credits
    address: Line | None
    merged_into: PersonId | None
    former: tuple[PersonId, ...]
    version: int


Age = Annotated[int, Number(min=0, max=120, doc="the age that is reached in this calendar year")]


@dataclass(frozen=True)
class PeopleQuery:
    """Whose files to list: all conditions hold. With a text, in any script or in pinyin, the best matches come first.

    Available is who is neither booked nor off nor held by another studio from the one day to the other.
    """

    text: Line | None = None
    nationality: Territory | None = None
    language: Language | None = None
    skill: Word | None = None
    attribute: Word | None = None
    age_from: Age | None = None
    age_to: Age | None = None
    available_from: date | None = None
    available_to: date | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class CreditsQuery:
    """Where a list of credits goes on."""

    order: Order = "newest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class Duplicate:
    """Another file that may be about the same person: how alike the names are in percent, and what speaks for it."""

    person_id: PersonId
    names: Names
    birth_date: date | None
    percent: int
    reasons: Annotated[tuple[Reason, ...], Items(min=1, max=4)]


@dataclass(frozen=True)
class Duplicates:
    """The files of the studio that may be about the same person, the likeliest first."""

    person_id: PersonId
    duplicates: Annotated[tuple[Duplicate, ...], Items(max=50)]


@dataclass(frozen=True)
class MergeView:
    """Which file is history now, and which one is the person's."""

    person_id: PersonId
    merged: PersonId


@dataclass(frozen=True)
class PermitRevocation:
    """Why a permit no longer holds."""

    reason: Line


_PROFILE_ERRORS = (TerritoryUnknown, LanguageUnknown, LanguageRepeated, BirthDateImpossible, WorkRepeated)
REGISTER_PERSON = Operation(
    name="register_person",
    kind="command",
    method="POST",
    path="/v1/people",
    summary="Put a person on file",
    description="The person's id is the same for every studio that registers the same identity document; the file is "
    "the studio's own. Names, contact, birth date, document and permits are stored encrypted.",
    request=Profile,
    response=PersonView,
    scope="people:write",
    status=201,
    versioned=True,
    errors=(PersonAlreadyOnFile, PersonForgotten, PassportNumberMalformed, *_PROFILE_ERRORS),
    example={
        "names": {"legal": "한서연", "stage": "Seoyeon Han", "chinese": "韩书妍"},
        "nationality": "KR",
        "languages": [{"tag": "ko", "level": "native"}, {"tag": "zh", "level": "B1"}],
        "contact": {"email": "seoyeon@example.com", "phone": "+82 2 1234 5678"},
        "birth_date": "1998-04-17",
        "document": {"kind": "passport", "country": "KR", "number": "M1234 5678"},
        "skills": ["cello", "sword fighting"],
        "measurements": {"height": 168, "shoe": 38},
        "agent": {"name": "Blue Crane Artists", "contact": {"email": "desk@bluecrane.example"}, "commission": "15"},
        "emergency_contact": {"name": "한지우", "relation": "sister", "phone": "+82 10 9876 5432"},
        "credits": [{"title": "The Salt Road", "role": "Mira", "year": 2024}],
        "address": "서울특별시 마포구 월드컵북로 396, 1204호 (03925), Korea",
    },
)
GET_PERSON = Operation(
    name="get_person",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}",
    summary="Read the file on a person, permits included",
    response=PersonView,
    scope="people:read",
    versioned=True,
    errors=(NotFound, PersonForgotten),
)
LIST_PEOPLE = Operation(
    name="list_people",
    kind="query",
    method="GET",
    path="/v1/people",
    summary="Find or list the studio's files on people",
    description="Without a text, oldest first or as `order` says. With one, whole names come before parts of names, and these before beginnings.",
    query=PeopleQuery,
    response=page_of(PersonView),
    scope="people:read",
    errors=(CursorInvalid, WindowImpossible),
)
UPDATE_PERSON = Operation(
    name="update_person",
    kind="command",
    method="PATCH",
    path="/v1/people/{person_id}",
    summary="Change the file on a person",
    description="A field that is given replaces the whole field; one that is left out or null stays as it is.",
    request=ProfileChange,
    response=PersonView,
    scope="people:write",
    versioned=True,
    errors=(NotFound, PersonForgotten, FileMerged, *_PROFILE_ERRORS),
    example={"languages": [{"tag": "ko", "level": "native"}, {"tag": "zh", "level": "B2"}]},
)
RECORD_PERMIT = Operation(
    name="record_permit",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/permits",
    summary="Record a person's work permit",
    request=PermitFacts,
    response=PermitView,
    scope="permits:write",
    status=201,
    versioned=True,
    errors=(NotFound, PersonForgotten, FileMerged, PermitEndsBeforeItStarts, PlaceUnknown, TooManyPermits),
    example={
        "kind": "short_term_work_proof",
        "number": "ZP-2026-0187",
        "valid_from": "2026-11-25",
        "valid_until": "2027-02-22",
        "places": ["横店"],
        "issuer": "浙江省文化和旅游厅",
        "sponsor": "Hengdian Lantern Pictures",
    },
)
REVOKE_PERMIT = Operation(
    name="revoke_permit",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/permits/{permit_id}/revocation",
    summary="Record that a work permit no longer holds",
    request=PermitRevocation,
    response=PermitView,
    scope="permits:write",
    versioned=True,
    errors=(NotFound, PersonForgotten, FileMerged, PermitUnknown, PermitAlreadyRevoked),
    example={"reason": "The employment ended early."},
)
LIST_CREDITS = Operation(
    name="list_credits",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/credits",
    summary="List a person's credits: those that your studio can prove, and those that are only claimed",
    description="Proved by a contract that was executed and worked to its end, once the production wrapped: after its last planned "
    "shooting day, or the contract's last work date before any plan. A claim to the same title and role is shown as proved; "
    "what nothing proves has no `proof`.",
    query=CreditsQuery,
    response=page_of(KnownCredit),
    scope="people:read",
    errors=(NotFound, PersonForgotten, CursorInvalid),
)
FIND_DUPLICATES = Operation(
    name="find_duplicates",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/duplicates",
    summary="Find the studio's files that may be about the same person",
    description="Similar names in any script with the same birth date, or the same passport. Names of which only one has a birth "
    "date must be the same.",
    response=Duplicates,
    scope="people:read",
    errors=(NotFound, PersonForgotten),
)
MERGE_PERSON = Operation(
    name="merge_person",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/merge",
    summary="Merge another file on the same person into this one",
    description="The other file stays readable and says where the person is now; its contracts stay valid and are listed "
    "here, too. What only the other file says, and its permits, come to this one within moments. Other studios' files do not "
    "change: an id that another studio knows the person by cannot become history.",
    request=MergeRequest,
    response=MergeView,
    scope="people:write",
    errors=(NotFound, PersonForgotten, MergedWithItself, FileMerged, KnownElsewhere, BothKnownElsewhere),
    example={"other": "prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"},
)

OPERATIONS = (
    REGISTER_PERSON,
    GET_PERSON,
    LIST_PEOPLE,
    UPDATE_PERSON,
    RECORD_PERMIT,
    REVOKE_PERMIT,
    LIST_CREDITS,
    FIND_DUPLICATES,
    MERGE_PERSON,
)
