"""A person's calendar: one document for the whole alliance, so that two studios cannot both be first.

A studio sees its own entries; of everybody else's it sees which days are busy, and nothing of by whom, how or why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from events.envelope import Addressed, Event
from events.errors import RuleError
from events.shapes import BookingId, ContractId, DayOffId, HoldId, PersonId, ProductionId, StudioId
from events.talent.availability import (
    BookingRefused,
    HoldChallengeDropped,
    HoldEnd,
    HoldEnded,
    HoldPromoted,
    RefusalReason,
)
from services.talent.availability.patterns import Pattern, span

SHARED = ""
"""The calendar's tenant: no studio owns a person's time."""
LONGEST_AHEAD = timedelta(days=366)
KEPT = timedelta(days=60)
"""How long entries stay after their last day."""
MOST_ENTRIES = 400
"""Entries of all kinds in one calendar."""

Rank = Literal[1, 2]


class DatesImpossible(RuleError):
    """The days end before they begin, are over, or are more than a year ahead."""

    status = 422
    en = "The days must be in order, from {first} to {last} at most: {starts_on} to {ends_on} are not."
    zh = "日期须先后有序，且在 {first} 至 {last} 之间：{starts_on} 至 {ends_on} 不符合要求。"


class DayNotFree(RuleError):
    """The person is booked or off on one of the days."""

    en = "The person is not free on {day}."
    zh = "此人在 {day} 没有空档。"


class CalendarFull(RuleError):
    """There are too many entries in the calendar."""

    en = "A person's calendar holds at most {most} entries."
    zh = "每人的日程最多记录 {most} 项。"


@dataclass(frozen=True)
class Hold:
    """A studio's wish to have a person on some days; whoever came before is in front.

    A production's tentative booking is one, with the number of the production's last request and its `dates`, which may have gaps.
    """

    id: HoldId
    studio: StudioId
    production_id: ProductionId | None
    starts_on: date
    ends_on: date
    expires_on: date
    placed_at: datetime
    answer_by: datetime | None = None
    """By when the studio has to confirm or release it, since somebody behind it asked for the days."""
    booking_id: BookingId | None = None
    request: int = 0
    dates: tuple[date, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        return self.dates or span(self.starts_on, self.ends_on)

    def meets(self, other: "Hold") -> bool:
        """Return whether both want the person on a same day."""
        if not (self.starts_on <= other.ends_on and other.starts_on <= self.ends_on):
            return False
        return not (self.dates or other.dates) or not set(self.days).isdisjoint(other.days)

    def rivals(self, other: "Hold") -> bool:
        """Return whether two studios want the person on a same day: a studio does not stand in its own way."""
        return self.studio != other.studio and self.meets(other)


@dataclass(frozen=True)
class Booking:
    """Days on which a person works for a studio: by a contract, by a hold that was confirmed, or by a production's booking.

    `as_of` is the contract's version that last said so; one that ended before its days keeps an entry without any. `request` is
    the number of the production's last request; `given_back` are the contract's days that it released, None when it did not.
    """

    id: str
    studio: StudioId
    days: tuple[date, ...]
    contract_id: ContractId | None = None
    as_of: int = 0
    booking_id: BookingId | None = None
    production_id: ProductionId | None = None
    request: int = 0
    given_back: tuple[date, ...] | None = None


@dataclass(frozen=True)
class DayOff:
    """Days on which a person is not there; `reason` is sealed."""

    id: DayOffId
    studio: StudioId
    starts_on: date
    ends_on: date
    days: tuple[date, ...]
    pattern: Pattern | None = None
    reason: bytes | None = None


@dataclass(frozen=True)
class Appointment:
    """An hour that is taken, such as an audition; `id` says which."""

    id: str
    studio: StudioId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Calendar:
    """A person's time; its id is the person's. Holds are in the order in which they were placed."""

    id: PersonId
    tenant: str
    version: int
    holds: tuple[Hold, ...] = ()
    bookings: tuple[Booking, ...] = ()
    days_off: tuple[DayOff, ...] = ()
    appointments: tuple[Appointment, ...] = ()

    @property
    def firm(self) -> frozenset[date]:
        """The days on which the person is booked or off."""
        taken: Sequence[Booking | DayOff] = (*self.bookings, *self.days_off)
        return frozenset(day for entry in taken for day in entry.days)


Step = tuple[Calendar, list[Event | Addressed]]


def empty(person_id: str) -> Calendar:
    """The calendar of a person of whom nothing is known."""
    return Calendar(person_id, SHARED, 0)


def rank(calendar: Calendar, hold: Hold) -> Rank:
    """1 when no other studio that came before wants one of the days, else 2."""
    before = calendar.holds[: calendar.holds.index(hold)]
    return 2 if any(other.rivals(hold) for other in before) else 1


def busy(calendar: Calendar, studio: str | None) -> tuple[date, ...]:
    """The days that are taken by others than `studio`: what everybody may know."""
    taken: Sequence[Hold | Booking | DayOff] = (*calendar.holds, *calendar.bookings, *calendar.days_off)
    return tuple(sorted({day for entry in taken if entry.studio != studio for day in entry.days}))


def check_dates(starts_on: date, ends_on: date, today: date, at: str = "/starts_on") -> None:
    """Raise DatesImpossible unless the days are in order, not over, and within a year."""
    last = today + LONGEST_AHEAD
    if not today <= starts_on <= ends_on <= last:
        raise DatesImpossible(at, first=today, last=last, starts_on=starts_on, ends_on=ends_on)


def is_full(calendar: Calendar) -> bool:
    """Return whether nothing more can be entered."""
    return len(calendar.holds) + len(calendar.bookings) + len(calendar.days_off) >= MOST_ENTRIES


def check_room(calendar: Calendar) -> None:
    """Raise CalendarFull when nothing more can be entered."""
    if is_full(calendar):
        raise CalendarFull(most=MOST_ENTRIES)


def falling(calendar: Calendar, studio: str, days: Iterable[date]) -> list[tuple[Hold, HoldEnd]]:
    """Return the holds that fall when a studio books days: all on these days, but its own tentative bookings."""
    booked = frozenset(days)
    return [
        (hold, "booked")
        for hold in calendar.holds
        if not booked.isdisjoint(hold.days) and (hold.booking_id is None or hold.studio != studio)
    ]


def end_holds(calendar: Calendar, ended: Iterable[tuple[Hold, HoldEnd]]) -> Step:
    """The calendar without these holds, and who is told: whose hold or tentative booking ended, who moved up, who need not answer.

    A production that released its booking, or whose booking goes on in another calendar, needs no answer.
    """
    gone = list(ended)
    left = tuple(hold for hold in calendar.holds if all(hold is not other for other, _ in gone))
    after = replace(calendar, holds=left)
    told: list[Event | Addressed] = [Addressed(hold.studio, HoldEnded(hold.id, calendar.id, why)) for hold, why in gone]
    told += [
        Addressed(hold.studio, refusal(calendar, hold, _REASONS[why]))
        for hold, why in gone
        if hold.booking_id is not None and why in _REASONS
    ]
    holds = []
    for position, hold in enumerate(left):
        if rank(after, hold) < rank(calendar, hold):
            told.append(Addressed(hold.studio, HoldPromoted(hold.id, calendar.id)))
        if hold.answer_by is not None and not any(hold.rivals(behind) for behind in left[position + 1 :]):
            hold = replace(hold, answer_by=None)
            told.append(Addressed(hold.studio, HoldChallengeDropped(hold.id, calendar.id)))
        holds.append(hold)
    return replace(after, holds=tuple(holds)), told


_REASONS: Mapping[HoldEnd, RefusalReason] = {
    "booked": "busy",
    "expired": "expired",
    "unanswered": "unanswered",
    "erased": "forgotten",
}


def refusal(
    calendar: Calendar, hold: Hold, reason: RefusalReason, day: date | None = None, lost: bool = True
) -> BookingRefused:
    """Return what a production is told when its booking does not get, or loses, the days of a hold; the first unless one is named."""
    assert hold.booking_id is not None and hold.production_id is not None  # a production's hold has both
    day = day or hold.days[0]
    return BookingRefused(hold.booking_id, hold.production_id, calendar.id, hold.request, reason, day, lost)


def without_past(calendar: Calendar, today: date) -> Calendar:
    """The calendar without what has long been over."""
    since = today - KEPT
    return replace(
        calendar,
        bookings=tuple(entry for entry in calendar.bookings if max(entry.days, default=today) >= since),
        days_off=tuple(entry for entry in calendar.days_off if entry.ends_on >= since),
        appointments=tuple(entry for entry in calendar.appointments if entry.ends_at.date() >= since),
    )


def due(calendar: Calendar) -> datetime | None:
    """When a hold will fall next, by its last day or for want of an answer; None when none will."""
    moments = [midnight(hold.expires_on + timedelta(days=1)) for hold in calendar.holds]
    moments += [hold.answer_by for hold in calendar.holds if hold.answer_by is not None]
    return min(moments, default=None)


def midnight(day: date) -> datetime:
    """The first moment of a day, UTC."""
    return datetime.combine(day, time(), UTC)
