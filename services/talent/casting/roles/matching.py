"""How well a person fits a role, requirement by requirement: each is met, partly met or not, with the reason in words.

The score is the share of the requirements' weights that is met, a partly met one counting half, in whole percent rounded down.
So it is 0 when nothing is met, 100 when everything is (or nothing is required), and one more met requirement never lowers it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from events.errors import RuleError
from events.shapes import Items, Language, Line, Number, Paragraph, Text
from services.talent import codes
from services.talent.availability.patterns import span

Level = Literal["A1", "A2", "B1", "B2", "C1", "C2", "native"]
Verdict = Literal["met", "partly", "not"]
Weight = Annotated[int, Number(min=1, max=10, doc="how much it matters against the others")]
Years = Annotated[int, Number(min=0, max=120)]
Skill = Annotated[str, Text(max=60)]

LEVELS: tuple[Level, ...] = ("A1", "A2", "B1", "B2", "C1", "C2", "native")
YEARS_BESIDE = 3
"""How far beside the range an age still counts half: what somebody can play is not what a passport says."""
_ADULT = 18
_POINTS: dict[Verdict, int] = {"met": 2, "partly": 1, "not": 0}


class RequirementsContradictory(RuleError):
    """Two requirements cannot hold together; the pointer names the one to mend."""

    status = 422
    en = "{reason}"
    zh = "{reason_zh}"

    def __init__(self, pointer: str, reason: str, reason_zh: str) -> None:
        super().__init__(pointer, reason=reason, reason_zh=reason_zh)


@dataclass(frozen=True)
class AgeWanted:
    """The age that a person is to have, both ends included."""

    youngest: Years
    oldest: Years
    weight: Weight = 3


@dataclass(frozen=True)
class LanguageWanted:
    """A language and the least level (CEFR) at which it is to be spoken."""

    tag: Language
    minimum: Level = "B1"
    weight: Weight = 3


@dataclass(frozen=True)
class SkillWanted:
    """What a person is to be able to do."""

    skill: Skill
    weight: Weight = 1


@dataclass(frozen=True)
class DaysWanted:
    """When the role is shot; who is busy on some of the days fits partly."""

    starts_on: date
    ends_on: date
    weight: Weight = 2


@dataclass(frozen=True)
class Requirements:
    """What a role asks of a person. With `nudity` the person is to be of age, with `minor` not to be."""

    description: Paragraph | None = None
    age: AgeWanted | None = None
    languages: Annotated[tuple[LanguageWanted, ...], Items(max=10)] = ()
    skills: Annotated[tuple[SkillWanted, ...], Items(max=20)] = ()
    days: DaysWanted | None = None
    nudity: bool = False
    stunt: bool = False
    minor: bool = False


@dataclass(frozen=True)
class Candidate:
    """What is known of a person that a role may ask for; `busy` are days on which the person cannot come."""

    birth_date: date | None
    languages: tuple[tuple[str, Level | None], ...]
    skills: tuple[str, ...]
    busy: Collection[date] = ()


@dataclass(frozen=True)
class Term:
    """A requirement, its weight, whether it is met, and why, in English and Chinese."""

    requirement: Line
    weight: Weight
    verdict: Verdict
    why: Line
    why_zh: Line


@dataclass(frozen=True)
class Match:
    """How well somebody fits: 0 to 100, and the terms of which this is the sum."""

    score: Annotated[int, Number(min=0, max=100)]
    terms: tuple[Term, ...]


def check(wanted: Requirements, today: date, at: str = "/requirements") -> None:
    """Raise RequirementsContradictory, or LanguageUnknown, where nobody could fit."""
    age = wanted.age
    if age is not None and age.oldest < age.youngest:
        raise RequirementsContradictory(
            f"{at}/age/oldest", "The oldest age is below the youngest.", "最大年龄小于最小年龄。"
        )
    if wanted.minor and wanted.nudity:
        raise RequirementsContradictory(
            f"{at}/nudity", "A minor does not play a nude scene.", "未成年人不得出演裸露戏份。"
        )
    if age is not None and wanted.nudity and age.oldest < _ADULT:
        raise RequirementsContradictory(
            f"{at}/age", "Nobody of this age may play a nude scene.", "该年龄段的演员不得出演裸露戏份。"
        )
    if age is not None and wanted.minor and age.youngest >= _ADULT:
        raise RequirementsContradictory(f"{at}/age", "Nobody of this age is a minor.", "该年龄段并非未成年人。")
    days = wanted.days
    if days is not None and not (
        today <= days.starts_on <= days.ends_on and (days.ends_on - days.starts_on).days < 366
    ):
        raise RequirementsContradictory(
            f"{at}/days", "The days are over, in the wrong order or more than a year.", "日期已过、先后颠倒或超过一年。"
        )
    seen = set()
    for position, language in enumerate(wanted.languages):
        codes.check_language(language.tag, f"{at}/languages/{position}/tag")
        if language.tag.lower() in seen:
            raise RequirementsContradictory(
                f"{at}/languages/{position}/tag", "The language is listed twice.", "该语言重复列出。"
            )
        seen.add(language.tag.lower())


def match(wanted: Requirements, candidate: Candidate, today: date) -> Match:
    """How well the candidate fits, as of a day."""
    terms = tuple(_terms(wanted, candidate, today))
    return Match(score(terms), terms)


def score(terms: Collection[Term]) -> int:
    """The share of the weights that is met, in whole percent rounded down; 100 without any terms."""
    whole = sum(term.weight for term in terms)
    met = sum(term.weight * _POINTS[term.verdict] for term in terms)
    return 100 if whole == 0 else met * 50 // whole


def _terms(wanted: Requirements, candidate: Candidate, today: date) -> Iterator[Term]:
    age = None if candidate.birth_date is None else age_on(candidate.birth_date, today)
    if wanted.age is not None:
        yield _age(wanted.age, age)
    if wanted.nudity or wanted.minor:
        yield _majority(wanted, age)
    for language in wanted.languages:
        yield _language(language, candidate)
    for skill in wanted.skills:
        yield _skill(skill.skill, skill.weight, candidate)
    if wanted.stunt:
        yield _skill("stunt", 2, candidate)
    if wanted.days is not None:
        yield _days(wanted.days, candidate)


def age_on(born: date, today: date) -> int:
    """Whole years since birth; who was born on 29 February is a year older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _age(wanted: AgeWanted, age: int | None) -> Term:
    asked = f"age {wanted.youngest} to {wanted.oldest}"
    if age is None:
        return Term(asked, wanted.weight, "not", "No birth date is on file.", "档案中没有出生日期。")
    beside = max(wanted.youngest - age, age - wanted.oldest, 0)
    verdict: Verdict = "met" if beside == 0 else "partly" if beside <= YEARS_BESIDE else "not"
    return Term(asked, wanted.weight, verdict, f"Is {age}, {beside} years beside." if beside else f"Is {age}.",
                f"现年 {age} 岁，相差 {beside} 岁。" if beside else f"现年 {age} 岁。")  # fmt: skip


def _majority(wanted: Requirements, age: int | None) -> Term:
    asked = "of age (nude scene)" if wanted.nudity else "a minor"
    if age is None:
        return Term(asked, 10, "not", "No birth date is on file.", "档案中没有出生日期。")
    verdict: Verdict = "met" if (age >= _ADULT) == wanted.nudity else "not"
    return Term(asked, 10, verdict, f"Is {age}.", f"现年 {age} 岁。")


def _language(wanted: LanguageWanted, candidate: Candidate) -> Term:
    asked = f"{wanted.tag} from {wanted.minimum}"
    for tag, level in candidate.languages:
        if tag.lower() != wanted.tag.lower():
            continue
        if level is None:
            return Term(
                asked, wanted.weight, "partly", f"Speaks {tag}; no level is on file.", f"会 {tag}，未登记水平。"
            )
        short = LEVELS.index(wanted.minimum) - LEVELS.index(level)
        verdict: Verdict = "met" if short <= 0 else "partly" if short == 1 else "not"
        return Term(asked, wanted.weight, verdict, f"Speaks {tag} at {level}.", f"{tag} 水平为 {level}。")
    return Term(asked, wanted.weight, "not", f"Does not speak {wanted.tag}.", f"不会 {wanted.tag}。")


def _skill(skill: str, weight: int, candidate: Candidate) -> Term:
    asked, words = f"skill {skill}", set(skill.casefold().split())
    for has in candidate.skills:
        if has.casefold() == skill.casefold():
            return Term(asked, weight, "met", f"Has {has}.", f"具备：{has}。")
    for has in candidate.skills:
        if words & set(has.casefold().split()):
            return Term(asked, weight, "partly", f"Has {has}, which is near.", f"具备相近技能：{has}。")
    return Term(asked, weight, "not", "Has no such skill on file.", "档案中没有该技能。")


def _days(wanted: DaysWanted, candidate: Candidate) -> Term:
    days = span(wanted.starts_on, wanted.ends_on)
    taken = sum(day in candidate.busy for day in days)
    verdict: Verdict = "met" if not taken else "partly" if taken * 2 <= len(days) else "not"
    return Term(f"free from {wanted.starts_on} to {wanted.ends_on}", wanted.weight, verdict,
                f"Busy on {taken} of {len(days)} days." if taken else "Free on every day.",
                f"{len(days)} 天中有 {taken} 天没有空档。" if taken else "全部日期均有空档。")  # fmt: skip
