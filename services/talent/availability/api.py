"""What may be asked about people's time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten
from events.shapes import (
    BookingId,
    ContractId,
    DayOffId,
    FeedId,
    HoldId,
    Line,
    Number,
    PersonId,
    ProductionId,
    StudioId,
)
from services.talent.availability.calendar import CalendarFull, DatesImpossible, DayNotFree
from services.talent.availability.engagements import DayOffUnknown, NewDayOff
from services.talent.availability.feeds import TOKEN_PATTERN, FeedAddressShownBefore, FeedAlreadyClosed
from services.talent.availability.holds import (
    Challenge,
    HoldChallengedBefore,
    HoldExpiryImpossible,
    HoldNotChallenging,
    HoldNotFirst,
    HoldOfBooking,
    HoldRepeated,
    HoldsExhausted,
    HoldUnknown,
    NewHold,
)
from services.talent.availability.patterns import Pattern, PatternContradictory
from services.talent.availability.window import WindowImpossible
from services.talent.people.merging import FileMerged
from services.talent.studios import StudioIsSuspended

RankNumber = Annotated[int, Number(min=1, max=2, doc="1 is the first hold, 2 the second")]


@dataclass(frozen=True)
class HoldView:
    """A studio's hold on a person; with `answer_by` it falls unless it is confirmed or released by then.

    A production's tentative booking is a hold, too: it has the `booking_id`, and its `days` may have gaps.
    """

    hold_id: HoldId
    studio_id: StudioId
    person_id: PersonId
    production_id: ProductionId | None
    starts_on: date
    ends_on: date
    expires_on: date
    placed_at: datetime
    rank: RankNumber
    answer_by: datetime | None
    booking_id: BookingId | None
    days: tuple[date, ...]


@dataclass(frozen=True)
class BookingView:
    """Days that are booked by a contract, by a hold that was confirmed, or by a booking of a production."""

    person_id: PersonId
    contract_id: ContractId | None
    hold_id: HoldId | None
    booking_id: BookingId | None
    production_id: ProductionId | None
    days: tuple[date, ...]


@dataclass(frozen=True)
class DayOffView:
    """When a person is not there; the reason is not told here."""

    day_off_id: DayOffId
    person_id: PersonId
    starts_on: date
    ends_on: date
    pattern: Pattern | None
    days: tuple[date, ...]


@dataclass(frozen=True)
class DayOffReason:
    """Why a person is not there, as the studio noted it."""

    day_off_id: DayOffId
    reason: Line | None


@dataclass(frozen=True)
class AvailabilityView:
    """A person's time from one day to another: the studio's own entries, and on which days others need the person."""

    person_id: PersonId
    starts_on: date
    ends_on: date
    holds: tuple[HoldView, ...]
    bookings: tuple[BookingView, ...]
    days_off: tuple[DayOffView, ...]
    busy: tuple[date, ...]


@dataclass(frozen=True)
class WindowQuery:
    """Which days to look at: from today for 90 days unless told otherwise, at most 366."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class HoldsQuery:
    """Which holds to list: all conditions hold."""

    person_id: PersonId | None = None
    production_id: ProductionId | None = None
    rank: RankNumber | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class Ended:
    """That an entry of a person's calendar is no more."""

    person_id: PersonId
    ended_at: datetime


@dataclass(frozen=True)
class SharedFeed:
    """A new feed with its address, which is shown this once only."""

    feed_id: FeedId
    person_id: PersonId
    path: Line
    made_at: datetime


@dataclass(frozen=True)
class FeedView:
    """A feed of a person's calendar; its address is not kept."""

    feed_id: FeedId
    person_id: PersonId
    made_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class FeedsQuery:
    """Where a list of feeds goes on."""

    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


_FILE = (NotFound, PersonForgotten)
_CHANGE = (*_FILE, FileMerged)
PLACE_HOLD = Operation(
    name="place_hold",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/holds",
    summary="Hold a person's days, first or second",
    description="First when nobody wants one of the days, second behind one other hold; a third is refused. Other studios "
    "see the days as busy and nothing else.",
    request=NewHold,
    response=HoldView,
    scope="schedule:write",
    status=201,
    errors=(*_CHANGE, DatesImpossible, HoldExpiryImpossible, DayNotFree, HoldRepeated, HoldsExhausted, CalendarFull),
    example={
        "starts_on": "2027-01-11",
        "ends_on": "2027-01-15",
        "expires_on": "2026-12-20",
        "production_id": "prd_01J9ZW5N3Q8V7Y2K4M6P8R0T1V",
    },
)
LIST_HOLDS = Operation(
    name="list_holds",
    kind="query",
    method="GET",
    path="/v1/holds",
    summary="List the studio's holds, oldest first",
    query=HoldsQuery,
    response=page_of(HoldView),
    scope="schedule:read",
    errors=(CursorInvalid, *_FILE),
)
CHALLENGE_HOLD = Operation(
    name="challenge_hold",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/holds/{hold_id}/challenge",
    summary="Ask those in front of a second hold to confirm or release theirs, or lose it",
    request=Challenge,
    response=HoldView,
    scope="schedule:write",
    errors=(*_CHANGE, HoldUnknown, HoldNotChallenging, HoldChallengedBefore),
    example={"hours": 24},
)
CONFIRM_HOLD = Operation(
    name="confirm_hold",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/holds/{hold_id}/confirmation",
    summary="Book the days of a first hold; what is behind it falls",
    response=BookingView,
    scope="schedule:write",
    errors=(*_CHANGE, HoldUnknown, HoldOfBooking, HoldNotFirst, DayNotFree),
)
RELEASE_HOLD = Operation(
    name="release_hold",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/holds/{hold_id}/release",
    summary="Give held days back, also when the hold was confirmed",
    response=Ended,
    scope="schedule:write",
    errors=(*_CHANGE, HoldUnknown, HoldOfBooking),
)
RECORD_DAY_OFF = Operation(
    name="record_day_off",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/days-off",
    summary="Record when a person is not there, once or by a weekly or monthly pattern",
    description="The reason is stored encrypted and shown to this studio only; others see the days as busy. The same period is "
    "recorded once: a repeat answers with the entry that there is, and its reason.",
    request=NewDayOff,
    response=DayOffView,
    scope="people:write",
    status=201,
    errors=(*_CHANGE, DatesImpossible, DayNotFree, PatternContradictory, CalendarFull),
    example={
        "starts_on": "2026-12-01",
        "ends_on": "2027-05-31",
        "pattern": {"frequency": "weekly", "weekdays": ["TU", "TH"], "interval": 2},
        "reason": "Evening classes",
    },
)
GET_DAY_OFF_REASON = Operation(
    name="get_day_off_reason",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/days-off/{day_off_id}/reason",
    summary="Read why a person is not there",
    response=DayOffReason,
    scope="people:write",
    errors=(*_FILE, DayOffUnknown),
)
WITHDRAW_DAY_OFF = Operation(
    name="withdraw_day_off",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/days-off/{day_off_id}/withdrawal",
    summary="Record that the person is there after all",
    response=Ended,
    scope="people:write",
    errors=(*_CHANGE, DayOffUnknown),
)
GET_AVAILABILITY = Operation(
    name="get_availability",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/availability",
    summary="When a person is free, across the studios of the alliance",
    description="Holds, bookings and days off of your studio; of all others only on which days the person is busy.",
    query=WindowQuery,
    response=AvailabilityView,
    scope="schedule:read",
    errors=(*_FILE, WindowImpossible),
)
GET_PERSON_CALENDAR = Operation(
    name="get_person_calendar",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/calendar",
    summary="A person's days across all studios",
    description="The same as the person's availability. Roles, places and findings of your bookings: `GET /v1/bookings`.",
    query=WindowQuery,
    response=AvailabilityView,
    scope="schedule:read",
    errors=(*_FILE, WindowImpossible),
)
SHARE_CALENDAR = Operation(
    name="share_calendar",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/calendar-feeds",
    summary="Make a secret address at which a person's calendar can be subscribed to",
    description="The address is shown this once only: a repeat with the same Idempotency-Key answers 409.",
    response=SharedFeed,
    scope="people:write",
    status=201,
    errors=(*_CHANGE, FeedAddressShownBefore),
)
LIST_FEEDS = Operation(
    name="list_calendar_feeds",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/calendar-feeds",
    summary="List the feeds of a person's calendar, oldest first",
    query=FeedsQuery,
    response=page_of(FeedView),
    scope="people:read",
    errors=(CursorInvalid, *_FILE),
)
CLOSE_FEED = Operation(
    name="close_calendar_feed",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/calendar-feeds/{feed_id}/closure",
    summary="Close the address of a feed",
    response=FeedView,
    scope="people:write",
    errors=(*_FILE, FeedAlreadyClosed),
)
READ_FEED = Operation(
    name="read_calendar_feed",
    kind="query",
    method="GET",
    path="/public/calendars/{token}.ics",
    summary="A person's calendar as a file (iCalendar, RFC 5545)",
    description="The token is the secret; an address that is closed, or never was, answers 404.",
    public=True,
    errors=(NotFound, StudioIsSuspended),
    media_type="text/calendar; charset=utf-8",
    path_pattern={"token": TOKEN_PATTERN},
)

OPERATIONS = (
    PLACE_HOLD,
    LIST_HOLDS,
    CHALLENGE_HOLD,
    CONFIRM_HOLD,
    RELEASE_HOLD,
    RECORD_DAY_OFF,
    GET_DAY_OFF_REASON,
    WITHDRAW_DAY_OFF,
    GET_AVAILABILITY,
    GET_PERSON_CALENDAR,
    SHARE_CALENDAR,
    LIST_FEEDS,
    CLOSE_FEED,
    READ_FEED,
)
