"""What a contract says after it was signed moves and frees its days, whatever order its words come in."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import permutations
from typing import Any

import pytest

from events.production import ScheduleChanged
from services.production import schedule as schedules
from services.production.productions import Production
from services.production.schedule import Schedule

FIRST, SECOND, THIRD = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3)
Make = Callable[..., Any]


@pytest.fixture
def hear(production: Production, at: datetime) -> Callable[..., schedules.Change | None]:
    """The schedule after one word of a contract."""
    return lambda schedule, word: schedules.book_contract(schedule, word, production, at)


@pytest.fixture
def booked(schedule: Schedule, signed: Make, hear: Make) -> Schedule:
    """The schedule with the booking of a signed contract on two days."""
    changed: Schedule = hear(schedule, signed("A", FIRST, SECOND))[0]
    return changed


def test_an_amendment_moves_the_days(booked: Schedule, amended: Make, hear: Make) -> None:
    """The days are those of the newest terms, confirmed, and one event tells them."""
    schedule, (event,) = hear(booked, amended("A", 5, SECOND, THIRD))
    assert isinstance(event, ScheduleChanged)
    assert (schedule.bookings["bkg_A"].dates, event.changes[0].status) == ((SECOND, THIRD), "confirmed")


def test_what_others_cannot_see_is_not_told(booked: Schedule, amended: Make, hear: Make) -> None:
    """An amendment of the fee is noted without an event, so that an older word is recognised."""
    schedule, events = hear(booked, amended("A", 5, FIRST, SECOND))
    assert events == ()
    assert schedule.bookings["bkg_A"].contract_version == 5
    assert hear(schedule, amended("A", 5, FIRST, SECOND)) is None


def test_a_termination_frees_the_days_after_it(booked: Schedule, terminated: Make, hear: Make) -> None:
    """Days up to the last one in force stay booked."""
    schedule, (event,) = hear(booked, terminated("A", 5, FIRST))
    assert (schedule.bookings["bkg_A"].dates, event.changes[0].status) == ((FIRST,), "confirmed")


def test_a_termination_without_days_left_releases_the_person(booked: Schedule, terminated: Make, hear: Make) -> None:
    """The booking keeps its days for the record, and holds nobody."""
    schedule, (event,) = hear(booked, terminated("A", 5))
    assert (schedule.bookings["bkg_A"].dates, event.changes[0].status) == ((FIRST, SECOND), "released")


def test_fewer_days_do_not_book_anew(booked: Schedule, terminated: Make, hear: Make, at: datetime) -> None:
    """Who was released by hand stays free when the contract ends."""
    released, _ = schedules.release(booked, "bkg_A", at)
    schedule, _ = hear(released, terminated("A", 5, FIRST))
    assert schedule.bookings["bkg_A"].status == "released"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_words_come_does_not_matter(
    schedule: Schedule, signed: Make, amended: Make, terminated: Make, hear: Make, order: tuple[int, ...]
) -> None:
    """Signed, amended, terminated: after all three the days are those of the last, and nobody is booked for more."""
    words = [signed("A", FIRST, SECOND), amended("A", 5, SECOND, THIRD), terminated("A", 6, SECOND)]
    for position in order:
        change = hear(schedule, words[position])
        schedule = schedule if change is None else change[0]
    booking = schedule.bookings["bkg_A"]
    assert (booking.dates, booking.status, booking.contract_version) == ((SECOND,), "confirmed", 6)
