"""What talent does when a date is reached and nobody asks: contracts expire, the end of permits is announced."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
import time_machine

from chassis.documents import now
from services.talent.contracts.api import ContractsQuery, Dispatch
from services.talent.people.files import file_id
from services.talent.people.permits import PermitFacts
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.talents import STUDIO, call, draft, make, register


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """A clock that a test moves; it goes on between two moves."""
    with time_machine.travel(now()) as clock:
        yield clock


def told(talent: Talent, collection: Any) -> list[tuple[str, Any]]:
    """What waits in the outboxes of a collection: type and data of each event."""
    entries = [entry for document in collection.collection.find() for entry in document["outbox"]]
    events = [orjson.loads(entry["body"]) for entry in entries]
    return [(event["type"], event["data"]) for event in events]


def sent(talent: Talent, person: str, expires_on: date) -> str:
    """A contract out for signature until a day."""
    contract = draft(talent, person)
    talent.send_contract(call(Dispatch(expires_on), contract_id=contract))
    return contract


def test_a_contract_expires_when_its_last_day_is_over(talent: Talent, today: time_machine.Traveller) -> None:
    """On its last day it can be signed; the day after it expires by itself, once, and others stay as they are."""
    person, last = register(talent), now().date() + timedelta(days=3)
    late = [sent(talent, person, last) for _ in range(3)]
    others = [sent(talent, person, last + timedelta(days=5)), draft(talent, person)]
    today.shift(timedelta(days=3))
    talent.expire_contracts()
    today.shift(timedelta(days=1))
    expired = {"talent.contract.expired.v1"}
    assert not expired & {kind for kind, _ in told(talent, talent.store.contracts)}
    for _ in range(2):
        talent.expire_contracts()
        done = [data for kind, data in told(talent, talent.store.contracts) if kind in expired]
        assert sorted(done, key=lambda data: str(data["contract_id"])) == [
            {"contract_id": contract, "expired_on": last.isoformat()} for contract in sorted(late)
        ]
    states = {c.id: c.state for c in talent.store.list_contracts(STUDIO, ContractsQuery())}
    assert states == {**dict.fromkeys(late, "expired"), others[0]: "sent", others[1]: "draft"}


def test_the_end_of_a_permit_is_announced_in_time(talent: Talent, today: time_machine.Traveller) -> None:
    """60, 30 and 7 days before its last day and the day after, each once, however often somebody looks."""
    person, last = register(talent), now().date() + timedelta(days=90)
    facts = PermitFacts("visa", "V-1", now().date(), last)
    permit = orjson.loads(talent.record_permit(call(facts, person_id=person)).body)["permit_id"]
    seen = []
    for _ in range(92):
        for _ in range(2):
            talent.announce_expiries()
        seen = [(kind, data) for kind, data in told(talent, talent.store.people) if "expir" in kind]
        today.shift(timedelta(days=1))
    about = {"person_id": person, "permit_id": permit, "kind": "visa", "valid_until": last.isoformat()}
    expiring = [("talent.permit.expiring.v1", {**about, "days_left": days}) for days in (60, 30, 7)]
    assert seen == [*expiring, ("talent.permit.expired.v1", about)]


def test_nobody_hears_of_the_permits_of_the_forgotten(talent: Talent, today: time_machine.Traveller) -> None:
    """A file that cannot be opened is left alone, and does not keep the others from being told."""
    people = [register(talent) for _ in range(2)]
    for person in people:
        talent.record_permit(call(PermitFacts("visa", "V-1", now().date(), now().date()), person_id=person))
    talent.store.vault.destroy(file_id(people[0], STUDIO))
    today.shift(timedelta(days=2))
    talent.announce_expiries()
    expired = [data for kind, data in told(talent, talent.store.people) if kind == "talent.permit.expired.v1"]
    assert [data["person_id"] for data in expired] == [people[1]]
    assert talent.store.files_to_notice(now().date()) == []
