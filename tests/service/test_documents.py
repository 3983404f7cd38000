"""Documents as talent keeps them: sealed, listed, announced; and days of short-term work across studios."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
import time_machine

from chassis.documents import now
from chassis.errors import NotFound, PersonForgotten
from events.schemas import load
from services.talent.documents.api import RECORD_DOCUMENT, AllowanceQuery, DocumentsQuery
from services.talent.documents.papers import DocumentFacts, WithdrawalRequest
from services.talent.documents.scans import CheckRequest
from services.talent.people.files import file_id
from services.talent.people.permits import PermitFacts
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.talents import STUDIO, call, example, make, register


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that a test moves."""
    with time_machine.travel(now()) as traveller:
        yield traveller


def passport(**changes: Any) -> DocumentFacts:
    """The example's passport."""
    return replace(load(DocumentFacts, example(RECORD_DOCUMENT)), **changes)


def record(talent: Talent, person: str, facts: DocumentFacts) -> str:
    """A document on a person's file."""
    made = talent.record_document(call(facts, key=f"{person} {facts}", person_id=person))
    return str(orjson.loads(made.body)["document_id"])


def listed(talent: Talent, person: str, **query: Any) -> list[str]:
    """The ids of the documents that match."""
    found = talent.list_documents(call(query=DocumentsQuery(**query), person_id=person))
    return [held.document.document_id for held in found.items]


def told(talent: Talent) -> list[tuple[str, Any]]:
    """What waits in the documents' outboxes."""
    entries = [entry for d in talent.store.documents.collection.find() for entry in d["outbox"]]
    events = [orjson.loads(entry["body"]) for entry in entries]
    return [(event["type"], event["data"]) for event in events]


def test_what_a_document_says_is_sealed(talent: Talent) -> None:
    """Number, issuer, file and the reason of a withdrawal are shown to the studio, and in clear in no stored document."""
    person = register(talent)
    document = record(talent, person, passport())
    talent.withdraw_document(call(WithdrawalRequest("The agent was changed."), person_id=person, document_id=document))
    (held,) = talent.list_documents(call(query=DocumentsQuery(), person_id=person)).items
    assert held.facts == passport()
    assert held.withdrawal_reason == "The agent was changed."
    stored = repr(list(talent.store.documents.collection.find()))
    assert all(secret not in stored for secret in ("M12345678", "Foreign Affairs", "passport.pdf", "agent was"))
    talent.store.vault.destroy(file_id(person, STUDIO))
    with pytest.raises(PersonForgotten):
        listed(talent, person)


def test_documents_are_found_by_kind_day_and_check(talent: Talent) -> None:
    """All conditions hold; what is withdrawn holds on no day."""
    person = register(talent)
    early = record(talent, person, passport(valid_from=date(2020, 1, 1), valid_until=date(2024, 12, 31)))
    late = record(talent, person, passport(valid_from=date(2025, 1, 1), valid_until=date(2034, 12, 31)))
    mandate = record(talent, person, DocumentFacts("agent_mandate", issuer="Blue Crane Artists"))
    talent.check_document(call(CheckRequest("original"), person_id=person, document_id=late))
    assert listed(talent, person) == [early, late, mandate]
    assert listed(talent, person, kind="passport") == [early, late]
    assert listed(talent, person, checked=True) == [late]
    assert listed(talent, person, checked=False) == [early, mandate]
    assert listed(talent, person, valid_on=date(2024, 12, 31)) == [early, mandate]
    assert listed(talent, person, valid_on=date(2025, 1, 1)) == [late, mandate]
    talent.withdraw_document(call(WithdrawalRequest("Over."), person_id=person, document_id=mandate))
    assert listed(talent, person, valid_on=date(2025, 1, 1)) == [late]
    assert listed(talent, register(talent)) == []


def test_a_document_is_reached_through_its_person_only(talent: Talent) -> None:
    """Behind another person of the studio it is not found."""
    document = record(talent, register(talent), passport())
    with pytest.raises(NotFound):
        talent.check_document(call(CheckRequest("copy"), person_id=register(talent), document_id=document))


def test_the_end_of_a_document_is_announced_in_time(talent: Talent, clock: time_machine.Traveller) -> None:
    """60, 30 and 7 days before its last day and the day after, each once; of the forgotten nobody hears."""
    last = now().date() + timedelta(days=62)
    person, forgotten = register(talent), register(talent)
    document = record(talent, person, passport(valid_until=last))
    record(talent, forgotten, passport(valid_until=last))
    talent.store.vault.destroy(file_id(forgotten, STUDIO))
    for _ in range(65):
        for _ in range(2):
            talent.announce_document_expiries()
        clock.shift(timedelta(days=1))
    about = {"person_id": person, "document_id": document, "kind": "passport", "valid_until": last.isoformat()}
    expiring = [("talent.document.expiring.v1", {**about, "days_left": days}) for days in (60, 30, 7)]
    assert [e for e in told(talent) if "expir" in e[0]] == [*expiring, ("talent.document.expired.v1", about)]


def test_a_permit_says_who_checked_it(talent: Talent) -> None:
    """The member, how, and when; issuer, sponsor and file are kept with it."""
    person = register(talent)
    scan = passport().file
    facts = PermitFacts("visa", "V-1", now().date(), now().date(), (), "Consulate in Seoul", "Lantern Pictures", scan)
    permit = orjson.loads(talent.record_permit(call(facts, person_id=person)).body)["permit_id"]
    talent.check_permit(call(CheckRequest("register"), person_id=person, permit_id=permit))
    (held,) = talent.get_person(call(person_id=person)).body.permits
    assert (held.issuer, held.sponsor, held.file) == ("Consulate in Seoul", "Lantern Pictures", scan)
    assert (held.check.by, held.check.by_what) == ("mem_1", "register")


def test_nobody_has_used_days_before_anything_is_heard(talent: Talent) -> None:
    """The current year by default; another studio's person is a 404."""
    person = register(talent)
    allowance = talent.get_work_allowance(call(query=AllowanceQuery(), person_id=person)).body
    assert (allowance.year, allowance.left, allowance.worked) == (now().date().year, 90, 0)
    with pytest.raises(NotFound):
        talent.get_work_allowance(replace(call(query=AllowanceQuery(), person_id=person), tenant="stu_2"))
