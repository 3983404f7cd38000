"""The time of somebody whom a studio had on file twice: it is kept, asked for and booked under the present id."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import orjson
import pytest

from chassis.cause import new_id
from chassis.documents import now
from events.envelope import Envelope
from events.schemas import load
from events.talent.people import PersonErased, PersonMerged
from services.talent.availability import appointments, merging
from services.talent.availability.api import HoldsQuery, HoldView, SharedFeed, WindowQuery
from services.talent.availability.calendar import Appointment, Calendar, Step
from services.talent.availability.engagements import NewDayOff
from services.talent.availability.holds import Challenge, NewHold
from services.talent.availability.merging import Entries
from services.talent.casting.auditions.api import AuditionsQuery, AuditionView, Rescheduling
from services.talent.casting.auditions.slots import NewAudition
from services.talent.casting.submissions.api import MAKE_OFFER, RoleHold, SubmissionsQuery, SubmissionView
from services.talent.casting.submissions.offers import OfferedTerms
from services.talent.people.merging import FileMerged, MergeRequest
from services.talent.service import Talent
from tests.service.castings import day, read, role, selected, submitted
from tests.service.place import Place
from tests.service.talents import STUDIO, call, example, make, register
from tests.service.test_availability import signed


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def said(talent: Talent, data: Any, person: str) -> Envelope[Any]:
    """An event of the studio."""
    return replace(signed(talent, STUDIO, person), id=new_id("evt"), type=data.TYPE, data=data)


def merge(talent: Talent, person: str, into: str) -> Envelope[Any]:
    """Merge; the calendars learn of it by the event that is returned."""
    talent.merge_person(call(MergeRequest(person), person_id=into))
    return said(talent, PersonMerged(person, into), person)


def moved(talent: Talent, person: str, into: str) -> None:
    """Merge, and move the calendar."""
    talent.merge_calendars(merge(talent, person, into))


def booked(talent: Talent, person: str) -> list[Any]:
    """The days that the calendar of an id has booked."""
    return [day for booking in talent.store.calendar(person).bookings for day in booking.days]


def audition(talent: Talent, role_id: str, *days: int) -> str:
    """An audition with a slot on each day, filled from the shortlist."""
    starts = tuple(datetime.combine(day(n), time(2), UTC) for n in days)
    wanted = NewAudition("Hengdian, Studio 4", "Asia/Shanghai", 30, starts)
    view: AuditionView = read(AuditionView, talent.plan_audition(call(wanted, role_id=role_id)))
    return view.audition_id


def test_hours_alone_are_moved(talent: Talent) -> None:
    """Somebody who is expected at an audition and nowhere else is still expected there."""
    old, new = register(talent), register(talent)
    at = now().replace(microsecond=0) + timedelta(days=3)
    hour = Appointment("aud_1", STUDIO, at, at + timedelta(hours=1))
    talent.store.change_calendar(call(), old, lambda calendar: appointments.take(calendar, hour))
    moved(talent, old, new)
    assert [talent.store.calendar(each).appointments for each in (old, new)] == [(), (hour,)]


def test_what_lands_while_the_calendar_is_moved_is_moved_too(talent: Talent, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract that was handled by another process, for whom the two were still two."""
    old, new = register(talent), register(talent)
    talent.place_hold(call(NewHold(day(20), day(22)), person_id=old))
    event = merge(talent, old, new)
    add, late = merging.add, [signed(talent, STUDIO, old, day(40))]

    def add_meanwhile(known: Calendar | None, person: str, given: Entries) -> Step | None:
        step = add(known, person, given)
        while late:
            monkeypatch.setattr(talent.store, "present_ids", lambda who: {each: each[0] for each in who})
            talent.book_days([late.pop()])
            monkeypatch.undo()
        return step

    monkeypatch.setattr(merging, "add", add_meanwhile)
    talent.merge_calendars(event)
    assert (talent.store.calendar(old).holds, booked(talent, old)) == ((), [])
    assert ([h.starts_on for h in talent.store.calendar(new).holds], booked(talent, new)) == ([day(20)], [day(40)])


def test_calendars_are_moved_to_the_end_of_the_merges(talent: Talent) -> None:
    """A went into B and B into C, whichever is heard of first."""
    for order in (1, -1):
        a, b, c = (register(talent) for _ in range(3))
        talent.book_days([signed(talent, STUDIO, a, day(40))])
        for event in [merge(talent, a, b), merge(talent, b, c)][::order]:
            talent.merge_calendars(event)
        assert [booked(talent, each) for each in (a, b, c)] == [[], [], [day(40)]]


def test_a_contract_with_the_former_id_books_the_person(talent: Talent) -> None:
    """Signed after the merge, or before it and ended since, whether the calendar was moved in between or not."""
    for settled in (True, False):
        old, new = register(talent), register(talent)
        before, after = signed(talent, STUDIO, old, day(40), day(41)), signed(talent, STUDIO, old, day(50))
        ended = replace(before, id=new_id("evt"), version=5, data=replace(before.data, work_dates=(day(40),)))
        talent.book_days([before])
        event = merge(talent, old, new)
        if settled:
            talent.merge_calendars(event)
        assert talent.book_days([after, ended]) == ["ok", "ok"]
        talent.merge_calendars(event)
        assert (booked(talent, old), sorted(booked(talent, new))) == ([], [day(40), day(50)])
        assert talent.book_days([before, after, ended]) == ["duplicate"] * 3


def test_who_is_merged_while_they_are_booked_is_found(talent: Talent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The calendar was moved after it was asked who is who, and before the days were booked."""
    old, new = register(talent), register(talent)
    absorb = talent.store.calendars.absorb

    def absorb_late(*args: Any) -> list[str]:
        monkeypatch.undo()
        moved(talent, old, new)
        return absorb(*args)

    monkeypatch.setattr(talent.store.calendars, "absorb", absorb_late)
    talent.book_days([signed(talent, STUDIO, old, day(40))])
    assert [booked(talent, each) for each in (old, new)] == [[], [day(40)]]


def test_nothing_is_entered_under_the_former_id(talent: Talent) -> None:
    """Everything that can be done for the present id is refused for the former one, which shows where to look."""
    old, new = register(talent), register(talent)
    placed = call(NewHold(day(20), day(22)), key="once", person_id=old)
    first = talent.place_hold(placed)
    hold_id = read(HoldView, first).hold_id
    moved(talent, old, new)
    which = {"person_id": old, "hold_id": hold_id}
    attempts: list[Callable[[], Any]] = [
        lambda: talent.place_hold(call(NewHold(day(30), day(31)), person_id=old)),
        lambda: talent.challenge_hold(call(Challenge(), **which)),
        lambda: talent.confirm_hold(call(**which)),
        lambda: talent.release_hold(call(**which)),
        lambda: talent.record_day_off(call(NewDayOff(day(30), day(31)), person_id=old)),
        lambda: talent.withdraw_day_off(call(person_id=old, day_off_id="dof_1")),
        lambda: talent.share_calendar(call(person_id=old)),
        lambda: submitted(talent, role(talent), old),
    ]
    for attempt in attempts:
        with pytest.raises(FileMerged) as refused:
            attempt()
        assert refused.value.facts["into"] == new
    assert talent.place_hold(placed).body == first.body, "a repeated command finds its answer"
    seen = talent.get_availability(call(query=WindowQuery(), person_id=old)).body
    assert (seen.person_id, [hold.hold_id for hold in seen.holds]) == (new, [hold_id])
    for person in (old, new):
        assert [hold.hold_id for hold in talent.list_holds(call(query=HoldsQuery(person_id=person))).items] == [hold_id]


def test_an_address_of_the_former_calendar_shows_the_present_one(talent: Talent) -> None:
    """Who subscribed goes on seeing the days."""
    old, new = register(talent), register(talent)
    feed: SharedFeed = read(SharedFeed, talent.share_calendar(call(person_id=old)))
    hold = orjson.loads(talent.place_hold(call(NewHold(day(20), day(22)), person_id=old)).body)["hold_id"]
    moved(talent, old, new)
    token = feed.path.rpartition("/")[2].removesuffix(".ics")
    assert f"UID:{hold}@".encode() in talent.read_calendar_feed(call(token=token)).body


def test_a_casting_goes_on_with_the_present_id(talent: Talent) -> None:
    """Held, offered and drafted; what is held is given back wherever it is; lists know the submission by both ids."""
    old, new, role_id = register(talent), register(talent), role(talent)
    path = {"submission_id": selected(talent, role_id, old)}
    again = {"submission_id": selected(talent, role(talent), old)}
    talent.hold_for_role(call(RoleHold(day(60), day(61)), **again))
    event = merge(talent, old, new)
    read(SubmissionView, talent.withdraw_submission(call(**again)))
    talent.merge_calendars(event)
    talent.hold_for_role(call(RoleHold(day(40), day(42)), **path))
    assert [[h.starts_on for h in talent.store.calendar(each).holds] for each in (old, new)] == [[], [day(40)]]
    talent.join_files(event)
    for person in (old, new):
        found = talent.list_submissions(call(query=SubmissionsQuery(person_id=person, role_id=role_id))).items
        assert [each.submission_id for each in found] == [path["submission_id"]]
    offered: OfferedTerms = load(OfferedTerms, example(MAKE_OFFER))
    talent.make_offer(call(offered, **path))
    done = read(SubmissionView, talent.accept_offer(call(key="once", **path)))
    assert talent.store.contracts.get(done.contract_id, STUDIO).terms.person_id == new


def test_an_offer_from_before_the_merge_can_be_accepted(talent: Talent) -> None:
    """The contract is drafted with the person's present id."""
    old, new = register(talent), register(talent)
    path = {"submission_id": selected(talent, role(talent), old)}
    talent.make_offer(call(load(OfferedTerms, example(MAKE_OFFER)), **path))
    moved(talent, old, new)
    done = read(SubmissionView, talent.accept_offer(call(key="once", **path)))
    assert talent.store.contracts.get(done.contract_id, STUDIO).terms.person_id == new


def test_an_audition_takes_and_frees_the_hours_of_the_present_id(talent: Talent) -> None:
    """Filled, moved and declined after the merge; days that are booked there are left alone."""
    old, new, role_id = register(talent), register(talent), role(talent)
    selected(talent, role_id, old)
    event = merge(talent, old, new)
    talent.merge_calendars(event)
    talent.join_files(event)
    talent.book_days([signed(talent, STUDIO, new, day(5))])
    planned = audition(talent, role_id, 5, 6, 7)
    view: AuditionView = read(AuditionView, talent.fill_audition(call(audition_id=planned)))
    assert [slot.person_id for slot in view.slots] == [None, old, None]
    read(AuditionView, talent.move_slot(call(Rescheduling(2), audition_id=planned, slot="1")))
    hours = [[hour.starts_at.date() for hour in talent.store.calendar(each).appointments] for each in (old, new)]
    assert hours == [[], [day(7)]]
    for person in (old, new):
        listed = talent.list_auditions(call(query=AuditionsQuery(person_id=person))).items
        assert [each.audition_id for each in listed] == [planned]
    talent.decline_slot(call(audition_id=planned, slot="2"))
    assert talent.store.calendar(new).appointments == ()


def test_the_moved_calendar_is_forgotten_with_the_former_file(talent: Talent) -> None:
    """Whichever erasure is heard of first, and though the calendar is moved between the two."""
    old, new = register(talent), register(talent)
    talent.place_hold(call(NewHold(day(20), day(22)), person_id=old))
    event = merge(talent, old, new)
    talent.forget_calendar(said(talent, PersonErased(new, day(0), True), new))
    talent.merge_calendars(event)
    talent.forget_calendar(said(talent, PersonErased(old, day(0), True), old))
    assert [talent.store.calendar(each).holds for each in (old, new)] == [(), ()]
