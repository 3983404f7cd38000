"""A schedule is kept in the database as it is."""

from datetime import UTC, date, datetime
from typing import Any

from bson import decode, encode
from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st

from events.production import BookedDay, DaySchedule
from services.production.bookings import Booking, BookingRefusal, Hold
from services.production.repository import decode_schedule, encode_schedule
from services.production.schedule import Schedule

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
TIMES = st.integers(0, 2**41).map(
    lambda ms: datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000)
)
DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))
COUNTRIES = st.sampled_from(["CN", "KR"])
DAYS = st.builds(BookedDay, DATES, COUNTRIES, st.lists(TEXTS, max_size=3).map(tuple))
HOLDS = st.builds(Hold, TEXTS, st.integers(0, 2**31), st.booleans())
BOOKINGS = st.builds(
    Booking,
    id=TEXTS,
    person_id=TEXTS,
    contract_id=st.none() | TEXTS,
    role=TEXTS,
    days=st.lists(DAYS, max_size=5).map(tuple),
    agreed=st.sampled_from(["requested", "tentative", "confirmed", "released", "refused"]),
    holds=st.lists(HOLDS, max_size=3).map(tuple),
    booked_at=TIMES,
    changed_at=TIMES,
    request=st.integers(0, 9),
    pending=st.booleans(),
    held=st.booleans(),
    refusal=st.none() | st.builds(BookingRefusal, st.sampled_from(["busy", "day_off"]), DATES),
)
SCHEDULES = st.builds(
    Schedule,
    id=TEXTS,
    tenant=TEXTS,
    version=st.integers(0, 2**31),
    production_id=TEXTS,
    base_place=TEXTS,
    country=COUNTRIES,
    days=st.lists(st.builds(DaySchedule, DATES, TEXTS, TEXTS, COUNTRIES), max_size=3).map(tuple),
    bookings=st.lists(BOOKINGS, max_size=4).map(lambda each: {booking.id: booking for booking in each}),
)


@given(SCHEDULES)
def test_a_schedule_comes_back_from_the_database_as_it_was(schedule: Schedule) -> None:
    """Nothing is lost or changed on the way through BSON, and bookings keep their order."""
    stored: dict[str, Any] = decode(encode(encode_schedule(schedule)), CodecOptions(tz_aware=True))
    found = decode_schedule(stored)
    assert found == schedule
    assert list(found.bookings) == list(schedule.bookings)


@given(BOOKINGS)
def test_the_stored_status_is_the_bookings(booking: Booking) -> None:
    """What a search by status finds is what a reader sees."""
    schedule = Schedule("sch_A", "stu_A", 0, "prd_A", "Hengdian", "CN", (), {booking.id: booking})
    assert encode_schedule(schedule)["bookings"][0]["status"] == booking.status
