"""What may be asked of production."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from chassis.api import Api, Cursor, CursorInvalid, Limit, Operation, Order, page_of
from events.places import PlaceLabel, PlaceUnknown
from events.production import BookedDay
from events.shapes import (
    BookingId,
    ContractId,
    FindingId,
    Items,
    Line,
    PersonId,
    PlaceId,
    ProductionId,
    ScheduleId,
    StudioId,
    Territory,
)
from services.production.bookings import (
    BookingNotTentative,
    BookingOnHold,
    BookingRefusal,
    BookingReleased,
    BookingState,
    CalendarFull,
    PersonAway,
    PersonNotFree,
)
from services.production.commitments import Conflict
from services.production.countries import TerritoryUnknown
from services.production.places import (
    NewPlace,
    PlaceElsewhere,
    PlaceNameMissing,
    PlaceNames,
    PlaceNameTaken,
    PlaceNotOwn,
    TooManyPlaces,
)
from services.production.productions import (
    DayTooFarAhead,
    NewProduction,
    PeriodReversed,
    ShootingPeriod,
    Title,
    TitleMissing,
)
from services.production.schedule import BookingUnknown, ShootingDay, UnitTwiceOnADay

MAX_BOOKINGS = 100_000
MAX_CONFLICTS = 100_000


@dataclass(frozen=True)
class PlaceView:
    """A place: its names, its country, and every place that it lies in, from the nearest; `own` is one of the studio's."""

    place_id: PlaceId
    zh: Line | None
    en: Line | None
    aliases: Annotated[tuple[Line, ...], Items(max=20)]
    country: Territory
    within: tuple[PlaceLabel, ...]
    own: bool


@dataclass(frozen=True)
class ProductionView:
    """A production; people work at its `base_place`, in `country`, on days without a shooting plan."""

    production_id: ProductionId
    studio_id: StudioId
    schedule_id: ScheduleId
    title: Title
    episodes: int
    territories: Annotated[tuple[Territory, ...], Items(max=250)]
    base_place: PlaceLabel
    country: Territory
    shooting: ShootingPeriod | None
    registered_at: datetime
    version: int


@dataclass(frozen=True)
class BookingView:
    """A person's days on a production; `held_by` are the findings that put it on hold.

    It is `requested` until the person's calendar has answered; `refusal` says why the calendar did not give the days, or took them
    from a tentative booking: of other studios no more than `busy`.

    `places` are all places of all days; `whereabouts` name day by day the country and the ids of the places.
    """

    booking_id: BookingId
    production_id: ProductionId
    schedule_id: ScheduleId
    person_id: PersonId
    contract_id: ContractId | None
    role: Line
    days: Annotated[tuple[date, ...], Items(max=366)]
    places: tuple[PlaceLabel, ...]
    whereabouts: Annotated[tuple[BookedDay, ...], Items(max=732)]
    status: BookingState
    held_by: tuple[FindingId, ...]
    refusal: BookingRefusal | None
    booked_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class ShootingDayView:
    """One shooting day: the unit and where it works."""

    date: date
    unit: Line
    place: PlaceLabel
    country: Territory


@dataclass(frozen=True)
class ScheduleView:
    """A production's schedule: shooting days, everybody's bookings, and who is needed twice on a day."""

    schedule_id: ScheduleId
    production_id: ProductionId
    days: Annotated[tuple[ShootingDayView, ...], Items(max=366)]
    bookings: Annotated[tuple[BookingView, ...], Items(max=MAX_BOOKINGS)]
    conflicts: Annotated[tuple[Conflict, ...], Items(max=MAX_CONFLICTS)]
    version: int


@dataclass(frozen=True)
class ShootingDaysView:
    """The shooting days of a production, in order of date and unit."""

    schedule_id: ScheduleId
    production_id: ProductionId
    days: Annotated[tuple[ShootingDayView, ...], Items(max=366)]
    version: int


@dataclass(frozen=True)
class ShootingDays:
    """The whole plan: it replaces the earlier one. Days are in the production's country unless they name another."""

    days: Annotated[tuple[ShootingDay, ...], Items(max=366)]


@dataclass(frozen=True)
class NewBooking:
    """Whom to pencil in, for what, and when."""

    person_id: PersonId
    role: Line
    days: Annotated[tuple[date, ...], Items(min=1, max=366)]


@dataclass(frozen=True)
class ProductionsQuery:
    """Which productions to list: those for a market, if one is named."""

    territory: Territory | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class BookingsQuery:
    """Which bookings to list."""

    contract_id: ContractId | None = None
    person_id: PersonId | None = None
    production_id: ProductionId | None = None
    status: BookingState | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


_NOT_GIVEN = (PersonNotFree, PersonAway, CalendarFull)


@dataclass(frozen=True)
class PlacesQuery:
    """Which places to list: those that a name leads to or is like, those within another place, or a country's."""

    name: Line | None = None
    within: PlaceId | None = None
    country: Territory | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


ADD_PLACE = Operation(
    name="add_place",
    kind="command",
    method="POST",
    path="/v1/places",
    summary="Add a place of the studio's own",
    description="A permit for the place that it lies in covers it too. Where it lies cannot be changed later.",
    request=NewPlace,
    response=PlaceView,
    scope="schedule:write",
    status=201,
    errors=(PlaceNameMissing, PlaceNameTaken, PlaceUnknown, PlaceElsewhere, TerritoryUnknown, TooManyPlaces),
    example={"names": {"zh": "秦王宫", "en": "Palace of the Qin Emperor"}, "country": "CN", "within": "横店"},
)
RENAME_PLACE = Operation(
    name="rename_place",
    kind="command",
    method="PUT",
    path="/v1/places/{place_id}/names",
    summary="Replace the names of a place of the studio's own",
    request=PlaceNames,
    response=PlaceView,
    scope="schedule:write",
    errors=(PlaceNotOwn, PlaceNameMissing, PlaceNameTaken),
    example={"zh": "秦王宫", "en": "Palace of the Qin Emperor", "aliases": ["秦王宫景区"]},
)
GET_PLACE = Operation(
    name="get_place",
    kind="query",
    method="GET",
    path="/v1/places/{place_id}",
    summary="A place, and every place that it lies in",
    response=PlaceView,
    scope="schedule:read",
)
LIST_PLACES = Operation(
    name="list_places",
    kind="query",
    method="GET",
    path="/v1/places",
    summary="The places that can be named: the built-in ones and the studio's own",
    description="With `name` the place that it leads to, or else those that are most like it. The office sees the built-in places.",
    query=PlacesQuery,
    response=page_of(PlaceView),
    scope="schedule:read",
    errors=(CursorInvalid,),
)
REGISTER_PRODUCTION = Operation(
    name="register_production",
    kind="command",
    method="POST",
    path="/v1/productions",
    summary="Open a production",
    request=NewProduction,
    response=ProductionView,
    scope="productions:write",
    status=201,
    versioned=True,
    errors=(TitleMissing, TerritoryUnknown, PlaceUnknown, PlaceElsewhere, PeriodReversed, DayTooFarAhead),
    example={
        "title": {"zh": "龙城之约", "en": "A Promise in Dragon City"},
        "episodes": 80,
        "territories": ["US", "JP", "KR", "DE"],
        "base_place": "横店",
        "shooting": {"starts_on": "2027-03-01", "ends_on": "2027-03-12"},
    },
)
GET_PRODUCTION = Operation(
    name="get_production",
    kind="query",
    method="GET",
    path="/v1/productions/{production_id}",
    summary="A production",
    response=ProductionView,
    scope="productions:read",
    versioned=True,
)
LIST_PRODUCTIONS = Operation(
    name="list_productions",
    kind="query",
    method="GET",
    path="/v1/productions",
    summary="The studio's productions, oldest first",
    query=ProductionsQuery,
    response=page_of(ProductionView),
    scope="productions:read",
    errors=(CursorInvalid,),
)
PLAN_SHOOTING_DAYS = Operation(
    name="plan_shooting_days",
    kind="command",
    method="PUT",
    path="/v1/productions/{production_id}/shooting-days",
    summary="Set the shooting days",
    description="Replaces the plan as a whole. Bookings move with the places where the units shoot on their days.",
    request=ShootingDays,
    response=ShootingDaysView,
    scope="schedule:write",
    versioned=True,
    errors=(UnitTwiceOnADay, PlaceUnknown, PlaceElsewhere, DayTooFarAhead),
    example={
        "days": [
            {"date": "2027-03-01", "unit": "A", "place": "横店"},
            {"date": "2027-03-02", "unit": "A", "place": "Hengdian"},
            {"date": "2027-03-02", "unit": "B", "place": "Hangzhou"},
        ]
    },
)
GET_SCHEDULE = Operation(
    name="get_schedule",
    kind="query",
    method="GET",
    path="/v1/productions/{production_id}/schedule",
    summary="The schedule: shooting days, bookings, conflicts",
    description="Of other studios' bookings nothing but `busy` is told.",
    response=ScheduleView,
    scope="schedule:read",
    versioned=True,
)
BOOK_PERSON = Operation(
    name="book_person",
    kind="command",
    method="POST",
    path="/v1/productions/{production_id}/bookings",
    summary="Book a person tentatively",
    description="Pencils a person in before there is a contract: their calendar holds the days, before everybody who asks later. The "
    "answer waits for the calendar for up to two seconds; a booking that is still `requested` then is decided by itself. An executed "
    "contract books its days without asking.",
    request=NewBooking,
    response=BookingView,
    scope="schedule:write",
    status=201,
    versioned=True,
    errors=(DayTooFarAhead, *_NOT_GIVEN),
    example={
        "person_id": "prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1V",
        "role": "Stunt double",
        "days": ["2027-03-01", "2027-03-02"],
    },
)
CONFIRM_BOOKING = Operation(
    name="confirm_booking",
    kind="command",
    method="POST",
    path="/v1/productions/{production_id}/bookings/{booking_id}/confirmation",
    summary="Confirm a tentative booking",
    description="The person's calendar books the days, and what others hold of them falls. The answer waits for it for up to two seconds.",
    response=BookingView,
    scope="schedule:write",
    versioned=True,
    errors=(BookingUnknown, BookingOnHold, BookingNotTentative, *_NOT_GIVEN),
)
RELEASE_BOOKING = Operation(
    name="release_booking",
    kind="command",
    method="POST",
    path="/v1/productions/{production_id}/bookings/{booking_id}/release",
    summary="Release a person's days",
    response=BookingView,
    scope="schedule:write",
    versioned=True,
    errors=(BookingUnknown, BookingReleased),
)
LIST_BOOKINGS = Operation(
    name="list_bookings",
    kind="query",
    method="GET",
    path="/v1/bookings",
    summary="The studio's bookings, oldest first",
    description="A contract without a booking, a person without a file and a production of another studio are a 404. "
    "Of files that were merged, any id gives the bookings of all.",
    query=BookingsQuery,
    response=page_of(BookingView),
    scope="schedule:read",
    errors=(CursorInvalid,),
)
API = Api(
    "production",
    "Productions, shooting days, and who is booked when",
    (
        ADD_PLACE,
        RENAME_PLACE,
        GET_PLACE,
        LIST_PLACES,
        REGISTER_PRODUCTION,
        GET_PRODUCTION,
        LIST_PRODUCTIONS,
        PLAN_SHOOTING_DAYS,
        GET_SCHEDULE,
        BOOK_PERSON,
        CONFIRM_BOOKING,
        RELEASE_BOOKING,
        LIST_BOOKINGS,
    ),
)
