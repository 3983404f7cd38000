"""Reads the files of the demo alliance.

They are checked against each other, and by the same rules that the services apply, so that a mistake is told by file
and line before anything is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Protocol, TypeVar

from deploy.demo.alliance import Alliance, Contract, Permit, Person, Production, Story, Studio, on
from deploy.demo.yaml_file import YamlFile
from events.errors import RuleError
from events.places import PlaceUnknown
from events.shapes import Items
from kernel.places import built_in
from services.compliance.rules import read_rulebook
from services.production import productions, schedule
from services.talent.contracts import terms
from services.talent.contracts.identities import PERFORMER, STUDIO
from services.talent.people import files, permits
from services.talent.places import located

FOLDER = Path(__file__).parent
_SOME_ID = "0" * 26
"""Stands for an id where a rule is tried before there is one."""

Place = str | int


@dataclass(frozen=True)
class _Studios:
    studios: Annotated[tuple[Studio, ...], Items(min=1)]


@dataclass(frozen=True)
class _People:
    people: Annotated[tuple[Person, ...], Items(min=1)]


@dataclass(frozen=True)
class _Productions:
    productions: Annotated[tuple[Production, ...], Items(min=1)]


@dataclass(frozen=True)
class _Contracts:
    contracts: Annotated[tuple[Contract, ...], Items(min=1)]


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=_Keyed)


def load(folder: Path = FOLDER, today: date | None = None) -> Alliance:
    """The alliance of a folder; raises FileInvalid for the first fault."""
    return _Reading(folder, today or datetime.now(UTC).date()).alliance()


class _Reading:
    """One reading of the files of a folder; `today` is the day from which days count."""

    def __init__(self, folder: Path, today: date) -> None:
        self.today = today
        self.studios_file = YamlFile(folder / "studios.yaml")
        self.people_file = YamlFile(folder / "people.yaml")
        self.productions_file = YamlFile(folder / "productions.yaml")
        self.contracts_file = YamlFile(folder / "contracts.yaml")
        self.story_file = YamlFile(folder / "story.yaml")

    def alliance(self) -> Alliance:
        """What the files say, checked."""
        alliance = Alliance(
            studios=_by_key(self.studios_file, "studios", self.studios_file.load(_Studios).studios),
            people=_by_key(self.people_file, "people", self.people_file.load(_People).people),
            productions=_by_key(
                self.productions_file, "productions", self.productions_file.load(_Productions).productions
            ),
            contracts=_by_key(self.contracts_file, "contracts", self.contracts_file.load(_Contracts).contracts),
            story=self.story_file.load(Story),
        )
        for position, studio in enumerate(alliance.studios.values()):
            self._check_studio(studio, position)
        for position, person in enumerate(alliance.people.values()):
            self._check_person(alliance, person, position)
        for position, production in enumerate(alliance.productions.values()):
            self._check_production(alliance, production, position)
        for position, contract in enumerate(alliance.contracts.values()):
            self._check_contract(alliance, contract, position)
        self._check_story(alliance)
        return alliance

    def _check_studio(self, studio: Studio, position: int) -> None:
        where = ("studios", position, "members")
        if not any("producer" in member.roles for member in studio.members):
            raise self.studios_file.fault("nobody is the producer; expected a member with that role", *where)
        repeated = _repeated(member.name for member in studio.members)
        if repeated is not None:
            raise self.studios_file.fault(f"{repeated} is listed twice; expected once", *where)

    def _check_person(self, alliance: Alliance, person: Person, position: int) -> None:
        file, where = self.people_file, ("people", position)
        _check_references(file, person.on_file, "studio", alliance.studios, *where, "on_file")
        with _rules_of(file, *where):
            files.check(person.profile, self.today)
        for number, permit in enumerate(person.permits):
            self._check_permit(file, permit, *where, "permits", number)

    def _check_permit(self, file: YamlFile, permit: Permit, *where: Place) -> None:
        with _rules_of(file, *where, names={"valid_until": "until_day"}):
            permits.record((), _SOME_ID, located(permit.facts(self.today), built_in()), datetime.now(UTC))

    def _check_production(self, alliance: Alliance, production: Production, position: int) -> None:
        file, where = self.productions_file, ("productions", position)
        _check_reference(file, production.studio, "studio", alliance.studios, *where, "studio")
        now = datetime.now(UTC)
        with _rules_of(file, *where):
            opened, _ = productions.register(_SOME_ID, "", production.opened(self.today), built_in(), now)
        try:
            schedule.plan_days(schedule.open_for(opened), production.plan(self.today), built_in(), now)
        except (schedule.UnitTwiceOnADay, PlaceUnknown) as error:
            raise file.fault(str(error), *where, "shooting") from None

    def _check_contract(self, alliance: Alliance, contract: Contract, position: int) -> None:
        file, where = self.contracts_file, ("contracts", position)
        _check_reference(file, contract.production, "production", alliance.productions, *where, "production")
        _check_reference(file, contract.person, "person", alliance.people, *where, "person")
        production, person = alliance.productions[contract.production], alliance.people[contract.person]
        if production.studio not in person.on_file:
            expected = f"somebody whom {production.studio}, which produces {production.key}, has on file"
            raise file.fault(f"{person.key} is not; expected {expected}", *where, "person")
        for number, day in enumerate(contract.work_days):
            if day not in production.days:
                days = ", ".join(map(str, production.days))
                text = f"nobody shoots {production.key} on day {day}; expected one of {days}"
                raise file.fault(text, *where, "work_days", number)
        with _rules_of(file, *where, names={"work_dates": "work_days", "ends_on": "years"}):
            terms.check(contract.terms(f"prd_{_SOME_ID}", f"prs_{_SOME_ID}", self.today), self.today)
        self._check_parties(contract, *where, "parties")

    def _check_parties(self, contract: Contract, *where: Place) -> None:
        file, keys = self.contracts_file, [party.party for party in contract.parties]
        repeated = _repeated(keys)
        if repeated is not None:
            raise file.fault(f"{repeated} is listed twice; expected once", *where)
        if PERFORMER not in keys or STUDIO not in keys:
            raise file.fault(f"expected {PERFORMER} and {STUDIO} to be among the parties", *where)
        for number, party in enumerate(contract.parties):
            if party.party == PERFORMER and (party.name or party.signer):
                raise file.fault("the performer signs in person; expected neither name nor signer", *where, number)
            if party.party != PERFORMER and party.signer is None:
                raise file.fault(f"nobody signs for {party.party}; expected a signer", *where, number)
            if party.party not in (PERFORMER, STUDIO) and None in (party.name, party.address):
                raise file.fault(f"expected the name and the address of {party.party}", *where, number)

    def _check_story(self, alliance: Alliance) -> None:
        file, story = self.story_file, alliance.story
        _check_reference(file, story.contract, "contract", alliance.contracts, "contract")
        contract = alliance.contracts[story.contract]
        person = alliance.people[contract.person]
        who = {"person.nationality": person.nationality}
        if person.permits or not any(rule.applies_to(who) for rule in read_rulebook().rules):
            text = f"{person.key} may work already; expected a contract of a foreigner without permits"
            raise file.fault(text, "contract")
        self._check_permit(file, story.permit, "permit")
        for day in contract.work_days:
            if not story.permit.from_day <= day <= story.permit.until_day:
                text = f"does not cover day {day} of {contract.key}; expected every work day to be covered"
                raise file.fault(text, "permit")
        for shot in alliance.productions[contract.production].plan(self.today):
            works = shot.date in [on(self.today, day) for day in contract.work_days]
            allowed = {built_in().id_of(place) for place in story.permit.places}
            if works and allowed and allowed.isdisjoint(built_in().path(built_in().id_of(shot.place))):
                raise file.fault(f"does not cover {shot.place}, where {contract.key} works", "permit", "places")


def _by_key(file: YamlFile, name: str, items: Sequence[K]) -> dict[str, K]:
    """The items of a list by their key; raises FileInvalid for a key that is used twice."""
    found: dict[str, K] = {}
    for position, item in enumerate(items):
        if item.key in found:
            raise file.fault(f"{item.key} is used twice; expected a key of its own", name, position, "key")
        found[item.key] = item
    return found


def _check_references(file: YamlFile, keys: Sequence[str], what: str, known: Collection[str], *place: Place) -> None:
    for position, key in enumerate(keys):
        _check_reference(file, key, what, known, *place, position)


def _check_reference(file: YamlFile, key: str, what: str, known: Collection[str], *place: Place) -> None:
    """Raise FileInvalid unless the key is known."""
    if key not in known:
        raise file.fault(f"there is no {what} {key}; expected one of {', '.join(known)}", *place)


def _repeated(names: Iterable[str]) -> str | None:
    """A name that comes more than once."""
    return next((name for name, times in Counter(names).items() if times > 1), None)


@contextmanager
def _rules_of(file: YamlFile, *place: Place, names: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """What a service's rule refuses is a fault of the file; `names` are the rule's fields that the file calls otherwise."""
    try:
        yield
    except RuleError as error:
        parts = [names.get(part, part) for part in error.pointer.split("/")[1:]]
        raise file.fault(str(error), *place, *parts) from None
