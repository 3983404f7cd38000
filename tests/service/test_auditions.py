"""Auditions on a real database: filled under everybody's availability, and one person in one place at an hour."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import eventlet
import orjson
import pytest

from events.envelope import from_wire
from services.talent.availability.appointments import HourNotFree
from services.talent.availability.engagements import NewDayOff
from services.talent.availability.holds import NewHold
from services.talent.casting.auditions.api import AuditionsQuery, AuditionView, Rescheduling
from services.talent.casting.auditions.openings import Hindered, Opening
from services.talent.casting.auditions.slots import NewAudition, SlotNotTaken, SlotsImpossible, SlotTaken
from services.talent.casting.submissions.api import Passing
from services.talent.service import Talent
from tests.service.castings import day, read, role, selected, somebody
from tests.service.place import Place
from tests.service.talents import call, make
from tests.service.test_talent_timers import told


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def at(n: int, hour: int, minute: int = 0) -> datetime:
    """An hour (UTC) of the day `n` days from now."""
    return datetime.combine(day(n), time(hour, minute), UTC)


def planned(talent: Talent, role_id: str, *starts: datetime, minutes: int = 30) -> str:
    """An audition with slots."""
    wanted = NewAudition("Hengdian, Studio 4", "Asia/Shanghai", minutes, starts)
    view: AuditionView = read(AuditionView, talent.plan_audition(call(wanted, role_id=role_id)))
    return view.audition_id


def filled(talent: Talent, audition: str) -> list[str | None]:
    """Who is asked to come to each slot."""
    view: AuditionView = read(AuditionView, talent.fill_audition(call(audition_id=audition)))
    return [slot.person_id for slot in view.slots]


def test_slots_are_filled_with_as_many_as_can_come_the_first_come_first(talent: Talent) -> None:
    """Who can come at one time only gets it, though somebody else was submitted before; busy days are left alone."""
    role_id, people = role(talent), [somebody(talent) for _ in range(3)]
    for person in people:
        selected(talent, role_id, person)
    talent.record_day_off(call(NewDayOff(day(6), day(6)), person_id=people[1]))
    audition = planned(talent, role_id, at(5, 2), at(6, 2))
    assert filled(talent, audition) == [people[1], people[0]]
    assert filled(talent, audition) == [people[1], people[0]]


def test_a_day_is_busy_by_the_clock_of_the_place(talent: Talent) -> None:
    """At 20:00 UTC it is the next day in Hengdian."""
    role_id, person = role(talent), somebody(talent)
    selected(talent, role_id, person)
    talent.record_day_off(call(NewDayOff(day(6), day(6)), person_id=person))
    assert filled(talent, planned(talent, role_id, at(5, 20))) == [None]
    assert filled(talent, planned(talent, role_id, at(6, 20))) == [person]


def test_another_studios_hold_is_a_busy_day_and_ones_own_is_not(talent: Talent) -> None:
    """The studio that holds the days may see the person then."""
    role_id, people = role(talent), [somebody(talent) for _ in range(2)]
    for person in people:
        selected(talent, role_id, person)
    talent.place_hold(call(NewHold(day(5), day(5)), person_id=people[1]))
    calendar = talent.store.calendar(people[1])
    stolen = replace(calendar.holds[0], studio="stu_01JD8Z4C7M2QK5V9W3XRT6B8NF")
    talent.place_hold(call(NewHold(day(5), day(5)), person_id=people[0]))
    where = {"_id": people[1]}
    talent.store.calendars.collection.update_one(where, {"$set": {"holds.0.studio": stolen.studio}})
    assert filled(talent, planned(talent, role_id, at(5, 2), at(5, 3))) == [people[0], None]


def test_a_slot_that_stays_open_says_why(talent: Talent) -> None:
    """Whom something hinders and what, of another studio no more than busy; or that everybody has a slot."""
    role_id, people = role(talent), [somebody(talent) for _ in range(3)]
    for person in people:
        selected(talent, role_id, person)
    talent.record_day_off(call(NewDayOff(day(6), day(6)), person_id=people[1]))
    talent.place_hold(call(NewHold(day(6), day(6)), person_id=people[2]))
    rival = {"$set": {"holds.0.studio": "stu_01JD8Z4C7M2QK5V9W3XRT6B8NF"}}
    talent.store.calendars.collection.update_one({"_id": people[2]}, rival)
    audition = planned(talent, role_id, at(6, 2), at(6, 3))
    view: AuditionView = read(AuditionView, talent.fill_audition(call(audition_id=audition)))
    assert [slot.person_id for slot in view.slots] == [people[0], None]
    hindered = (Hindered(people[1], "day_off"), Hindered(people[2], "busy"))
    assert view.left_open == (Opening(1, "nobody_free", hindered),)
    view = read(
        AuditionView, talent.fill_audition(call(audition_id=planned(talent, role_id, *(at(7, n) for n in range(4)))))
    )
    assert view.left_open == (Opening(3, "nobody_left", ()),)


def test_two_auditions_at_once_never_ask_one_person_to_the_same_hour(talent: Talent) -> None:
    """However they race: the calendar gives the hour once, and who lost it is seated elsewhere."""
    people = [somebody(talent) for _ in range(3)]
    auditions = []
    for _ in range(3):
        role_id = role(talent)
        for person in people:
            selected(talent, role_id, person)
        auditions.append(planned(talent, role_id, at(5, 2), at(5, 2, 30), at(5, 3)))
    threads = [eventlet.spawn(filled, talent, audition) for audition in auditions]
    seats = [thread.wait() for thread in threads]
    for hour in range(3):
        expected = [row[hour] for row in seats if row[hour] is not None]
        assert len(set(expected)) == len(expected)
    for person in people:
        hours = [appointment.starts_at for appointment in talent.store.calendar(person).appointments]
        asked = sorted(at(5, 2) + timedelta(minutes=30 * row.index(person)) for row in seats if person in row)
        assert sorted(hours) == asked


def test_confirmed_declined_and_moved(talent: Talent) -> None:
    """Who declines frees the hour and is not asked to it again; who moves has the new hour only, and confirms it."""
    role_id, people = role(talent), [somebody(talent) for _ in range(2)]
    for person in people:
        selected(talent, role_id, person)
    audition = planned(talent, role_id, at(5, 2), at(5, 3), at(5, 4))
    first, second, _ = filled(talent, audition)
    path = {"audition_id": audition}
    talent.confirm_slot(call(slot="0", **path))
    talent.decline_slot(call(slot="1", **path))
    assert talent.store.calendar(str(second)).appointments == ()
    assert filled(talent, audition) == [first, None, second]
    with pytest.raises(SlotTaken):
        talent.move_slot(call(Rescheduling(2), slot="0", **path))
    moved = read(AuditionView, talent.move_slot(call(Rescheduling(1), slot="0", **path)))
    assert [slot.state for slot in moved.slots] == ["open", "proposed", "proposed"]
    assert [a.starts_at for a in talent.store.calendar(str(first)).appointments] == [at(5, 3)]
    with pytest.raises(SlotNotTaken):
        talent.confirm_slot(call(slot="0", **path))


def test_nobody_is_moved_into_a_busy_hour(talent: Talent) -> None:
    """Another audition, or a day off, at that time refuses the move and changes nothing."""
    role_id, person = role(talent), somebody(talent)
    selected(talent, role_id, person)
    other = role(talent)
    selected(talent, other, person)
    elsewhere = planned(talent, other, at(5, 3))
    assert filled(talent, elsewhere) == [person]
    audition = planned(talent, role_id, at(5, 2), at(5, 3, 15))
    assert filled(talent, audition) == [person, None]
    with pytest.raises(HourNotFree):
        talent.move_slot(call(Rescheduling(1), slot="0", audition_id=audition))
    assert talent.store.auditions.get(audition, None).slots[0].person_id == person


@pytest.mark.parametrize("passed", [True, False])
def test_who_does_not_stand_any_more_is_not_expected(talent: Talent, passed: bool) -> None:
    """Passed over or withdrawn: the slot is open, the hour free, however often it is told; others stay."""
    role_id, people = role(talent), [somebody(talent) for _ in range(2)]
    made = [selected(talent, role_id, person) for person in people]
    audition = planned(talent, role_id, at(5, 2), at(5, 3))
    assert filled(talent, audition) == people
    if passed:
        talent.pass_submission(call(Passing(), submission_id=made[0]))
    else:
        talent.withdraw_submission(call(submission_id=made[0]))
    entries = [e for d in talent.store.submissions.collection.find({"_id": made[0]}) for e in d["outbox"]]
    event = from_wire(orjson.loads(entries[-1]["body"]))
    for _ in range(2):
        talent.clear_slots(event)  # type: ignore[arg-type]
    view = talent.store.auditions.get(audition, None)
    assert [slot.person_id for slot in view.slots] == [None, people[1]]
    assert talent.store.calendar(people[0]).appointments == ()
    assert len(talent.store.calendar(people[1]).appointments) == 1
    freed = [data for kind, data in told(talent, talent.store.calendars) if kind == "talent.hour.freed.v1"]
    assert len(freed) == 1


@pytest.mark.parametrize("starts", [(-1, 5), (5, 5), (5, 4), (5, 400)])
def test_slots_come_in_order_and_in_time(talent: Talent, starts: tuple[int, int]) -> None:
    """Over, overlapping, out of order or more than a year ahead: the pointer says which."""
    with pytest.raises(SlotsImpossible) as refused:
        planned(talent, role(talent), *(at(n, 2) for n in starts))
    assert refused.value.pointer.startswith("/slots/")


def test_auditions_are_listed_by_role_and_by_who_is_expected(talent: Talent) -> None:
    """Page by page, oldest first."""
    role_id, person = role(talent), somebody(talent)
    selected(talent, role_id, person)
    first, second = planned(talent, role_id, at(5, 2)), planned(talent, role_id, at(6, 2))
    filled(talent, second)
    answer = talent.list_auditions(call(query=AuditionsQuery(role_id=role_id, limit=1)))
    assert [a.audition_id for a in answer.items] == [first]
    rest = talent.list_auditions(call(query=AuditionsQuery(role_id=role_id, limit=1, cursor=answer.next)))
    assert ([a.audition_id for a in rest.items], rest.next) == ([second], None)
    expected = talent.list_auditions(call(query=AuditionsQuery(person_id=person))).items
    assert [a.audition_id for a in expected] == [second]
