"""What makes days firm: executed contracts and days off; and what makes them free again."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from events.envelope import Addressed, Envelope, Event
from events.errors import RuleError
from events.shapes import Line
from events.talent.availability import DayOffRecorded, DayOffWithdrawn, DaysBooked, DaysFreed
from events.talent.contracts import ContractAmended, ContractSigned, ContractTerminated
from events.talent.people import PersonErased
from services.talent.availability import patterns
from services.talent.availability.calendar import (
    Booking,
    Calendar,
    DatesImpossible,
    DayNotFree,
    DayOff,
    Step,
    check_dates,
    check_room,
    end_holds,
    falling,
    without_past,
)
from services.talent.availability.patterns import Pattern


class DayOffUnknown(RuleError):
    """The studio recorded no such day off of this person."""

    status = 404
    en = "There is no day off {day_off_id} of this person here."
    zh = "此处没有此人编号为 {day_off_id} 的休息日。"


@dataclass(frozen=True)
class NewDayOff:
    """When a person is not there: every day from the first to the last, or those of a pattern. The reason is for this studio only."""

    starts_on: date
    ends_on: date
    pattern: Pattern | None = None
    reason: Line | None = None


Bound = ContractSigned | ContractAmended | ContractTerminated
"""What says on which days a contract binds a person, all of them or those that are left."""


def book(calendar: Calendar, told: Envelope[Bound], today: date) -> Step | None:
    """The days of an executed, amended or terminated contract, whoever held them; None when something newer was heard."""
    terms = told.data
    had = next((booking for booking in calendar.bookings if booking.id == terms.contract_id), None)
    if had is not None and had.as_of >= told.version:
        return None
    given_back = had is not None and had.given_back is not None
    new = Booking(
        terms.contract_id,
        told.tenant,
        () if given_back else terms.work_dates,
        terms.contract_id,
        told.version,
        production_id=terms.production_id,
        request=had.request if had is not None else 0,
        given_back=terms.work_dates if given_back else None,
    )
    days = frozenset(new.days)
    kept = []
    for booking in calendar.bookings:
        if (booking.studio, booking.contract_id, booking.booking_id) == (told.tenant, None, None):  # not booked twice
            booking = replace(booking, days=tuple(day for day in booking.days if day not in days))
        if booking is not had and (booking.days or booking.contract_id is not None):
            kept.append(booking)
    left, ended = end_holds(calendar, falling(calendar, told.tenant, new.days))
    booked = without_past(replace(left, bookings=tuple(kept)), today)
    events: list[Event | Addressed] = []
    freed = tuple(day for day in had.days if day not in days) if had is not None else ()
    if freed:
        events.append(DaysFreed(calendar.id, terms.contract_id, freed))
    if days:
        events.append(DaysBooked(calendar.id, terms.contract_id, terms.work_dates))
    return replace(booked, bookings=(*booked.bookings, new)), [*events, *ended]


def take_off(
    calendar: Calendar, day_off_id: str, studio: str, wanted: NewDayOff, reason: bytes | None, at: datetime
) -> Step:
    """Days off, which are there once: the same period again changes nothing.

    Raises DatesImpossible, PatternContradictory, CalendarFull, and DayNotFree where no pattern meets a booking.
    """
    if of_period(calendar, studio, wanted):
        return calendar, []
    check_dates(wanted.starts_on, wanted.ends_on, at.date())
    check_room(calendar)
    if wanted.pattern is None:
        days = patterns.span(wanted.starts_on, wanted.ends_on)
        booked = {day for booking in calendar.bookings for day in booking.days}
        for day in days:
            if day in booked:
                raise DayNotFree("/starts_on", day=day)
    else:
        patterns.check(wanted.pattern, "/pattern")
        days = patterns.dates(wanted.pattern, wanted.starts_on, wanted.ends_on)
        if not days:
            raise DatesImpossible(
                "/pattern",
                first=wanted.starts_on,
                last=wanted.ends_on,
                starts_on=wanted.starts_on,
                ends_on=wanted.ends_on,
            )
    new = DayOff(day_off_id, studio, wanted.starts_on, wanted.ends_on, days, wanted.pattern, reason)
    told = DayOffRecorded(day_off_id, calendar.id, wanted.starts_on, wanted.ends_on, wanted.pattern is not None)
    kept = without_past(calendar, at.date())
    return replace(kept, days_off=(*kept.days_off, new)), [told]


def withdraw(calendar: Calendar, studio: str, day_off_id: str) -> Step:
    """The person is there after all; raises DayOffUnknown."""
    gone = find_day_off(calendar, studio, day_off_id)
    left = tuple(entry for entry in calendar.days_off if entry is not gone)
    return replace(calendar, days_off=left), [DayOffWithdrawn(day_off_id, calendar.id)]


def find_day_off(calendar: Calendar, studio: str | None, day_off_id: str) -> DayOff:
    """The day off that the studio recorded; raises DayOffUnknown."""
    for entry in calendar.days_off:
        if entry.id == day_off_id and studio in (None, entry.studio):
            return entry
    raise DayOffUnknown(day_off_id=day_off_id)


def of_period(calendar: Calendar, studio: str, wanted: NewDayOff) -> list[DayOff]:
    """Return what the studio recorded of the same days: one entry, or none."""
    period = (studio, wanted.starts_on, wanted.ends_on, wanted.pattern)
    return [off for off in calendar.days_off if (off.studio, off.starts_on, off.ends_on, off.pattern) == period]


def forget(known: Calendar | None, erased: Envelope[PersonErased]) -> Step | None:
    """The calendar without what a studio entered that has forgotten the person; None when it has entered nothing."""
    if known is None:
        return None
    studio = erased.tenant
    held = [hold for hold in known.holds if hold.studio == studio]
    off = [entry for entry in known.days_off if entry.studio == studio]
    if not held and not off:
        return None
    left, told = end_holds(known, [(hold, "erased") for hold in held])
    kept = tuple(entry for entry in left.days_off if entry.studio != studio)
    return replace(left, days_off=kept), [*told, *(DayOffWithdrawn(entry.id, known.id) for entry in off)]
