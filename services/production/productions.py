"""Productions: a title in Chinese and English, its episodes, its markets, where and when it is shot."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated

from babel import Locale

from events.errors import RuleError
from events.production import ProductionRegistered, Titles
from events.shapes import Items, Line, Number, Territory

LONGEST_AHEAD = timedelta(days=20 * 365 + 5)
"""Twenty years: how far ahead anybody plans; pay is dated from the last shooting day on."""
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


@dataclass(frozen=True)
class Title:
    """A production's title; at least one of the two."""

    zh: Line | None = None
    en: Line | None = None

    @property
    def international(self) -> str:
        """The title by which other services know the production."""
        return self.en or self.zh or ""


@dataclass(frozen=True)
class ShootingPeriod:
    """When shooting is expected, both days included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class NewProduction:
    """What a studio says of a production when it opens it."""

    title: Title
    episodes: Annotated[int, Number(min=1, max=1000)]
    territories: Annotated[tuple[Territory, ...], Items(min=1, max=250, doc="the markets, ISO 3166-1 alpha-2")]
    base_place: Line
    shooting: ShootingPeriod | None = None
    country: Territory = "CN"


@dataclass(frozen=True)
class Production:
    """A production of one studio; `base_place` in `country` is where people work on days without a shooting plan."""

    id: str
    tenant: str
    version: int
    schedule_id: str
    title: Title
    episodes: int
    territories: tuple[str, ...]
    base_place: str
    country: str
    shooting: ShootingPeriod | None
    registered_at: datetime


class TitleMissing(RuleError):
    """Neither a Chinese nor an English title."""

    status = 422
    en = "A production needs a title in Chinese or English."
    zh = "制作项目至少需要一个中文或英文片名。"


class TerritoryUnknown(RuleError):
    """Not a country of ISO 3166-1."""

    status = 422
    en = "{territory} is not a country code of ISO 3166-1."
    zh = "{territory} 不是 ISO 3166-1 国家或地区代码。"


class PeriodReversed(RuleError):
    """A period that ends before it begins."""

    status = 422
    en = "The period from {starts_on} ends before it begins, on {ends_on}."
    zh = "该时段始于 {starts_on}，却在此之前的 {ends_on} 结束。"


class DayTooFarAhead(RuleError):
    """A day that nobody can plan yet."""

    status = 422
    en = "{day} is too far ahead: the last day to plan is {last}."
    zh = "{day} 过于遥远：可计划的日期最晚为 {last}。"


@cache
def countries() -> frozenset[str]:
    """The codes of ISO 3166-1 alpha-2, and XK, under which platforms sell to Kosovo; CLDR's others are left out."""
    codes = {str(code) for code in Locale("en").territories}
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


def check_country(code: str, pointer: str) -> None:
    """Raise TerritoryUnknown, pointing at the field, unless the code is a country's."""
    if code not in countries():
        raise TerritoryUnknown(pointer, territory=code)


def check_day(day: date, today: date, pointer: str) -> None:
    """Raise DayTooFarAhead, pointing at the field, unless the day is within twenty years; it may be over."""
    if day > (last := today + LONGEST_AHEAD):
        raise DayTooFarAhead(pointer, day=day, last=last)


def schedule_id(production_id: str) -> str:
    """The id of a production's one schedule."""
    return f"sch_{production_id[4:]}"


def register(
    production_id: str, tenant: str, wanted: NewProduction, at: datetime
) -> tuple[Production, tuple[ProductionRegistered, ...]]:
    """Open a production; raises TitleMissing, TerritoryUnknown, PeriodReversed, DayTooFarAhead."""
    if not wanted.title.international:
        raise TitleMissing("/title")
    for position, territory in enumerate(wanted.territories):
        check_country(territory, f"/territories/{position}")
    check_country(wanted.country, "/country")
    if wanted.shooting is not None and wanted.shooting.ends_on < wanted.shooting.starts_on:
        raise PeriodReversed("/shooting/ends_on", starts_on=wanted.shooting.starts_on, ends_on=wanted.shooting.ends_on)
    if wanted.shooting is not None:
        check_day(wanted.shooting.ends_on, at.date(), "/shooting/ends_on")
    production = Production(
        id=production_id,
        tenant=tenant,
        version=0,
        schedule_id=schedule_id(production_id),
        title=wanted.title,
        episodes=wanted.episodes,
        territories=tuple(dict.fromkeys(wanted.territories)),
        base_place=wanted.base_place,
        country=wanted.country,
        shooting=wanted.shooting,
        registered_at=at,
    )
    registered = ProductionRegistered(
        production_id=production.id,
        schedule_id=production.schedule_id,
        title=production.title.international,
        episodes=production.episodes,
        territories=production.territories,
        titles=Titles(production.title.zh, production.title.en),
    )
    return production, (registered,)
