"""Judging people's bookings: permits, days and places, and what is told of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.codecs import plain
from events.compliance import FindingClosed, FindingRaised
from events.envelope import Envelope, Event
from events.places import KnownPlace, PlaceNotYetKnown, know
from events.production import BookedDay, BookingChange, BookingStatus, PlaceAdded, PlaceRenamed, ScheduleChanged
from events.schemas import load
from events.talent.people import PermitRecorded, PermitRevoked, PersonMerged, PersonRegistered, PersonUpdated
from kernel.places import Gazetteer, Place, built_in, built_in_id
from services.compliance.cases import (
    Booking,
    Case,
    Permit,
    PermitFacts,
    case_id,
    concerned,
    finding_id,
    hear,
    judge,
    runs,
    settle,
)
from services.compliance.rules import read_rulebook

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
STUDIO = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE"
PERSON = "prs_01JD8Z5R8T1W4Y7A0C3E6G9JKM"
OTHER = "prs_01JD8Z5R8T1W4Y7A0C3E6G9JKN"
PRODUCTION = "prd_01JD8Z5A3F6H9KBN2QS5VX8Z1C"
SCHEDULE = "sch_01JD8Z5A3F6H9KBN2QS5VX8Z1C"
BOOKING = "bkg_01JD8Z6T5WQ2N7R4XK9M3B0CFA"
CONTRACT = "ctr_01JD8Z6T5WQ2N7R4XK9M3B0CFA"
PERMIT = "pmt_01JD8Z6T5WQ2N7R4XK9M3B0CFA"
CASE = case_id(PERSON, STUDIO)
RULES = read_rulebook()
PLACES = built_in()
HENGDIAN, ZHEJIANG, HANGZHOU = (built_in_id(key) for key in ("cn-hengdian", "cn-zhejiang", "cn-hangzhou"))
PALACE = Place("plc_01J9ZW5N3Q8V7Y2K4M6P8R0T1V", "CN", "秦王宫", None, (), HENGDIAN)
RULE = "CN-WORK-PERMIT"
FIRST, SECOND, THIRD = date(2026, 12, 4), date(2026, 12, 5), date(2026, 12, 6)
DAYS = (FIRST, SECOND, THIRD)


def told(data: Event, version: int) -> Envelope[Any]:
    """An event as it is heard."""
    return Envelope("evt_1", data.TYPE, "/callboard/x", "x", AT, STUDIO, "x", "x", version, "req_1", "req_1", "", data)


def person(version: int = 1, nationality: str = "KR") -> Envelope[Any]:
    """The person is put on file."""
    return told(PersonRegistered(PERSON, nationality, ()), version)


def permit(
    version: int = 2,
    permit_id: str = PERMIT,
    kind: str = "short_term_work_proof",
    valid_from: date = FIRST,
    valid_until: date = THIRD,
    places: tuple[str, ...] = ("Hengdian",),
) -> Envelope[Any]:
    """A permit is put on file."""
    return told(PermitRecorded(PERSON, permit_id, kind, valid_from, valid_until, places), version)


def booked(
    version: int = 1,
    days: tuple[date, ...] = DAYS,
    status: BookingStatus = "confirmed",
    places: tuple[str, ...] = ("Hengdian",),
    who: str = PERSON,
    country: str = "CN",
) -> Envelope[Any]:
    """The person's days change; every day is at the same places."""
    return booked_at(*(BookedDay(day, country, places) for day in days), version=version, status=status, who=who)


def booked_at(
    *days: BookedDay, version: int = 1, status: BookingStatus = "confirmed", who: str = PERSON
) -> Envelope[Any]:
    """The person's days change, each with its own places."""
    change = BookingChange(BOOKING, who, CONTRACT, "Lead", days, status, ())
    return told(ScheduleChanged(SCHEDULE, PRODUCTION, (change,)), version)


def after(*heard: Envelope[Any]) -> tuple[Case, list[Event]]:
    """The case once these were heard, and everything that was told; stale ones change nothing."""
    case: Case | None = None
    events: list[Event] = []
    for each in heard:
        change = hear(case, each, CASE, RULES, PLACES, AT)
        if change is not None:
            case = change[0]
            events += change[1]
    assert case
    return case, events


def test_days_without_a_permit_raise_a_finding() -> None:
    """State and event name the first uncovered day, its place, and how many days are uncovered."""
    case, events = after(person(), booked())
    (finding,) = case.findings
    assert (finding.state, finding.judgement.uncovered_days) == ("open", 3)
    assert events == [
        FindingRaised(
            finding_id=finding_id(RULE, BOOKING),
            rule=RULE,
            rule_version=2,
            severity="blocker",
            person_id=PERSON,
            production_id=PRODUCTION,
            booking_id=BOOKING,
            contract_id=CONTRACT,
            reason="No work permit covers 2026-12-04 at Hengdian",
            first_date=FIRST,
        )
    ]


def test_a_permit_that_covers_all_days_closes_it() -> None:
    """State and event; the closed finding keeps its last judgement."""
    case, events = after(person(), booked(), permit())
    (finding,) = case.findings
    assert (finding.state, finding.closed_at, finding.judgement.uncovered_days) == ("closed", AT, 3)
    assert events[1:] == [FindingClosed(finding.id, RULE, "blocker", BOOKING, PRODUCTION)]


def test_covered_days_raise_nothing() -> None:
    """With the permit first there is never a finding."""
    case, events = after(person(), permit(), booked())
    assert (case.findings, events) == ((), [])


@pytest.mark.parametrize(
    ("short", "first", "count"),
    [
        (permit(valid_until=SECOND), THIRD, 1),
        (permit(valid_from=SECOND), FIRST, 1),
        (permit(valid_from=SECOND, valid_until=SECOND), FIRST, 2),
        (permit(places=("Beijing",)), FIRST, 3),
        (permit(kind="visa"), FIRST, 3),
    ],
)
def test_a_permit_that_falls_short_leaves_the_finding_open(short: Envelope[Any], first: date, count: int) -> None:
    """Too short, elsewhere or of a kind that allows no work: the judgement says the first day and the distance."""
    case, _ = after(person(), booked(), short)
    judgement = case.findings[0].judgement
    assert (case.findings[0].state, judgement.first_date, judgement.uncovered_days) == ("open", first, count)


@pytest.mark.parametrize(
    "fits", [permit(places=()), permit(places=("HENGDIAN", "Beijing")), permit(kind="work_permit")]
)
def test_what_a_permit_may_be(fits: Envelope[Any]) -> None:
    """Without places it holds anywhere; a place is known in any case of letters; both kinds of permit are good."""
    case, _ = after(person(), fits, booked())
    assert not case.findings


def test_several_permits_cover_together() -> None:
    """Each day needs one permit, not all days the same; each place of a day may have its own."""
    one = permit(2, PERMIT, valid_until=FIRST, places=())
    two = permit(3, PERMIT[:-1] + "B", valid_from=SECOND)
    three = permit(4, PERMIT[:-1] + "C", valid_from=SECOND, places=("Hangzhou",))
    case, _ = after(person(), one, two, three, booked(places=("Hangzhou", "Hengdian")))
    assert not case.findings


def test_each_day_is_judged_at_its_own_places() -> None:
    """A permit for one place covers the days there, whatever places the other days have."""
    here, there = BookedDay(FIRST, "CN", ("Hengdian",)), BookedDay(SECOND, "CN", ("Hangzhou",))
    case, _ = after(person(), permit(), booked_at(here, there))
    judgement = case.findings[0].judgement
    assert (judgement.first_date, judgement.uncovered_days) == (SECOND, 1)
    assert judgement.reason == "No work permit covers 2026-12-05 at Hangzhou"
    case, _ = after(person(), permit(), permit(3, PERMIT[:-1] + "B", places=("Hangzhou",)), booked_at(here, there))
    assert not case.findings


def test_a_place_that_is_not_known_needs_a_permit_for_anywhere() -> None:
    """The reason says that the place is not known."""
    case, _ = after(person(), permit(), booked(places=()))
    assert case.findings[0].judgement.reason == "No work permit covers 2026-12-04 at an unknown place"
    case, _ = after(person(), permit(places=()), booked(places=()))
    assert not case.findings


def test_a_rule_reaches_as_far_as_its_country() -> None:
    """Days abroad need no Chinese permit; of a date in two countries only the places in China count."""
    case, events = after(person(), booked(country="KR"))
    assert (case.findings, events) == ((), [])
    both = BookedDay(FIRST, "CN", ("Hengdian",)), BookedDay(FIRST, "KR", ("Busan",))
    case, _ = after(person(), booked_at(*both))
    assert case.findings[0].judgement.uncovered_days == 1
    case, _ = after(person(), permit(), booked_at(*both))
    assert not case.findings


def test_a_booking_that_moves_abroad_closes_its_finding() -> None:
    """The days are the same, the country is another: nothing is left to object to."""
    case, events = after(person(), booked(), booked(2, country="KR"))
    assert case.findings[0].state == "closed"
    assert [type(event) for event in events] == [FindingRaised, FindingClosed]


@pytest.mark.parametrize(
    ("allowed", "where", "covered"),
    [
        (HENGDIAN, HENGDIAN, True),
        ("横店", "Hengdian", True),  # as they were written before places had ids
        (ZHEJIANG, HENGDIAN, True),
        (HENGDIAN, ZHEJIANG, False),
        (HANGZHOU, HENGDIAN, False),
        (ZHEJIANG, PALACE.id, True),
        (HENGDIAN, PALACE.id, True),
        (PALACE.id, HENGDIAN, False),
    ],
)
def test_a_permit_for_a_wider_place_covers_the_narrower(allowed: str, where: str, covered: bool) -> None:
    """A permit for 浙江 covers a day at 横店 and at a studio's own place there; never the other way round."""
    known = Gazetteer([PALACE], built_in())
    case: Case | None = None
    for event in (person(), permit(places=(allowed,)), booked(places=(where,))):
        change = hear(case, event, CASE, RULES, known, AT)
        assert change is not None
        case = change[0]
    assert case is not None
    assert (not case.findings) is covered


def test_an_event_about_a_place_that_has_not_arrived_is_handled_again() -> None:
    """A day at an own place is not judged before the place is known, and so is no permit for it."""
    for early in (booked(places=(PALACE.id,)), permit(places=(PALACE.id,))):
        with pytest.raises(PlaceNotYetKnown):
            hear(None, early, CASE, RULES, PLACES, AT)


def test_places_are_known_as_they_were_named_last() -> None:
    """A new name replaces the old one, an older event changes nothing, and a name before its place waits for it."""
    added = told(PlaceAdded(PALACE.id, "CN", "秦王宫", None, (), HENGDIAN), 1)
    renamed = told(PlaceRenamed(PALACE.id, "秦王宫", "Qin Palace", ()), 2)
    with pytest.raises(PlaceNotYetKnown):
        know(None, renamed)
    first = know(None, added)
    assert first is not None and first[0] == KnownPlace(PALACE.id, STUDIO, 0, 1, PALACE)
    second = know(first[0], renamed)
    assert second is not None and second[0].place == replace(PALACE, en="Qin Palace")
    assert know(second[0], added) is None and know(second[0], renamed) is None


def test_every_place_of_a_day_needs_cover() -> None:
    """A permit for one of two places is not enough; the reason names the other."""
    case, _ = after(person(), permit(), booked(places=("Hangzhou", "Hengdian")))
    assert case.findings[0].judgement.reason == "No work permit covers 2026-12-04 at Hangzhou"


@pytest.mark.parametrize("nationality", ["CN", "HK", "MO", "TW"])
def test_who_needs_no_permit(nationality: str) -> None:
    """The rule applies neither to Chinese citizens nor to residents of Hong Kong, Macao and Taiwan."""
    case, events = after(person(nationality=nationality), booked())
    assert (case.findings, events) == ((), [])


def test_a_corrected_nationality_is_judged_anew() -> None:
    """The finding on somebody who turns out to be Chinese is closed."""
    case, _ = after(person(), booked(), told(PersonUpdated(PERSON, "CN", (), ("nationality",)), 2))
    assert case.findings[0].state == "closed"


def test_nobody_is_judged_before_their_nationality_is_known() -> None:
    """The person's file may arrive after the booking; then the booking is judged."""
    case, events = after(booked())
    assert (case.findings, events) == ((), [])
    _, events = after(booked(), person())
    assert [type(event) for event in events] == [FindingRaised]


def test_a_released_booking_needs_no_permit() -> None:
    """Releasing the days closes the finding."""
    case, events = after(person(), booked(), booked(2, status="released"))
    assert case.findings[0].state == "closed"
    assert isinstance(events[-1], FindingClosed)


def test_the_hold_that_a_finding_causes_says_nothing_new() -> None:
    """A booking put on hold is judged the same: no event, so that production and compliance do not answer each other for ever."""
    case, events = after(person(), booked(), booked(2, status="on_hold"))
    assert case.bookings[0].status == "on_hold"
    assert len(events) == 1


def test_a_revoked_permit_opens_the_finding_again() -> None:
    """The same finding, raised a second time; its opening time is the new one."""
    case, events = after(person(), permit(), booked())
    later = AT + timedelta(days=1)
    change = hear(case, told(PermitRevoked(PERSON, PERMIT), 3), CASE, RULES, PLACES, later)
    assert change
    assert (change[0].findings[0].state, change[0].findings[0].opened_at) == ("open", later)
    assert [type(event) for event in change[1]] == [FindingRaised]
    closed, events = after(person(), booked(), permit(), told(PermitRevoked(PERSON, PERMIT), 3))
    assert [type(event) for event in events] == [FindingRaised, FindingClosed, FindingRaised]
    assert len(closed.findings) == 1


def test_a_finding_that_changes_its_words_is_told_again() -> None:
    """Another first day is another reason; the same first day is not told twice, but the distance is kept up to date."""
    case, events = after(person(), booked(), permit(valid_until=FIRST))
    assert [event.first_date for event in events if isinstance(event, FindingRaised)] == [FIRST, SECOND]
    case, events = after(person(), booked(), booked(2, days=(FIRST,)))
    assert len(events) == 1
    assert case.findings[0].judgement.uncovered_days == 1


@pytest.mark.parametrize(
    "stale",
    [
        person(1, "CN"),
        person(2, "CN"),
        permit(2, places=("Beijing",)),
        permit(3, places=("Beijing",)),
        booked(2, status="released"),
        booked(1, status="released"),
    ],
)
def test_an_older_word_changes_nothing(stale: Envelope[Any]) -> None:
    """Each permit, booking and the nationality remember the version that told them; a repeat is a duplicate."""
    case, _ = after(person(2), permit(3), booked(2))
    assert hear(case, stale, CASE, RULES, PLACES, AT) is None


def test_a_revocation_that_overtakes_its_permit_wins() -> None:
    """The later version counts, in whatever order the two arrive."""
    case, _ = after(person(), booked(), told(PermitRevoked(PERSON, PERMIT), 3), permit(2))
    assert case.findings[0].state == "open"


def test_an_older_permit_is_heard_after_a_newer_one_of_another_id() -> None:
    """The gate is per permit: a late event about another permit is not lost."""
    case, _ = after(person(), booked(), permit(5, PERMIT[:-1] + "B", kind="visa"), permit(2))
    assert case.findings[0].state == "closed"


def goes_on_as(case: Case, present: Case) -> tuple[Case, list[Event]]:
    """The case after its file was merged into the other."""
    change = hear(case, told(PersonMerged(PERSON, present.person_id), 5), CASE, RULES, PLACES, AT, present)
    assert change
    assert hear(change[0], told(PersonMerged(PERSON, present.person_id), 5), CASE, RULES, PLACES, AT, present) is None
    return change[0], list(change[1])


def test_a_merged_file_is_judged_by_the_permits_of_the_present_one() -> None:
    """Those that are known, and those that are told of later; versions of the former file do not count any more."""
    waiting, _ = after(person(), booked(), permit(9, valid_until=FIRST))
    assert waiting.findings[0].state == "open"
    present = replace(waiting, person_id=OTHER, nationality_heard=2, permits=(), bookings=(), findings=())
    held, events = goes_on_as(waiting, present)
    assert (held.into, held.findings[0].state, events) == (OTHER, "open", [])
    again = replace(permit(3), data=replace(permit(3).data, person_id=OTHER))
    change = hear(held, again, CASE, RULES, PLACES, AT)
    assert change
    assert (change[0].findings[0].state, [type(event) for event in change[1]]) == ("closed", [FindingClosed])
    covering = Permit("pmt_X", 7, change[0].permits[0].facts)
    closed, events = goes_on_as(waiting, replace(present, permits=(covering,)))
    assert (closed.findings[0].state, [type(event) for event in events]) == ("closed", [FindingClosed])


def test_what_is_said_late_of_a_merged_file_is_older_than_what_is_said_of_the_present_one() -> None:
    """A permit that nobody has heard of is noted all the same."""
    merged, _ = goes_on_as(after(person(), permit(2), booked())[0], replace(after(person())[0], person_id=OTHER))
    assert hear(merged, permit(99, places=("Beijing",)), CASE, RULES, PLACES, AT) is None
    change = hear(merged, permit(99, PERMIT[:-1] + "B"), CASE, RULES, PLACES, AT)
    assert change and [each.id for each in change[0].permits] == [PERMIT, PERMIT[:-1] + "B"]


def test_a_permit_that_was_revoked_before_the_merge_is_revoked_when_that_is_heard_late() -> None:
    """Once; and that it was recorded, which is heard later still, does not bring it back."""
    merged, _ = goes_on_as(after(person(), permit(2), booked())[0], replace(after(person())[0], person_id=OTHER))
    revoked = told(PermitRevoked(PERSON, PERMIT), 3)
    change = hear(merged, revoked, CASE, RULES, PLACES, AT)
    assert change
    assert ([each.facts for each in change[0].permits], change[0].findings[0].state) == ([None], "open")
    for late in (revoked, permit(2)):
        assert hear(change[0], late, CASE, RULES, PLACES, AT) is None


def test_a_word_of_merged_files_is_heard_by_itself() -> None:
    """What comes before it and after it, in order."""
    merged = told(PersonMerged(PERSON, OTHER), 5)
    events = [person(), merged, merged, booked(), permit()]
    assert list(runs(events)) == [[events[0]], [merged], [merged], events[3:]]
    assert list(runs([])) == []


def test_an_event_concerns_each_person_once() -> None:
    """A schedule's change may be about several people, and about one of them twice."""
    (change,) = booked().data.changes
    both = told(ScheduleChanged(SCHEDULE, PRODUCTION, (change, replace(change, person_id=OTHER), change)), 1)
    assert concerned(both, {}) == [CASE, case_id(OTHER, STUDIO)]
    assert concerned(person(), {}) == [CASE]
    former = {CASE: [case_id(OTHER, STUDIO)], "prs_X.stu_X": ["prs_Y.stu_X"]}
    assert concerned(permit(), former) == [CASE, case_id(OTHER, STUDIO)]


def test_a_case_hears_of_its_own_person_only() -> None:
    """Somebody else's booking is not noted."""
    case, _ = after(person())
    assert hear(case, booked(who=OTHER), CASE, RULES, PLACES, AT) is None


def test_a_finding_has_one_id_of_the_right_form() -> None:
    """It follows from rule and booking, so that a rule has one finding on a booking whatever happens in between."""
    assert finding_id(RULE, BOOKING) == finding_id(RULE, BOOKING)
    assert len({finding_id(RULE, BOOKING), finding_id("OTHER", BOOKING), finding_id(RULE, BOOKING[:-1] + "B")}) == 3
    (event,) = after(person(), booked())[1]
    assert load(FindingRaised, plain(event)) == event


# Laws

_days = st.dates(date(2026, 12, 1), date(2026, 12, 14))
_places = st.lists(st.sampled_from(["Hengdian", "Hangzhou", "Beijing"]), unique=True, max_size=3).map(tuple)


def _key(day: BookedDay) -> tuple[date, str]:
    return day.date, day.country


_permits = st.lists(
    st.builds(PermitFacts, st.sampled_from(["work_permit", "short_term_work_proof", "visa"]), _days, _days, _places),
    max_size=4,
)
_bookings = st.builds(
    Booking,
    st.just(BOOKING),
    st.just(1),
    st.just(PRODUCTION),
    st.none(),
    st.lists(st.builds(BookedDay, _days, st.sampled_from(["CN", "KR"]), _places), unique_by=_key, max_size=6).map(
        lambda days: tuple(sorted(days, key=_key))
    ),
    st.sampled_from(["tentative", "confirmed", "on_hold"]),
)


def case_of(permits: list[PermitFacts], booking: Booking) -> Case:
    """A foreigner's case with these permits."""
    held = tuple(Permit(f"pmt_{nth}", nth, facts) for nth, facts in enumerate(permits))
    return Case(CASE, STUDIO, 1, PERSON, "KR", 1, held, (booking,), ())


def uncovered(case: Case) -> int:
    """How many days of the only booking are uncovered."""
    judgement = judge(case, case.bookings[0], RULE, RULES, PLACES)
    return judgement.uncovered_days if judgement else 0


@given(_permits, _permits, _bookings)
def test_another_permit_never_makes_it_worse(
    permits: list[PermitFacts], more: list[PermitFacts], booking: Booking
) -> None:
    """Monotony: what more permits allow includes what fewer allow."""
    assert uncovered(case_of(permits + more, booking)) <= uncovered(case_of(permits, booking))


@given(_permits, _bookings)
def test_a_permit_for_everything_closes_every_finding(permits: list[PermitFacts], booking: Booking) -> None:
    """With a work permit for the whole time and anywhere nothing is open."""
    case, _ = settle(case_of(permits, booking), [booking], RULES, PLACES, AT)
    everything = Permit("pmt_all", 9, PermitFacts("work_permit", date(2026, 1, 1), date(2027, 12, 31), ()))
    case, _ = settle(replace(case, permits=(*case.permits, everything)), [booking], RULES, PLACES, AT)
    assert all(finding.state == "closed" for finding in case.findings)


@given(_permits, _bookings)
def test_judging_again_tells_nothing(permits: list[PermitFacts], booking: Booking) -> None:
    """A judgement can be repeated: same facts, same findings, no event."""
    case, _ = settle(case_of(permits, booking), [booking], RULES, PLACES, AT)
    assert settle(case, [booking], RULES, PLACES, AT + timedelta(hours=1)) == (case, ())


@given(_permits, _bookings)
def test_a_day_is_covered_as_the_rule_says(permits: list[PermitFacts], booking: Booking) -> None:
    """The rule's data means what its title says, here once more in plain Python."""
    work = [p for p in permits if p.kind != "visa"]

    def covered(day: date, place: str) -> bool:
        return any(p.valid_from <= day <= p.valid_until and (not p.places or place in p.places) for p in work)

    open_days = [
        day.date
        for day in booking.days
        if day.country == "CN" and not all(covered(day.date, place) for place in day.places or ("",))
    ]
    judgement = judge(case_of(permits, booking), booking, RULE, RULES, PLACES)
    assert (judgement is None) == (not open_days)
    if judgement:
        assert (judgement.first_date, judgement.uncovered_days) == (min(open_days), len(open_days))
