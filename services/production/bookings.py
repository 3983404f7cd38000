"""Bookings: a person's days on a production, what was agreed, and which findings hold them up."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from events.errors import RuleError
from events.production import BookedDay, BookingChange, BookingStatus

Agreed = Literal["tentative", "confirmed", "released"]


@dataclass(frozen=True, slots=True)
class Hold:
    """What a finding last said of a booking; `version` is the finding's, so that an older word is recognised."""

    finding_id: str
    version: int
    open: bool


@dataclass(frozen=True, slots=True)
class Booking:
    """A person's days in order of date and country; `agreed` is what the studio decided, `holds` what compliance says to it.

    `contract_version` is that of the contract's last word on it, so that an older word is recognised.
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

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates of its days, each once, ascending."""
        return tuple(dict.fromkeys(day.date for day in self.days))

    @property
    def held_by(self) -> tuple[str, ...]:
        """The findings that put it on hold; none once it is released."""
        if not self.holds or self.agreed == "released":
            return ()
        return tuple(hold.finding_id for hold in self.holds if hold.open)

    @property
    def status(self) -> BookingStatus:
        """What was agreed, or on_hold while a finding is open."""
        return "on_hold" if self.held_by else self.agreed

    def change(self) -> BookingChange:
        """The booking as an event tells of it."""
        return BookingChange(
            booking_id=self.id,
            person_id=self.person_id,
            contract_id=self.contract_id,
            role=self.role,
            days=self.days,
            status=self.status,
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


def contract_booking_id(contract_id: str) -> str:
    """The id of the one booking that an executed contract makes."""
    return f"bkg_{contract_id[4:]}"


def confirm(booking: Booking, at: datetime) -> Booking:
    """A tentative booking becomes firm; raises BookingOnHold naming the findings, BookingNotTentative."""
    if booking.held_by:
        raise BookingOnHold(booking_id=booking.id, findings=", ".join(booking.held_by))
    if booking.agreed != "tentative":
        raise BookingNotTentative(booking_id=booking.id, status=booking.status)
    return replace(booking, agreed="confirmed", changed_at=at)


def release(booking: Booking, at: datetime) -> Booking:
    """The person is free again, on hold or not; raises BookingReleased."""
    if booking.agreed == "released":
        raise BookingReleased(booking_id=booking.id)
    return replace(booking, agreed="released", changed_at=at)


def follow(booking: Booking, role: str, days: tuple[BookedDay, ...], version: int, at: datetime) -> Booking:
    """The booking after its contract's next word: new dates are agreed, fewer leave what was agreed, none free the person."""
    agreed: Agreed = booking.agreed if {day.date for day in days} <= set(booking.dates) else "confirmed"
    if not days:
        agreed, days = "released", booking.days
    followed = replace(booking, role=role, days=days, agreed=agreed, contract_version=version)
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
