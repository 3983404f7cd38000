"""What talent shows of a person's calendar to a studio."""

from datetime import date

from services.talent.availability import calendar as calendars
from services.talent.availability.api import AvailabilityView, BookingView, DayOffView, FeedView, HoldView
from services.talent.availability.calendar import Booking, Calendar, DayOff, Hold
from services.talent.availability.feeds import Feed


def hold(calendar: Calendar, held: Hold) -> HoldView:
    """A hold with its rank among all of them."""
    return HoldView(
        hold_id=held.id,
        studio_id=held.studio,
        person_id=calendar.id,
        production_id=held.production_id,
        starts_on=held.starts_on,
        ends_on=held.ends_on,
        expires_on=held.expires_on,
        placed_at=held.placed_at,
        rank=calendars.rank(calendar, held),
        answer_by=held.answer_by,
        booking_id=held.booking_id,
        days=held.days,
    )


def booking(calendar: Calendar, booked: Booking) -> BookingView:
    """Booked days and by what."""
    hold_id = booked.id if booked.contract_id is None else None
    return BookingView(calendar.id, booked.contract_id, hold_id, booked.booking_id, booked.production_id, booked.days)


def day_off(calendar: Calendar, off: DayOff) -> DayOffView:
    """Days off without their reason."""
    return DayOffView(off.id, calendar.id, off.starts_on, off.ends_on, off.pattern, off.days)


def availability(calendar: Calendar, studio: str | None, first: date, last: date) -> AvailabilityView:
    """The calendar as a studio sees it (None: the alliance office, which sees all)."""

    def ours(entry: Hold | Booking | DayOff) -> bool:
        return studio in (None, entry.studio) and any(first <= day <= last for day in entry.days)

    others = calendars.busy(calendar, studio) if studio is not None else ()
    return AvailabilityView(
        person_id=calendar.id,
        starts_on=first,
        ends_on=last,
        holds=tuple(hold(calendar, entry) for entry in calendar.holds if ours(entry)),
        bookings=tuple(booking(calendar, entry) for entry in calendar.bookings if ours(entry)),
        days_off=tuple(day_off(calendar, entry) for entry in calendar.days_off if ours(entry)),
        busy=tuple(day for day in others if first <= day <= last),
    )


def feed(feed: Feed) -> FeedView:
    """A feed without its address."""
    return FeedView(feed.id, feed.person_id, feed.made_at, feed.closed_at)
