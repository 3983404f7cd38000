"""Who is needed twice on a day, across productions and studios; of other studios nothing but "busy" is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from events.shapes import BookingId, PersonId, ProductionId
from services.production.bookings import Booking
from services.production.people import ALL_DIFFERENT, SamePeople
from services.production.schedule import Schedule


@dataclass(frozen=True)
class Commitment:
    """A booking that stands, in any production of any studio."""

    tenant: str
    production_id: str
    schedule_id: str
    booking: Booking


@dataclass(frozen=True)
class Elsewhere:
    """A booking of the same studio in another production."""

    production_id: ProductionId
    booking_id: BookingId


@dataclass(frozen=True)
class Conflict:
    """A person is needed more than once on a day.

    By which bookings here, in which of the studio's other productions, and whether another studio needs them (`busy`).
    """

    person_id: PersonId
    date: date
    bookings: tuple[BookingId, ...]
    elsewhere: tuple[Elsewhere, ...]
    busy: bool


def conflicts(
    schedule: Schedule, others: Iterable[Commitment], same: SamePeople = ALL_DIFFERENT
) -> tuple[Conflict, ...]:
    """The conflicts of a schedule's bookings with one another and with `others`, by date and the person's present id."""
    here: dict[tuple[date, str], list[str]] = {}
    for booking in schedule.bookings.values():
        if booking.stands:
            for day in booking.dates:
                here.setdefault((day, same.present(booking.person_id)), []).append(booking.id)
    elsewhere: dict[tuple[date, str], list[Elsewhere]] = {}
    busy = set()
    for other in others:
        for day in other.booking.dates:
            slot = (day, same.present(other.booking.person_id))
            if slot not in here:
                continue
            if other.tenant == schedule.tenant:
                elsewhere.setdefault(slot, []).append(Elsewhere(other.production_id, other.booking.id))
            else:
                busy.add(slot)
    return tuple(
        Conflict(slot[1], slot[0], tuple(here[slot]), tuple(elsewhere.get(slot, ())), slot in busy)
        for slot in sorted(here)
        if len(here[slot]) > 1 or slot in elsewhere or slot in busy
    )
