"""Two calendars become one: everything is copied, and only what was copied is taken out."""

from dataclasses import replace
from datetime import UTC, date, datetime

from events.talent.availability import DaysBooked, DaysFreed, HourFreed, HourTaken
from services.talent.availability import merging
from services.talent.availability.calendar import Appointment, Booking, Calendar, Hold, empty

STUDIO, RIVAL = "stu_1", "stu_2"
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
DAY, NEXT = date(2027, 1, 11), date(2027, 1, 12)
HOUR = Appointment("aud_1", STUDIO, AT, AT.replace(hour=9))


def booking(as_of: int, *days: date, contract: str = "ctr_1", studio: str = STUDIO) -> Booking:
    """Days by a contract, as of one of its versions."""
    return Booking(contract, studio, days, contract, as_of)


def test_hours_alone_are_copied_and_taken_out() -> None:
    """An audition is no less an entry than a hold; a repeat finds nothing to do."""
    old = replace(empty("prs_old"), appointments=(HOUR,))
    given = merging.entries(old, STUDIO)
    added = merging.add(None, "prs_new", given)
    assert added is not None
    assert added[0].appointments == (HOUR,)
    assert added[1] == [HourTaken("prs_new", HOUR.starts_at, HOUR.ends_at)]
    left = merging.take_out(old, given)
    assert left is not None
    assert (left[0].appointments, left[1]) == ((), [HourFreed("prs_old", HOUR.starts_at, HOUR.ends_at)])
    assert merging.add(added[0], "prs_new", given) is None
    assert merging.take_out(left[0], given) is None


def test_what_came_after_the_copy_stays() -> None:
    """A booking that lands on the old calendar meanwhile, one that changed, and what another studio entered."""
    held = Hold("hld_1", STUDIO, None, DAY, DAY, DAY, AT)
    old = Calendar("prs_old", "", 1, holds=(held,), bookings=(booking(3, DAY),))
    given = merging.entries(old, STUDIO)
    late, theirs = booking(4, NEXT, contract="ctr_2"), booking(4, NEXT, contract="ctr_3", studio=RIVAL)
    since = replace(old, bookings=(booking(4), late, theirs), appointments=(HOUR,))
    left = merging.take_out(since, given)
    assert left is not None
    assert (left[0].holds, left[0].bookings, left[0].appointments) == ((), since.bookings, (HOUR,))


def test_the_later_word_of_a_contract_stays() -> None:
    """Whichever calendar heard it: an older booking is not copied, a newer one takes its place."""
    new = replace(empty("prs_new"), bookings=(booking(3, DAY, NEXT),))
    for stale in (booking(2, DAY), booking(3, DAY, NEXT)):
        assert merging.add(new, "prs_new", merging.Entries((), (stale,), (), ())) is None
    added = merging.add(new, "prs_new", merging.Entries((), (booking(4, NEXT),), (), ()))
    assert added is not None
    assert added[0].bookings == (booking(4, NEXT),)
    assert added[1] == [DaysFreed("prs_new", "ctr_1", (DAY,)), DaysBooked("prs_new", "ctr_1", (NEXT,))]
