"""The schedule of a production: its shooting days and who is booked when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from events.compliance import FindingClosed, FindingRaised
from events.envelope import Envelope, Event
from events.errors import RuleError
from events.places import PlaceNamed, require
from events.production import BookedDay, BookingRequested, DaySchedule, ScheduleChanged, ShootingDaysPlanned
from events.shapes import Line, Territory
from events.talent.availability import BookingGranted, BookingRefused
from events.talent.contracts import ContractAmended, ContractSigned, ContractTerminated
from kernel.places import Gazetteer
from services.production import bookings
from services.production.bookings import Booking, Hold
from services.production.places import require_country
from services.production.productions import Production, check_day

CHANGES_PER_EVENT = 500


@dataclass(frozen=True)
class ShootingDay:
    """A day that a unit is to shoot at a place; a country, if named, must be the place's."""

    date: date
    unit: Line
    place: PlaceNamed
    country: Territory | None = None


@dataclass(frozen=True)
class Schedule:
    """A production's schedule: days in order of date and unit, bookings by id in the order in which they were made."""

    id: str
    tenant: str
    version: int
    production_id: str
    base_place: str
    country: str
    days: tuple[DaySchedule, ...]
    bookings: Mapping[str, Booking]


Change = tuple[Schedule, tuple[Event, ...]]
ContractWord = ContractSigned | ContractAmended | ContractTerminated
"""What a contract says of its days; each word carries all of them, and the newest counts."""


class ProductionUnknown(RuleError):
    """The event names a production that its studio does not have."""

    status = 404
    en = "{tenant} has no production {production_id}."
    zh = "{tenant} 没有制作项目 {production_id}。"


class BookingUnknown(RuleError):
    """The production has no such booking."""

    status = 404
    en = "There is no booking {booking_id} in this production."
    zh = "该制作项目中没有编号为 {booking_id} 的档期。"


class UnitTwiceOnADay(RuleError):
    """A unit cannot shoot two days on one date."""

    status = 422
    en = "Unit {unit} has {date} twice."
    zh = "摄制组 {unit} 在 {date} 被安排了两次。"


def open_for(production: Production) -> Schedule:
    """The empty schedule of a production."""
    return Schedule(
        id=production.schedule_id,
        tenant=production.tenant,
        version=0,
        production_id=production.id,
        base_place=production.base_place,
        country=production.country,
        days=(),
        bookings={},
    )


def plan_days(schedule: Schedule, days: Iterable[ShootingDay], known: Gazetteer, at: datetime) -> Change:
    """Set the shooting days; bookings on them move with the places.

    Raises UnitTwiceOnADay, PlaceUnknown, PlaceElsewhere, DayTooFarAhead.
    """
    seen = set()
    planned = []
    for position, day in enumerate(days):
        if (day.date, day.unit) in seen:
            raise UnitTwiceOnADay(f"/days/{position}", unit=day.unit, date=day.date)
        seen.add((day.date, day.unit))
        check_day(day.date, at.date(), f"/days/{position}/date")
        place = require(known, day.place, f"/days/{position}/place")
        country = require_country(place, day.country, f"/days/{position}/country")
        planned.append(DaySchedule(day.date, day.unit, place.id, country))
    planned.sort(key=lambda day: (day.date, day.unit))
    if tuple(planned) == schedule.days:
        return schedule, ()
    schedule = replace(schedule, days=tuple(planned))
    moved = []
    for booking in schedule.bookings.values():
        needed = _needed(schedule, booking.dates)
        if needed != booking.days and not booking.over:
            moved.append(replace(booking, days=needed, changed_at=at))
    told = ShootingDaysPlanned(schedule.id, schedule.production_id, schedule.days)
    schedule, changed = _rebooked(schedule, moved)
    return schedule, (told, *changed)


def book_contract(
    schedule: Schedule | None, said: Envelope[ContractWord], production: Production | None, at: datetime
) -> Change | None:
    """Book the days that a contract now has firmly; what an amendment or a termination takes away is free again.

    None when a word of the contract as new or newer was heard before: its words may come in any order. What changes
    nothing that others can see is noted without an event. Raises ProductionUnknown.
    """
    contract = said.data
    if production is None or production.tenant != said.tenant:
        raise ProductionUnknown(tenant=said.tenant, production_id=contract.production_id)
    schedule = schedule or open_for(production)
    booking_id = bookings.contract_booking_id(contract.contract_id)
    before = schedule.bookings.get(booking_id)
    days = _needed(schedule, contract.work_dates)
    if before is None:
        booking = Booking(
            id=booking_id,
            person_id=contract.person_id,
            contract_id=contract.contract_id,
            role=contract.role,
            days=days,
            agreed="confirmed" if days else "released",
            holds=(),
            booked_at=at,
            changed_at=at,
            contract_version=said.version,
        )
        return _rebooked(schedule, [booking])
    if before.contract_version >= said.version:
        return None
    after = bookings.follow(before, contract.role, days, said.version, at)
    changed, events = _rebooked(schedule, [after])
    asked = _asked(schedule, after, "book") if after.request > before.request else ()
    return changed, (*(events if after.change() != before.change() else ()), *asked)


def book_tentatively(
    schedule: Schedule, booking_id: str, person_id: str, role: str, dates: Sequence[date], at: datetime
) -> Change:
    """Ask for a person's days, before there is a contract; the booking is tentative once they are held. Raises DayTooFarAhead."""
    for position, day in enumerate(dates):
        check_day(day, at.date(), f"/days/{position}")
    days = _needed(schedule, dates)
    booking = Booking(
        booking_id, person_id, None, role, days, "requested", (), at, at, request=1, pending=True, held=False
    )
    return _with(schedule, [booking]), _asked(schedule, booking, "hold")


def confirm(schedule: Schedule, booking_id: str, at: datetime) -> Change:
    """Ask for a tentative booking to be made firm; raises BookingUnknown, BookingOnHold, BookingNotTentative."""
    before = booking_of(schedule, booking_id)
    after = bookings.confirm(before, at)
    return _with(schedule, [after]), _asked(schedule, after, "book") if after is not before else ()


def release(schedule: Schedule, booking_id: str, at: datetime) -> Change:
    """Free a person's days; raises BookingUnknown, BookingReleased."""
    released = bookings.release(booking_of(schedule, booking_id), at)
    changed, events = _rebooked(schedule, [released])
    return changed, (*events, *_asked(schedule, released, "release"))


def apply_answer(
    schedule: Schedule | None, said: Envelope[BookingGranted | BookingRefused], at: datetime
) -> Change | None:
    """Apply what the person's calendar answers to a booking, or takes from it; None when it changes nothing. Raises BookingUnknown."""
    told = said.data
    if schedule is None or schedule.tenant != said.tenant:
        raise BookingUnknown(booking_id=told.booking_id)
    before = booking_of(schedule, told.booking_id)
    after = bookings.grant(before, told, at) if isinstance(told, BookingGranted) else bookings.refuse(before, told, at)
    if after is None:
        return None
    changed, events = _rebooked(schedule, [after])
    asked = _asked(schedule, after, "release") if after.request > before.request else ()
    return changed, (*(events if after.status != before.status else ()), *asked)


def apply_finding(
    schedule: Schedule | None, said: Envelope[FindingRaised] | Envelope[FindingClosed], at: datetime
) -> Change | None:
    """Put a booking on hold for a blocker, and lift the hold when that is closed or no blocker any more.

    None when a word of the finding as new or newer was heard before. What changes nothing that others can see is noted
    without an event. Raises BookingUnknown.
    """
    finding = said.data
    if schedule is None or schedule.tenant != said.tenant:
        raise BookingUnknown(booking_id=finding.booking_id)
    before = booking_of(schedule, finding.booking_id)
    blocks = isinstance(finding, FindingRaised) and finding.severity == "blocker"
    after = bookings.judge(before, Hold(finding.finding_id, said.version, blocks), at)
    if after is None:
        return None
    changed, events = _rebooked(schedule, [after])
    return changed, events if after.held_by != before.held_by else ()


def booking_of(schedule: Schedule, booking_id: str) -> Booking:
    """The booking with this id; raises BookingUnknown."""
    try:
        return schedule.bookings[booking_id]
    except KeyError:
        raise BookingUnknown(booking_id=booking_id) from None


def _needed(schedule: Schedule, dates: Iterable[date]) -> tuple[BookedDay, ...]:
    """Where a person is needed on these dates: where the units shoot that day, at the base on a date without a plan."""
    wanted = set(dates)
    places: dict[tuple[date, str], set[str]] = {}
    for day in schedule.days:
        if day.date in wanted:
            places.setdefault((day.date, day.country), set()).add(day.place)
    for unplanned in wanted.difference(day.date for day in schedule.days):
        places[unplanned, schedule.country] = {schedule.base_place}
    return tuple(BookedDay(on, country, tuple(sorted(places[on, country]))) for on, country in sorted(places))


def _asked(schedule: Schedule, booking: Booking, wanted: Literal["hold", "book", "release"]) -> tuple[Event, ...]:
    """What is asked of the person's calendar."""
    return (
        BookingRequested(
            booking_id=booking.id,
            production_id=schedule.production_id,
            person_id=booking.person_id,
            contract_id=booking.contract_id,
            wanted=wanted,
            request=booking.request,
            dates=booking.dates,
        ),
    )


def _with(schedule: Schedule, changed: list[Booking]) -> Schedule:
    return replace(schedule, bookings={**schedule.bookings, **{booking.id: booking for booking in changed}})


def _rebooked(schedule: Schedule, changed: list[Booking]) -> Change:
    """The schedule with these bookings new or changed, and the events that tell of those whose days were held."""
    told = [booking for booking in changed if booking.held]
    return _with(schedule, changed), tuple(
        ScheduleChanged(
            schedule.id,
            schedule.production_id,
            tuple(booking.change() for booking in told[start : start + CHANGES_PER_EVENT]),
        )
        for start in range(0, len(told), CHANGES_PER_EVENT)
    )
