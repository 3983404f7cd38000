"""What talent answers of a person whose key was destroyed: 410 where their data would be opened, silence in lists."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
import time_machine

from chassis.documents import now, to_document
from chassis.errors import PersonForgotten, problem_of
from events.envelope import from_wire
from events.schemas import load
from events.talent.people import PersonErased
from services.talent.amendments.api import TerminationRequest
from services.talent.availability.engagements import NewDayOff
from services.talent.availability.holds import NewHold
from services.talent.casting.submissions.api import Selection
from services.talent.contracts.api import Cancellation
from services.talent.people.api import REGISTER_PERSON, PeopleQuery
from services.talent.people.files import ContractsOpen, ContractsUnfulfilled, Profile, ProfileChange, file_id
from services.talent.privacy.api import ErasureRequest
from services.talent.service import Talent
from tests.service.castings import day, role, somebody, submitted
from tests.service.place import Place
from tests.service.talents import STUDIO, call, draft, example, make, register
from tests.service.test_pay_clock import executed, pay, told


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def cancelled_contract(talent: Talent, person: str) -> str:
    """A contract with the person that was cancelled, for a reason that is kept sealed."""
    contract_id = draft(talent, person)
    talent.cancel_contract(call(Cancellation("She fell ill."), contract_id=contract_id))
    return contract_id


def forget(talent: Talent, *people: str) -> None:
    """Destroy the keys of these people."""
    for person in people:
        talent.store.vault.destroy(file_id(person, STUDIO))


def listed(talent: Talent, query: PeopleQuery) -> Any:
    """A page of files."""
    return talent.list_people(call(query=query))


def test_what_would_be_opened_is_gone(talent: Talent) -> None:
    """File, document, evidence and a repeated command answer 410, and so does writing on the file."""
    person = register(talent, key="once")
    contract = cancelled_contract(talent, person)
    forget(talent, person)
    attempts: list[Callable[[], Any]] = [
        lambda: register(talent, key="once"),
        lambda: talent.get_person(call(person_id=person)),
        lambda: talent.update_person(call(ProfileChange(nationality="JP"), person_id=person)),
        lambda: talent.get_contract_document(call(contract_id=contract)),
        lambda: talent.get_contract_evidence(call(contract_id=contract)),
    ]
    for attempt in attempts:
        with pytest.raises(PersonForgotten) as refused:
            attempt()
        assert (problem_of(refused.value).status, problem_of(refused.value).code) == (410, "person-forgotten")
    assert talent.get_contract(call(contract_id=contract)).version == 2, "a contract itself names nobody"


def test_a_list_goes_on_without_the_forgotten(talent: Talent) -> None:
    """Pages are as long as before and lead to everybody who is left."""
    people = [register(talent) for _ in range(7)]
    forget(talent, people[1], people[2], people[6])
    first = listed(talent, PeopleQuery(limit=2))
    assert [person.person_id for person in first.items] == [people[0], people[3]]
    second = listed(talent, PeopleQuery(limit=2, cursor=first.next))
    assert [person.person_id for person in second.items] == [people[4], people[5]]
    assert second.next is None


def erase(talent: Talent, person: str) -> None:
    """Have a person forgotten, and wait for nobody: the event is handled here."""
    talent.erase_person(call(ErasureRequest(now().date()), person_id=person))
    (file,) = talent.store.people.collection.find({"person_id": person, "tenant": STUDIO})
    (entry,) = [e for e in file["outbox"] if e["key"] == PersonErased.routing_key()]
    talent.forget_person(from_wire(orjson.loads(entry["body"])))


def test_what_was_sealed_is_gone_with_the_answer(talent: Talent) -> None:
    """Who asks right after the erasure gets nothing any more; the event that comes later finds nothing to do."""
    person = register(talent)
    contract = cancelled_contract(talent, person)
    talent.get_contract_document(call(contract_id=contract))
    talent.erase_person(call(ErasureRequest(now().date()), person_id=person))
    with pytest.raises(PersonForgotten):
        talent.get_contract_document(call(contract_id=contract))


def test_an_erased_person_is_gone_from_every_answer(talent: Talent) -> None:
    """At once, before the key is destroyed and after; the document in the database keeps no trace of who it was."""
    person, other = register(talent), register(talent)
    contract = cancelled_contract(talent, person)
    talent.erase_person(call(ErasureRequest(now().date()), person_id=person))
    for finish in (lambda: None, lambda: talent.store.forget(file_id(person, STUDIO), True)):
        finish()
        with pytest.raises(PersonForgotten):
            talent.get_person(call(person_id=person))
        assert [p.person_id for p in listed(talent, PeopleQuery()).items] == [other]
    with pytest.raises(PersonForgotten):
        talent.get_contract_document(call(contract_id=contract))
    document = talent.store.people.collection.find_one({"person_id": person})
    assert document is not None
    assert [document[name] for name in ("words", "traits", "born", "sealed")] == [[], [], None, None]


def test_a_person_with_an_open_contract_stays(talent: Talent) -> None:
    """First the contract is signed, declined or cancelled; then there is something to forget."""
    person = register(talent)
    contract = draft(talent, person)
    with pytest.raises(ContractsOpen) as refused:
        erase(talent, person)
    assert refused.value.facts["contract_id"] == contract
    talent.cancel_contract(call(Cancellation("No."), contract_id=contract))
    erase(talent, person)


def test_who_has_work_ahead_or_is_owed_something_stays(talent: Talent) -> None:
    """Until the last work date is over and every instalment paid: nobody could be paid, or told of an end, once forgotten."""
    with time_machine.travel(now().replace(year=2026, month=11, day=20, hour=12)) as clock:
        person = register(talent)
        contract = executed(talent, person)
        amounts = ("5400.00", "7200.00", "5400.00")
        for number, amount in enumerate(amounts[:2], start=1):
            pay(talent, contract, amount, now().date(), number)
        for day_ in (3, 4):  # the last work date, and the day after it
            clock.move_to(now().replace(month=12, day=day_))
            with pytest.raises(ContractsUnfulfilled) as refused:
                erase(talent, person)
            assert refused.value.facts["contracts"] == contract
        pay(talent, contract, amounts[2], now().date(), 3)
        clock.move_to(now().replace(day=3))
        with pytest.raises(ContractsUnfulfilled):
            erase(talent, person)
        clock.move_to(now().replace(day=4))
        erase(talent, person)


def test_who_has_a_terminated_contract_is_forgotten_when_it_is_settled(talent: Talent) -> None:
    """Work after the last day is none any more, and what was not due yet lapsed; what was due is paid first."""
    with time_machine.travel(now().replace(year=2026, month=11, day=20, hour=12)):
        person = register(talent)
        contract = executed(talent, person)
        ending = TerminationRequest("studio", "agreement", now().date(), "The production is postponed.")
        talent.terminate_contract(call(ending, contract_id=contract))
        ended: Any = told(talent.store.contracts, "talent.contract.terminated.v1")
        assert talent.keep_pay_clocks(ended) == ["ok"]
        with pytest.raises(ContractsUnfulfilled) as refused:
            erase(talent, person)
        assert refused.value.facts["contracts"] == contract
        pay(talent, contract, "5400.00", now().date())
        erase(talent, person)


def test_a_passport_is_forgotten_with_its_last_file(talent: Talent) -> None:
    """Another studio's file keeps the person's id; when nobody has one, the same passport is somebody new."""
    profile = load(Profile, example(REGISTER_PERSON))
    elsewhere = replace(call(profile), tenant="stu_01JD8Z4C7M2QK5V9W3XRT6B8NF")
    person = orjson.loads(talent.register_person(call(profile)).body)["person_id"]
    assert orjson.loads(talent.register_person(elsewhere).body)["person_id"] == person
    erase(talent, person)
    assert talent.get_person(replace(elsewhere, path={"person_id": person})).version == 1, "their own file"
    talent.erase_person(replace(elsewhere, path={"person_id": person}, body=ErasureRequest(now().date())))
    talent.store.forget(file_id(person, elsewhere.tenant), True)
    assert orjson.loads(talent.register_person(call(profile)).body)["person_id"] != person


def test_a_person_gets_everything_that_is_held(talent: Talent) -> None:
    """The file, the permits, and each contract with its document and the names in it."""
    person = register(talent)
    contracts = [draft(talent, person), cancelled_contract(talent, person)]
    held = talent.export_person(call(person_id=person)).body
    assert held.person.names.legal == example(REGISTER_PERSON)["names"]["legal"]
    assert [each.contract.contract_id for each in held.contracts] == contracts
    assert {each.document.contract_id for each in held.contracts} == set(contracts)
    assert held.contracts[1].evidence.reason == "She fell ill."


def test_what_is_shown_nowhere_else_is_held_too(talent: Talent) -> None:
    """Attributes, days off with their reason, holds, and what was noted in casting; of other studios nothing."""
    person = somebody(talent, attributes=["left-handed"])
    talent.record_day_off(call(NewDayOff(day(40), day(41), reason="Her sister's wedding."), person_id=person))
    talent.place_hold(call(NewHold(day(50), day(51)), person_id=person))
    submission = submitted(talent, role(talent), person).submission_id
    talent.select_submission(call(Selection(4, "Watch the accent."), submission_id=submission))
    calendar = talent.store.calendar(person)
    theirs = replace(calendar.holds[0], id="hld_other", studio="stu_01JD8Z4C7M2QK5V9W3XRT6B8NF")
    talent.store.calendars.collection.update_one(
        {"_id": person}, {"$push": {"holds": to_document(replace(calendar, holds=(theirs,)))["holds"][0]}}
    )
    held = talent.export_person(call(person_id=person)).body
    assert held.attributes == ("left-handed",)
    assert [off.reason for off in held.days_off] == ["Her sister's wedding."]
    assert [hold.studio_id for hold in held.holds] == [STUDIO]
    (submission,) = held.submissions
    assert (submission.submission.rating, submission.notes[0].text) == (4, "Watch the accent.")
