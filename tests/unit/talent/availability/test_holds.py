"""Holds: who is first, who may challenge, and how a hold ends."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from events.envelope import Addressed, Event
from events.errors import RuleError
from events.talent.availability import HoldChallenged, HoldChallengeDropped, HoldEnded, HoldPlaced, HoldPromoted
from services.talent.availability import calendar as calendars
from services.talent.availability import engagements, holds
from services.talent.availability.calendar import Calendar, DatesImpossible, DayNotFree, busy, due, empty, rank
from services.talent.availability.engagements import NewDayOff
from services.talent.availability.holds import NewHold

A, B, C = "stu_a", "stu_b", "stu_c"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


def day(n: int) -> date:
    """The day `n` days from now."""
    return TODAY + timedelta(days=n)


def placed(calendar: Calendar, hold_id: str, studio: str, first: int, last: int, expires: int = 10) -> Calendar:
    """The calendar with one more hold."""
    return holds.place(calendar, hold_id, studio, NewHold(day(first), day(last), day(expires)), NOW)[0]


@pytest.fixture
def two() -> Calendar:
    """A holds days 20 to 24 first, B 23 to 28 second."""
    return placed(placed(empty("prs_1"), "h1", A, 20, 24), "h2", B, 23, 28)


def test_who_comes_first_is_first_and_there_is_no_third(two: Calendar) -> None:
    """A hold on a day that somebody holds is second; behind two there is no place, and on other days it is first."""
    assert [rank(two, hold) for hold in two.holds] == [1, 2]
    with pytest.raises(holds.HoldsExhausted) as refused:
        placed(two, "h3", C, 24, 24)
    assert refused.value.facts["day"] == day(24)
    apart = placed(two, "h3", C, 30, 31)
    assert rank(apart, apart.holds[-1]) == 1


def test_the_event_says_the_rank() -> None:
    """Who is told of a hold is told where it stands."""
    first, _ = holds.place(empty("prs_1"), "h1", A, NewHold(day(3), day(4)), NOW)
    _, told = holds.place(first, "h2", B, NewHold(day(4), day(5)), NOW)
    assert told == [HoldPlaced("h2", "prs_1", None, day(4), day(5), day(4), 2)]


def test_a_studio_does_not_stand_behind_itself(two: Calendar) -> None:
    """A second hold of the same studio on a same day is refused and names the first."""
    with pytest.raises(holds.HoldRepeated) as refused:
        placed(two, "h3", A, 22, 22)
    assert refused.value.facts["hold_id"] == "h1"


@pytest.mark.parametrize(
    ("first", "last", "expires", "error"),
    [
        (5, 4, 4, DatesImpossible),
        (-1, 4, 4, DatesImpossible),
        (5, 400, 4, DatesImpossible),
        (5, 6, 7, holds.HoldExpiryImpossible),
        (5, 6, -1, holds.HoldExpiryImpossible),
    ],
)
def test_impossible_dates_are_refused(first: int, last: int, expires: int, error: type[RuleError]) -> None:
    """An end before the start, days that are over or over a year ahead, an expiry outside its time."""
    with pytest.raises(error) as refused:
        placed(empty("prs_1"), "h1", A, first, last, expires)
    assert refused.value.pointer
    assert refused.value.text("zh") != refused.value.text("en")


def test_a_confirmed_hold_books_and_ends_those_behind(two: Calendar) -> None:
    """The days are firm, B hears that its hold ended, and nobody can hold the days any more."""
    booked, told = holds.confirm(two, A, "h1", NOW)
    assert booked.holds == ()
    assert booked.firm == {day(n) for n in range(20, 25)}
    assert told[1:] == [Addressed(B, HoldEnded("h2", "prs_1", "booked"))]
    with pytest.raises(DayNotFree):
        placed(booked, "h3", C, 24, 26)
    freed, _ = holds.release(booked, A, "h1")
    assert freed.firm == frozenset()


def test_a_second_hold_cannot_be_confirmed(two: Calendar) -> None:
    """Only the first can."""
    with pytest.raises(holds.HoldNotFirst):
        holds.confirm(two, B, "h2", NOW)


def test_a_hold_under_a_day_off_cannot_be_confirmed(two: Calendar) -> None:
    """Who is off is not free; when the day off is withdrawn, the hold, which stood all the while, can be confirmed."""
    off, _ = engagements.take_off(two, "d1", B, NewDayOff(day(22), day(22)), None, NOW)
    assert off.holds == two.holds
    with pytest.raises(DayNotFree) as refused:
        holds.confirm(off, A, "h1", NOW)
    assert refused.value.facts["day"] == day(22)
    there, _ = engagements.withdraw(off, B, "d1")
    booked, _ = holds.confirm(there, A, "h1", NOW)
    assert [booking.id for booking in booked.bookings] == ["h1"]


def test_who_is_behind_moves_up(two: Calendar) -> None:
    """When the first is released, the second becomes first, and its studio is told so, not the other."""
    after, told = holds.release(two, A, "h1")
    assert [rank(after, hold) for hold in after.holds] == [1]
    assert told == [Addressed(A, HoldEnded("h1", "prs_1", "released")), Addressed(B, HoldPromoted("h2", "prs_1"))]


def test_another_studios_hold_is_unknown(two: Calendar) -> None:
    """Nobody confirms, releases or challenges with a hold that is not theirs."""
    for act in (
        lambda: holds.confirm(two, B, "h1", NOW),
        lambda: holds.release(two, B, "h1"),
        lambda: holds.challenge(two, A, "h2", 24, NOW),
    ):
        with pytest.raises(holds.HoldUnknown):
            act()


def test_an_unanswered_challenge_ends_the_first_hold(two: Calendar) -> None:
    """Until the hour nothing happens; at the hour the first falls and the second moves up."""
    asked, told = holds.challenge(two, B, "h2", 24, NOW)
    by = NOW + timedelta(hours=24)
    assert told == [Addressed(A, HoldChallenged("h1", "prs_1", by))]
    assert due(asked) == by
    assert holds.end_in_time(asked, by - timedelta(seconds=1))[1] == []
    fallen, said = holds.end_in_time(asked, by)
    assert said == [Addressed(A, HoldEnded("h1", "prs_1", "unanswered")), Addressed(B, HoldPromoted("h2", "prs_1"))]
    assert [hold.id for hold in fallen.holds] == ["h2"]


def test_a_challenge_falls_with_the_challenger(two: Calendar) -> None:
    """When the second lets go, the first need not answer any more and is told so."""
    asked, _ = holds.challenge(two, B, "h2", 24, NOW)
    dropped, told = holds.release(asked, B, "h2")
    assert Addressed(A, HoldChallengeDropped("h1", "prs_1")) in told
    assert dropped.holds[0].answer_by is None


def test_nobody_challenges_twice_or_without_somebody_in_front(two: Calendar) -> None:
    """A first hold has nobody to ask; those who were asked have their time."""
    with pytest.raises(holds.HoldNotChallenging):
        holds.challenge(two, A, "h1", 24, NOW)
    asked, _ = holds.challenge(two, B, "h2", 24, NOW)
    with pytest.raises(holds.HoldChallengedBefore):
        holds.challenge(asked, B, "h2", 1, NOW)


def test_a_hold_expires_after_its_last_day(two: Calendar) -> None:
    """On its last day it stands, at midnight UTC after it falls."""
    end = datetime.combine(day(11), datetime.min.time(), UTC)
    assert due(two) == end
    assert holds.end_in_time(two, end - timedelta(seconds=1))[1] == []
    assert holds.end_in_time(two, end)[0].holds == ()


def test_others_see_days_and_nothing_else(two: Calendar) -> None:
    """Busy are the days of all others, in order, each once."""
    assert busy(two, A) == tuple(day(n) for n in range(23, 29))
    assert busy(two, C) == tuple(day(n) for n in range(20, 29))


class Holding(RuleBasedStateMachine):
    """Whatever three studios do in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.calendar, self.at, self.number = empty("prs_1"), NOW, count()
        self.ranks: dict[str, int] = {}
        self.owners: dict[str, str] = {}

    def take(self, step: calendars.Step, studio: str) -> None:
        """Apply a step and follow what the studios are told."""
        self.calendar = step[0]
        for said in step[1]:
            event: Event = said.event if isinstance(said, Addressed) else said
            to = said.tenant if isinstance(said, Addressed) else studio
            if isinstance(event, HoldPlaced):
                self.ranks[event.hold_id], self.owners[event.hold_id] = event.rank, studio
            hold_id = getattr(event, "hold_id", None)
            assert hold_id is None or self.owners[hold_id] == to, "told to somebody else"
            if isinstance(event, HoldPromoted):
                assert self.ranks[event.hold_id] == 2
                self.ranks[event.hold_id] = 1
            if isinstance(event, HoldEnded) or event.TYPE == "talent.hold.confirmed.v1":
                del self.ranks[event.hold_id]  # type: ignore[attr-defined]

    @rule(studio=st.sampled_from((A, B, C)), first=st.integers(0, 12), length=st.integers(0, 5), term=st.integers(0, 9))
    def place(self, studio: str, first: int, length: int, term: int) -> None:
        """Somebody holds days."""
        wanted = NewHold(day(first), day(first + length), day(term))
        try:
            self.take(holds.place(self.calendar, f"h{next(self.number)}", studio, wanted, self.at), studio)
        except RuleError:
            return

    @rule(which=st.integers(0, 5), act=st.sampled_from(("confirm", "release", "challenge")))
    def act(self, which: int, act: str) -> None:
        """Somebody confirms, releases or challenges with a hold of theirs."""
        if which >= len(self.calendar.holds):
            return
        hold = self.calendar.holds[which]
        steps = {
            "confirm": lambda: holds.confirm(self.calendar, hold.studio, hold.id, self.at),
            "release": lambda: holds.release(self.calendar, hold.studio, hold.id),
            "challenge": lambda: holds.challenge(self.calendar, hold.studio, hold.id, 24, self.at),
        }
        try:
            self.take(steps[act](), hold.studio)
        except RuleError:
            return

    @rule(hours=st.integers(1, 50))
    def wait(self, hours: int) -> None:
        """Time goes by."""
        self.at += timedelta(hours=hours)
        self.take(holds.end_in_time(self.calendar, self.at), "")

    @invariant()
    def at_most_two_on_a_day_and_one_of_them_first(self) -> None:
        """No day has two firsts or three holds, nothing firm is held, and every studio knows its rank."""
        for hold in self.calendar.holds:
            for when in hold.days:
                there = [h for h in self.calendar.holds if h.starts_on <= when <= h.ends_on]
                assert len(there) <= 2
                assert sum(rank(self.calendar, h) == 1 for h in there) <= 1
                assert when not in self.calendar.firm
        assert {hold.id: rank(self.calendar, hold) for hold in self.calendar.holds} == self.ranks
        assert all(hold.answer_by is None or rank(self.calendar, hold) == 1 for hold in self.calendar.holds)


Holding.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestHolding = Holding.TestCase
