"""Who is needed twice on a day, across productions and studios; of other studios nothing but "busy" is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from events.errors import RuleError
from events.shapes import BookingId, PersonId, ProductionId
from services.production.bookings import Booking
from services.production.people import ALL_DIFFERENT, SamePeople
from services.production.productions import PeriodReversed
from services.production.schedule import Schedule

DEFAULT_DAYS = 90
MAX_DAYS = 366


@dataclass(frozen=True)
class Commitment:
    """A booking that is not released, in any production of any studio."""

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


class PeriodTooLong(RuleError):
    """More days than one answer covers."""

    status = 422
    en = "A calendar covers at most {days} days; ask for a shorter period."
    zh = "日历最多覆盖 {days} 天；请缩短查询时段。"


def conflicts(
    schedule: Schedule, others: Iterable[Commitment], same: SamePeople = ALL_DIFFERENT
) -> tuple[Conflict, ...]:
    """The conflicts of a schedule's bookings with one another and with `others`, by date and the person's present id."""
    here: dict[tuple[date, str], list[str]] = {}
    for booking in schedule.bookings.values():
        if booking.agreed != "released":
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


def period(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """The first and last day asked for, from today for 90 days by default; raises PeriodReversed, PeriodTooLong."""
    first = since or today
    last = until or first + min(timedelta(days=DEFAULT_DAYS - 1), date.max - first)
    if last < first:
        raise PeriodReversed("/until", starts_on=first, ends_on=last)
    if (last - first).days >= MAX_DAYS:
        raise PeriodTooLong("/until", days=MAX_DAYS)
    return first, last


def busy_days(commitments: Iterable[Commitment], tenant: str | None, first: date, last: date) -> tuple[date, ...]:
    """The days from `first` to `last` on which studios other than `tenant` need the person; None has no others."""
    others = (c.booking for c in commitments if tenant is not None and c.tenant != tenant)
    return tuple(sorted({day for booking in others for day in booking.dates if first <= day <= last}))
