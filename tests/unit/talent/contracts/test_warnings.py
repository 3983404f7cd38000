"""What speaks against the days of a contract, by reason, and to whom it is named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.talent.availability.calendar import Booking, Calendar, DayOff, empty
from services.talent.contracts.warnings import DaysWarning, of_days
from services.talent.people.permits import Permit, Revocation

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
A, B = "stu_a", "stu_b"


def day(n: int) -> date:
    """The day `n` days from now."""
    return TODAY + timedelta(days=n)


@pytest.fixture
def calendar() -> Calendar:
    """Booked by B on day 3, off by A's record on day 4."""
    off = DayOff("dof_1", A, day(4), day(4), (day(4),))
    return replace(empty("prs_1"), bookings=(Booking("b", B, (day(3),), "ctr_b"),), days_off=(off,))


@pytest.fixture
def permit() -> Permit:
    """Valid on days 0 to 3."""
    return Permit("pmt_1", "work_permit", "ZP-1", TODAY, day(3), (), NOW)


def test_each_reason_has_its_days(calendar: Calendar, permit: Permit) -> None:
    """Taken by others, off, over, and without a valid permit, in the order of days; each day once."""
    days = (day(5), day(4), day(3), day(-1), day(4))
    assert of_days(days, A, calendar, [permit], TODAY) == (
        DaysWarning("busy", (day(3),)),
        DaysWarning("day_off", (day(4),)),
        DaysWarning("past", (day(-1),)),
        DaysWarning("no_permit", (day(4), day(5))),
    )


def test_another_studio_sees_no_more_than_busy(calendar: Calendar) -> None:
    """A's day off is nothing but busy to B, whose own booking does not speak against it."""
    assert of_days((day(3), day(4)), B, calendar, None, TODAY) == (DaysWarning("busy", (day(4),)),)


def test_neither_a_visa_nor_a_revoked_permit_lets_anybody_work(permit: Permit) -> None:
    """Only what allows work counts; who needs no permit is not warned of."""
    visa, revoked = replace(permit, kind="visa"), replace(permit, revocation=Revocation("Lost", NOW))
    assert of_days((day(1),), A, empty("prs_1"), [visa, revoked], TODAY) == (DaysWarning("no_permit", (day(1),)),)
    assert of_days((day(1),), A, empty("prs_1"), [permit], TODAY) == ()
    assert of_days((day(1),), A, empty("prs_1"), None, TODAY) == ()
