"""Every list goes from the oldest to the newest and back: the same rows, each once."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

import orjson
import pytest

from chassis.api import Order
from chassis.cause import new_id
from chassis.documents import now, to_document
from chassis.outbox import Relay
from chassis.vault import Vault
from events.schemas import load
from events.talent.contracts import Grant
from services.compliance.api import EntriesQuery, FindingsQuery
from services.compliance.checkpoint import SigningKey
from services.compliance.repository import ComplianceRepository
from services.compliance.service import Compliance
from services.distribution.api import RightsQuery
from services.distribution.repository import DistributionRepository
from services.distribution.rights import RightsIn
from services.distribution.service import Distribution
from services.production.api import BookingsQuery, NewBooking, ProductionsQuery
from services.production.people import PersonFile, file_id
from services.production.productions import NewProduction, Title
from services.production.repository import ProductionRepository
from services.production.service import Production
from services.talent.availability.api import FeedsQuery, HoldsQuery
from services.talent.availability.holds import NewHold
from services.talent.casting.auditions.api import AuditionsQuery
from services.talent.casting.auditions.slots import NewAudition
from services.talent.casting.roles.api import RolesQuery
from services.talent.casting.submissions.api import SubmissionsQuery
from services.talent.contracts.api import ContractsQuery
from services.talent.documents.api import RECORD_DOCUMENT, DocumentsQuery
from services.talent.documents.papers import DocumentFacts
from services.talent.letters.api import LettersQuery
from services.talent.letters.repository import StoredLetter
from services.talent.people.api import PeopleQuery
from services.talent.service import Talent
from services.talent.templates.api import DRAFT_TEMPLATE, TemplateRequest, TemplatesQuery
from tests.service.castings import day, role, somebody, submitted
from tests.service.place import Place
from tests.service.talents import PRODUCTION, STUDIO, call, draft, example, make, register
from tests.service.test_ledger import heard
from tests.service.test_merged_cases import booked, registered

Ask = Callable[..., Any]
"""Asks for a page of a list, with what the query says beside the order."""


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def listed(ask: Ask, order: Order, between: Callable[[], Any] = lambda: None) -> list[Any]:
    """Every row of a list, page by page of one row; `between` happens after the first page."""
    found: list[Any] = []
    cursor = None
    while True:
        answer: Any = ask(order=order, limit=1, cursor=cursor)
        page = getattr(answer, "body", answer)
        found += page.items
        if (cursor := page.next) is None:
            return found
        if len(found) == 1:
            between()


def goes_both_ways(ask: Ask) -> bool:
    """Whether there are three different rows, and the newest come first when they are asked for."""
    up, down = listed(ask, "oldest"), listed(ask, "newest")
    return len(up) == 3 and up[0] != up[1] != up[2] and down == up[::-1]


def paging(serve: Callable[..., Any], query: Callable[..., Any], **path: str) -> Ask:
    """Asks an operation for its pages."""
    return lambda **which: serve(call(query=query(**which), **path))


def test_people_and_what_is_kept_of_them(talent: Talent) -> None:
    """Files, contracts, documents, feeds, holds."""
    person, *_ = (register(talent) for _ in range(3))
    for n in range(3):
        draft(talent, person)
        talent.record_document(call(load(DocumentFacts, example(RECORD_DOCUMENT)), person_id=person))
        talent.share_calendar(call(person_id=person))
        talent.place_hold(call(NewHold(day(20 + n), day(20 + n), day(10)), person_id=person))
    assert goes_both_ways(paging(talent.list_people, PeopleQuery))
    assert goes_both_ways(paging(talent.list_contracts, partial(ContractsQuery, person_id=person)))
    assert goes_both_ways(paging(talent.list_documents, DocumentsQuery, person_id=person))
    assert goes_both_ways(paging(talent.list_calendar_feeds, FeedsQuery, person_id=person))
    assert goes_both_ways(paging(talent.list_holds, partial(HoldsQuery, person_id=person)))


def test_castings(talent: Talent) -> None:
    """Roles, submissions, auditions."""
    first, *_ = (role(talent) for _ in range(3))
    for n in range(3):
        submitted(talent, first, somebody(talent))
        starts = (datetime.combine(day(5 + n), time(3), UTC),)
        talent.plan_audition(call(NewAudition("Hengdian", "Asia/Shanghai", 20, starts), role_id=first))
    assert goes_both_ways(paging(talent.list_roles, partial(RolesQuery, state="open")))
    assert goes_both_ways(paging(talent.list_submissions, partial(SubmissionsQuery, role_id=first)))
    assert goes_both_ways(paging(talent.list_auditions, partial(AuditionsQuery, role_id=first)))


def test_templates_and_letters(talent: Talent) -> None:
    """Templates, and letters as the studio sees them."""
    for n in range(3):
        talent.draft_template(call(load(TemplateRequest, example(DRAFT_TEMPLATE))))
        letter = StoredLetter(f"ltr_{n}", STUDIO, "prs_1.stu_1", new_id("ctr"), "performer", "turn", now(), now(), None)
        talent.store.database["letters"].insert_one(to_document(letter))
    assert goes_both_ways(paging(talent.list_templates, TemplatesQuery))
    assert goes_both_ways(paging(talent.list_letters, LettersQuery))


def test_the_best_match_comes_first_in_either_order(talent: Talent) -> None:
    """With a text the rank decides, and people who match equally stay in the order of their files."""
    found = [somebody(talent, names={"legal": name}) for name in ("Han Seoyeon", "Han", "Han Yeseo")]
    ask = paging(talent.list_people, partial(PeopleQuery, text="Han"))
    up = [person.person_id for person in listed(ask, "oldest")]
    assert up == [found[1], found[0], found[2]]
    assert [person.person_id for person in listed(ask, "newest")] == up


def test_a_row_that_is_added_meanwhile_comes_once_or_not_at_all(talent: Talent) -> None:
    """Newest first, one that came after the first page is not seen; oldest first, it is the last."""
    people = [register(talent) for _ in range(3)]
    ask = paging(talent.list_people, PeopleQuery)

    def one_more() -> None:
        people.append(register(talent))

    assert [person.person_id for person in listed(ask, "newest", one_more)] == people[2::-1]
    assert [person.person_id for person in listed(ask, "oldest", one_more)] == people
    assert len(people) == 5


def test_productions_and_bookings(place: Place) -> None:
    """A contract's booking is found in either order, too."""
    service = Production()
    service.store = ProductionRepository("production", place.database, Relay("production", place.amqp_url), None)
    person = new_id("prs")
    service.store.people.ensure(PersonFile(file_id(person, STUDIO), STUDIO, 0, person))
    made = [
        orjson.loads(
            service.register_production(call(NewProduction(Title(zh="龙城之约"), 80, ("US",), "Hengdian"))).body
        )
        for _ in range(3)
    ]
    for n, production in enumerate(made):
        service.book_person(
            call(NewBooking(person, "Lead", (day(20 + n),)), production_id=str(production["production_id"]))
        )
    assert goes_both_ways(paging(service.list_productions, ProductionsQuery))
    assert goes_both_ways(paging(service.list_bookings, partial(BookingsQuery, person_id=person)))


def test_rights(place: Place) -> None:
    """The register, by contract."""
    service = Distribution()
    service.store = DistributionRepository("distribution", place.database, Relay("distribution", place.amqp_url), None)
    grants = (Grant(("svod",), ("US",), ("en",), date(2027, 1, 1), None, True),)
    for _ in range(3):
        service.store.rights.ensure(RightsIn(new_id("ctr"), STUDIO, 0, PRODUCTION, grants, now()))
    assert goes_both_ways(paging(service.list_rights, RightsQuery))


def test_findings_and_ledger_entries(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those about one person, or of one type."""
    monkeypatch.setenv("CALLBOARD_LEDGER_KEY", SigningKey.generate("test.example/ledger").text)
    service, relay = Compliance(), Relay("compliance", place.amqp_url)
    service.store = ComplianceRepository("compliance", place.database, relay, Vault(place.database, os.urandom(32)))
    service.store.ensure_indexes()
    person = new_id("prs")
    service.judge_permits([registered(person), *(booked(person) for _ in range(3))])
    severity = service.list_findings(call(query=FindingsQuery(limit=1))).body.items[0].severity
    assert goes_both_ways(paging(service.list_findings, partial(FindingsQuery, severity=severity, person_id=person)))
    sample = heard(range(3))
    service.store.sequencer.append(sample)
    office = replace(call(), scopes=frozenset({"office"}))
    kind = sample[0].attributes["type"]
    assert goes_both_ways(
        lambda **which: service.list_ledger_entries(replace(office, query=EntriesQuery(type=kind, **which)))
    )
