"""What productions ask of a person's calendar: days are held for a tentative booking, booked when it is confirmed, given back.

    asked (hold) -> held | refused          held, asked (book) -> booked | refused          held, booked -> given back

A studio's own holds and bookings do not stand in its way, a day off does. Requests may come twice and in any order: the entry has the
number of the last one. What is granted for a booking that was released meanwhile, production gives back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import takewhile
from typing import Literal

from events.envelope import Envelope, Event
from events.production import BookingRequested
from events.talent.availability import BookingGranted, DaysBooked, DaysFreed, HoldPlaced
from services.talent.availability.calendar import (
    Booking,
    Calendar,
    DayOff,
    Hold,
    Step,
    end_holds,
    falling,
    is_full,
    rank,
    refusal,
    without_past,
)
from services.talent.availability.holds import book, without_booking


def hold_id(booking_id: str) -> str:
    """Return the id of the one hold that a production's booking makes."""
    return f"hld_{booking_id[4:]}"


def answer(calendar: Calendar, asked: Envelope[BookingRequested], forgotten: bool, at: datetime) -> Step | None:
    """Return the calendar after a production's request, and the answer; None when a request as new or newer was answered.

    `forgotten`: the studio has forgotten the person, and gets no days of theirs.
    """
    wanted, studio = asked.data, asked.tenant
    if wanted.contract_id is not None:
        return _follow_contract(calendar, wanted, studio)
    held = next((hold for hold in calendar.holds if hold.booking_id == wanted.booking_id), None)
    booked = next((booking for booking in calendar.bookings if booking.booking_id == wanted.booking_id), None)
    if wanted.wanted == "release":
        if held is not None:
            return end_holds(calendar, [(held, "released")])
        return without_booking(calendar, booked) if booked is not None else None
    if max((entry.request for entry in (held, booked) if entry is not None), default=0) >= wanted.request:
        return None
    if wanted.wanted == "hold":
        return _hold(calendar, wanted, studio, forgotten, at)
    if held is None:
        return calendar, [refusal(calendar, _new_hold(wanted, studio, at), "busy")]
    return _book(calendar, wanted, held, at)


def obstacles(
    calendar: Calendar, studio: str, days: Iterable[date]
) -> Iterator[tuple[Literal["busy", "day_off"], date]]:
    """Yield why a studio cannot have a day, for each of the days that it cannot have.

    Another studio's hold is in the way unless the studio itself held that day before.
    """
    off = {day for entry in calendar.days_off if entry.studio == studio for day in entry.days}
    firm: tuple[Booking | DayOff, ...] = (*calendar.bookings, *calendar.days_off)
    taken = {day for entry in firm if entry.studio != studio for day in entry.days}
    for day in days:
        if day in off:
            yield "day_off", day
            continue
        on_day = (hold for hold in calendar.holds if day in hold.days)
        if day in taken or any(True for _ in takewhile(lambda hold: hold.studio != studio, on_day)):
            yield "busy", day


def _hold(calendar: Calendar, wanted: BookingRequested, studio: str, forgotten: bool, at: datetime) -> Step:
    """Hold the days right behind what the studio holds of them already, else behind all others."""
    new = _new_hold(wanted, studio, at)
    if forgotten:
        return calendar, [refusal(calendar, new, "forgotten")]
    if (found := next(obstacles(calendar, studio, new.days), None)) is not None:
        return calendar, [refusal(calendar, new, *found)]
    if is_full(calendar):
        return calendar, [refusal(calendar, new, "full")]
    kept = without_past(calendar, at.date())
    own = next((n for n, hold in enumerate(kept.holds) if hold.studio == studio and hold.meets(new)), None)
    position = len(kept.holds) if own is None else own + 1
    if own is not None:
        new = replace(new, placed_at=kept.holds[own].placed_at)
    placed = replace(kept, holds=(*kept.holds[:position], new, *kept.holds[position:]))
    told = HoldPlaced(
        new.id, calendar.id, new.production_id, new.starts_on, new.ends_on, new.expires_on, rank(placed, new)
    )
    return placed, [told, _granted(calendar, wanted, "held")]


def _book(calendar: Calendar, wanted: BookingRequested, held: Hold, at: datetime) -> Step:
    """Book what the production holds, as it was asked for; when something came in between, the hold stays."""
    asked = replace(held, request=wanted.request)
    noted = replace(calendar, holds=tuple(asked if hold is held else hold for hold in calendar.holds))
    if (found := next(obstacles(noted, asked.studio, asked.days), None)) is not None:
        return noted, [refusal(noted, asked, *found, lost=False)]
    booked, told = book(noted, asked, at)
    return booked, [_granted(calendar, wanted, "booked"), *told]


def _follow_contract(calendar: Calendar, wanted: BookingRequested, studio: str) -> Step | None:
    """Free the days of an executed contract that its production gave back, whatever they are by now, or book them again."""
    assert wanted.contract_id is not None  # asked by `answer`
    had = next((booking for booking in calendar.bookings if booking.id == wanted.contract_id), None)
    known = had or Booking(
        wanted.contract_id, studio, (), contract_id=wanted.contract_id, production_id=wanted.production_id
    )
    if known.request >= wanted.request:
        return None
    bound = known.days if known.given_back is None else known.given_back
    event: Event
    if wanted.wanted == "release":
        after = replace(known, request=wanted.request, days=(), given_back=bound)
        event = DaysFreed(calendar.id, wanted.contract_id, bound)
    else:
        after = replace(known, request=wanted.request, days=bound, given_back=None)
        event = DaysBooked(calendar.id, wanted.contract_id, bound)
    left, ended = end_holds(calendar, falling(calendar, studio, after.days))
    bookings = (*(booking for booking in left.bookings if booking is not had), after)
    return replace(left, bookings=bookings), [*([event] if after.days != known.days else []), *ended]


def _new_hold(wanted: BookingRequested, studio: str, at: datetime) -> Hold:
    """Return the hold that is asked for; it falls when its last day is over."""
    return Hold(
        id=hold_id(wanted.booking_id),
        studio=studio,
        production_id=wanted.production_id,
        starts_on=wanted.dates[0],
        ends_on=wanted.dates[-1],
        expires_on=max(wanted.dates[-1], at.date()),
        placed_at=at,
        booking_id=wanted.booking_id,
        request=wanted.request,
        dates=wanted.dates,
    )


def _granted(calendar: Calendar, wanted: BookingRequested, granted: Literal["held", "booked"]) -> BookingGranted:
    return BookingGranted(wanted.booking_id, wanted.production_id, calendar.id, wanted.request, granted)
