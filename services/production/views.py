"""What a reader sees of productions, schedules and bookings."""

from collections.abc import Iterable

from events.places import label
from kernel.places import Gazetteer, Place, built_in
from services.production.api import (
    BookingView,
    PlaceView,
    ProductionView,
    ScheduleView,
    ShootingDaysView,
    ShootingDayView,
)
from services.production.bookings import Booking
from services.production.commitments import Commitment, conflicts
from services.production.people import SamePeople
from services.production.productions import Production
from services.production.schedule import Schedule


def place(it: Place, known: Gazetteer) -> PlaceView:
    """Return a place with everything that it lies in."""
    return PlaceView(
        place_id=it.id,
        zh=it.zh,
        en=it.en,
        aliases=it.aliases,
        country=it.country,
        within=tuple(label(known, wider) for wider in known.path(it.id)[1:]),
        own=built_in().get(it.id) is None,
    )


def production(it: Production, known: Gazetteer) -> ProductionView:
    """A production."""
    return ProductionView(
        production_id=it.id,
        studio_id=it.tenant,
        schedule_id=it.schedule_id,
        title=it.title,
        episodes=it.episodes,
        territories=it.territories,
        base_place=label(known, it.base_place),
        country=it.country,
        shooting=it.shooting,
        registered_at=it.registered_at,
        version=it.version,
    )


def shooting_days(schedule: Schedule, known: Gazetteer) -> ShootingDaysView:
    """The shooting days of a schedule."""
    return ShootingDaysView(schedule.id, schedule.production_id, _days(schedule, known), schedule.version)


def _days(schedule: Schedule, known: Gazetteer) -> tuple[ShootingDayView, ...]:
    return tuple(ShootingDayView(day.date, day.unit, label(known, day.place), day.country) for day in schedule.days)


def booking(production_id: str, schedule_id: str, it: Booking, known: Gazetteer) -> BookingView:
    """A booking on a schedule."""
    return BookingView(
        booking_id=it.id,
        production_id=production_id,
        schedule_id=schedule_id,
        person_id=it.person_id,
        contract_id=it.contract_id,
        role=it.role,
        days=it.dates,
        places=tuple(label(known, each) for each in sorted({place for day in it.days for place in day.places})),
        whereabouts=it.days,
        status=it.status,
        held_by=it.held_by,
        refusal=it.refusal,
        booked_at=it.booked_at,
        changed_at=it.changed_at,
    )


def schedule(it: Schedule, others: Iterable[Commitment], same: SamePeople, known: Gazetteer) -> ScheduleView:
    """A schedule, with what others' commitments mean for it."""
    return ScheduleView(
        schedule_id=it.id,
        production_id=it.production_id,
        days=_days(it, known),
        bookings=tuple(booking(it.production_id, it.id, each, known) for each in it.bookings.values()),
        conflicts=conflicts(it, others, same),
        version=it.version,
    )
