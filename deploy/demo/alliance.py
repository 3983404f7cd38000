"""The demo alliance as its files say it: studios, people, productions, contracts, and the story that the demo tells.

Days count from the day on which the demo runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from events.shapes import Items, Language, Line, Number, PartyKey, Territory, Text, TimeZone
from services.production.productions import NewProduction, ShootingPeriod, Title
from services.production.schedule import ShootingDay
from services.talent.contracts import terms
from services.talent.contracts.terms import Consents, Fee, Instalment, Jurisdiction, Medium, Points, Terms
from services.talent.legal_details.details import LegalDetails
from services.talent.people.files import Contact, IdentityDocument, Names, Profile, SpokenLanguages
from services.talent.people.permits import Kind, PermitFacts, PermitNumber, Places

Key = Annotated[str, Text(max=40, pattern="[a-z][a-z0-9_-]*", expected="a key such as los_angeles")]
Keys = Annotated[tuple[Key, ...], Items(min=1)]
Day = Annotated[int, Number(min=-3650, max=3650, doc="days from the day on which the demo runs")]


@dataclass(frozen=True)
class Member:
    """Somebody who works for a studio."""

    name: Line
    roles: Annotated[tuple[Literal["producer", "casting", "legal", "finance", "viewer"], ...], Items(min=1)]


@dataclass(frozen=True)
class Studio:
    """A studio and its members."""

    key: Key
    name: Line
    city: Line
    legal: LegalDetails
    members: Annotated[tuple[Member, ...], Items(min=1)]

    def acting_as(self, role: str) -> Member:
        """The member with this role, or else the producer."""
        return next(
            (member for wanted in (role, "producer") for member in self.members if wanted in member.roles),
            self.members[0],
        )


@dataclass(frozen=True)
class Permit:
    """A work permit; both days are valid days."""

    kind: Kind
    number: PermitNumber
    from_day: Day
    until_day: Day
    places: Places = ()

    def facts(self, today: date) -> PermitFacts:
        """What talent records of it."""
        return PermitFacts(self.kind, self.number, on(today, self.from_day), on(today, self.until_day), self.places)


@dataclass(frozen=True)
class Person:
    """A performer or crew member, and which studios have them on file."""

    key: Key
    craft: Line
    on_file: Keys
    names: Names
    nationality: Territory
    languages: SpokenLanguages
    contact: Contact
    birth_date: date
    document: IdentityDocument
    address: Line
    permits: tuple[Permit, ...] = ()

    @property
    def profile(self) -> Profile:
        """What a studio puts on file."""
        return Profile(
            self.names,
            self.nationality,
            self.languages,
            self.contact,
            self.birth_date,
            self.document,
            address=self.address,
        )


@dataclass(frozen=True)
class UnitDays:
    """On which days a unit shoots at a place."""

    unit: Line
    place: Line
    days: Annotated[tuple[Day, ...], Items(min=1)]


@dataclass(frozen=True)
class Production:
    """A production and its shooting days."""

    key: Key
    studio: Key
    title: Title
    episodes: Annotated[int, Number(min=1, max=1000)]
    territories: Annotated[tuple[Territory, ...], Items(min=1)]
    platforms: Annotated[tuple[Line, ...], Items(min=1)]
    base_place: Line
    shooting: Annotated[tuple[UnitDays, ...], Items(min=1)]

    @property
    def days(self) -> tuple[int, ...]:
        """The days on which any unit shoots, ascending."""
        return tuple(sorted({day for unit in self.shooting for day in unit.days}))

    def opened(self, today: date) -> NewProduction:
        """What the studio says of it when it opens it."""
        period = ShootingPeriod(on(today, self.days[0]), on(today, self.days[-1]))
        return NewProduction(self.title, self.episodes, self.territories, self.base_place, period)

    def plan(self, today: date) -> tuple[ShootingDay, ...]:
        """The shooting days."""
        return tuple(ShootingDay(on(today, day), unit.unit, unit.place) for unit in self.shooting for day in unit.days)


@dataclass(frozen=True)
class Grant:
    """Rights granted, from a day on for some years."""

    media: Annotated[tuple[Medium, ...], Items(min=1)]
    territories: Annotated[tuple[Territory, ...], Items(min=1)]
    languages: Annotated[tuple[Language, ...], Items(min=1)]
    from_day: Day
    years: Annotated[int, Number(min=1, max=70)]
    exclusive: bool = False

    def term(self, today: date) -> terms.Grant:
        """The grant as a term of a contract."""
        starts_on = on(today, self.from_day)
        ends_on = starts_on + timedelta(days=365.25 * self.years - 1)
        return terms.Grant(self.media, self.territories, self.languages, starts_on, ends_on, self.exclusive)


@dataclass(frozen=True)
class Party:
    """Who signs for a party, where; the performer signs in person."""

    party: PartyKey
    time_zone: TimeZone
    name: Line | None = None
    address: Line | None = None
    signer: Line | None = None


@dataclass(frozen=True)
class Contract:
    """An engagement as typed terms, and who signs it in which order."""

    key: Key
    production: Key
    person: Key
    role: Line
    episodes: Annotated[int, Number(min=1, max=1000)]
    work_days: Annotated[tuple[Day, ...], Items(min=1)]
    hours_cap: int
    rest_hours: int
    fee: Fee
    instalments: Annotated[tuple[Instalment, ...], Items(min=1)]
    grants: tuple[Grant, ...]
    consents: Consents
    governing_law: Jurisdiction
    prevailing_language: Literal["zh", "en"]
    parties: Annotated[tuple[Party, ...], Items(min=2, max=10)]
    points: Points | None = None

    def terms(self, production_id: str, person_id: str, today: date) -> Terms:
        """The terms as talent takes them."""
        return Terms(
            production_id=production_id,
            person_id=person_id,
            role=self.role,
            episodes=self.episodes,
            work_dates=tuple(on(today, day) for day in self.work_days),
            hours_cap=self.hours_cap,
            rest_hours=self.rest_hours,
            fee=self.fee,
            instalments=self.instalments,
            grants=tuple(grant.term(today) for grant in self.grants),
            consents=self.consents,
            governing_law=self.governing_law,
            prevailing_language=self.prevailing_language,
            points=self.points,
        )


@dataclass(frozen=True)
class Story:
    """The contract that the demo follows, and the permit that its performer lacks at first."""

    contract: Key
    permit: Permit


@dataclass(frozen=True)
class Alliance:
    """Everything that the files say, by key and in the files' order."""

    studios: dict[str, Studio]
    people: dict[str, Person]
    productions: dict[str, Production]
    contracts: dict[str, Contract]
    story: Story

    def studio_of(self, contract: Contract) -> Studio:
        """The studio that produces what a contract is for."""
        return self.studios[self.productions[contract.production].studio]

    @property
    def last_work_day(self) -> int:
        """The last day on which anybody works."""
        return max(day for contract in self.contracts.values() for day in contract.work_days)


def on(today: date, day: int) -> date:
    """The date of a day that is counted from today."""
    return today + timedelta(days=day)
