"""People's time on a real database: two studios and one calendar, durable timers, and what each may see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import eventlet
import icalendar
import orjson
import pytest
import time_machine

from chassis.api import Call
from chassis.cause import new_id
from chassis.documents import now
from chassis.errors import NotFound
from events.envelope import Envelope
from events.schemas import load
from events.talent.contracts import ContractAmended, ContractSigned, ContractTerminated
from events.talent.people import PersonErased, PersonMerged
from services.talent.availability.api import AvailabilityView, FeedsQuery, HoldsQuery, HoldView, SharedFeed, WindowQuery
from services.talent.availability.engagements import NewDayOff
from services.talent.availability.feeds import FeedAddressShownBefore
from services.talent.availability.holds import Challenge, HoldsExhausted, NewHold
from services.talent.availability.patterns import Pattern
from services.talent.availability.window import WindowImpossible
from services.talent.people.api import REGISTER_PERSON, PeopleQuery
from services.talent.people.files import Profile
from services.talent.productions import KnownProduction
from services.talent.service import Talent
from services.talent.studios import StudioIsSuspended
from tests.service.place import Place
from tests.service.talents import PRODUCTION, STUDIO, call, example, make
from tests.service.test_talent_timers import told

RIVAL = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NF"
OTHERS = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NG"


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """A clock that a test moves; it goes on between two moves."""
    with time_machine.travel(now()) as clock:
        yield clock


def by(studio: str, body: Any = None, query: Any = None, key: str = "", **path: str) -> Call:
    """A call of a studio."""
    return replace(call(body, query, key, **path), tenant=studio, actor=f"mbr of {studio}")


def day(n: int) -> date:
    """The day `n` days from now."""
    return now().date() + timedelta(days=n)


def shared(talent: Talent) -> str:
    """A person whom three studios have on file by the same passport."""
    profile = load(Profile, example(REGISTER_PERSON))
    found = {
        orjson.loads(talent.register_person(by(studio, profile)).body)["person_id"]
        for studio in (STUDIO, RIVAL, OTHERS)
    }
    (person,) = found
    return str(person)


def hold(talent: Talent, studio: str, person: str, first: int, last: int) -> HoldView:
    """A hold of a studio."""
    wanted = NewHold(day(first), day(last), day(min(first, 10)))
    return load(HoldView, orjson.loads(talent.place_hold(by(studio, wanted, person_id=person)).body))


def seen(talent: Talent, studio: str, person: str) -> AvailabilityView:
    """What a studio sees of the person's time."""
    view: AvailabilityView = talent.get_availability(by(studio, query=WindowQuery(), person_id=person)).body
    return view


def signed(talent: Talent, studio: str, person: str, *days: date) -> Envelope[ContractSigned]:
    """That a contract is executed."""
    contract = new_id("ctr")
    data = ContractSigned(
        contract, PRODUCTION, person, "Lead", 80, days, 12, 11, 1, "USD", (), False, False, False, 0, "0" * 64,  # type: ignore[arg-type]
        "studio", now(),
    )  # fmt: skip
    return Envelope(
        new_id("evt"), data.TYPE, "/callboard/talent", contract, now(), studio, "mbr_1", f"contracts/{contract}", 4,
        "c" * 32, "c" * 32, "00-" + "1" * 32 + "-" + "1" * 16 + "-01", data,
    )  # fmt: skip


def test_two_studios_at_once_get_one_first_and_one_second_hold(talent: Talent) -> None:
    """However many ask at the same moment: one is first, one is second, the others are refused."""
    person = shared(talent)
    outcomes = []

    def ask(studio: str) -> None:
        try:
            outcomes.append(hold(talent, studio, person, 20, 24).rank)
        except HoldsExhausted:
            outcomes.append(3)

    threads = [eventlet.spawn(ask, studio) for studio in (STUDIO, RIVAL, OTHERS)]
    for thread in threads:
        thread.wait()
    assert sorted(outcomes) == [1, 2, 3]


def test_other_studios_see_busy_days_and_no_more(talent: Talent) -> None:
    """Own entries in full; of the others neither studio, kind, reason nor number, in the view and in the list."""
    person = shared(talent)
    mine = hold(talent, STUDIO, person, 20, 22)
    off = NewDayOff(day(30), day(31), reason="Surgery")
    talent.record_day_off(by(RIVAL, off, person_id=person))
    view = seen(talent, STUDIO, person)
    assert [h.hold_id for h in view.holds] == [mine.hold_id]
    assert view.days_off == ()
    assert view.busy == (day(30), day(31))
    others = seen(talent, RIVAL, person)
    assert others.holds == ()
    assert others.busy == (day(20), day(21), day(22))
    assert [h.hold_id for h in talent.list_holds(by(RIVAL, query=HoldsQuery())).items] == []


def test_a_reason_is_sealed_and_told_to_its_studio_alone(talent: Talent) -> None:
    """Nothing that is stored holds it in clear, no event tells it, and another studio's day off is unknown."""
    person = shared(talent)
    wanted = NewDayOff(day(30), day(31), reason="Surgery")
    recorded = orjson.loads(talent.record_day_off(by(STUDIO, wanted, key="k", person_id=person)).body)
    path = {"person_id": person, "day_off_id": recorded["day_off_id"]}
    assert talent.get_day_off_reason(by(STUDIO, **path)).body.reason == "Surgery"
    assert b"Surgery" not in b"".join(repr(d).encode() for d in talent.store.calendars.collection.find())
    with pytest.raises(Exception, match="no day off"):
        talent.get_day_off_reason(by(RIVAL, **path))


def test_a_challenge_that_is_not_answered_ends_the_first_hold(talent: Talent, today: time_machine.Traveller) -> None:
    """The timer takes it away at its hour, once; each studio hears its own part, and not which member of another did it."""
    person = shared(talent)
    first, second = hold(talent, STUDIO, person, 20, 24), hold(talent, RIVAL, person, 24, 26)
    path = {"person_id": person, "hold_id": second.hold_id}
    talent.challenge_hold(by(RIVAL, Challenge(6), **path))
    today.shift(timedelta(hours=5, minutes=59))
    talent.end_holds()
    assert len(seen(talent, STUDIO, person).holds) == 1
    today.shift(timedelta(minutes=2))
    for _ in range(2):
        talent.end_holds()
    assert seen(talent, STUDIO, person).holds == ()
    assert [h.rank for h in seen(talent, RIVAL, person).holds] == [1]
    entries = [e for d in talent.store.calendars.collection.find() for e in d["outbox"]]
    events = [orjson.loads(entry["body"]) for entry in entries]
    about = [(e["type"].split(".", 1)[1], e["tenant"], e["actor"].partition(" ")[0], e["subject"]) for e in events]
    assert about == [
        ("hold.placed.v1", STUDIO, "mbr", first.hold_id),
        ("hold.placed.v1", RIVAL, "mbr", second.hold_id),
        ("hold.challenged.v1", STUDIO, "service:talent", first.hold_id),
        ("hold.ended.v1", STUDIO, "service:talent", first.hold_id),
        ("hold.promoted.v1", RIVAL, "service:talent", second.hold_id),
    ]
    assert [e["aggregateversion"] for e in events] == [1, 2, 3, 4, 5]


def test_an_executed_contract_books_its_days_once(talent: Talent) -> None:
    """The days become firm, holds on them fall, a confirmed hold of the same studio is not counted twice, a repeat is a duplicate."""
    person = shared(talent)
    mine = hold(talent, STUDIO, person, 20, 22)
    talent.confirm_hold(by(STUDIO, person_id=person, hold_id=mine.hold_id))
    hold(talent, RIVAL, person, 23, 25)
    event = signed(talent, STUDIO, person, day(21), day(22), day(23))
    assert talent.book_days([event]) == ["ok"]
    assert talent.book_days([event]) == ["duplicate"]
    view = seen(talent, STUDIO, person)
    assert [(b.contract_id, b.days) for b in view.bookings] == [
        (None, (day(20),)),
        (event.data.contract_id, (day(21), day(22), day(23))),
    ]
    assert seen(talent, RIVAL, person).holds == ()


def test_a_contract_that_is_amended_or_ends_gives_days_back(talent: Talent) -> None:
    """Its newest word counts, in whatever order it is heard; a contract that ended is not booked again by an old message."""
    person = shared(talent)
    first = signed(talent, STUDIO, person, day(20), day(21), day(22))
    terms = first.data
    amended = ContractAmended(
        terms.contract_id, new_id("ctr"), 1, PRODUCTION, person, "Lead", 80, (day(21), day(23)), 12, 11, 1, "USD", (),  # type: ignore[arg-type]
        False, False, False, 0, "0" * 64, now(),  # type: ignore[arg-type]
    )  # fmt: skip
    ended = ContractTerminated(
        terms.contract_id, PRODUCTION, person, "Lead", "studio", "convenience", day(1), (), (), 0, "USD", now()  # type: ignore[arg-type]
    )  # fmt: skip
    second = replace(first, id=new_id("evt"), type=amended.TYPE, version=5, data=amended)
    third = replace(first, id=new_id("evt"), type=ended.TYPE, version=6, data=ended)
    assert talent.book_days([second]) == ["ok"]  # type: ignore[list-item]
    assert talent.book_days([first, second]) == ["duplicate"] * 2  # type: ignore[list-item]
    assert [b.days for b in seen(talent, STUDIO, person).bookings] == [(day(21), day(23))]
    assert talent.book_days([third]) == ["ok"]  # type: ignore[list-item]
    assert talent.book_days([first, second, third]) == ["duplicate"] * 3  # type: ignore[list-item]
    assert seen(talent, RIVAL, person).busy == ()
    freed = [data["dates"] for kind, data in told(talent, talent.store.calendars) if kind == "talent.days.freed.v1"]
    assert freed == [[str(day(21)), str(day(23))]]


def test_people_who_are_busy_then_are_not_found(talent: Talent) -> None:
    """Booked, off, or held by somebody else is busy; a hold of one's own is not; other days do not matter."""
    person = shared(talent)

    def found(studio: str, first: int, last: int) -> bool:
        query = PeopleQuery(available_from=day(first), available_to=day(last))
        return [p.person_id for p in talent.list_people(by(studio, query=query)).items] == [person]

    hold(talent, STUDIO, person, 20, 22)
    talent.record_day_off(by(RIVAL, NewDayOff(day(30), day(60), Pattern("weekly", ("MO",))), person_id=person))
    assert found(STUDIO, 20, 22)
    assert not found(RIVAL, 22, 25)
    assert found(RIVAL, 23, 25)
    monday = next(n for n in range(30, 40) if day(n).weekday() == 0)
    assert not found(STUDIO, monday, monday)
    assert found(STUDIO, monday + 1, monday + 6)
    with pytest.raises(WindowImpossible) as refused:
        found(STUDIO, 5, 4)
    assert refused.value.pointer == "/available_to"


def test_holds_are_listed_page_by_page_by_what_is_asked(talent: Talent) -> None:
    """Of one person, of one production, first or second; every one once, oldest first."""
    people = [
        orjson.loads(talent.register_person(by(STUDIO, load(Profile, _anybody()))).body)["person_id"] for _ in "ab"
    ]
    ids = [hold(talent, STUDIO, person, n, n).hold_id for n in (20, 22, 24) for person in people]
    produced = NewHold(day(30), day(30), day(9), PRODUCTION)
    last = orjson.loads(talent.place_hold(by(STUDIO, produced, person_id=people[0])).body)["hold_id"]
    gathered, cursor = [], None
    while True:
        answer = talent.list_holds(by(STUDIO, query=HoldsQuery(limit=2, cursor=cursor)))
        gathered += [h.hold_id for h in answer.items]
        if (cursor := answer.next) is None:
            break
    assert gathered == sorted([*ids, last])

    def listed(**which: Any) -> list[str]:
        return [h.hold_id for h in talent.list_holds(by(STUDIO, query=HoldsQuery(**which))).items]

    assert listed(person_id=people[1]) == ids[1::2]
    assert listed(production_id=PRODUCTION) == [last]
    assert listed(rank=2) == []
    with pytest.raises(NotFound):
        listed(production_id="prd_01JD8Z5A3F6H9KBN2QS5VX8Z1D")


def _anybody() -> dict[str, Any]:
    return {name: value for name, value in example(REGISTER_PERSON).items() if name != "document"}


def test_a_calendar_can_be_subscribed_to_until_its_address_is_closed(talent: Talent) -> None:
    """The file has the studio's entries by kind and the others' as busy; the address is kept as a hash and shown once."""
    person = shared(talent)
    hold(talent, STUDIO, person, 20, 22)
    hold(talent, RIVAL, person, 40, 41)
    pattern = Pattern("weekly", ("TU", "TH"))
    talent.record_day_off(by(STUDIO, NewDayOff(day(50), day(80), pattern, "Surgery"), person_id=person))
    made: SharedFeed = talent.share_calendar(by(STUDIO, key="once", person_id=person)).body
    token = made.path.removeprefix("/public/calendars/").removesuffix(".ics")
    assert token not in repr(list(talent.store.feeds.collection.find()))
    body = talent.read_calendar_feed(by("", token=token)).body
    assert b"Surgery" not in body
    assert "한서연".encode() not in body
    entries = {str(e["summary"]): e for e in icalendar.Calendar.from_ical(body).walk("VEVENT")}
    assert set(entries) == {f"1순위 홀드({day(10)}까지)", "일정 있음", "휴무"}  # as the person reads
    assert (entries["일정 있음"]["dtstart"].dt, entries["일정 있음"]["dtend"].dt) == (day(40), day(42))
    assert entries["휴무"]["rrule"]["BYDAY"] == ["TU", "TH"]
    with pytest.raises(FeedAddressShownBefore):
        talent.share_calendar(by(STUDIO, key="once", person_id=person))
    (listed,) = talent.list_calendar_feeds(by(STUDIO, query=FeedsQuery(), person_id=person)).items
    assert listed.feed_id == made.feed_id
    talent.store.studios.collection.update_one({"_id": STUDIO}, {"$set": {"suspended": True}}, upsert=True)
    with pytest.raises(StudioIsSuspended):
        talent.read_calendar_feed(by("", token=token))
    talent.store.studios.collection.update_one({"_id": STUDIO}, {"$set": {"suspended": False}})
    talent.close_calendar_feed(by(STUDIO, person_id=person, feed_id=made.feed_id))
    with pytest.raises(NotFound):
        talent.read_calendar_feed(by("", token=token))
    with pytest.raises(NotFound):
        talent.read_calendar_feed(by("", token="A" * 43))


def test_a_feed_is_closed_under_its_own_person_only(talent: Talent) -> None:
    """Another studio, or another person in the path, is a 404."""
    person = shared(talent)
    other = orjson.loads(talent.register_person(by(STUDIO, load(Profile, _anybody()))).body)["person_id"]
    feed = talent.share_calendar(by(STUDIO, person_id=person)).body.feed_id
    for studio, named in ((RIVAL, person), (STUDIO, other)):
        with pytest.raises(NotFound):
            talent.close_calendar_feed(by(studio, person_id=named, feed_id=feed))


def test_a_studio_that_forgets_a_person_leaves_no_entries(talent: Talent) -> None:
    """Its holds end and its days off are withdrawn; those of other studios stay; bookings, which bind, stay."""
    person = shared(talent)
    hold(talent, STUDIO, person, 20, 22)
    hold(talent, RIVAL, person, 22, 24)
    talent.record_day_off(by(STUDIO, NewDayOff(day(30), day(31)), person_id=person))
    erased = PersonErased(person, now().date(), False)
    event = replace(signed(talent, STUDIO, person, day(1)), type=erased.TYPE, data=erased)
    talent.forget_calendar(event)  # type: ignore[arg-type]
    calendar = talent.store.calendar(person)
    assert [h.studio for h in calendar.holds] == [RIVAL]
    assert calendar.days_off == ()
    ended = [data for kind, data in told(talent, talent.store.calendars) if kind == "talent.hold.ended.v1"]
    assert [data["why"] for data in ended] == ["erased"]


def test_what_a_studio_entered_moves_with_the_person(talent: Talent) -> None:
    """Merged into another file: the studio's entries, reasons included, are there, once; other studios' stay where they are."""
    old, new = (
        orjson.loads(talent.register_person(by(STUDIO, load(Profile, _anybody()))).body)["person_id"] for _ in "ab"
    )
    hold(talent, STUDIO, old, 20, 22)
    off = NewDayOff(day(30), day(31), reason="Surgery")
    recorded = orjson.loads(talent.record_day_off(by(STUDIO, off, person_id=old)).body)["day_off_id"]
    talent.book_days([signed(talent, STUDIO, old, day(40))])
    talent.book_days([signed(talent, RIVAL, old, day(41))])
    merged = PersonMerged(old, new)
    event = replace(signed(talent, STUDIO, old, day(1)), type=merged.TYPE, data=merged)
    for _ in range(2):
        talent.merge_calendars(event)  # type: ignore[arg-type]
    view = seen(talent, STUDIO, new)
    assert ([h.starts_on for h in view.holds], [b.days for b in view.bookings]) == ([day(20)], [(day(40),)])
    assert talent.get_day_off_reason(by(STUDIO, person_id=new, day_off_id=recorded)).body.reason == "Surgery"
    left = talent.store.calendar(old)
    assert (left.holds, left.days_off, [b.studio for b in left.bookings]) == ((), (), [RIVAL])


def test_a_production_of_another_studio_cannot_be_held_for(talent: Talent) -> None:
    """It is a 404, and nothing is held."""
    person = shared(talent)
    foreign = "prd_01JD8Z5A3F6H9KBN2QS5VX8Z1D"
    talent.store.productions.ensure(KnownProduction(foreign, RIVAL, 0, "Theirs"))
    with pytest.raises(NotFound):
        talent.place_hold(by(STUDIO, NewHold(day(5), day(5), None, foreign), person_id=person))
    assert talent.store.calendar(person).holds == ()


def test_a_repeated_command_holds_once(talent: Talent) -> None:
    """The same key answers as the first time and places nothing more."""
    person = shared(talent)
    wanted = by(STUDIO, NewHold(day(5), day(5)), key="again", person_id=person)
    first, second = talent.place_hold(wanted), talent.place_hold(wanted)
    assert (second.replayed, second.body) == (True, first.body)
    assert len(talent.store.calendar(person).holds) == 1
