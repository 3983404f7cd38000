"""The ninety days of short-term work in China, across studios."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

from events.envelope import Envelope, Event
from events.production import BookedDay, BookingChange, ScheduleChanged
from events.talent.people import PermitRecorded, PermitRevoked
from services.talent.documents import allowance
from services.talent.documents.allowance import ShortTermWork

PERSON, HERE, THERE = "prs_1", "stu_here", "stu_there"
FIRST = date(2026, 1, 1)
AT = datetime(2026, 2, 10, tzinfo=UTC)


def said(data: Event, tenant: str = HERE, version: int = 1) -> Any:
    """An event of a studio."""
    return Envelope("evt", data.TYPE, "", "", AT, tenant, "", "", version, "", "", "", data)


def proof(tenant: str = HERE, permit: str = "pmt_1", kind: str = "short_term_work_proof", days: int = 365) -> Any:
    """A work permit from the first of January."""
    return said(PermitRecorded(PERSON, permit, kind, FIRST, FIRST + timedelta(days=days - 1), ()), tenant)


def booking(days: int, tenant: str = HERE, first: date = FIRST, version: int = 1, **other: Any) -> Any:
    """A booking of consecutive days."""
    country, status = other.get("country", "CN"), other.get("status", "confirmed")
    booked = tuple(BookedDay(first + timedelta(days=n), country, ()) for n in range(days))
    change = BookingChange(f"bkg_{tenant}", PERSON, None, "lead", booked, status, ())
    return said(ScheduleChanged("sch_1", "prd_1", (change,)), tenant, version)


def after(*events: Any) -> ShortTermWork:
    """What is known after the events."""
    work: ShortTermWork | None = None
    for event in events:
        rule: Any = allowance.note_bookings if isinstance(event.data, ScheduleChanged) else allowance.note_permit
        step = rule(work, event, PERSON)
        work = step[0] if step else work
    return work or ShortTermWork(PERSON, "", 0)


def used(work: ShortTermWork, today: date = FIRST, tenant: str = HERE, year: int = 2026) -> tuple[int, int, int, int]:
    """Worked, booked, here, left."""
    days = allowance.used(work, tenant, year, today)
    return days.worked, days.booked, days.here, days.left


def test_days_of_all_studios_count_once_each() -> None:
    """Two studios on overlapping days: the union counts, each studio sees its own number, and today is not behind yet."""
    work = after(proof(), proof(THERE, "pmt_2"), booking(10), booking(10, THERE, FIRST + timedelta(days=5)))
    assert used(work) == (0, 15, 10, 75)
    assert used(work, FIRST + timedelta(days=4), THERE) == (4, 11, 10, 75)


def test_only_days_under_a_proof_of_the_booking_studio_count() -> None:
    """Days abroad, under a work permit, outside the proof, of a released booking, or under another studio's proof do not."""
    assert used(after(proof(), booking(5, country="US")))[1] == 0
    assert used(after(proof(kind="work_permit"), booking(5)))[1] == 0
    assert used(after(proof(days=3), booking(5)))[1] == 3
    assert used(after(proof(), booking(5, status="released")))[1] == 0
    assert used(after(proof(THERE), booking(5)))[1] == 0


def test_the_limit_is_per_calendar_year() -> None:
    """Over New Year each year has its days; the first day beyond ninety is named."""
    work = after(proof(days=730), booking(100, first=date(2026, 9, 23)))
    assert used(work) == (0, 100, 100, 0)
    assert allowance.used(work, HERE, 2026, FIRST).exceeded_on == date(2026, 12, 22)
    later = after(proof(days=730), booking(100, first=date(2026, 12, 1)))
    assert used(later)[1] == 31
    assert used(later, year=2027)[1] == 69
    assert allowance.used(later, HERE, 2027, FIRST).exceeded_on is None


def test_a_revoked_proof_covers_the_days_before() -> None:
    """In whichever order the events are heard."""
    events = [proof(), said(PermitRevoked(PERSON, "pmt_1")), booking(90)]
    for order in permutations(events):
        assert used(after(*order)) == (0, (AT.date() - FIRST).days, 40, 50)


def test_what_is_heard_twice_or_late_changes_nothing() -> None:
    """The latest version of a booking counts."""
    events = [proof(), booking(5, version=2)]
    work = after(*events)
    assert after(*events, *events, booking(50, version=1)) == work
    assert allowance.note_bookings(work, booking(5, version=2), PERSON) is None
    assert allowance.note_permit(work, proof(), PERSON) is None
    assert used(after(*events, booking(7, version=3)))[1] == 7


def test_the_days_of_merged_ids_are_one_persons() -> None:
    """A day under both ids counts once."""
    one, other = after(proof(), booking(5)), after(proof(), booking(5, first=FIRST + timedelta(days=3)))
    assert used(allowance.joined(PERSON, [one, other]))[1] == 8
    assert used(allowance.joined(PERSON, [])) == (0, 0, 0, 90)
