"""Bookings: a person's days on a production, what was agreed, and which findings hold them up.

    requested -> tentative -> confirmed          requested, tentative -> refused          any of them -> released

The person's calendar decides (`services.talent.availability`): a booking is requested until the calendar holds the days, and confirmed
when the calendar has booked them. An executed contract books without asking.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from events.errors import RuleError
from events.production import BookedDay, BookingChange
from events.talent.availability import BookingGranted, BookingRefused, RefusalReason

Agreed = Literal["requested", "tentative", "confirmed", "released", "refused"]
BookingState = Literal["requested", "tentative", "confirmed", "on_hold", "released", "refused"]


@dataclass(frozen=True, slots=True)
class Hold:
    """What a finding last said of a booking; `version` is the finding's, so that an older word is recognised."""

    finding_id: str
    version: int
    open: bool


@dataclass(frozen=True, slots=True)
class BookingRefusal:
    """Why the person's calendar does not give the days, and the first that it does not give."""

    reason: RefusalReason
    day: date


@dataclass(frozen=True, slots=True)
class Booking:
    """A person's days in order of date and country; `agreed` is what the studio decided, `holds` what compliance says to it.

    `contract_version` is that of the contract's last word on it, so that an older word is recognised. `request` counts what was
    asked of the person's calendar, which has not answered yet while the booking is `pending`. Others are told of it once the days
    were `held`.
    """

    id: str
    person_id: str
    contract_id: str | None
    role: str
    days: tuple[BookedDay, ...]
    agreed: Agreed
    holds: tuple[Hold, ...]
    booked_at: datetime
    changed_at: datetime
    contract_version: int = 0
    request: int = 0
    pending: bool = False
    held: bool = True
    refusal: BookingRefusal | None = None

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates of its days, each once, ascending."""
        return tuple(dict.fromkeys(day.date for day in self.days))

    @property
    def over(self) -> bool:
        """Whether the person is free of it, for good."""
        return self.agreed in ("released", "refused")

    @property
    def stands(self) -> bool:
        """Whether the person is needed on its days."""
        return self.agreed in ("tentative", "confirmed")

    @property
    def held_by(self) -> tuple[str, ...]:
        """The findings that put it on hold; none once it is over."""
        if not self.holds or self.over:
            return ()
        return tuple(hold.finding_id for hold in self.holds if hold.open)

    @property
    def status(self) -> BookingState:
        """What was agreed, or on_hold while a finding is open."""
        return "on_hold" if self.held_by else self.agreed

    def change(self) -> BookingChange:
        """The booking as an event tells of it, once its days were held; one that was refused has given them back."""
        status = self.status
        assert status != "requested"  # nobody is told of it
        return BookingChange(
            booking_id=self.id,
            person_id=self.person_id,
            contract_id=self.contract_id,
            role=self.role,
            days=self.days,
            status="released" if status == "refused" else status,
            held_by=self.held_by,
        )


class BookingOnHold(RuleError):
    """A finding holds the booking up."""

    en = "Booking {booking_id} is on hold because of {findings}."
    zh = "档期 {booking_id} 因 {findings} 被暂停。"


class BookingNotTentative(RuleError):
    """Only a tentative booking can be confirmed."""

    en = "Booking {booking_id} is {status}; only a tentative booking can be confirmed."
    zh = "档期 {booking_id} 当前状态为 {status}；只有暂定的档期才能确认。"


class BookingReleased(RuleError):
    """The booking was released before."""

    en = "Booking {booking_id} is released already."
    zh = "档期 {booking_id} 已经释放。"


class PersonNotFree(RuleError):
    """Another studio needs the person, or they are not there: which of these is not told."""

    en = "The person is not free on {day}."
    zh = "此人在 {day} 没有空档。"


class PersonAway(RuleError):
    """The studio itself recorded that the person is not there."""

    en = "You recorded a day off of this person on {day}."
    zh = "贵机构已登记此人在 {day} 休息。"


class CalendarFull(RuleError):
    """There are too many entries in the person's calendar."""

    en = "The person's calendar has no room for another booking."
    zh = "此人的日程已满，无法再登记档期。"


def refused(refusal: BookingRefusal) -> RuleError:
    """Return the error for who asked for the days."""
    if refusal.reason == "day_off":
        return PersonAway(day=refusal.day)
    return CalendarFull() if refusal.reason == "full" else PersonNotFree(day=refusal.day)


def contract_booking_id(contract_id: str) -> str:
    """The id of the one booking that an executed contract makes."""
    return f"bkg_{contract_id[4:]}"


def confirm(booking: Booking, at: datetime) -> Booking:
    """A tentative booking that the calendar is asked to make firm, unless it was asked already; raises BookingOnHold naming the findings, BookingNotTentative."""
    if booking.held_by:
        raise BookingOnHold(booking_id=booking.id, findings=", ".join(booking.held_by))
    if booking.agreed != "tentative":
        raise BookingNotTentative(booking_id=booking.id, status=booking.status)
    if booking.pending:
        return booking
    return replace(booking, request=booking.request + 1, pending=True, refusal=None, changed_at=at)


def release(booking: Booking, at: datetime) -> Booking:
    """The person is free again, on hold or not; raises BookingReleased."""
    if booking.over:
        raise BookingReleased(booking_id=booking.id)
    return replace(booking, agreed="released", request=booking.request + 1, pending=False, changed_at=at)


def grant(booking: Booking, told: BookingGranted, at: datetime) -> Booking | None:
    """The booking when the calendar gave it the days; None when that was known. What is over gives them back by a new request."""
    if booking.over:
        return replace(booking, request=booking.request + 1)
    if not booking.pending or told.request != booking.request:
        return None
    agreed: Agreed = "tentative" if told.granted == "held" else "confirmed"
    return replace(booking, agreed=agreed, pending=False, held=True, changed_at=at)


def refuse(booking: Booking, told: BookingRefused, at: datetime) -> Booking | None:
    """The booking when the calendar does not give it the days, or took them back; None when that is known, or a newer answer will come.

    A booking that had days gives them back by a new request: the refusal may be one of two answers that were given.
    """
    if booking.over or told.request != booking.request:
        return None
    refusal = BookingRefusal(told.reason, told.day)
    if not told.lost:
        return replace(booking, pending=False, refusal=refusal, changed_at=at) if booking.pending else None
    request = booking.request + 1 if booking.held else booking.request
    return replace(booking, agreed="refused", pending=False, refusal=refusal, request=request, changed_at=at)


def follow(booking: Booking, role: str, days: tuple[BookedDay, ...], version: int, at: datetime) -> Booking:
    """The booking after its contract's next word: new dates are agreed, fewer leave what was agreed, none free the person."""
    agreed: Agreed = booking.agreed if {day.date for day in days} <= set(booking.dates) else "confirmed"
    if not days:
        agreed, days = "released", booking.days
    followed = replace(booking, role=role, days=days, agreed=agreed, contract_version=version)
    if booking.agreed == "released" != agreed:  # the calendar is to book again what was given back
        followed = replace(followed, request=booking.request + 1)
    return followed if followed.change() == booking.change() else replace(followed, changed_at=at)


def judge(booking: Booking, finding: Hold, at: datetime) -> Booking | None:
    """The booking with what a finding now says; None when a word as new or newer was heard before."""
    for position, hold in enumerate(booking.holds):
        if hold.finding_id == finding.finding_id:
            if hold.version >= finding.version:
                return None
            holds = (*booking.holds[:position], finding, *booking.holds[position + 1 :])
            return replace(booking, holds=holds, changed_at=at)
    return replace(booking, holds=(*booking.holds, finding), changed_at=at)
