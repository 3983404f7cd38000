"""What a reader sees of productions, schedules and bookings."""

from collections.abc import Iterable

from services.production.api import BookingView, ProductionView, ScheduleView, ShootingDaysView
from services.production.bookings import Booking
from services.production.commitments import Commitment, conflicts
from services.production.people import SamePeople
from services.production.productions import Production
from services.production.schedule import Schedule


def production(it: Production) -> ProductionView:
    """A production."""
    return ProductionView(
        production_id=it.id,
        studio_id=it.tenant,
        schedule_id=it.schedule_id,
        title=it.title,
        episodes=it.episodes,
        territories=it.territories,
        base_place=it.base_place,
        country=it.country,
        shooting=it.shooting,
        registered_at=it.registered_at,
        version=it.version,
    )


def shooting_days(schedule: Schedule) -> ShootingDaysView:
    """The shooting days of a schedule."""
    return ShootingDaysView(schedule.id, schedule.production_id, schedule.days, schedule.version)


def booking(production_id: str, schedule_id: str, it: Booking) -> BookingView:
    """A booking on a schedule."""
    return BookingView(
        booking_id=it.id,
        production_id=production_id,
        schedule_id=schedule_id,
        person_id=it.person_id,
        contract_id=it.contract_id,
        role=it.role,
        days=it.dates,
        places=tuple(sorted({place for day in it.days for place in day.places})),
        whereabouts=it.days,
        status=it.status,
        held_by=it.held_by,
        refusal=it.refusal,
        booked_at=it.booked_at,
        changed_at=it.changed_at,
    )


def schedule(it: Schedule, others: Iterable[Commitment], same: SamePeople) -> ScheduleView:
    """A schedule, with what others' commitments mean for it."""
    return ScheduleView(
        schedule_id=it.id,
        production_id=it.production_id,
        days=it.days,
        bookings=tuple(booking(it.production_id, it.id, each) for each in it.bookings.values()),
        conflicts=conflicts(it, others, same),
        version=it.version,
    )
