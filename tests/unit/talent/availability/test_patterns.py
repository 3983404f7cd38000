"""Days that come again: as RFC 5545 counts them, and nothing that cannot be."""

from datetime import date, timedelta

import pytest
from dateutil.rrule import MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekdays as rrule_weekdays
from hypothesis import given
from hypothesis import strategies as st

from services.talent.availability.patterns import Pattern, PatternContradictory, check, dates, rule, span

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
begins = st.dates(date(2024, 1, 1), date(2030, 12, 31))
intervals = st.integers(1, 6)
lengths = st.integers(0, 365)


@given(begins, lengths, intervals, st.sets(st.integers(0, 6), min_size=1))
def test_weeks_come_as_the_standard_says(first: date, length: int, interval: int, days: set[int]) -> None:
    """An independent implementation of RFC 5545, counting weeks from Monday, finds the same days."""
    last = first + timedelta(days=length)
    pattern = Pattern("weekly", tuple(WEEKDAYS[day] for day in days), interval=interval)  # type: ignore[misc]
    told = rrule(
        WEEKLY, dtstart=_moment(first), until=_moment(last), interval=interval, wkst=0,
        byweekday=[rrule_weekdays[day] for day in days],
    )  # fmt: skip
    assert dates(pattern, first, last) == tuple(moment.date() for moment in told)


@given(begins, lengths, intervals, st.sets(st.integers(1, 31), min_size=1))
def test_months_come_as_the_standard_says(first: date, length: int, interval: int, days: set[int]) -> None:
    """A month that has no such day is left out, as the standard wants it."""
    last = first + timedelta(days=length)
    pattern = Pattern("monthly", month_days=tuple(days), interval=interval)
    told = rrule(MONTHLY, dtstart=_moment(first), until=_moment(last), interval=interval, bymonthday=sorted(days))
    assert dates(pattern, first, last) == tuple(moment.date() for moment in told)


def _moment(day: date):  # type: ignore[no-untyped-def]
    from datetime import datetime

    return datetime(day.year, day.month, day.day)


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern("weekly"),
        Pattern("monthly"),
        Pattern("weekly", ("MO", "MO")),
        Pattern("weekly", ("MO",), (1,)),
        Pattern("monthly", ("MO",), (1,)),
    ],
)
def test_a_pattern_without_its_days_is_refused(pattern: Pattern) -> None:
    """No days, days twice, or days of the other kind: the error points at the pattern."""
    with pytest.raises(PatternContradictory) as refused:
        check(pattern, "/pattern")
    assert refused.value.pointer == "/pattern"


def test_a_pattern_is_written_in_the_words_of_the_standard() -> None:
    """Weekdays in the week's order, days of the month ascending."""
    last = date(2027, 5, 31)
    assert rule(Pattern("weekly", ("TH", "TU"), interval=2), last) == {
        "FREQ": "WEEKLY",
        "INTERVAL": 2,
        "UNTIL": last,
        "BYDAY": ["TU", "TH"],
        "WKST": "MO",
    }
    assert rule(Pattern("monthly", month_days=(15, 1)), last)["BYMONTHDAY"] == [1, 15]


def test_a_span_has_both_its_ends() -> None:
    """From the first to the last day, both included."""
    assert span(date(2027, 2, 27), date(2027, 3, 1)) == (date(2027, 2, 27), date(2027, 2, 28), date(2027, 3, 1))
