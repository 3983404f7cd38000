"""Two calendars that turn out to be one person's: what a studio entered in the one moves to the other.

Nobody asks for it and nothing is refused: where both were held on a same day, whoever placed the hold first is in front.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from events.envelope import Addressed, Event
from events.talent.availability import (
    DayOffRecorded,
    DayOffWithdrawn,
    DaysBooked,
    DaysFreed,
    HoldPlaced,
    HourFreed,
    HourTaken,
)
from services.talent.availability.calendar import (
    Appointment,
    Booking,
    Calendar,
    DayOff,
    Hold,
    Step,
    empty,
    end_holds,
    rank,
)


@dataclass(frozen=True)
class Entries:
    """What a studio entered in a calendar."""

    holds: tuple[Hold, ...]
    bookings: tuple[Booking, ...]
    days_off: tuple[DayOff, ...]
    appointments: tuple[Appointment, ...]


NOTHING = Entries((), (), (), ())


def entries(calendar: Calendar, studio: str) -> Entries:
    """What the studio entered."""
    return Entries(
        tuple(entry for entry in calendar.holds if entry.studio == studio),
        tuple(entry for entry in calendar.bookings if entry.studio == studio),
        tuple(entry for entry in calendar.days_off if entry.studio == studio),
        tuple(entry for entry in calendar.appointments if entry.studio == studio),
    )


def add(known: Calendar | None, person_id: str, given: Entries) -> Step | None:
    """The calendar with the entries that it has not yet; None when it has them all.

    Of two bookings by one contract the one stays that is as of the contract's later version, or of the later request.
    """
    calendar = known or empty(person_id)
    taken: Sequence[Hold | Booking | DayOff] = (*calendar.holds, *calendar.bookings, *calendar.days_off)
    there = {entry.id for entry in taken}
    hours = {entry.id for entry in calendar.appointments}
    had = {entry.id: entry for entry in calendar.bookings}
    held = tuple(entry for entry in given.holds if entry.id not in there)
    off = tuple(entry for entry in given.days_off if entry.id not in there)
    expected = tuple(entry for entry in given.appointments if entry.id not in hours)
    booked = {b.id: b for b in given.bookings if b.id not in there or (b.id in had and _newer(b, had[b.id]))}
    if not (held or booked or off or expected):
        return None
    merged = replace(
        calendar,
        holds=tuple(sorted((*calendar.holds, *held), key=lambda hold: (hold.placed_at, hold.id))),
        bookings=(*(entry for entry in calendar.bookings if entry.id not in booked), *booked.values()),
        days_off=(*calendar.days_off, *off),
        appointments=(*calendar.appointments, *expected),
    )
    told: list[Event | Addressed] = [
        HoldPlaced(h.id, person_id, h.production_id, h.starts_on, h.ends_on, h.expires_on, rank(merged, h))
        for h in held
    ]
    for booking in booked.values():
        freed = tuple(day for day in had[booking.id].days if day not in booking.days) if booking.id in had else ()
        if booking.contract_id is not None and freed:
            told.append(DaysFreed(person_id, booking.contract_id, freed))
        if booking.contract_id is not None and booking.days:
            told.append(DaysBooked(person_id, booking.contract_id, booking.days))
    told += [DayOffRecorded(o.id, person_id, o.starts_on, o.ends_on, o.pattern is not None) for o in off]
    told += [HourTaken(person_id, entry.starts_at, entry.ends_at) for entry in expected]
    return merged, told


def _newer(booking: Booking, had: Booking) -> bool:
    return (booking.as_of, booking.request) > (had.as_of, had.request)


def take_out(known: Calendar | None, copied: Entries) -> Step | None:
    """The calendar without the entries that were copied, as they were then; None when there is none of them any more.

    What was entered or changed since then stays, to be copied first.
    """
    if known is None:
        return None
    holds = [entry for entry in known.holds if entry in copied.holds]
    bookings = [entry for entry in known.bookings if entry in copied.bookings]
    days_off = [entry for entry in known.days_off if entry in copied.days_off]
    hours = [entry for entry in known.appointments if entry in copied.appointments]
    if not (holds or bookings or days_off or hours):
        return None
    left, told = end_holds(known, [(hold, "merged") for hold in holds])
    told += [DaysFreed(known.id, b.contract_id, b.days) for b in bookings if b.contract_id is not None and b.days]
    told += [DayOffWithdrawn(entry.id, known.id) for entry in days_off]
    told += [HourFreed(known.id, entry.starts_at, entry.ends_at) for entry in hours]
    return replace(
        left,
        bookings=tuple(entry for entry in left.bookings if entry not in bookings),
        days_off=tuple(entry for entry in left.days_off if entry not in days_off),
        appointments=tuple(entry for entry in left.appointments if entry not in hours),
    ), told
