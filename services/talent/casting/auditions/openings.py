"""Which open slots a person can have, and why a slot stayed open when the others were filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from events.shapes import PersonId
from services.talent.availability.calendar import Calendar, busy
from services.talent.casting.auditions.slots import Audition, SlotNumber

Hindrance = Literal["over", "declined", "day_off", "booked", "appointment", "busy"]
"""The slot is over, the person declined it, this studio recorded a day off, booked the day or asked them to come elsewhere; or another
studio needs them, of which no more is told."""


@dataclass(frozen=True)
class Hindered:
    """Why somebody on the shortlist, for whom there was no slot, cannot have this one."""

    person_id: PersonId
    reason: Hindrance


@dataclass(frozen=True)
class Opening:
    """A slot that stayed open: it is over, everybody on the shortlist has a slot, or none of the others can come then."""

    slot: SlotNumber
    reason: Literal["over", "nobody_left", "nobody_free"]
    people: tuple[Hindered, ...]


def possible(audition: Audition, person_id: str, calendar: Calendar, at: datetime) -> tuple[int, ...]:
    """The open slots that a person can have: not over, not declined, on no busy day, and at no other appointment.

    The calendar is the person's, who may have it under another id by now.
    """
    return tuple(
        number
        for number, slot in enumerate(audition.slots)
        if slot.state == "open" and person_id not in slot.declined and is_free(audition, number, calendar, at)
    )


def is_free(audition: Audition, number: int, calendar: Calendar, at: datetime) -> bool:
    """Whether the person can come at the time of a slot; what is taken by this same audition does not count."""
    return hindrance(audition, number, calendar, at) is None


def hindrance(audition: Audition, number: int, calendar: Calendar, at: datetime) -> Hindrance | None:
    """Return why a person cannot come at the time of a slot, as their studio may know it; None when they can."""
    slot, zone, studio = audition.slots[number], ZoneInfo(audition.time_zone), audition.tenant
    days = {slot.starts_at.astimezone(zone).date(), (slot.ends_at - timedelta(seconds=1)).astimezone(zone).date()}
    if slot.starts_at <= at:
        return "over"
    if not days.isdisjoint(day for off in calendar.days_off if off.studio == studio for day in off.days):
        return "day_off"
    if not days.isdisjoint(day for booking in calendar.bookings if booking.studio == studio for day in booking.days):
        return "booked"
    meeting = [
        taken
        for taken in calendar.appointments
        if taken.id != audition.id and taken.starts_at < slot.ends_at and slot.starts_at < taken.ends_at
    ]
    if any(taken.studio == studio for taken in meeting):
        return "appointment"
    return "busy" if meeting or not days.isdisjoint(busy(calendar, studio)) else None


def left_open(audition: Audition, unseated: Mapping[str, Calendar], at: datetime) -> tuple[Opening, ...]:
    """Return the slots that stayed open, each with what hinders those who found no slot, by person.

    A slot that somebody could have had was taken by another appointment while it was filled.
    """
    openings = []
    for number, slot in enumerate(audition.slots):
        if slot.state != "open":
            continue
        if slot.starts_at <= at:
            openings.append(Opening(number, "over", ()))
            continue
        people = tuple(
            Hindered(
                person_id,
                "declined" if person_id in slot.declined else hindrance(audition, number, calendar, at) or "busy",
            )
            for person_id, calendar in unseated.items()
        )
        openings.append(Opening(number, "nobody_free" if people else "nobody_left", people))
    return tuple(openings)
