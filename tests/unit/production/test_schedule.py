"""Shooting days and bookings: what a contract, a studio and a finding do to a schedule."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.places import PlaceUnknown
from events.production import (
    BookedDay,
    BookingChange,
    BookingRequested,
    DaySchedule,
    ScheduleChanged,
    ShootingDaysPlanned,
)
from kernel.places import built_in, built_in_id
from services.production import schedule as schedules
from services.production.bookings import BookingNotTentative, BookingOnHold, BookingRefusal, BookingReleased
from services.production.places import PlaceElsewhere
from services.production.productions import DayTooFarAhead, Production
from services.production.schedule import (
    BookingUnknown,
    Change,
    ProductionUnknown,
    Schedule,
    ShootingDay,
    UnitTwiceOnADay,
)

HENGDIAN, HANGZHOU, WUXI, BUSAN = (built_in_id(key) for key in ("cn-hengdian", "cn-hangzhou", "cn-wuxi", "kr-busan"))
PLACES = built_in()
FIRST, SECOND, THIRD = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3)
Make = Callable[..., Any]


def at_places(date_: date, *places: str, country: str = "CN") -> BookedDay:
    """A booked day."""
    return BookedDay(date_, country, places)


def done(change: Change | None) -> Change:
    """The change, which must be one."""
    assert change is not None
    return change


def planned(days: Iterable[DaySchedule]) -> tuple[ShootingDay, ...]:
    """The plan that has these days."""
    return tuple(ShootingDay(day.date, day.unit, day.place, day.country) for day in days)


def only_change(change: Change | None) -> BookingChange:
    """The one booking that the change's one event tells of, beside what it asks of the calendar."""
    (event,) = (event for event in done(change)[1] if not isinstance(event, BookingRequested))
    assert isinstance(event, ScheduleChanged)
    (booking,) = event.changes
    return booking


@pytest.fixture
def booked(schedule: Schedule, production: Production, signed: Make, at: datetime) -> Schedule:
    """The schedule with the booking bkg_A, confirmed by the contract ctr_A."""
    return done(schedules.book_contract(schedule, signed("A", FIRST), production, at))[0]


@pytest.fixture
def asked(schedule: Schedule, at: datetime) -> Schedule:
    """The schedule with the booking bkg_A, for which the calendar has been asked."""
    return schedules.book_tentatively(schedule, "bkg_A", "prs_A", "Lead", (FIRST,), at)[0]


@pytest.fixture
def pencilled(asked: Schedule, granted: Make, at: datetime) -> Schedule:
    """The schedule with the tentative booking bkg_A, whose days the calendar holds."""
    return done(schedules.apply_answer(asked, granted("bkg_A", 1), at))[0]


# Shooting days


def test_a_plan_is_put_in_order_and_told(production: Production, at: datetime) -> None:
    """Days are kept by date and unit, whatever order they are sent in, and the event carries all of them."""
    days = ShootingDay(SECOND, "A", HENGDIAN), ShootingDay(FIRST, "B", HANGZHOU)
    schedule, events = schedules.plan_days(schedules.open_for(production), days, PLACES, at)
    ordered = DaySchedule(FIRST, "B", HANGZHOU, "CN"), DaySchedule(SECOND, "A", HENGDIAN, "CN")
    assert schedule.days == ordered
    assert events == (ShootingDaysPlanned(production.schedule_id, production.id, ordered),)


def test_a_day_may_be_shot_abroad(production: Production, at: datetime) -> None:
    """A day is in the country of its place; another country or an unknown place is refused, pointing at the day."""
    days = ShootingDay(FIRST, "A", "横店"), ShootingDay(FIRST, "B", "부산")
    schedule, _ = schedules.plan_days(schedules.open_for(production), days, PLACES, at)
    assert [day.country for day in schedule.days] == ["CN", "KR"]
    with pytest.raises(PlaceElsewhere) as refused:
        schedules.plan_days(schedule, (days[0], ShootingDay(SECOND, "A", BUSAN, "CN")), PLACES, at)
    assert refused.value.pointer == "/days/1/country"
    with pytest.raises(PlaceUnknown) as unknown:
        schedules.plan_days(schedule, (days[0], ShootingDay(SECOND, "A", "Busann")), PLACES, at)
    assert unknown.value.pointer == "/days/1/place"


def test_the_same_plan_again_changes_nothing(schedule: Schedule, at: datetime) -> None:
    """A plan that is the one there is, in any order, has no event."""
    assert schedules.plan_days(schedule, planned(reversed(schedule.days)), PLACES, at) == (schedule, ())


def test_a_unit_shoots_once_a_day(schedule: Schedule, at: datetime) -> None:
    """Two units may share a date, one unit may not have it twice; the error points at the second."""
    with pytest.raises(UnitTwiceOnADay) as refused:
        schedules.plan_days(schedule, (*planned(schedule.days), ShootingDay(FIRST, "A", HANGZHOU)), PLACES, at)
    assert refused.value.pointer == "/days/3"


def test_a_day_that_nobody_can_plan_is_refused(schedule: Schedule, at: datetime) -> None:
    """As a shooting day and as a booked day; the error points at it."""
    with pytest.raises(DayTooFarAhead) as refused:
        schedules.plan_days(schedule, (*planned(schedule.days), ShootingDay(date.max, "A", HENGDIAN)), PLACES, at)
    assert refused.value.pointer == "/days/3/date"
    with pytest.raises(DayTooFarAhead) as refused:
        schedules.book_tentatively(schedule, "bkg_A", "prs_A", "Lead", (FIRST, date.max), at)
    assert refused.value.pointer == "/days/1"


def test_bookings_move_with_the_places(booked: Schedule, production: Production, signed: Make, at: datetime) -> None:
    """A new plan tells of the bookings whose places it changes, and of no other."""
    both = done(schedules.book_contract(booked, signed("B", SECOND), production, at))[0]
    plan = (ShootingDay(FIRST, "A", WUXI), *planned(both.days[1:]))
    schedule, (told, changed) = schedules.plan_days(both, plan, PLACES, at)
    assert isinstance(told, ShootingDaysPlanned)
    assert isinstance(changed, ScheduleChanged)
    assert [(c.booking_id, c.days) for c in changed.changes] == [("bkg_A", (at_places(FIRST, WUXI),))]
    assert schedule.bookings["bkg_A"].days == (at_places(FIRST, WUXI),)


def test_a_booking_of_two_days_keeps_them_when_it_moves(
    schedule: Schedule, production: Production, signed: Make, at: datetime
) -> None:
    """A day may come to be in two countries and go back to one: the dates of the booking stay the same."""
    booked = done(schedules.book_contract(schedule, signed("A", FIRST, SECOND), production, at))[0]
    abroad = (ShootingDay(SECOND, "A", HENGDIAN), ShootingDay(SECOND, "B", BUSAN, "KR"))
    moved, _ = schedules.plan_days(booked, abroad, PLACES, at)
    assert moved.bookings["bkg_A"].days == (
        at_places(FIRST, HENGDIAN),
        at_places(SECOND, HENGDIAN),
        at_places(SECOND, BUSAN, country="KR"),
    )
    assert moved.bookings["bkg_A"].dates == (FIRST, SECOND)
    back, _ = schedules.plan_days(moved, planned(schedule.days), PLACES, at)
    assert back.bookings["bkg_A"].days == booked.bookings["bkg_A"].days


def test_a_released_booking_does_not_move(booked: Schedule, at: datetime) -> None:
    """Where a released person would have been is nobody's business."""
    released = schedules.release(booked, "bkg_A", at)[0]
    _, events = schedules.plan_days(released, (ShootingDay(FIRST, "A", WUXI),), PLACES, at)
    assert [type(event) for event in events] == [ShootingDaysPlanned]


def test_many_changes_are_told_in_events_of_bounded_size(
    schedule: Schedule, production: Production, signed: Make, at: datetime
) -> None:
    """A plan that moves more bookings than one event may carry is told in several events, each booking once."""
    for number in range(schedules.CHANGES_PER_EVENT + 1):
        schedule = done(schedules.book_contract(schedule, signed(str(number), FIRST), production, at))[0]
    _, (_, *events) = schedules.plan_days(schedule, (ShootingDay(FIRST, "A", WUXI),), PLACES, at)
    changes = [event.changes for event in events if isinstance(event, ScheduleChanged)]
    assert [len(each) for each in changes] == [schedules.CHANGES_PER_EVENT, 1]
    assert {change.booking_id for each in changes for change in each} == set(schedule.bookings)


# Contracts


def test_a_signed_contract_books_its_days(
    schedule: Schedule, production: Production, signed: Make, at: datetime
) -> None:
    """The booking is confirmed, has the contract's days in order, each with its own units' places, and is told once."""
    after, events = done(schedules.book_contract(schedule, signed("A", SECOND, FIRST), production, at))
    told = BookingChange(
        booking_id="bkg_A",
        person_id=signed("A").data.person_id,
        contract_id="ctr_A",
        role="Lead",
        days=(at_places(FIRST, HENGDIAN), at_places(SECOND, *sorted((HANGZHOU, HENGDIAN)))),
        status="confirmed",
        held_by=(),
    )
    assert events == (ScheduleChanged(schedule.id, production.id, (told,)),)
    assert after.bookings["bkg_A"].change() == told


def test_a_contract_books_once(booked: Schedule, production: Production, signed: Make, at: datetime) -> None:
    """The same event again is a duplicate, also when the booking was released since."""
    assert schedules.book_contract(booked, signed("A", FIRST), production, at) is None
    released = schedules.release(booked, "bkg_A", at)[0]
    assert schedules.book_contract(released, signed("A", FIRST), production, at) is None


def test_the_first_booking_opens_the_schedule(production: Production, signed: Make, at: datetime) -> None:
    """A production without a schedule gets one; on days without a plan people work at the base."""
    schedule, _ = done(schedules.book_contract(None, signed("A", FIRST), production, at))
    assert (schedule.production_id, schedule.tenant, schedule.id) == (
        production.id,
        production.tenant,
        production.schedule_id,
    )
    assert schedule.bookings["bkg_A"].days == (at_places(FIRST, HENGDIAN),)


def test_a_day_without_a_plan_is_at_the_base(
    schedule: Schedule, production: Production, signed: Make, at: datetime
) -> None:
    """Planned days count where they are, the others at the base."""
    moved = schedules.plan_days(schedule, (ShootingDay(SECOND, "B", HANGZHOU),), PLACES, at)[0]
    change = schedules.book_contract(moved, signed("A", SECOND, THIRD), production, at)
    assert only_change(change).days == (at_places(SECOND, HANGZHOU), at_places(THIRD, HENGDIAN))


def test_a_contract_for_an_unknown_production_is_refused(schedule: Schedule, signed: Make, at: datetime) -> None:
    """A production that does not exist cannot be booked for."""
    with pytest.raises(ProductionUnknown):
        schedules.book_contract(schedule, signed("A", FIRST), None, at)


def test_a_studio_books_on_its_own_productions_only(
    schedule: Schedule, production: Production, signed: Make, at: datetime
) -> None:
    """Another studio's contract does not touch this schedule."""
    with pytest.raises(ProductionUnknown):
        schedules.book_contract(schedule, signed("A", FIRST, tenant="stu_other"), production, at)


# The studio's own bookings


def test_a_person_is_pencilled_in(schedule: Schedule, at: datetime) -> None:
    """The calendar is asked for the days of a booking without a contract; a day named twice counts once."""
    change = schedules.book_tentatively(schedule, "bkg_B", "prs_B", "Driver", (SECOND, FIRST, SECOND), at)
    request = BookingRequested("bkg_B", schedule.production_id, "prs_B", None, "hold", 1, (FIRST, SECOND))
    assert change[1] == (request,)
    assert change[0].bookings["bkg_B"].dates == (FIRST, SECOND)


def test_a_booking_is_tentative_once_the_calendar_holds_its_days(asked: Schedule, granted: Make, at: datetime) -> None:
    """Until then nobody is told of it; the same answer again changes nothing."""
    assert asked.bookings["bkg_A"].status == "requested"
    later = at.replace(hour=9)
    change = schedules.apply_answer(asked, granted("bkg_A", 1), later)
    assert only_change(change).status == "tentative"
    booking = done(change)[0].bookings["bkg_A"]
    assert (booking.booked_at, booking.changed_at) == (at, later)
    assert schedules.apply_answer(done(change)[0], granted("bkg_A", 1), at) is None


def test_a_booking_that_is_refused_at_once_was_never_there(asked: Schedule, refused: Make, at: datetime) -> None:
    """It says why and on which day; nobody else is told, and it is neither confirmed nor released."""
    after, events = done(schedules.apply_answer(asked, refused("bkg_A", 1, "day_off"), at))
    booking = after.bookings["bkg_A"]
    assert (booking.status, booking.refusal, events) == ("refused", BookingRefusal("day_off", FIRST), ())
    with pytest.raises(BookingNotTentative, match="refused"):
        schedules.confirm(after, "bkg_A", at)
    with pytest.raises(BookingReleased):
        schedules.release(after, "bkg_A", at)


def test_a_tentative_booking_is_confirmed_by_the_calendar(pencilled: Schedule, granted: Make, at: datetime) -> None:
    """The calendar is asked once, however often it is confirmed, and the booking is confirmed when the days are booked."""
    waiting, (request,) = schedules.confirm(pencilled, "bkg_A", at)
    assert isinstance(request, BookingRequested)
    assert (request.wanted, request.request, request.dates) == ("book", 2, (FIRST,))
    assert waiting.bookings["bkg_A"].status == "tentative"
    assert schedules.confirm(waiting, "bkg_A", at) == (waiting, ())
    change = schedules.apply_answer(waiting, granted("bkg_A", 2), at)
    assert only_change(change).status == "confirmed"


def test_a_confirmation_that_is_refused_leaves_the_hold(pencilled: Schedule, refused: Make, at: datetime) -> None:
    """The booking stays tentative and says why; it can be confirmed again when what was in the way is gone."""
    waiting, _ = schedules.confirm(pencilled, "bkg_A", at)
    after, events = done(schedules.apply_answer(waiting, refused("bkg_A", 2, "day_off", lost=False), at))
    booking = after.bookings["bkg_A"]
    assert (booking.status, booking.refusal, events) == ("tentative", BookingRefusal("day_off", FIRST), ())
    again, (request,) = schedules.confirm(after, "bkg_A", at)
    assert (again.bookings["bkg_A"].refusal, request.request) == (None, 3)  # type: ignore[attr-defined]


def test_a_booking_that_loses_its_days_is_over(pencilled: Schedule, refused: Make, at: datetime) -> None:
    """Others are told that the person is free; whatever the calendar may hold yet is given back."""
    after, (told, request) = done(schedules.apply_answer(pencilled, refused("bkg_A", 1), at))
    assert after.bookings["bkg_A"].status == "refused"
    assert isinstance(told, ScheduleChanged)
    assert [change.status for change in told.changes] == ["released"]
    assert isinstance(request, BookingRequested)
    assert (request.wanted, request.request) == ("release", 2)
    assert schedules.apply_answer(after, refused("bkg_A", 1), at) is None


def test_an_older_refusal_does_not_decide_a_newer_request(pencilled: Schedule, refused: Make, at: datetime) -> None:
    """Once the days were asked to be booked, only the answer to that counts."""
    waiting, _ = schedules.confirm(pencilled, "bkg_A", at)
    assert schedules.apply_answer(waiting, refused("bkg_A", 1), at) is None


def test_what_is_granted_too_late_is_given_back(asked: Schedule, granted: Make, at: datetime) -> None:
    """A release that crosses the grant: the booking stays released, and the calendar is asked to free the days."""
    released, (request,) = schedules.release(asked, "bkg_A", at)
    assert isinstance(request, BookingRequested)
    assert (request.wanted, request.request) == ("release", 2)
    after, (again,) = done(schedules.apply_answer(released, granted("bkg_A", 1), at))
    assert after.bookings["bkg_A"].status == "released"
    assert isinstance(again, BookingRequested)
    assert (again.wanted, again.request) == ("release", 3)


def test_an_answer_for_nothing_we_know_is_refused(asked: Schedule, granted: Make, at: datetime) -> None:
    """No schedule, no such booking, another studio's: refused, so that it is parked."""
    for schedule, said in (
        (None, granted("bkg_A", 1)),
        (asked, granted("bkg_B", 1)),
        (asked, granted("bkg_A", 1, tenant="x")),
    ):
        with pytest.raises(BookingUnknown):
            schedules.apply_answer(schedule, said, at)


def test_a_contract_that_is_extended_books_again_what_was_released(
    booked: Schedule, production: Production, amended: Make, at: datetime
) -> None:
    """The calendar is told of both; an amendment that only takes days away leaves them free."""
    released, (_, request) = schedules.release(booked, "bkg_A", at)
    assert isinstance(request, BookingRequested)
    assert (request.wanted, request.contract_id) == ("release", "ctr_A")
    same, events = done(schedules.book_contract(released, amended("A", 5, FIRST), production, at))
    assert events == ()
    _, (_, again) = done(schedules.book_contract(same, amended("A", 6, FIRST, SECOND), production, at))
    assert isinstance(again, BookingRequested)
    assert (again.wanted, again.request) == ("book", 2)


def test_only_a_tentative_booking_is_confirmed(booked: Schedule, at: datetime) -> None:
    """A confirmed or released booking is refused with its status."""
    with pytest.raises(BookingNotTentative, match="confirmed"):
        schedules.confirm(booked, "bkg_A", at)
    with pytest.raises(BookingNotTentative, match="released"):
        schedules.confirm(schedules.release(booked, "bkg_A", at)[0], "bkg_A", at)


def test_a_booking_on_hold_is_not_confirmed(pencilled: Schedule, raised: Make, at: datetime) -> None:
    """The refusal names the findings that hold it."""
    held = done(schedules.apply_finding(pencilled, raised("bkg_A", 1), at))[0]
    with pytest.raises(BookingOnHold, match="fnd_1") as refused:
        schedules.confirm(held, "bkg_A", at)
    assert refused.value.status == 409


def test_a_booking_is_released_once(booked: Schedule, at: datetime) -> None:
    """Released is told; a second time is refused."""
    change = schedules.release(booked, "bkg_A", at)
    assert only_change(change).status == "released"
    with pytest.raises(BookingReleased):
        schedules.release(change[0], "bkg_A", at)


def test_a_booking_of_another_production_is_not_there(booked: Schedule, at: datetime) -> None:
    """An id that this schedule does not have is a 404."""
    with pytest.raises(BookingUnknown) as refused:
        schedules.confirm(booked, "bkg_other", at)
    assert refused.value.status == 404


# Findings


def test_a_blocker_puts_a_booking_on_hold(booked: Schedule, raised: Make, at: datetime) -> None:
    """The hold is told with the finding that makes it."""
    change = only_change(schedules.apply_finding(booked, raised("bkg_A", 1), at))
    assert (change.status, change.held_by) == ("on_hold", ("fnd_1",))


@pytest.mark.parametrize("start", ["booked", "pencilled"])
def test_the_last_closed_finding_lifts_the_hold(
    start: str, request: pytest.FixtureRequest, raised: Make, closed: Make, at: datetime
) -> None:
    """A booking held by two findings is free when both are closed, and is then what it was before."""
    schedule: Schedule = request.getfixturevalue(start)
    before = schedule.bookings["bkg_A"].status
    for finding in ("fnd_1", "fnd_2"):
        schedule, _ = done(schedules.apply_finding(schedule, raised("bkg_A", 1, finding), at))
    change = schedules.apply_finding(schedule, closed("bkg_A", 2, "fnd_1"), at)
    assert (only_change(change).status, only_change(change).held_by) == ("on_hold", ("fnd_2",))
    freed = only_change(schedules.apply_finding(done(change)[0], closed("bkg_A", 2, "fnd_2"), at))
    assert (freed.status, freed.held_by) == (before, ())


def test_a_finding_that_is_no_blocker_any_more_lifts_the_hold(booked: Schedule, raised: Make, at: datetime) -> None:
    """The latest word of a finding counts, also when it only warns."""
    held = done(schedules.apply_finding(booked, raised("bkg_A", 1), at))[0]
    change = schedules.apply_finding(held, raised("bkg_A", 2, severity="warning"), at)
    assert only_change(change).status == "confirmed"


def test_a_warning_is_noted_without_an_event(booked: Schedule, raised: Make, at: datetime) -> None:
    """It holds nothing, but an older blocker of the same finding that comes late is recognised."""
    schedule, events = done(schedules.apply_finding(booked, raised("bkg_A", 2, severity="warning"), at))
    assert events == ()
    assert schedule.bookings["bkg_A"].status == "confirmed"
    assert schedules.apply_finding(schedule, raised("bkg_A", 1), at) is None


def test_a_finding_again_is_a_duplicate(booked: Schedule, raised: Make, at: datetime) -> None:
    """The same version of a finding is applied once."""
    held = done(schedules.apply_finding(booked, raised("bkg_A", 1), at))[0]
    assert schedules.apply_finding(held, raised("bkg_A", 1), at) is None


def test_a_finding_on_a_released_booking_is_not_told(booked: Schedule, raised: Make, at: datetime) -> None:
    """Released stays released."""
    released = schedules.release(booked, "bkg_A", at)[0]
    schedule, events = done(schedules.apply_finding(released, raised("bkg_A", 1), at))
    assert (schedule.bookings["bkg_A"].status, events) == ("released", ())


def test_a_finding_on_nothing_we_know_is_refused(booked: Schedule, raised: Make, at: datetime) -> None:
    """No schedule, no such booking, another studio's: refused, so that it is parked."""
    for schedule, said in (
        (None, raised("bkg_A", 1)),
        (booked, raised("bkg_B", 1)),
        (booked, raised("bkg_A", 1, tenant="x")),
    ):
        with pytest.raises(BookingUnknown):
            schedules.apply_finding(schedule, said, at)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_findings_may_come_late_twice_and_in_any_order(
    booked: Schedule, raised: Make, closed: Make, at: datetime, data: st.DataObject
) -> None:
    """Whatever the order and however often they come, the newest word of each finding is what holds the booking."""
    told = [
        (raised if data.draw(st.booleans()) else closed)("bkg_A", version, finding)
        for finding in ("fnd_1", "fnd_2", "fnd_3")
        for version in range(1, data.draw(st.integers(1, 4)) + 1)
    ]
    for said in data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told))))):
        change = schedules.apply_finding(booked, said, at)
        booked = booked if change is None else change[0]
    newest = {said.data.finding_id: said for said in told}  # each finding's versions ascend in `told`
    holding = {finding for finding, said in newest.items() if said.type == "compliance.finding.raised.v1"}
    assert set(booked.bookings["bkg_A"].held_by) == holding
    assert booked.bookings["bkg_A"].status == ("on_hold" if holding else "confirmed")
