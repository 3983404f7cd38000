"""TALENT: a studio with very many people, and how long it takes to find some of them, or those who fit a role.

Runs talent's repository on a database of its own: files are stored as registering stores them, and found as `GET /v1/people`
finds them, opened and all. Run as a process of its own: `python -m bench.people COUNT` with the database's URL in
BENCH_MONGO_URL prints the seconds of each question as JSON.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from ulid import ULID

from chassis import logs, mongo
from chassis.documents import now
from chassis.outbox import Relay
from chassis.vault import Vault
from services.talent.availability.calendar import Calendar, empty
from services.talent.availability.holds import NewHold, place
from services.talent.availability.repository import encode_calendar
from services.talent.casting.roles.calls import Role, describe
from services.talent.casting.roles.matching import (
    LEVELS,
    AgeWanted,
    DaysWanted,
    LanguageWanted,
    Requirements,
    SkillWanted,
)
from services.talent.casting.roles.service import fitting
from services.talent.people.api import PeopleQuery
from services.talent.people.files import Names, PersonFile, Profile, SpokenLanguage, register
from services.talent.repository import TalentRepository

DATABASE = "bench_talent"
TENANT = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE"
OTHER = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NF"
HELD = 0.1
"""The share of people of whom another studio holds some days."""
CHUNK = 1_000
ASKED = 200
TODAY = date(2026, 11, 22)
SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗",
    "晓明伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞平刚桂英华玉兰红春梅",
)
FAMILIES, SYLLABLES = "김이박최정강조윤장임한", "서연지우민준하은도윤예시우수아주원"
FIRST = [
    "Anna",
    "Maria",
    "John",
    "James",
    "Emily",
    "Sofia",
    "Lucas",
    "Noah",
    "Emma",
    "Liam",
    "Olivia",
    "Hugo",
    "Nina",
    "Max",
    "Leo",
    "Clara",
]
LAST = [
    "Smith",
    "Garcia",
    "Müller",
    "Rossi",
    "Silva",
    "Ivanov",
    "Kim",
    "Novak",
    "Dubois",
    "Jensen",
    "Kowalski",
    "Santos",
]
SKILLS = ["cello", "fencing", "riding", "dance", "piano", "archery", "swimming", "judo", "guitar", "singing"]
LANGUAGES = ["zh", "en", "ko", "ja", "th", "fr", "de", "es", "pt", "ru"]
COUNTRIES = ["CN", "KR", "JP", "US", "FR", "DE", "TH", "BR", "RU", "GB"]
BEGINNINGS = ["lin", "wang xiao", "kim seo", "anna", "emily jen", "zhang wei", "liu", "han"]


def questions(chance: random.Random) -> dict[str, Callable[[], PeopleQuery]]:
    """What people ask, by what it is called."""
    return {
        "a Chinese name": lambda: PeopleQuery(text=chance.choice(SURNAMES) + chance.choice(GIVEN), limit=20),
        "a Chinese surname": lambda: PeopleQuery(text=chance.choice(SURNAMES), limit=20),
        "the beginning of a name": lambda: PeopleQuery(text=chance.choice(BEGINNINGS), limit=20),
        "a skill and a language": lambda: PeopleQuery(
            skill=chance.choice(SKILLS), language=chance.choice(LANGUAGES), limit=20
        ),
        "a skill, a nationality and an age": lambda: PeopleQuery(
            skill=chance.choice(SKILLS), nationality=chance.choice(COUNTRIES), age_from=20, age_to=30, limit=20
        ),
        "a skill, and free in a month": lambda: PeopleQuery(
            skill=chance.choice(SKILLS),
            available_from=now().date() + timedelta(days=30),
            available_to=now().date() + timedelta(days=40),
            limit=20,
        ),
    }


def roles(chance: random.Random) -> dict[str, Callable[[], Role]]:
    """Roles that people are matched with, by what they are called."""

    def role(wanted: Requirements) -> Role:
        return describe(f"rol_{ULID()}", TENANT, f"prd_{ULID()}", "Lead", wanted, now())[0]

    def language() -> LanguageWanted:
        return LanguageWanted(chance.choice(LANGUAGES), chance.choice(LEVELS))

    def skills() -> tuple[SkillWanted, ...]:
        return tuple(SkillWanted(skill) for skill in chance.sample(SKILLS, 3))

    days = DaysWanted(now().date() + timedelta(days=30), now().date() + timedelta(days=40))
    return {
        "a role: age, language, three skills, days": lambda: role(
            Requirements(age=AgeWanted(20, 30), languages=(language(),), skills=skills(), days=days)
        ),
        "a role: two languages, three skills": lambda: role(
            Requirements(languages=(LanguageWanted("zh"), LanguageWanted("ko", "C1")), skills=skills())
        ),
        "a role: three skills only": lambda: role(Requirements(skills=skills())),
    }


def files(chance: random.Random, count: int) -> Iterator[list[PersonFile]]:
    """So many files, some at a time."""
    for begin in range(0, count, CHUNK):
        yield [_file(chance) for _ in range(begin, min(begin + CHUNK, count))]


def calendar(chance: random.Random, person_id: str) -> Calendar:
    """A calendar in which some days of the next weeks are held."""
    first = now().date() + timedelta(days=chance.randint(1, 60))
    return place(empty(person_id), f"hld_{ULID()}", OTHER, NewHold(first, first + timedelta(days=5)), now())[0]


def _file(chance: random.Random) -> PersonFile:
    profile = Profile(
        Names(_name(chance), _name(chance) if chance.random() < 0.3 else None),
        chance.choice(COUNTRIES),
        tuple(SpokenLanguage(tag, chance.choice(LEVELS)) for tag in chance.sample(LANGUAGES, 2)),
        skills=tuple(chance.sample(SKILLS, 2)),
        birth_date=date(chance.randint(1960, 2010), 1, 2),
    )
    file, _ = register(TENANT, f"prs_{ULID()}", profile, now())
    return file


def _name(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.5:
        return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2))))
    if kind < 0.7:
        return chance.choice(FAMILIES) + "".join(chance.choices(SYLLABLES, k=2))
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def measure(url: str, count: int, told: Callable[[str], None]) -> dict[str, object]:
    """Store `count` people and ask every question many times; `told` hears how far it is. Times in seconds."""
    database = mongo.connect(url, DATABASE, "bench")
    database.client.drop_database(DATABASE)
    store = TalentRepository("talent", database, Relay("talent", ""), Vault(database, os.urandom(32)))
    store.ensure_indexes()
    chance = random.Random(count)
    stored = 0
    for some in files(chance, count):
        store.vault.prepare_to_seal([file.id for file in some])
        unsaid: dict[str, Any] = {"outbox": [], "commands": [], "revision": 1, "stamp": ""}
        store.people.collection.insert_many([{**store.encode_file(file), **unsaid} for file in some], ordered=False)
        held = [calendar(chance, file.person_id) for file in some if chance.random() < HELD]
        if held:
            store.calendars.collection.insert_many([{**encode_calendar(c), **unsaid} for c in held], ordered=False)
        stored += len(some)
        told(f"{stored:,} people")
    seconds: dict[str, list[float]] = {}
    for name, question in questions(chance).items():
        told(name)
        for _ in range(ASKED):
            query, started = question(), time.perf_counter()
            store.find_people(TENANT, query, TODAY)
            seconds.setdefault(name, []).append(time.perf_counter() - started)
    for name, described in roles(chance).items():
        told(name)
        for _ in range(ASKED):
            role, started = described(), time.perf_counter()
            fitting(store, role, 20, now().date())
            seconds.setdefault(name, []).append(time.perf_counter() - started)
    database.client.drop_database(DATABASE)
    return {"people": stored, "seconds": seconds}


if __name__ == "__main__":
    logs.configure("bench")  # standard output is for the figures
    figures = measure(os.environ["BENCH_MONGO_URL"], int(sys.argv[1]), lambda line: print(line, file=sys.stderr))
    print(json.dumps(figures))
