"""The calendar as a file: days that follow one another are one entry, whatever days are in it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest

from services.talent.availability import feeds
from services.talent.availability.calendar import Booking, Hold, empty

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST, SECOND, FOURTH = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 4)


def test_days_that_follow_one_another_are_a_run() -> None:
    """Also up to the last day that there is."""
    assert list(feeds.runs((FIRST, SECOND, FOURTH))) == [(FIRST, SECOND), (FOURTH, FOURTH)]
    assert list(feeds.runs((FIRST, date.max))) == [(FIRST, FIRST), (date.max, date.max)]
    assert list(feeds.runs(())) == []


@pytest.mark.parametrize(("studio", "summary"), [("stu_a", "Booked"), ("stu_b", "Busy")])
def test_a_booking_on_the_last_day_that_there_is_breaks_no_feed(studio: str, summary: str) -> None:
    """A contract from before work dates had a limit may have booked it: its own studio and all others still get the file."""
    calendar = replace(empty("prs_1"), bookings=(Booking("ctr_1", "stu_a", (FIRST, SECOND, date.max)),))
    entries: list[Any] = icalendar.Calendar.from_ical(feeds.render(calendar, studio, AT)).walk("VEVENT")
    assert [str(entry["summary"]) for entry in entries] == [summary, summary]
    assert [entry["dtstart"].dt for entry in entries] == [FIRST, date.max]
    assert [entry["dtend"].dt for entry in entries if "dtend" in entry] == [date(2027, 3, 3)]


def test_a_tentative_booking_has_an_entry_for_each_run_of_its_days() -> None:
    """A day in between is not part of it."""
    dates = (FIRST, SECOND, FOURTH)
    held = Hold("hld_1", "stu_a", "prd_1", FIRST, FOURTH, FOURTH, AT, booking_id="bkg_1", request=1, dates=dates)
    calendar = replace(empty("prs_1"), holds=(held,))
    entries: list[Any] = icalendar.Calendar.from_ical(feeds.render(calendar, "stu_a", AT)).walk("VEVENT")
    assert [str(entry["summary"]) for entry in entries] == ["Tentative booking", "Tentative booking"]
    assert [entry["dtstart"].dt for entry in entries] == [FIRST, FOURTH]


@pytest.mark.parametrize(("studio", "summary"), [("stu_a", "確定 · 灯籠の令嬢 · 令嬢"), ("stu_b", "予定あり")])
def test_a_feed_names_the_work_in_the_persons_language(studio: str, summary: str) -> None:
    """To the studio whose work it is; others see that the person is busy."""
    calendar = replace(empty("prs_1"), bookings=(Booking("ctr_1", "stu_a", (FIRST,), contract_id="ctr_1"),))
    works = {"ctr_1": "灯籠の令嬢 · 令嬢"}
    (entry,) = icalendar.Calendar.from_ical(feeds.render(calendar, studio, AT, works, "ja")).walk("VEVENT")
    assert str(entry["summary"]) == summary
