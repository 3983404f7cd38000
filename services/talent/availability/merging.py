"""Two calendars that turn out to be one person's: what a studio entered in the one moves to the other.

Nobody asks for it and nothing is refused: where both were held on a same day, whoever placed the hold first is in front.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from events.envelope import Addressed, Event
from events.talent.availability import DayOffRecorded, DayOffWithdrawn, DaysBooked, DaysFreed, HoldPlaced
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


def entries(calendar: Calendar, studio: str) -> Entries:
    """What the studio entered."""
    return Entries(
        tuple(entry for entry in calendar.holds if entry.studio == studio),
        tuple(entry for entry in calendar.bookings if entry.studio == studio),
        tuple(entry for entry in calendar.days_off if entry.studio == studio),
        tuple(entry for entry in calendar.appointments if entry.studio == studio),
    )


def add(known: Calendar | None, person_id: str, given: Entries) -> Step | None:
    """The calendar with the entries that it has not yet; None when it has them all."""
    calendar = known or empty(person_id)
    taken: Sequence[Hold | Booking | DayOff] = (*calendar.holds, *calendar.bookings, *calendar.days_off)
    there = {entry.id for entry in taken}
    hours = {entry.id for entry in calendar.appointments}
    held = tuple(entry for entry in given.holds if entry.id not in there)
    booked = tuple(entry for entry in given.bookings if entry.id not in there)
    off = tuple(entry for entry in given.days_off if entry.id not in there)
    if not (held or booked or off):
        return None
    merged = replace(
        calendar,
        holds=tuple(sorted((*calendar.holds, *held), key=lambda hold: (hold.placed_at, hold.id))),
        bookings=(*calendar.bookings, *booked),
        days_off=(*calendar.days_off, *off),
        appointments=(*calendar.appointments, *(entry for entry in given.appointments if entry.id not in hours)),
    )
    told: list[Event | Addressed] = [
        HoldPlaced(h.id, person_id, h.production_id, h.starts_on, h.ends_on, h.expires_on, rank(merged, h))
        for h in held
    ]
    told += [DaysBooked(person_id, b.contract_id, b.days) for b in booked if b.contract_id is not None and b.days]
    told += [DayOffRecorded(o.id, person_id, o.starts_on, o.ends_on, o.pattern is not None) for o in off]
    return merged, told


def take_out(known: Calendar | None, studio: str) -> Step | None:
    """The calendar without what the studio entered; None when it entered nothing."""
    if known is None:
        return None
    gone = entries(known, studio)
    if gone == Entries((), (), (), ()):
        return None
    left, told = end_holds(known, [(hold, "merged") for hold in gone.holds])
    told += [DaysFreed(known.id, b.contract_id, b.days) for b in gone.bookings if b.contract_id is not None and b.days]
    told += [DayOffWithdrawn(entry.id, known.id) for entry in gone.days_off]
    return replace(
        left,
        bookings=tuple(entry for entry in left.bookings if entry.studio != studio),
        days_off=tuple(entry for entry in left.days_off if entry.studio != studio),
        appointments=tuple(entry for entry in left.appointments if entry.studio != studio),
    ), told
