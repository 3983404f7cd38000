"""Productions: a title in Chinese and English, its episodes, its markets, where and when it is shot."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from events.errors import RuleError
from events.places import PlaceNamed, require
from events.production import ProductionRegistered, Titles
from events.shapes import Items, Line, Number, Territory
from kernel.places import Gazetteer
from services.production.countries import check_country
from services.production.places import require_country

LONGEST_AHEAD = timedelta(days=20 * 365 + 5)
"""Twenty years: how far ahead anybody plans; pay is dated from the last shooting day on."""


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
    base_place: PlaceNamed
    shooting: ShootingPeriod | None = None
    country: Territory | None = None


@dataclass(frozen=True)
class Production:
    """A production of one studio; people work at the place `base_place` in `country` on days without a shooting plan."""

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


def check_day(day: date, today: date, pointer: str) -> None:
    """Raise DayTooFarAhead, pointing at the field, unless the day is within twenty years; it may be over."""
    if day > (last := today + LONGEST_AHEAD):
        raise DayTooFarAhead(pointer, day=day, last=last)


def schedule_id(production_id: str) -> str:
    """The id of a production's one schedule."""
    return f"sch_{production_id[4:]}"


def register(
    production_id: str, tenant: str, wanted: NewProduction, known: Gazetteer, at: datetime
) -> tuple[Production, tuple[ProductionRegistered, ...]]:
    """Open a production; raises TitleMissing, TerritoryUnknown, PlaceUnknown, PlaceElsewhere, PeriodReversed, DayTooFarAhead."""
    if not wanted.title.international:
        raise TitleMissing("/title")
    for position, territory in enumerate(wanted.territories):
        check_country(territory, f"/territories/{position}")
    base = require(known, wanted.base_place, "/base_place")
    country = require_country(base, wanted.country, "/country")
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
        base_place=base.id,
        country=country,
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
        country=production.country,
    )
    return production, (registered,)
