"""What talent answers of a person whose key was destroyed: 410 where their data would be opened, silence in lists."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from chassis.api import Call, Operation
from chassis.errors import PersonForgotten, problem_of
from chassis.outbox import Relay
from chassis.vault import Vault
from events.schemas import load
from services.talent import api
from services.talent.people import Profile, ProfileChange, file_id
from services.talent.productions import KnownProduction
from services.talent.repository import TalentRepository
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.toys import call_of

KEY = bytes(range(32))
STUDIO = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE"
PRODUCTION = "prd_01JD8Z5A3F6H9KBN2QS5VX8Z1C"


def call(body: Any = None, query: Any = None, key: str = "", **path: str) -> Call:
    """A call of the studio."""
    return replace(call_of(body, key=key, tenant=STUDIO), path=path, query=query)


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own; its relay does not run."""
    monkeypatch.setenv("CALLBOARD_MASTER_KEY", base64.b64encode(KEY).decode())
    service = Talent()
    vault = Vault(place.database, KEY)
    service.store = TalentRepository("talent", place.database, Relay("talent", place.amqp_url), vault)
    service.store.ensure_indexes()
    service.store.productions.ensure(KnownProduction(PRODUCTION, STUDIO, 0, "A Promise in Dragon City"))
    return service


def example(operation: Operation) -> dict[str, Any]:
    """The operation's example body."""
    assert operation.example is not None
    return operation.example


def register(talent: Talent, key: str = "") -> str:
    """A new person on file."""
    body = {name: value for name, value in example(api.REGISTER_PERSON).items() if name != "document"}
    return str(orjson.loads(talent.register_person(call(load(Profile, body), key=key)).body)["person_id"])


def cancelled_contract(talent: Talent, person: str) -> str:
    """A contract with the person that was cancelled, for a reason that is kept sealed."""
    body = example(api.DRAFT_CONTRACT)
    terms = {**body["terms"], "production_id": PRODUCTION, "person_id": person}
    drafted = talent.draft_contract(call(load(api.ContractRequest, {**body, "terms": terms})))
    contract_id = str(orjson.loads(drafted.body)["contract_id"])
    talent.cancel_contract(call(api.Cancellation("She fell ill."), contract_id=contract_id))
    return contract_id


def forget(talent: Talent, *people: str) -> None:
    """Destroy the keys of these people."""
    for person in people:
        talent.store.vault.destroy(file_id(person, STUDIO))


def listed(talent: Talent, query: api.PeopleQuery) -> Any:
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
    first = listed(talent, api.PeopleQuery(limit=2))
    assert [person.person_id for person in first.items] == [people[0], people[3]]
    second = listed(talent, api.PeopleQuery(limit=2, cursor=first.next))
    assert [person.person_id for person in second.items] == [people[4], people[5]]
    assert second.next is None
