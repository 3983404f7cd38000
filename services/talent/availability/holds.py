"""Holds: first and second, challenged, confirmed, released, fallen.

    placed -> booked (confirmed)          placed -> ended (released, expired, unanswered, booked by somebody else)

A hold is first when nobody who came before wants one of its days, else second; there is no third. Who is second may challenge:
those in front confirm or release within the hours that are named, or their holds fall.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated

from events.envelope import Addressed
from events.errors import RuleError
from events.shapes import Number, ProductionId
from events.talent.availability import BookingReleased, HoldChallenged, HoldConfirmed, HoldPlaced
from services.talent.availability.calendar import (
    Booking,
    Calendar,
    DayNotFree,
    Hold,
    Step,
    check_dates,
    check_room,
    end_holds,
    falling,
    rank,
    without_past,
)


class HoldUnknown(RuleError):
    """The studio has no such hold on this person."""

    status = 404
    en = "There is no hold {hold_id} of yours on this person."
    zh = "贵机构对此人没有编号为 {hold_id} 的预留。"


class HoldRepeated(RuleError):
    """The studio holds the person on one of the days already."""

    en = "You hold this person on some of these days already, by {hold_id}."
    zh = "贵机构已通过 {hold_id} 预留了此人的部分日期。"


class HoldsExhausted(RuleError):
    """There are a first and a second hold on one of the days already."""

    en = "There are a first and a second hold on {day} already."
    zh = "{day} 已有第一和第二预留。"


class HoldExpiryImpossible(RuleError):
    """The hold would end before today, or after the days that it is for."""

    status = 422
    en = "A hold expires from {first} to {last}, not on {expires_on}."
    zh = "预留的截止日期须在 {first} 至 {last} 之间，而非 {expires_on}。"


class HoldNotFirst(RuleError):
    """Only a first hold can be confirmed."""

    en = "Hold {hold_id} is second: it can be confirmed when what is in front of it is gone."
    zh = "预留 {hold_id} 为第二顺位：待其前面的预留结束后方可确认。"


class HoldOfBooking(RuleError):
    """A production's tentative booking is decided there."""

    en = "Hold {hold_id} is that of booking {booking_id}: confirm or release the booking."
    zh = "预留 {hold_id} 属于档期 {booking_id}：请确认或释放该档期。"


class HoldNotChallenging(RuleError):
    """Only who is second, right behind a first hold, can challenge."""

    en = "Hold {hold_id} is not right behind a first hold: there is nobody whom it could challenge."
    zh = "预留 {hold_id} 并非紧随第一顺位：没有可以质询的对象。"


class HoldChallengedBefore(RuleError):
    """Those in front have been asked already."""

    en = "Those in front have been asked already, and answer by {answer_by}."
    zh = "此前已提出质询，答复期限为 {answer_by}。"


@dataclass(frozen=True)
class NewHold:
    """Days to hold, and until when (inclusive, UTC); without `expires_on` for 14 days, or up to the first of them."""

    starts_on: date
    ends_on: date
    expires_on: date | None = None
    production_id: ProductionId | None = None


@dataclass(frozen=True)
class Challenge:
    """How long those in front have to answer."""

    hours: Annotated[int, Number(min=1, max=168, doc="whole hours")] = 24


DEFAULT_TERM = timedelta(days=14)


def place(calendar: Calendar, hold_id: str, studio: str, wanted: NewHold, at: datetime) -> Step:
    """A hold behind those that are there; raises DatesImpossible, HoldExpiryImpossible, DayNotFree, HoldRepeated, HoldsExhausted."""
    today = at.date()
    check_dates(wanted.starts_on, wanted.ends_on, today)
    expires_on = wanted.expires_on or min(today + DEFAULT_TERM, wanted.starts_on)
    if not today <= expires_on <= wanted.ends_on:
        raise HoldExpiryImpossible("/expires_on", first=today, last=wanted.ends_on, expires_on=expires_on)
    check_room(calendar)
    new = Hold(hold_id, studio, wanted.production_id, wanted.starts_on, wanted.ends_on, expires_on, at)
    firm = calendar.firm
    for day in new.days:
        if day in firm:
            raise DayNotFree("/starts_on", day=day)
        holding = [hold for hold in calendar.holds if day in hold.days]
        for hold in holding:
            if hold.studio == studio:
                raise HoldRepeated("/starts_on", hold_id=hold.id)
        if len(holding) > 1:
            raise HoldsExhausted("/starts_on", day=day)
    placed = replace(without_past(calendar, today), holds=(*calendar.holds, new))
    return placed, [
        HoldPlaced(hold_id, calendar.id, new.production_id, new.starts_on, new.ends_on, expires_on, rank(placed, new))
    ]


def challenge(calendar: Calendar, studio: str, hold_id: str, hours: int, at: datetime) -> Step:
    """Ask those in front to decide; raises HoldUnknown, HoldNotChallenging, HoldChallengedBefore."""
    behind = find(calendar, studio, hold_id)
    before = calendar.holds[: calendar.holds.index(behind)]
    front = [hold for hold in before if hold.rivals(behind)]
    if not front or any(rank(calendar, hold) > 1 for hold in front):
        raise HoldNotChallenging(hold_id=hold_id)
    asked = [hold for hold in front if hold.answer_by is None]
    if not asked:
        raise HoldChallengedBefore(answer_by=max(hold.answer_by for hold in front if hold.answer_by is not None))
    answer_by = at + timedelta(hours=hours)
    holds = tuple(replace(hold, answer_by=answer_by) if hold in asked else hold for hold in calendar.holds)
    told = [Addressed(hold.studio, HoldChallenged(hold.id, calendar.id, answer_by)) for hold in asked]
    return replace(calendar, holds=holds), [*told]


def confirm(calendar: Calendar, studio: str, hold_id: str, at: datetime) -> Step:
    """Book the days of a first hold: who is behind it falls; raises HoldUnknown, HoldOfBooking, HoldNotFirst, DayNotFree."""
    hold = find(calendar, studio, hold_id)
    _require_own(hold)
    if rank(calendar, hold) > 1:
        raise HoldNotFirst(hold_id=hold_id)
    firm = calendar.firm
    for day in hold.days:
        if day in firm:  # a day off may be recorded over a hold, which stays until it ends or the day off is withdrawn
            raise DayNotFree(day=day)
    return book(calendar, hold, at)


def book(calendar: Calendar, hold: Hold, at: datetime) -> Step:
    """The calendar with a first hold booked; who is behind it falls."""
    others = replace(calendar, holds=tuple(other for other in calendar.holds if other is not hold))
    left, told = end_holds(others, falling(others, hold.studio, hold.days))
    new = Booking(
        hold.id,
        hold.studio,
        hold.days,
        booking_id=hold.booking_id,
        production_id=hold.production_id,
        request=hold.request,
    )
    booked = replace(without_past(left, at.date()), bookings=(*left.bookings, new))
    return booked, [HoldConfirmed(hold.id, calendar.id, hold.days), *told]


def release(calendar: Calendar, studio: str, hold_id: str) -> Step:
    """Give the days back, also those of a hold that was confirmed; raises HoldUnknown, HoldOfBooking."""
    for booking in calendar.bookings:
        if (booking.id, booking.studio) == (hold_id, studio):
            _require_own(booking)
            return without_booking(calendar, booking)
    hold = find(calendar, studio, hold_id)
    _require_own(hold)
    return end_holds(calendar, [(hold, "released")])


def without_booking(calendar: Calendar, booking: Booking) -> Step:
    """The calendar without the days that a confirmed hold had booked."""
    kept = tuple(other for other in calendar.bookings if other is not booking)
    return replace(calendar, bookings=kept), [BookingReleased(calendar.id, booking.id)]


def end_in_time(calendar: Calendar, at: datetime) -> Step:
    """The calendar without the holds whose time is over."""
    unanswered = [hold for hold in calendar.holds if hold.answer_by is not None and hold.answer_by <= at]
    expired = [hold for hold in calendar.holds if hold.expires_on < at.date() and hold not in unanswered]
    return end_holds(calendar, [*((h, "unanswered") for h in unanswered), *((h, "expired") for h in expired)])


def _require_own(entry: Hold | Booking) -> None:
    """Raise HoldOfBooking when a production's booking made the entry."""
    if entry.booking_id is not None:
        raise HoldOfBooking(hold_id=entry.id, booking_id=entry.booking_id)


def find(calendar: Calendar, studio: str | None, hold_id: str) -> Hold:
    """The studio's hold; raises HoldUnknown."""
    for hold in calendar.holds:
        if hold.id == hold_id and studio in (None, hold.studio):
            return hold
    raise HoldUnknown(hold_id=hold_id)
