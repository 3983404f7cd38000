"""Calendars as they are stored: what is written of a change makes the document of the changed calendar."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.talent.availability.calendar import Appointment, Booking, Calendar, DayOff, Hold, empty
from services.talent.availability.repository import calendar_changes, encode_calendar

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STUDIOS = st.sampled_from(["stu_a", "stu_b"])
DAYS = st.integers(0, 40).map(lambda n: date(2026, 12, 1) + timedelta(days=n))
ROWS = st.lists(DAYS, max_size=3, unique=True).map(lambda days: tuple(sorted(days)))
NAMES = st.sampled_from("abcdef")


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """A calendar with some of everything."""
    first = draw(DAYS)
    spans = {"starts_on": st.just(first), "ends_on": st.just(first + timedelta(days=draw(st.integers(0, 3))))}
    return replace(
        empty("prs_1"),
        holds=draw(
            _some(
                st.builds(Hold, NAMES, STUDIOS, st.none(), expires_on=DAYS, placed_at=st.just(NOW), dates=ROWS, **spans)
            )
        ),
        bookings=draw(
            _some(st.builds(Booking, NAMES, STUDIOS, ROWS, as_of=st.integers(0, 2), given_back=st.none() | ROWS))
        ),
        days_off=draw(_some(st.builds(DayOff, NAMES, STUDIOS, days=ROWS, **spans))),
        appointments=draw(
            _some(st.builds(Appointment, NAMES, STUDIOS, st.just(NOW), st.just(NOW + timedelta(hours=1))))
        ),
    )


def _some(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


def applied(document: dict[str, Any], update: dict[str, Any]) -> dict[str, Any]:
    """The document after a `$set`; a position behind the end of a list extends it."""
    changed = deepcopy(document)
    for path, content in update.items():
        name, _, position = path.partition(".")
        if not position:
            changed[name] = content
        elif int(position) == len(changed[name]):
            changed[name].append(content)
        else:
            changed[name][int(position)] = content
    return changed


@given(calendars(), calendars())
def test_a_change_writes_what_differs(before: Calendar, after: Calendar) -> None:
    """Whatever was entered, moved or taken out: ranks, taken days and the next due time follow too."""
    assert applied(encode_calendar(before), calendar_changes(before, after)) == encode_calendar(after)


@given(calendars())
def test_what_stays_is_not_written(calendar: Calendar) -> None:
    """Of a further booking only itself and its days are written."""
    booked = replace(calendar, bookings=(*calendar.bookings, Booking("z", "stu_a", (date(2027, 3, 1),))))
    written = {name for name in calendar_changes(calendar, booked) if name != "busy"}
    assert written == {f"bookings.{len(calendar.bookings)}" if calendar.bookings else "bookings"}
