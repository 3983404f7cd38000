"""What talent says of people's calendars: holds, booked days, days off, taken hours, shared feeds."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from events.envelope import Event
from events.shapes import BookingId, ContractId, DayOffId, FeedId, HoldId, Items, PersonId, ProductionId

HoldEnd = Literal["released", "expired", "unanswered", "booked", "erased", "merged"]
"""Released by its studio, its last day over, a challenge not answered in time, booked (by whomever), the person forgotten, or merged:
the hold goes on in the other calendar."""
RefusalReason = Literal["busy", "day_off", "expired", "unanswered", "forgotten", "full"]
"""Another studio needs the person; the studio itself recorded a day off; the days were over, or a challenge was not answered in
time; the studio has forgotten the person; the calendar has no room."""
Dates = Annotated[tuple[date, ...], Items(min=1, max=366, doc="ascending, each day once")]


@dataclass(frozen=True)
class HoldPlaced(Event, type="talent.hold.placed.v1", subject="hold_id"):
    """A studio holds a person's days until `expires_on`: first, or second behind another hold."""

    hold_id: HoldId
    person_id: PersonId
    production_id: ProductionId | None
    starts_on: date
    ends_on: date
    expires_on: date
    rank: int


@dataclass(frozen=True)
class HoldPromoted(Event, type="talent.hold.promoted.v1", subject="hold_id"):
    """What was in front of a second hold is gone: it is the first now."""

    hold_id: HoldId
    person_id: PersonId


@dataclass(frozen=True)
class HoldChallenged(Event, type="talent.hold.challenged.v1", subject="hold_id"):
    """Somebody behind this first hold asks for the days: confirm or release it until `answer_by`, or it falls."""

    hold_id: HoldId
    person_id: PersonId
    answer_by: datetime


@dataclass(frozen=True)
class HoldChallengeDropped(Event, type="talent.hold.challenge_dropped.v1", subject="hold_id"):
    """Nobody is behind the challenged hold any more: it need not be answered."""

    hold_id: HoldId
    person_id: PersonId


@dataclass(frozen=True)
class HoldConfirmed(Event, type="talent.hold.confirmed.v1", subject="hold_id"):
    """The first hold became a booking."""

    hold_id: HoldId
    person_id: PersonId
    dates: Dates


@dataclass(frozen=True)
class HoldEnded(Event, type="talent.hold.ended.v1", subject="hold_id"):
    """The hold is no more."""

    hold_id: HoldId
    person_id: PersonId
    why: HoldEnd


@dataclass(frozen=True)
class BookingGranted(Event, type="talent.booking.granted.v1", subject="booking_id"):
    """The days that a production asked for are held first for its booking, or booked; `request` says which request is answered."""

    booking_id: BookingId
    production_id: ProductionId
    person_id: PersonId
    request: int
    granted: Literal["held", "booked"]


@dataclass(frozen=True)
class BookingRefused(Event, type="talent.booking.refused.v1", subject="booking_id"):
    """A production does not get the days that it asked for; with `lost` it has no hold on them, or has none any more.

    Of other studios nothing is told but that the person is busy. `request` is the last one that was granted or is answered.
    """

    booking_id: BookingId
    production_id: ProductionId
    person_id: PersonId
    request: int
    reason: RefusalReason
    day: date
    lost: bool


@dataclass(frozen=True)
class DaysBooked(Event, type="talent.days.booked.v1", subject="person_id"):
    """An executed or amended contract books a person's days: all on which it binds them."""

    person_id: PersonId
    contract_id: ContractId
    dates: Dates


@dataclass(frozen=True)
class DaysFreed(Event, type="talent.days.freed.v1", subject="person_id"):
    """A contract binds a person no longer on these days: it was amended, or terminated before them."""

    person_id: PersonId
    contract_id: ContractId
    dates: Dates


@dataclass(frozen=True)
class BookingReleased(Event, type="talent.days.released.v1", subject="person_id"):
    """Days that a confirmed hold had booked are free again."""

    person_id: PersonId
    hold_id: HoldId


@dataclass(frozen=True)
class DayOffRecorded(Event, type="talent.day_off.recorded.v1", subject="day_off_id"):
    """A person is not there from the first to the last day, or on the days of a pattern in between."""

    day_off_id: DayOffId
    person_id: PersonId
    starts_on: date
    ends_on: date
    recurring: bool


@dataclass(frozen=True)
class DayOffWithdrawn(Event, type="talent.day_off.withdrawn.v1", subject="day_off_id"):
    """The person is there after all."""

    day_off_id: DayOffId
    person_id: PersonId


@dataclass(frozen=True)
class CalendarShared(Event, type="talent.calendar.shared.v1", subject="feed_id"):
    """A person's calendar can be subscribed to at a secret address."""

    feed_id: FeedId
    person_id: PersonId


@dataclass(frozen=True)
class CalendarClosed(Event, type="talent.calendar.closed.v1", subject="feed_id"):
    """The secret address leads nowhere any more."""

    feed_id: FeedId
    person_id: PersonId


@dataclass(frozen=True)
class HourTaken(Event, type="talent.hour.taken.v1", subject="person_id"):
    """A person is expected somewhere for less than a day."""

    person_id: PersonId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class HourFreed(Event, type="talent.hour.freed.v1", subject="person_id"):
    """A person is not expected there any more."""

    person_id: PersonId
    starts_at: datetime
    ends_at: datetime
