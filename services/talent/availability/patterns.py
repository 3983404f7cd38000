"""Days that come again: the part of RFC 5545's recurrence rules (section 3.3.10) that whole days need."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from events.errors import RuleError
from events.shapes import Items, Number

Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
_ORDER: tuple[Weekday, ...] = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class PatternContradictory(RuleError):
    """A pattern names days that its frequency does not have, or none, or one twice."""

    status = 422
    en = "A weekly pattern names weekdays, a monthly one days of the month: at least one, each once, and none of the other kind."
    zh = "按周重复须且仅须列出星期几，按月重复须且仅须列出日期；至少一项，且不得重复。"


@dataclass(frozen=True)
class Pattern:
    """Every `interval` weeks (from Monday on) or months from the first day: on which days. A month without the day is left out."""

    frequency: Literal["weekly", "monthly"]
    weekdays: Annotated[tuple[Weekday, ...], Items(max=7)] = ()
    month_days: Annotated[tuple[Annotated[int, Number(min=1, max=31)], ...], Items(max=31)] = ()
    interval: Annotated[int, Number(min=1, max=52)] = 1


def check(pattern: Pattern, at: str) -> None:
    """Raise PatternContradictory, at the JSON pointer `at`, unless its days fit its frequency."""
    weekly = pattern.frequency == "weekly"
    days, others = (pattern.weekdays, pattern.month_days) if weekly else (pattern.month_days, pattern.weekdays)
    if not days or others or len(set(days)) < len(days):
        raise PatternContradictory(at)


def dates(pattern: Pattern, first: date, last: date) -> tuple[date, ...]:
    """The days of the pattern from `first`, where it begins, to `last`, both included; ascending."""
    found = _weekly(pattern, first, last) if pattern.frequency == "weekly" else _monthly(pattern, first, last)
    return tuple(day for day in found if first <= day <= last)


def rule(pattern: Pattern, last: date) -> dict[str, object]:
    """The pattern as the parts of an RRULE."""
    parts: dict[str, object] = {"FREQ": pattern.frequency.upper(), "INTERVAL": pattern.interval, "UNTIL": last}
    if pattern.frequency == "weekly":
        return {**parts, "BYDAY": [day for day in _ORDER if day in pattern.weekdays], "WKST": "MO"}
    return {**parts, "BYMONTHDAY": sorted(pattern.month_days)}


def _weekly(pattern: Pattern, first: date, last: date) -> Iterator[date]:
    offsets = [n for n, day in enumerate(_ORDER) if day in pattern.weekdays]
    monday = first.toordinal() - first.weekday()
    for week in range(monday, last.toordinal() + 1, 7 * pattern.interval):
        yield from (date.fromordinal(week + n) for n in offsets if week + n <= date.max.toordinal())


def _monthly(pattern: Pattern, first: date, last: date) -> Iterator[date]:
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    for count in range(begin, end + 1, pattern.interval):
        year, month = count // 12, count % 12 + 1
        length = calendar.monthrange(year, month)[1]
        yield from (date(year, month, day) for day in sorted(pattern.month_days) if day <= length)


def span(first: date, last: date) -> tuple[date, ...]:
    """Every day from `first` to `last`, both included."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
