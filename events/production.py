"""What production says: productions, shooting days, who is booked when, and which days it asks for."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from events.envelope import Event
from events.shapes import BookingId, ContractId, Items, Line, PersonId, PlaceId, ProductionId, ScheduleId, Territory

BookingStatus = Literal["tentative", "confirmed", "on_hold", "released"]


@dataclass(frozen=True)
class Titles:
    """What a production is called in Chinese and in English; at least one of the two is known."""

    zh: Line | None = None
    en: Line | None = None


@dataclass(frozen=True)
class ProductionRegistered(Event, type="production.production.registered.v1", subject="production_id"):
    """A studio opened a production, based in `country`; `title` is the one that is used between languages."""

    production_id: ProductionId
    schedule_id: ScheduleId
    title: Line
    episodes: int
    territories: tuple[Territory, ...]
    titles: Titles = Titles()
    country: Territory | None = None


@dataclass(frozen=True)
class PlaceAdded(Event, type="production.place.added.v1", subject="place_id"):
    """A studio added a place of its own: a name in Chinese or English at least, other spellings, and where it lies."""

    place_id: PlaceId
    country: Territory
    zh: Line | None
    en: Line | None
    aliases: Annotated[tuple[Line, ...], Items(max=20)]
    within: PlaceId | None


@dataclass(frozen=True)
class PlaceRenamed(Event, type="production.place.renamed.v1", subject="place_id"):
    """A studio changed the names of its place; where it lies never changes."""

    place_id: PlaceId
    zh: Line | None
    en: Line | None
    aliases: Annotated[tuple[Line, ...], Items(max=20)]


@dataclass(frozen=True)
class DaySchedule:
    """One shooting day: the unit and where it works; `place` is a place's id."""

    date: date
    unit: Line
    place: Line
    country: Territory


@dataclass(frozen=True)
class ShootingDaysPlanned(Event, type="production.shooting_days.planned.v1", subject="schedule_id"):
    """The shooting days of a production were set or changed."""

    schedule_id: ScheduleId
    production_id: ProductionId
    days: Annotated[tuple[DaySchedule, ...], Items(max=366)]


@dataclass(frozen=True)
class BookedDay:
    """A date on which a person is needed in a country, and the ids of the places there; none when they are not known.

    On a date on which units shoot in two countries there is one for each: each country has its own law.
    """

    date: date
    country: Territory
    places: tuple[Line, ...]


@dataclass(frozen=True)
class BookingChange:
    """A booking as it now stands: whose days, for which contract, in which status, held by which findings."""

    booking_id: BookingId
    person_id: PersonId
    contract_id: ContractId | None
    role: Line
    days: Annotated[tuple[BookedDay, ...], Items(max=732, doc="in order of date and country")]
    status: BookingStatus
    held_by: tuple[Line, ...]


@dataclass(frozen=True)
class ScheduleChanged(Event, type="production.schedule.changed.v1", subject="schedule_id"):
    """Bookings of one production changed; its version counts every change of the schedule."""

    schedule_id: ScheduleId
    production_id: ProductionId
    changes: Annotated[tuple[BookingChange, ...], Items(min=1, max=500)]


@dataclass(frozen=True)
class BookingRequested(Event, type="production.booking.requested.v1", subject="booking_id"):
    """Days of a person's calendar are asked for (`hold`), made firm (`book`) or given back (`release`) for a booking.

    `request` counts what is asked for the booking: what has a lower number is older.
    """

    booking_id: BookingId
    production_id: ProductionId
    person_id: PersonId
    contract_id: ContractId | None
    wanted: Literal["hold", "book", "release"]
    request: int
    dates: Annotated[tuple[date, ...], Items(min=1, max=366, doc="ascending, each day once")]
