"""The pay clock of an executed contract: started by signing, moved by the shooting plan, missed by time, paid and counted."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
import time_machine

from chassis.api import Order
from chassis.documents import now
from chassis.errors import PersonForgotten
from events.envelope import Envelope, Event, from_wire
from events.production import DaySchedule, ShootingDaysPlanned
from services.talent.contracts.api import Dispatch, SignatureRequest
from services.talent.pay.api import DisputeRequest, HoursRequest, InstalmentsQuery, InstalmentView
from services.talent.pay.payments import PaymentFacts
from services.talent.people.files import file_id
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.talents import PRODUCTION, STUDIO, call, draft, make, register


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Noon of a day before the example's work dates, moved by the test."""
    with time_machine.travel(now().replace(year=2026, month=11, day=20, hour=12)) as traveller:
        yield traveller


def told(collection: Any, kind: str) -> list[Envelope[Event]]:
    """The events of a type that wait in a collection's outboxes, in their order."""
    entries = [orjson.loads(entry["body"]) for document in collection.collection.find() for entry in document["outbox"]]
    return [from_wire(entry) for entry in entries if entry["type"] == kind]


def executed(talent: Talent, person: str, **other: Any) -> str:
    """A contract that both parties signed, whose pay clock runs."""
    contract = draft(talent, person, **other)
    talent.send_contract(
        call(Dispatch(now().date() + timedelta(days=20), at_desk=("performer",)), contract_id=contract)
    )
    paper = talent.store.contracts.get(contract, STUDIO).paper
    for party in ("performer", "studio"):
        talent.sign_contract(
            call(SignatureRequest(party, "한서연", "Asia/Seoul", paper.sha256, "On paper."), contract_id=contract)
        )
    signed: Any = [e for e in told(talent.store.contracts, "talent.contract.signed.v1") if e.subject == contract]
    assert talent.keep_pay_clocks(signed) == ["ok"]
    assert talent.keep_pay_clocks(signed) == ["duplicate"]
    return contract


def planned(version: int, *days: date) -> Any:
    """What production says of a plan."""
    data = ShootingDaysPlanned(
        PRODUCTION.replace("prd", "sch"), PRODUCTION, tuple(DaySchedule(day, "A", "Hengdian", "CN") for day in days)
    )
    sample = Envelope("evt_1", data.TYPE, "", "", now(), STUDIO, "", "", version, "c", "d", "00-0-0-01", data)
    return replace(sample, traceparent="00-a173c077d09de6c5bdafe18c88a946ba-26d8c6521f9672be-01")


def listed(talent: Talent, **query: Any) -> list[tuple[str, str, str]]:
    """Number, due date and state of the instalments that match."""
    found = talent.list_instalments(call(query=InstalmentsQuery(**query)))
    return [(f"{i.number} {i.trigger}", str(i.due_on), i.state) for i in found.items]


def pay(talent: Talent, contract: str, amount: str, on: date, instalment: int = 1) -> str:
    """Evidence of a payment; its id."""
    facts = PaymentFacts(instalment, Decimal(amount), "USD", on, "TX 417")
    view = orjson.loads(talent.record_payment(call(facts, key=f"{contract} {instalment}", contract_id=contract)).body)
    return str(view["instalments"][instalment - 1]["payments"][-1]["payment_id"])


def count(talent: Talent) -> tuple[int, int]:
    """The studio's record after every event of its clocks was heard, twice."""
    for kind in ("instalments.scheduled", "instalment.missed", "payment.recorded", "payment.disputed"):
        for event in told(talent.store.pay_clocks, f"talent.{kind}.v1"):
            for _ in range(2):
                talent.count_punctuality([event])
    record = talent.get_punctuality(call()).body
    return record.on_time, record.late


def test_a_plan_dates_what_is_due_at_wrap(talent: Talent, clock: time_machine.Traveller) -> None:
    """Before any plan the contract's last work date is wrap; the latest plan moves it, an older one does not, and a clock
    that starts after the plan follows it too."""
    first = executed(talent, register(talent))
    assert listed(talent) == [
        ("1 signature", "2026-11-20", "scheduled"),
        ("2 wrap", "2026-12-03", "scheduled"),
        ("3 days_after_wrap", "2027-01-02", "scheduled"),
    ]
    talent.follow_shooting_plan(planned(4, date(2026, 12, 1), date(2026, 12, 9)))
    talent.follow_shooting_plan(planned(3, date(2026, 12, 30)))
    moved = [("2 wrap", "2026-12-09", "scheduled"), ("3 days_after_wrap", "2027-01-08", "scheduled")]
    assert listed(talent, due_from=date(2026, 12, 1)) == moved
    second = executed(talent, register(talent))
    assert listed(talent, contract_id=second, due_from=date(2026, 12, 1)) == moved
    assert len(told(talent.store.pay_clocks, "talent.instalments.scheduled.v1")) == 4
    assert talent.store.pay_clocks.get(first, STUDIO).version == 2


def test_confirmed_hours_are_a_due_date(talent: Talent, clock: time_machine.Traveller) -> None:
    """What waits for them has no date, is listed first and page by page, and is missed only once they were confirmed."""
    parts = [
        {"trigger": "date", "percent": "40", "due_on": "2027-01-31"},
        {"trigger": "hours_confirmed", "percent": "60"},
    ]
    contracts = sorted(executed(talent, register(talent), instalments=parts) for _ in range(2))
    undated = [("2 hours_confirmed", "None", "scheduled")] * 2
    dated = [("1 date", "2027-01-31", "scheduled")] * 2
    assert listed(talent) == undated + dated
    assert listed(talent, due_until=date(2027, 12, 31)) == dated
    seen: list[tuple[str, int]] = []
    cursor = None
    for _ in range(4):
        found = talent.list_instalments(call(query=InstalmentsQuery(limit=1, cursor=cursor)))
        seen += [(i.contract_id, i.number) for i in found.items]
        cursor = found.next
    assert (seen, cursor) == ([(contract, number) for number in (2, 1) for contract in contracts], None)
    clock.shift(timedelta(days=30))
    talent.find_missed_instalments()
    assert listed(talent, state="overdue") == []
    talent.confirm_hours(call(HoursRequest(date(2026, 12, 10)), contract_id=contracts[0]))
    talent.find_missed_instalments()
    assert listed(talent, state="overdue") == [("2 hours_confirmed", "2026-12-10", "overdue")]
    assert len(told(talent.store.pay_clocks, "talent.hours.confirmed.v1")) == 1


def test_an_instalment_is_missed_by_time_alone(talent: Talent, clock: time_machine.Traveller) -> None:
    """The day after the due date it is overdue, told once, and the studio's record says late; paying late mends nothing."""
    contract = executed(talent, register(talent))
    talent.find_missed_instalments()
    assert told(talent.store.pay_clocks, "talent.instalment.missed.v1") == []
    clock.shift(timedelta(days=1))
    for _ in range(2):
        talent.find_missed_instalments()
    (missed,) = told(talent.store.pay_clocks, "talent.instalment.missed.v1")
    assert (missed.data.number, missed.data.outstanding) == (1, Decimal("5400.00"))  # type: ignore[attr-defined]
    assert listed(talent, state="overdue") == [("1 signature", "2026-11-20", "overdue")]
    assert count(talent) == (0, 1)
    pay(talent, contract, "5400.00", date(2026, 11, 21))
    assert count(talent) == (0, 1)


def test_paid_confirmed_disputed(talent: Talent, clock: time_machine.Traveller) -> None:
    """In time counts once; a dispute takes it back until it is paid again; the record changes by events only when it does."""
    contract = executed(talent, register(talent))
    first = pay(talent, contract, "5400.00", date(2026, 11, 20))
    assert count(talent) == (1, 0)
    talent.confirm_payment(replace(call(contract_id=contract, payment_id=first), actor="mem_2"))
    second = pay(talent, contract, "7200.00", date(2026, 11, 20), instalment=2)
    assert count(talent) == (2, 0)
    talent.dispute_payment(call(DisputeRequest("Nothing arrived."), contract_id=contract, payment_id=second))
    assert count(talent) == (1, 0)
    assert [state for _, _, state in listed(talent)] == ["confirmed", "scheduled", "scheduled"]
    changes = told(talent.store.punctuality, "talent.punctuality.changed.v1")
    assert [e.data.on_time for e in changes] == [1, 2, 1]  # type: ignore[attr-defined]


def test_references_are_sealed_with_the_person(talent: Talent, clock: time_machine.Traveller) -> None:
    """What was paid stays on record when the person is forgotten; the reference is in no remembered answer, and cannot be read any more."""
    person = register(talent)
    contract = executed(talent, person)
    pay(talent, contract, "5400.00", date(2026, 11, 20))
    (shown,) = talent.get_pay_evidence(call(contract_id=contract)).body.payments
    assert (shown.reference, shown.payment.amount) == ("TX 417", Decimal("5400.00"))
    answers = [c["answer"] for d in talent.store.pay_clocks.collection.find() for c in d["commands"]]
    assert len(answers) == 1
    assert all(b"TX 417" not in zlib.decompress(answer) for answer in answers)
    talent.store.vault.destroy(file_id(person, STUDIO))
    with pytest.raises(PersonForgotten):
        talent.get_pay_evidence(call(contract_id=contract))
    (kept,) = talent.get_pay_clock(call(contract_id=contract)).body.instalments[0].payments
    assert kept == shown.payment


def test_pages_follow_one_another_by_due_date(talent: Talent, clock: time_machine.Traveller) -> None:
    """Every instalment once, in either order, whatever the size of the page; what has no date is before all dates."""
    person = register(talent)
    for _ in range(3):
        executed(talent, person)
    waiting = [{"trigger": "hours_confirmed", "percent": "50"}, {"trigger": "wrap", "percent": "50"}]
    for _ in range(2):
        executed(talent, person, instalments=waiting)
    whole = talent.list_instalments(call(query=InstalmentsQuery(person_id=person))).items

    def paged(order: Order) -> list[InstalmentView]:
        pages, cursor = [], None
        while True:
            query = InstalmentsQuery(person_id=person, order=order, limit=1, cursor=cursor)
            found = talent.list_instalments(call(query=query))
            pages += found.items
            if (cursor := found.next) is None:
                return pages

    assert paged("oldest") == list(whole)
    assert paged("newest") == list(whole)[::-1]
    assert len(whole) == 13
    assert [i.due_on for i in whole[:2]] == [None, None]
    assert [i.due_on for i in whole[2:]] == sorted(i.due_on for i in whole[2:])
