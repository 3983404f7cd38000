"""A studio's file on a person: who they are, which languages they speak, how to reach them.

The person's id is the alliance's; the file is the studio's own and no other studio reads it.
"""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from events.envelope import Event
from events.errors import RuleError
from events.shapes import Items, Language, Line, Number, Percentage, PersonId, Sha256, Territory, Text
from events.talent.documents import CheckedBy
from events.talent.people import (
    PermitChecked,
    PermitExpired,
    PermitExpiring,
    PermitRecorded,
    PermitRevoked,
    PersonErased,
    PersonRegistered,
    PersonUpdated,
)
from services.talent import codes
from services.talent.documents.numbers import check_passport
from services.talent.people import permits
from services.talent.people.permits import Permit, PermitFacts

Level = Literal["A1", "A2", "B1", "B2", "C1", "C2", "native"]
"""Common European Framework of Reference for Languages (CEFR), or native."""

_ATOM = r'[^\s\x00-\x1f\x7f-\x9f"(),.:;<>@\[\\\]]+'
_QUOTED = r'"([\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])+"'
_ALPHANUMERIC, _ALPHABETIC = r"[^\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x9f]", r"[^\s\x00-\x40\x5b-\x60\x7b-\x9f]"
_REST = rf"([^\s\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x60\x7b-\x9f]*{_ALPHANUMERIC})?"
_ADDRESS = rf"({_ATOM}(\.{_ATOM})*|{_QUOTED})@({_ALPHANUMERIC}{_REST}\.)+{_ALPHABETIC}{_REST}"
"""A dot-atom or quoted string, and the name of a host (RFC 5321, 4.1.2), both also in other scripts (RFC 6531, 3.3)."""

Email = Annotated[str, Text(max=254, pattern=_ADDRESS, expected="an e-mail address")]
Phone = Annotated[str, Text(max=32, pattern=r"\+[0-9][0-9 ()-]{4,30}", expected="a number such as +82 2 1234 5678")]
DocumentNumber = Annotated[
    str, Text(max=40, pattern=r"[A-Za-z0-9][A-Za-z0-9 ./-]*", expected="the number as printed in the document")
]

Word = Annotated[str, Text(max=60)]

_LONGEST_LIFE = 130
"""Years; nobody has been recorded to live longer."""


class PersonAlreadyOnFile(RuleError):
    """The studio has a file on this person."""

    en = "This person is already on file here as {person_id}."
    zh = "此人已在本机构建档，编号为 {person_id}。"


class BirthDateImpossible(RuleError):
    """Nobody alive was born that day."""

    status = 422
    en = "{birth_date} cannot be the birth date of a living person."
    zh = "{birth_date} 不可能是在世者的出生日期。"


class LanguageRepeated(RuleError):
    """A language is listed twice."""

    status = 422
    en = "{tag} is listed more than once."
    zh = "{tag} 重复列出。"


class WorkRepeated(RuleError):
    """Two profiles are for the same kind of work."""

    status = 422
    en = "There is more than one profile for {work}."
    zh = "{work} 存在多份资料。"


class ErasureNotYetAsked(RuleError):
    """Nobody asks for something tomorrow."""

    status = 422
    en = "{requested_on} is still to come: name the day on which the person asked."
    zh = "{requested_on} 尚未到来：请填写当事人提出请求的日期。"


class ContractsOpen(RuleError):
    """A contract with the person is out for signature, or a draft."""

    en = "Contract {contract_id} with this person is still open: have it signed, declined or cancelled first."
    zh = "与此人的合同 {contract_id} 尚未了结：请先完成签署、拒签或撤销。"


class ContractsUnfulfilled(RuleError):
    """Under executed contracts with the person there is work ahead, or pay outstanding: who owes it must know to whom."""

    en = (
        "There is work ahead or pay outstanding under {contracts}: have it done, paid or the contract terminated first."
    )
    zh = "合同 {contracts} 尚有未到的工作日或未付清的款项：请先履行、付清或终止合同。"


@dataclass(frozen=True)
class Names:
    """What a person is called: as in the passport, on screen, in Chinese; in any script.

    `reading` is how a name is pronounced, in kana or any other script: 佐藤 美咲 is さとう みさき.
    """

    legal: Line
    stage: Line | None = None
    chinese: Line | None = None
    reading: Line | None = None


@dataclass(frozen=True)
class Contact:
    """How to reach a person."""

    email: Email | None = None
    phone: Phone | None = None


@dataclass(frozen=True)
class IdentityDocument:
    """A passport or national identity card: two studios that register the same one mean the same person."""

    kind: Literal["passport", "national_id"]
    country: Territory
    number: DocumentNumber

    @property
    def identity(self) -> str:
        """The same text for every way of writing the same document's number."""
        return f"{self.kind}|{self.country}|{''.join(filter(str.isalnum, self.number)).upper()}"


@dataclass(frozen=True)
class SpokenLanguage:
    """A language and how well the person speaks it."""

    tag: Language
    level: Level | None = None


SpokenLanguages = Annotated[tuple[SpokenLanguage, ...], Items(max=50)]
Skills = Annotated[tuple[Word, ...], Items(max=100, doc="such as fencing, cello, driving licence B")]
Attributes = Annotated[
    tuple[Word, ...], Items(max=100, doc="what a person may be searched by and nobody is shown, such as twin or tattoo")
]
Centimetres = Annotated[int, Number(min=1, max=300, doc="whole centimetres")]


@dataclass(frozen=True)
class Measurements:
    """Sizes for costume and casting."""

    height: Centimetres | None = None
    chest: Centimetres | None = None
    waist: Centimetres | None = None
    hips: Centimetres | None = None
    weight: Annotated[int, Number(min=1, max=500, doc="whole kilograms")] | None = None
    shoe: Annotated[int, Number(min=10, max=60, doc="European size")] | None = None
    hair: Word | None = None
    eyes: Word | None = None


@dataclass(frozen=True)
class Agent:
    """Who represents a person, and for which part of the fee."""

    name: Line
    contact: Contact
    commission: Percentage


@dataclass(frozen=True)
class EmergencyContact:
    """Whom to call when something happens."""

    name: Line
    relation: Word
    phone: Phone


@dataclass(frozen=True)
class Media:
    """A picture, a showreel or a voice sample, where it is kept."""

    kind: Literal["headshot", "full_length", "showreel", "voice", "self_tape"]
    url: Annotated[str, Text(max=2_000, pattern=r"https://[^\s]+", expected="an https address")]
    sha256: Sha256 | None = None


Portfolio = Annotated[tuple[Media, ...], Items(max=100)]


@dataclass(frozen=True)
class WorkProfile:
    """How a person presents themselves for one kind of work; the identity is that of the whole file."""

    work: Literal["actor", "voice", "stunt", "presenter", "model", "dancer", "singer", "extra", "body_double", "crew"]
    stage: Line | None = None
    skills: Skills = ()
    media: Portfolio = ()


WorkProfiles = Annotated[tuple[WorkProfile, ...], Items(max=10, doc="one for each kind of work")]


Year = Annotated[int, Number(min=1900, max=2100)]


@dataclass(frozen=True)
class Credit:
    """Work that a person says they did; `credits` has what the studio can prove of it."""

    title: Line
    role: Line
    year: Year


Credits = Annotated[tuple[Credit, ...], Items(max=100, doc="as the person says")]


@dataclass(frozen=True)
class Profile:
    """What a studio knows about a person; the address is the postal one that contracts state."""

    names: Names
    nationality: Territory
    languages: SpokenLanguages = ()
    contact: Contact = Contact()
    birth_date: date | None = None
    document: IdentityDocument | None = None
    skills: Skills = ()
    measurements: Measurements = Measurements()
    attributes: Attributes = ()
    agent: Agent | None = None
    union: Line | None = None
    media: Portfolio = ()
    tax_residence: Territory | None = None
    emergency_contact: EmergencyContact | None = None
    profiles: WorkProfiles = ()
    credits: Credits = ()
    address: Line | None = None


@dataclass(frozen=True)
class ProfileChange:
    """What to change in a profile: a field that is given replaces the whole field, one that is left out or null stays."""

    names: Names | None = None
    nationality: Territory | None = None
    languages: SpokenLanguages | None = None
    contact: Contact | None = None
    birth_date: date | None = None
    skills: Skills | None = None
    measurements: Measurements | None = None
    attributes: Attributes | None = None
    agent: Agent | None = None
    union: Line | None = None
    media: Portfolio | None = None
    tax_residence: Territory | None = None
    emergency_contact: EmergencyContact | None = None
    profiles: WorkProfiles | None = None
    credits: Credits | None = None
    address: Line | None = None


@dataclass(frozen=True)
class PersonFile:
    """A studio's file on a person; its id is `file_id(person_id, tenant)`.

    A file that was `merged_into` another person's is history; `former` are the ids that were merged into this one.
    """

    id: str
    tenant: str
    version: int
    person_id: PersonId
    profile: Profile
    permits: tuple[Permit, ...]
    registered_at: datetime
    erased: bool = False
    merged_into: PersonId | None = None
    former: tuple[PersonId, ...] = ()

    @property
    def known_as(self) -> tuple[str, ...]:
        """Every id under which the studio has known the person."""
        return (self.person_id, *self.former)

    @property
    def places(self) -> tuple[str, ...]:
        """Every place that a permit on the file names."""
        return tuple(place for permit in self.permits for place in permit.places)


def file_id(person_id: str, tenant: str) -> str:
    """The id of a studio's file on a person."""
    return f"{person_id}.{tenant}"


def register(tenant: str, person_id: str, profile: Profile, at: datetime) -> tuple[PersonFile, list[Event]]:
    """Open the studio's file; raises the errors of `check`."""
    check(profile, at.date())
    file = PersonFile(file_id(person_id, tenant), tenant, 0, person_id, profile, (), at)
    return file, [PersonRegistered(person_id, profile.nationality, _tags(profile))]


def update(file: PersonFile, change: ProfileChange, at: datetime) -> tuple[PersonFile, list[Event]]:
    """The file with the change; no event when nothing differs. Raises the errors of `check`."""
    given: dict[str, Any] = {field.name: getattr(change, field.name) for field in fields(change)}
    new = {name: value for name, value in given.items() if value not in (None, getattr(file.profile, name))}
    if not new:
        return file, []
    profile = replace(file.profile, **new)
    check(profile, at.date())
    return replace(file, profile=profile), [
        PersonUpdated(file.person_id, profile.nationality, _tags(profile), tuple(sorted(new)))
    ]


def record_permit(file: PersonFile, permit_id: str, facts: PermitFacts, at: datetime) -> tuple[PersonFile, list[Event]]:
    """Put a permit on the file; raises the errors of `permits.record`."""
    changed = permits.record(file.permits, permit_id, facts, at)
    return replace(file, permits=changed), [
        PermitRecorded(file.person_id, permit_id, facts.kind, facts.valid_from, facts.valid_until, facts.places)
    ]


def revoke_permit(file: PersonFile, permit_id: str, reason: str, at: datetime) -> tuple[PersonFile, list[Event]]:
    """Revoke a permit on the file; raises the errors of `permits.revoke`."""
    changed = permits.revoke(file.permits, permit_id, reason, at)
    return replace(file, permits=changed), [PermitRevoked(file.person_id, permit_id)]


def check_permit(
    file: PersonFile, permit_id: str, by: str, by_what: CheckedBy, at: datetime
) -> tuple[PersonFile, list[Event]]:
    """Record that a member has checked a permit; raises the errors of `permits.check`."""
    changed = permits.check(file.permits, permit_id, by, by_what, at)
    return replace(file, permits=changed), [PermitChecked(file.person_id, permit_id, by_what)]


def erase(file: PersonFile, requested_on: date, everywhere: bool, at: datetime) -> tuple[PersonFile, list[Event]]:
    """The file of a person who asked to be forgotten (GDPR art. 17, PIPL art. 47); raises ErasureNotYetAsked.

    Everything that was sealed for the studio under the person's key becomes unreadable: file, documents, evidence.
    """
    if requested_on > at.date():
        raise ErasureNotYetAsked("/requested_on", requested_on=requested_on)
    return replace(file, permits=(), erased=True), [PersonErased(file.person_id, requested_on, everywhere)]


def next_notice(file: PersonFile) -> date | None:
    """When the end of a permit on the file has to be announced next; None when there is none to announce.

    A merged file announces nothing: its permits are on the person's file.
    """
    if file.merged_into is not None:
        return None
    return min((due for permit in file.permits if (due := permits.notice_on(permit))), default=None)


def give_notices(file: PersonFile, today: date) -> tuple[PersonFile, list[Event]]:
    """The file with every announcement of a permit's end that is due; no event when none is."""
    events: list[Event] = []
    held = []
    for permit in file.permits:
        days = permits.notice(permit, today)
        if days is not None:
            told = (file.person_id, permit.permit_id, permit.kind, permit.valid_until)
            events.append(
                PermitExpired(*told) if days < 0 else PermitExpiring(*told, (permit.valid_until - today).days)
            )
            permit = replace(permit, noticed=days)
        held.append(permit)
    return replace(file, permits=tuple(held)), events


def check(profile: Profile, today: date) -> None:
    """Raise the error of a fact that cannot be: of an unknown code, a repeated language, a birth date, a passport number."""
    codes.check_territory(profile.nationality, "/nationality")
    if profile.tax_residence is not None:
        codes.check_territory(profile.tax_residence, "/tax_residence")
    if profile.document is not None:
        codes.check_territory(profile.document.country, "/document/country")
        if profile.document.kind == "passport":
            check_passport(profile.document.country, profile.document.number, "/document/number")
    seen = set()
    for position, language in enumerate(profile.languages):
        codes.check_language(language.tag, f"/languages/{position}/tag")
        if language.tag.lower() in seen:
            raise LanguageRepeated(f"/languages/{position}/tag", tag=language.tag)
        seen.add(language.tag.lower())
    works = [entry.work for entry in profile.profiles]
    for position, work in enumerate(works):
        if work in works[:position]:
            raise WorkRepeated(f"/profiles/{position}/work", work=work)
    born = profile.birth_date
    if born is not None and not (today.year - _LONGEST_LIFE <= born.year and born <= today):
        raise BirthDateImpossible("/birth_date", birth_date=born)


def _tags(profile: Profile) -> tuple[str, ...]:
    return tuple(language.tag for language in profile.languages)
