"""One calendar through HTTP: what a production books and what talent records are the same days, at both addresses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from deploy.local.client import ApiProblem
from tests import examples
from tests.examples import EXAMPLES
from tests.system.conftest import Studio

DAYS = [str(date.today() + timedelta(days=n)) for n in (50, 51)]
PERIOD = {"since": DAYS[0], "until": DAYS[-1]}
PASSPORTS = count(47_100_000)


@pytest.fixture
def shared(studio: Studio, rival: Studio) -> str:
    """A person whom both studios have on file by the same passport, with a permit."""
    passport = {"kind": "passport", "country": "KR", "number": f"M{next(PASSPORTS)}"}
    file = {**examples.person(), "document": passport}
    (person,) = {each.producer.post("/v1/people", file)["person_id"] for each in (studio, rival)}
    studio.permit(person)
    rival.permit(person)
    return str(person)


def book(studio: Studio, person: str, production: str | None = None, key: str | None = None) -> Any:
    """Book the person tentatively on both days."""
    wanted = {**EXAMPLES["book_person"], "person_id": person, "days": DAYS}
    return studio.producer.post(f"/v1/productions/{production or studio.production()}/bookings", wanted, key=key)


def confirm(studio: Studio, booking: Any) -> Any:
    """Confirm a booking."""
    path = f"/v1/productions/{booking['production_id']}/bookings/{booking['booking_id']}"
    return studio.producer.post(f"{path}/confirmation")


def release(studio: Studio, booking: Any) -> Any:
    """Release a booking."""
    return studio.producer.post(f"/v1/productions/{booking['production_id']}/bookings/{booking['booking_id']}/release")


def hold(studio: Studio, person: str) -> Any:
    """Hold the days."""
    return studio.producer.post(f"/v1/people/{person}/holds", {"starts_on": DAYS[0], "ends_on": DAYS[-1]})


def off(studio: Studio, person: str) -> Any:
    """Record that the person is not there."""
    return studio.producer.post(f"/v1/people/{person}/days-off", {"starts_on": DAYS[0], "ends_on": DAYS[0]})


def refused(problem: pytest.ExceptionInfo[ApiProblem]) -> tuple[int, str]:
    """How a command was refused."""
    return problem.value.status, problem.value.problem["code"]


def busy(studio: Studio, person: str) -> list[list[str]]:
    """The days on which others need the person, at both addresses."""
    return [studio.viewer.get(f"/v1/people/{person}/{at}", **PERIOD)["busy"] for at in ("calendar", "availability")]


def test_nobody_is_booked_on_a_day_off(studio: Studio, rival: Studio, shared: str) -> None:
    """The studio that recorded it is told of the day off, another only that the person is busy; the booking stays refused."""
    off(studio, shared)
    with pytest.raises(ApiProblem) as theirs:
        book(rival, shared)
    assert refused(theirs) == (409, "person-not-free")
    with pytest.raises(ApiProblem) as own:
        book(studio, shared)
    assert refused(own) == (409, "person-away")
    (booking,) = rival.viewer.get("/v1/bookings", person_id=shared)["items"]
    assert (booking["status"], booking["refusal"]) == ("refused", {"reason": "busy", "day": DAYS[0]})


def test_a_booking_is_a_first_hold(studio: Studio, rival: Studio, shared: str) -> None:
    """Another studio's hold is second while it is tentative, falls when it is confirmed, and none is placed after that."""
    booking = book(rival, shared)
    assert booking["status"] == "tentative"
    assert busy(studio, shared) == [DAYS, DAYS]
    assert hold(studio, shared)["rank"] == 2
    assert confirm(rival, booking)["status"] == "confirmed"
    assert studio.viewer.get("/v1/holds", person_id=shared)["items"] == []
    with pytest.raises(ApiProblem) as late:
        hold(studio, shared)
    assert refused(late) == (409, "day-not-free")
    assert busy(studio, shared) == [DAYS, DAYS]
    assert busy(rival, shared) == [[], []]


def test_nobody_is_booked_over_a_first_hold(studio: Studio, rival: Studio, shared: str) -> None:
    """Until it is released; the studio that holds the days may book them itself."""
    held = hold(studio, shared)
    with pytest.raises(ApiProblem) as theirs:
        book(rival, shared)
    assert refused(theirs) == (409, "person-not-free")
    own = book(studio, shared)
    assert own["status"] == "tentative"
    studio.producer.post(f"/v1/people/{shared}/holds/{held['hold_id']}/release")
    with pytest.raises(ApiProblem):
        book(rival, shared)
    release(studio, own)
    studio.viewer.wait(f"/v1/people/{shared}/availability", lambda seen: not seen["holds"], **PERIOD)
    assert book(rival, shared)["status"] == "tentative"


def test_two_studios_at_once(studio: Studio, rival: Studio, shared: str) -> None:
    """One gets the days, the other is told; nobody is left in between."""
    productions = {each.studio_id: each.production() for each in (studio, rival)}

    def ask(which: Studio) -> str:
        try:
            return str(confirm(which, book(which, shared, productions[which.studio_id]))["status"])
        except ApiProblem as problem:
            return str(problem.problem["code"])

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(ask, (studio, rival)))
    assert outcomes == ["confirmed", "person-not-free"]


def test_a_repeat_is_answered_with_the_outcome(studio: Studio, rival: Studio, shared: str) -> None:
    """A booking that was made is not made twice, one that was refused is refused again."""
    ours, theirs = studio.production(), rival.production()
    first = book(studio, shared, ours, key="one-calendar")
    assert book(studio, shared, ours, key="one-calendar") == first
    for _ in range(2):
        with pytest.raises(ApiProblem) as problem:
            book(rival, shared, theirs, key="one-calendar")
        assert refused(problem) == (409, "person-not-free")
    assert len(rival.viewer.get("/v1/bookings", production_id=theirs)["items"]) == 1


def test_a_contract_takes_the_days_of_a_tentative_booking(studio: Studio, rival: Studio, shared: str) -> None:
    """A signature binds, whoever held the days: the other studio's booking is refused, and it is told why."""
    booking = book(rival, shared)
    contract = studio.contract(studio.production(), shared, days=DAYS)
    studio.sign(contract, "performer")
    studio.sign(contract, "studio")
    seen = rival.viewer.wait("/v1/bookings", lambda page: page["items"][0]["status"] == "refused", person_id=shared)
    assert seen["items"][0]["refusal"]["reason"] == "busy"
    with pytest.raises(ApiProblem) as late:
        confirm(rival, booking)
    assert refused(late) == (409, "booking-not-tentative")


def test_a_released_contract_is_free_at_both_addresses(studio: Studio, rival: Studio, shared: str) -> None:
    """The studio gives the days of an executed contract back: another studio sees and books them."""
    contract = studio.contract(studio.production(), shared, days=DAYS)
    studio.sign(contract, "performer")
    studio.sign(contract, "studio")
    page = studio.viewer.wait("/v1/bookings", lambda page: page["items"], contract_id=contract["contract_id"])
    rival.viewer.wait(f"/v1/people/{shared}/availability", lambda seen: seen["busy"] == DAYS, **PERIOD)
    release(studio, page["items"][0])
    rival.viewer.wait(f"/v1/people/{shared}/calendar", lambda seen: not seen["busy"], **PERIOD)
    assert book(rival, shared)["status"] == "tentative"


def test_the_same_day_off_is_recorded_once(studio: Studio, shared: str) -> None:
    """A repeat of the same period answers with the one that there is."""
    assert off(studio, shared)["day_off_id"] == off(studio, shared)["day_off_id"]
    seen = studio.viewer.get(f"/v1/people/{shared}/availability", **PERIOD)
    assert len(seen["days_off"]) == 1


def test_what_speaks_against_the_days_is_said_at_every_step(studio: Studio, rival: Studio) -> None:
    """Drafting, sending, offering and signing warn of days that others have and that no permit covers; nothing is refused."""
    passport = {"kind": "passport", "country": "KR", "number": f"M{next(PASSPORTS)}"}
    file = {**examples.person(), "document": passport}
    (person,) = {each.producer.post("/v1/people", file)["person_id"] for each in (studio, rival)}
    production = studio.production()
    draft = studio.contract(production, person, days=DAYS, sent=False)
    assert draft["warnings"] == [{"reason": "no_permit", "days": DAYS}]
    studio.permit(person)
    hold(rival, person)
    busy_days = [{"reason": "busy", "days": DAYS}]
    sent = studio.producer.post(f"/v1/contracts/{draft['contract_id']}/dispatch", examples.at_desk())
    assert sent["warnings"] == busy_days
    assert studio.sign(sent, "performer")["warnings"] == busy_days
    assert studio.sign(sent, "studio")["warnings"] == []
    assert studio.viewer.get(f"/v1/contracts/{draft['contract_id']}")["warnings"] == []


def test_an_offer_warns_of_the_days(studio: Studio, rival: Studio, shared: str) -> None:
    """As the contract that it becomes would."""
    hold(rival, shared)
    path = f"/v1/submissions/{studio.shortlist(studio.production(), shared)['submission_id']}"
    terms = examples.contract("", shared, DAYS)["terms"]
    offered = {name: value for name, value in terms.items() if name not in ("production_id", "person_id", "role")}
    assert studio.producer.post(f"{path}/offer", offered)["warnings"] == [{"reason": "busy", "days": DAYS}]
