"""What productions ask of a person's calendar: one studio gets a day, the other is told why not, in every order of events."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from events.envelope import Addressed, Envelope, Event
from events.production import BookingRequested
from events.talent.availability import BookingGranted, BookingRefused, HoldEnded, HoldPlaced
from events.talent.people import PersonErased
from services.production import schedule as schedules
from services.production.schedule import Schedule
from services.talent.availability import engagements, holds, merging, requests
from services.talent.availability.calendar import Booking, Calendar, Hold, busy, empty, end_holds, rank
from services.talent.availability.engagements import NewDayOff
from services.talent.availability.holds import NewHold

A, B = "stu_a", "stu_b"
PRODUCTIONS = {A: "prd_a", B: "prd_b"}
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def day(n: int) -> date:
    """The day `n` days from now."""
    return NOW.date() + timedelta(days=n)


def envelope(data: Event, studio: str) -> Envelope[Any]:
    """An event of a studio."""
    return Envelope("evt_1", data.TYPE, "/x", "x", NOW, studio, "x", "agg_1", 4, "req_1", "req_1", "", data)


def asked(studio: str, wanted: Any, request: int, *days: int, contract: str | None = None) -> Envelope[Any]:
    """What the studio's production asks for the booking bkg_a or bkg_b, on days 20 and 22 unless others are named."""
    dates = tuple(day(n) for n in days or (20, 22))
    booking = f"bkg_{studio[4:]}"
    data = BookingRequested(booking, PRODUCTIONS[studio], "prs_1", contract, wanted, request, dates)
    return envelope(data, studio)


def applied(calendar: Calendar, *said: Envelope[Any], forgotten: bool = False) -> tuple[Calendar, list[Event]]:
    """The calendar after what was asked, and the answer to the last of it."""
    told: list[Event] = []
    for each in said:
        step = requests.answer(calendar, each, forgotten, NOW)
        calendar, events = step if step is not None else (calendar, [])
        told = [event.event if isinstance(event, Addressed) else event for event in events]
    return calendar, told


def refusals(told: list[Event]) -> list[tuple[str, date, bool]]:
    """Why something was refused, on which day, and whether the hold is lost."""
    return [(event.reason, event.day, event.lost) for event in told if isinstance(event, BookingRefused)]


def test_a_tentative_booking_holds_its_days_and_no_others() -> None:
    """First, with gaps; the studio is told that it has them, and a day in between is free for another."""
    held, told = applied(empty("prs_1"), asked(A, "hold", 1))
    assert [type(event) for event in told] == [HoldPlaced, BookingGranted]
    assert busy(held, B) == (day(20), day(22))
    between, _ = holds.place(held, "h1", B, NewHold(day(21), day(21), day(10)), NOW)
    assert [rank(between, hold) for hold in between.holds] == [1, 1]
    behind, _ = holds.place(held, "h1", B, NewHold(day(21), day(22), day(10)), NOW)
    assert [rank(behind, hold) for hold in behind.holds] == [1, 2]


@pytest.mark.parametrize(("by", "reason"), [(A, "day_off"), (B, "busy")])
def test_a_day_off_is_named_to_the_studio_that_recorded_it(by: str, reason: str) -> None:
    """To another it is busy, as everything else; nothing is held."""
    off, _ = engagements.take_off(empty("prs_1"), "d1", by, NewDayOff(day(22), day(22)), None, NOW)
    after, told = applied(off, asked(A, "hold", 1))
    assert refusals(told) == [(reason, day(22), True)]
    assert after.holds == ()


def test_another_studios_hold_is_in_the_way_unless_ones_own_is_in_front() -> None:
    """Day by day; behind its own first hold a booking is first, too, also of whoever is second there."""
    first, _ = holds.place(empty("prs_1"), "h1", A, NewHold(day(20), day(22), day(10)), NOW)
    second, _ = holds.place(first, "h2", B, NewHold(day(22), day(23), day(10)), NOW)
    _, told = applied(second, asked(B, "hold", 1))
    assert refusals(told) == [("busy", day(20), True)]
    held, _ = applied(second, asked(A, "hold", 1))
    assert [(hold.studio, rank(held, hold)) for hold in held.holds] == [(A, 1), (A, 1), (B, 2)]
    _, told = applied(second, asked(A, "hold", 1, 22, 23))
    assert refusals(told) == [("busy", day(23), True)]
    booked, told = applied(held, asked(A, "book", 2))
    assert [event.hold_id for event in told if isinstance(event, HoldEnded)] == ["h1", "h2"]
    assert [(booking.booking_id, booking.days) for booking in booked.bookings] == [("bkg_a", (day(20), day(22)))]


def test_a_confirmation_meets_what_came_in_between() -> None:
    """A day off over the hold refuses it; the hold stays and is booked when the day off is withdrawn."""
    held, _ = applied(empty("prs_1"), asked(A, "hold", 1))
    off, _ = engagements.take_off(held, "d1", B, NewDayOff(day(22), day(22)), None, NOW)
    waiting, told = applied(off, asked(A, "book", 2))
    assert refusals(told) == [("busy", day(22), False)]
    assert requests.answer(waiting, asked(A, "book", 2), False, NOW) is None
    there, _ = engagements.withdraw(waiting, B, "d1")
    booked, told = applied(there, asked(A, "book", 3))
    assert BookingGranted("bkg_a", "prd_a", "prs_1", 3, "booked") in told
    assert booked.firm == {day(20), day(22)}


def test_a_hold_of_a_booking_is_decided_by_the_booking() -> None:
    """Its studio cannot confirm or release the hold, nor what was booked of it."""
    held, _ = applied(empty("prs_1"), asked(A, "hold", 1))
    booked, _ = applied(held, asked(A, "book", 2))
    with pytest.raises(holds.HoldOfBooking):
        holds.confirm(held, A, "hld_a", NOW)
    for calendar in (held, booked):
        with pytest.raises(holds.HoldOfBooking):
            holds.release(calendar, A, "hld_a")


@pytest.mark.parametrize("asks", [("hold",), ("hold", "book")])
def test_what_is_released_is_free(asks: tuple[str, ...]) -> None:
    """Held or booked; a second time there is nothing to free."""
    calendar, _ = applied(empty("prs_1"), *(asked(A, wanted, n) for n, wanted in enumerate(asks, 1)))
    freed, told = applied(calendar, asked(A, "release", 3))
    assert (freed.holds, freed.bookings) == ((), ())
    assert refusals(told) == []
    assert requests.answer(freed, asked(A, "release", 3), False, NOW) is None


def test_a_hold_that_ends_is_told_to_its_production() -> None:
    """Over without a confirmation, not answered in time, or the person forgotten; not when it moves to another calendar."""
    held, _ = applied(empty("prs_1"), asked(A, "hold", 1))
    late = datetime(2027, 1, 1, tzinfo=UTC)
    behind, _ = holds.place(held, "h1", B, NewHold(day(22), day(22), day(10)), NOW)
    challenged, _ = holds.challenge(behind, B, "h1", 1, NOW)
    erased = engagements.forget(held, envelope(PersonErased("prs_1", NOW.date(), False), A))
    moved = merging.take_out(held, merging.entries(held, A))
    assert erased is not None and moved is not None
    ends = {
        "expired": holds.end_in_time(held, late)[1],
        "unanswered": holds.end_in_time(challenged, NOW + timedelta(hours=2))[1],
        "forgotten": erased[1],
    }
    for reason, told in ends.items():
        assert refusals([event.event for event in told if isinstance(event, Addressed)]) == [(reason, day(20), True)]
    assert refusals([event.event for event in moved[1] if isinstance(event, Addressed)]) == []


def test_a_studio_that_has_forgotten_the_person_gets_no_days() -> None:
    """Nothing is entered in the name of somebody who asked to be forgotten there."""
    after, told = applied(empty("prs_1"), asked(A, "hold", 1), forgotten=True)
    assert (after.holds, refusals(told)) == ((), [("forgotten", day(20), True)])


def test_a_contract_that_is_given_back_is_free_in_any_order() -> None:
    """Released before or after its days are known; an amendment changes what would be booked again."""
    bound = replace(empty("prs_1"), bookings=(Booking("ctr_a", A, (day(20),), "ctr_a", as_of=4),))
    freed, _ = applied(bound, asked(A, "release", 1, 20, contract="ctr_a"))
    early, _ = applied(empty("prs_1"), asked(A, "release", 1, 20, contract="ctr_a"))
    assert busy(freed, B) == busy(early, B) == ()
    again, _ = applied(freed, asked(A, "book", 2, 20, contract="ctr_a"))
    assert busy(again, B) == (day(20),)
    assert requests.answer(again, asked(A, "release", 1, 20, contract="ctr_a"), False, NOW) is None


class TwoProductions(RuleBasedStateMachine):
    """Two studios ask for the same person, and the events between them come late, twice and in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.calendar = empty("prs_1")
        self.schedules = {
            studio: Schedule(f"sch_{studio[4:]}", studio, 0, production, "Hengdian", "CN", (), {})
            for studio, production in PRODUCTIONS.items()
        }
        self.waiting: list[Envelope[Any]] = []
        self.sent: list[Envelope[Any]] = []
        self.names = count(1)
        self.undisturbed = True

    def _send(self, studio: str, events: Any) -> None:
        for event in events:
            to, data = (event.tenant, event.event) if isinstance(event, Addressed) else (studio, event)
            if isinstance(data, BookingRequested | BookingGranted | BookingRefused):
                self.waiting.append(envelope(data, to))

    def _deliver(self, said: Envelope[Any]) -> None:
        studio = said.tenant
        if isinstance(said.data, BookingRequested):
            step = requests.answer(self.calendar, said, False, NOW)
            if step is not None:
                self.calendar = step[0]
                self._send(studio, step[1])
        else:
            change = schedules.apply_answer(self.schedules[studio], said, NOW)
            if change is not None:
                self.schedules[studio] = change[0]
                self._send(studio, change[1])

    def _command(self, studio: str, change: schedules.Change) -> None:
        self.schedules[studio] = change[0]
        self._send(studio, change[1])

    def _some(self, studio: str, *states: str) -> list[str]:
        return [each.id for each in self.schedules[studio].bookings.values() if each.agreed in states]

    @rule(studio=st.sampled_from((A, B)), days=st.sampled_from(((20,), (20, 21), (21,), (20, 22))))
    def ask(self, studio: str, days: tuple[int, ...]) -> None:
        """Book tentatively."""
        dates = [day(n) for n in days]
        name = f"bkg_{studio[4:]}{next(self.names)}"
        self._command(studio, schedules.book_tentatively(self.schedules[studio], name, "prs_1", "Lead", dates, NOW))

    @rule(studio=st.sampled_from((A, B)))
    def confirm(self, studio: str) -> None:
        """Confirm what is tentative."""
        for booking_id in self._some(studio, "tentative"):
            self._command(studio, schedules.confirm(self.schedules[studio], booking_id, NOW))

    @rule(studio=st.sampled_from((A, B)))
    def release(self, studio: str) -> None:
        """Release the first that is not over."""
        for booking_id in self._some(studio, "requested", "tentative", "confirmed")[:1]:
            self.undisturbed = False
            self._command(studio, schedules.release(self.schedules[studio], booking_id, NOW))

    @rule(studio=st.sampled_from((A, B)))
    def hold_expires(self, studio: str) -> None:
        """The calendar takes what is held away."""
        ended = [(hold, "expired") for hold in self.calendar.holds if hold.studio == studio][:1]
        if ended:
            self.undisturbed = False
            self.calendar, told = end_holds(self.calendar, ended)
            self._send(studio, told)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        """Deliver any event that is on its way."""
        said = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        self.sent.append(said)
        self._deliver(said)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        """Deliver any event once more, however old."""
        self._deliver(data.draw(st.sampled_from(self.sent)))

    @invariant()
    def no_day_is_two_studios(self) -> None:
        """In the calendar no day is booked by two studios, nor in front of whom it is not."""
        entries: list[Hold | Booking] = [*self.calendar.holds, *self.calendar.bookings]
        for entry in entries:
            for other in entries:
                assert entry.studio == other.studio or set(entry.days).isdisjoint(other.days)

    @invariant()
    def nobody_believes_to_have_the_same_day(self) -> None:
        """Of two productions never both have confirmed a day."""
        days = [
            {day for booking in each.bookings.values() if booking.agreed == "confirmed" for day in booking.dates}
            for each in self.schedules.values()
        ]
        assert days[0].isdisjoint(days[1])

    def teardown(self) -> None:
        """In the end both sides say the same, nobody waits, and somebody got the day if nobody gave it up."""
        while self.waiting:
            self._deliver(self.waiting.pop(0))
        known = {
            booking.id: booking.agreed for schedule in self.schedules.values() for booking in schedule.bookings.values()
        }
        assert not any(b.pending for schedule in self.schedules.values() for b in schedule.bookings.values())
        has = {hold.booking_id: "tentative" for hold in self.calendar.holds}
        has |= {booking.booking_id: "confirmed" for booking in self.calendar.bookings}
        assert has == {name: agreed for name, agreed in known.items() if agreed in ("tentative", "confirmed")}
        if known and self.undisturbed:
            assert has


TestTwoProductions = TwoProductions.TestCase
TestTwoProductions.settings = settings(max_examples=300, stateful_step_count=40)
