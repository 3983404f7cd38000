"""Credits on a real database: claimed in the sealed file, proved by contracts and shooting plans."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from chassis.api import CursorInvalid
from chassis.documents import now
from chassis.errors import NotFound, PersonForgotten
from services.talent.contracts.api import Dispatch, SignatureRequest
from services.talent.people.api import CreditsQuery
from services.talent.people.credits import KnownCredit
from services.talent.people.files import Credit, ProfileChange
from services.talent.privacy.api import ErasureRequest
from services.talent.service import Talent
from tests.service.castings import somebody
from tests.service.place import Place
from tests.service.talents import PRODUCTION, STUDIO, call, draft, make
from tests.service.test_merging import merge
from tests.service.test_pay_clock import planned

FIRST, LAST, WRAP = date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 20)
TITLE = "A Promise in Dragon City"


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Noon of a day before the work dates, moved by the test."""
    with time_machine.travel(now().replace(year=2026, month=11, day=20, hour=12)) as traveller:
        yield traveller


def executed(talent: Talent, person: str, role: str) -> str:
    """A contract for three days that both parties signed."""
    days = [str(FIRST + timedelta(n)) for n in range(3)]
    contract = draft(talent, person, role=role, work_dates=days)
    talent.send_contract(
        call(Dispatch(now().date() + timedelta(days=20), at_desk=("performer",)), contract_id=contract)
    )
    paper = talent.store.contracts.get(contract, STUDIO).paper
    for party in ("performer", "studio"):
        talent.sign_contract(
            call(SignatureRequest(party, "한서연", "Asia/Seoul", paper.sha256, "On paper."), contract_id=contract)
        )
    return contract


def listed(talent: Talent, person: str, **query: Any) -> list[KnownCredit]:
    """A person's credits, page by page of one."""
    found: list[KnownCredit] = []
    cursor = None
    while True:
        page = talent.list_credits(call(query=CreditsQuery(limit=1, cursor=cursor, **query), person_id=person))
        found += page.items
        if (cursor := page.next) is None:
            return found


def test_a_contract_proves_what_was_claimed_once_the_production_wrapped(
    talent: Talent, clock: time_machine.Traveller
) -> None:
    """Before, the claim is one; the plan says when; a draft proves nothing; pages go in both directions."""
    claims = [{"title": TITLE.upper(), "role": "mira", "year": 2026}, {"title": "Salt", "role": "Kid", "year": 2019}]
    person = somebody(talent, credits=claims)
    contract = executed(talent, person, "Mira")
    draft(talent, person, role="Dancer")
    talent.follow_shooting_plan(planned(1, FIRST, WRAP))
    clock.move_to(now().replace(month=12, day=20))
    assert [(c.title, c.proof) for c in listed(talent, person)] == [(TITLE.upper(), None), ("Salt", None)]
    clock.move_to(now().replace(month=12, day=21))
    proved, claimed = listed(talent, person)
    assert (proved.title, proved.role, proved.year) == (TITLE, "Mira", 2026)
    assert proved.proof is not None
    assert (proved.proof.contract_id, proved.proof.production_id) == (contract, PRODUCTION)
    assert (proved.proof.starts_on, proved.proof.ends_on, proved.proof.wrapped_on) == (FIRST, LAST, WRAP)
    assert claimed == KnownCredit("Salt", "Kid", 2019, None)
    assert listed(talent, person, order="oldest") == [claimed, proved]


def test_the_contracts_and_claims_of_a_merged_file_count(talent: Talent, clock: time_machine.Traveller) -> None:
    """Under all ids that the file had; what both files claim is there once."""
    salt = {"title": "Salt", "role": "Kid", "year": 2019}
    person = somebody(talent, credits=[salt])
    other = somebody(talent, credits=[salt, {**salt, "year": 2021}])
    executed(talent, other, "Mira")
    clock.move_to(now().replace(month=12, day=4))
    merge(talent, person, other)
    assert [(c.title, c.year) for c in listed(talent, person)] == [(TITLE, 2026), ("Salt", 2021), ("Salt", 2019)]


def test_claims_are_sealed_exported_changed_and_forgotten(talent: Talent) -> None:
    """They stand nowhere in the clear, and only in the studio that was told."""
    person = somebody(talent, credits=[{"title": "Salt Road", "role": "Kid", "year": 2019}])
    assert "Salt Road" not in str(talent.store.people.collection.find_one())
    talent.update_person(call(ProfileChange(credits=(Credit("Pepper", "Aunt", 2020),)), person_id=person))
    assert [c.title for c in listed(talent, person)] == ["Pepper"]
    held = talent.export_person(call(person_id=person)).body
    assert held.person.credits == (Credit("Pepper", "Aunt", 2020),)
    asked = call(query=CreditsQuery(), person_id=person)
    with pytest.raises(NotFound):
        talent.list_credits(replace(asked, tenant="stu_01JD8Z4C7M2QK5V9W3XRT6B8NF"))
    with pytest.raises(CursorInvalid):
        talent.list_credits(replace(asked, query=CreditsQuery(cursor="_")))
    talent.erase_person(call(ErasureRequest(date(2026, 1, 1)), person_id=person))
    with pytest.raises(PersonForgotten):
        talent.list_credits(asked)


def test_a_file_from_before_credits_claims_none(talent: Talent) -> None:
    """Nothing is missed in what was sealed by an earlier version."""
    person = somebody(talent)
    document = talent.store.people.collection.find_one()
    assert document is not None
    private = talent.store.vault.open(document["_id"], document["sealed"])
    del private["profile"]["credits"]
    sealed = talent.store.vault.seal(document["_id"], private)
    talent.store.people.collection.update_one({"_id": document["_id"]}, {"$set": {"sealed": sealed}})
    assert talent.get_person(call(person_id=person)).body.credits == ()
    assert listed(talent, person) == []
