"""Conflicts and calendars: a studio sees its own bookings, of others only that the person is busy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from services.production import schedule as schedules
from services.production.commitments import (
    Commitment,
    Conflict,
    Elsewhere,
    conflicts,
)
from services.production.people import SamePeople
from services.production.productions import Production
from services.production.schedule import Schedule

FIRST, SECOND, THIRD = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3)
Make = Callable[..., Any]


@pytest.fixture
def booked(schedule: Schedule, production: Production, signed: Make, at: datetime) -> Schedule:
    """The person of bkg_A works on 1 and 2 March."""
    change = schedules.book_contract(schedule, signed("A", FIRST, SECOND), production, at)
    assert change is not None
    return change[0]


def commitment(booked: Schedule, tenant: str, booking_id: str, *days: date) -> Commitment:
    """A booking of the same person on another production of `tenant`."""
    person_id = booked.bookings["bkg_A"].person_id
    made, _ = schedules.book_tentatively(
        booked, booking_id, person_id, "Extra", days, booked.bookings["bkg_A"].booked_at
    )
    return Commitment(tenant, "prd_other", "sch_other", replace(made.bookings[booking_id], agreed="tentative"))


def test_a_person_booked_once_is_no_conflict(booked: Schedule) -> None:
    """One booking, and others on other days, conflict with nothing."""
    assert conflicts(booked, [commitment(booked, "stu_other", "bkg_X", THIRD)]) == ()


def test_two_bookings_on_one_day_conflict(booked: Schedule, production: Production, signed: Make, at: datetime) -> None:
    """A person needed twice in one production is told with both bookings, on the shared day only."""
    change = schedules.book_contract(booked, signed("B", SECOND, THIRD), production, at)
    assert change is not None
    person_id = booked.bookings["bkg_A"].person_id
    assert conflicts(change[0], []) == (Conflict(person_id, SECOND, ("bkg_A", "bkg_B"), (), False),)


def test_two_people_on_one_day_do_not_conflict(
    booked: Schedule, production: Production, signed: Make, at: datetime
) -> None:
    """A day is shared by a whole crew."""
    change = schedules.book_contract(booked, signed("B", FIRST, person="prs_other"), production, at)
    assert change is not None
    assert conflicts(change[0], []) == ()


def test_the_studios_other_productions_are_named(booked: Schedule) -> None:
    """The studio's own booking elsewhere is told with its production."""
    (conflict,) = conflicts(booked, [commitment(booked, booked.tenant, "bkg_X", SECOND)])
    assert (conflict.date, conflict.elsewhere, conflict.busy) == (SECOND, (Elsewhere("prd_other", "bkg_X"),), False)


def test_of_another_studio_only_busy_is_told(booked: Schedule) -> None:
    """Neither production nor booking of another studio appears, and not how many there are."""
    others = [commitment(booked, f"stu_{name}", f"bkg_{name}", FIRST) for name in ("X", "Y")]
    (conflict,) = conflicts(booked, others)
    assert conflict == Conflict(booked.bookings["bkg_A"].person_id, FIRST, ("bkg_A",), (), True)


def test_a_person_who_was_on_file_twice_is_one(booked: Schedule) -> None:
    """A booking under the former id, here or elsewhere, is told under the present one."""
    person = booked.bookings["bkg_A"].person_id
    others = [commitment(booked, booked.tenant, "bkg_X", SECOND)]
    (conflict,) = conflicts(booked, others, SamePeople({person: "prs_present"}))
    assert (conflict.person_id, conflict.elsewhere) == ("prs_present", (Elsewhere("prd_other", "bkg_X"),))


def test_a_released_booking_conflicts_with_nothing(booked: Schedule, at: datetime) -> None:
    """Who is released is free."""
    released = schedules.release(booked, "bkg_A", at)[0]
    assert conflicts(released, [commitment(booked, "stu_other", "bkg_X", FIRST)]) == ()
