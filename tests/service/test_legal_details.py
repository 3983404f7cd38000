"""Who a contract's parties are in law: kept encrypted, written into drafts at dispatch, and demanded before a contract is sent."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from chassis.documents import now
from chassis.errors import NotFound
from events.schemas import load
from services.talent.contracts.api import Dispatch
from services.talent.contracts.identities import PartiesIncomplete
from services.talent.legal_details.api import SET_LEGAL_DETAILS
from services.talent.legal_details.details import LegalDetails
from services.talent.people.files import Profile, ProfileChange
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.talents import STUDIO, call, draft, example, make, register

DETAILS = load(LegalDetails, example(SET_LEGAL_DETAILS))


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own, with a studio that has not said yet what it is."""
    service = make(place, monkeypatch)
    service.store.legal_details.collection.delete_many({})
    return service


def send(talent: Talent, contract: str) -> Any:
    """Send the contract out."""
    return orjson.loads(
        talent.send_contract(
            call(Dispatch(now().date() + timedelta(days=9), at_desk=("performer",)), contract_id=contract)
        ).body
    )


def homeless(talent: Talent) -> str:
    """Somebody of whom no address is known."""
    profile = Profile(
        names=load(Profile, {"names": {"legal": "佐藤美咲"}, "nationality": "JP"}).names, nationality="JP"
    )
    return str(orjson.loads(talent.register_person(call(profile)).body)["person_id"])


def test_a_contract_is_not_sent_before_it_says_who_its_parties_are(talent: Talent) -> None:
    """Every missing detail is named, and the same draft goes out once all are on record, with these in what is signed."""
    person = homeless(talent)
    contract = draft(talent, person)
    with pytest.raises(PartiesIncomplete) as refused:
        send(talent, contract)
    assert [pointer for pointer, _ in refused.value.faults] == [
        "/parties/0/address",
        *(f"/parties/1/{field}" for field in ("name", "form", "registration_number", "address", "signatory")),
    ]
    assert talent.store.contracts.get(contract, STUDIO).state == "draft"
    talent.set_legal_details(call(DETAILS))
    talent.update_person(call(ProfileChange(address="東京都渋谷区神宮前 1-2-3"), person_id=person))
    sent = send(talent, contract)
    document = talent.store.document(talent.store.contracts.get(contract, STUDIO))
    performer, studio = document.parties
    assert (performer.name, performer.address, performer.language) == ("佐藤美咲", "東京都渋谷区神宮前 1-2-3", "ja")
    assert (studio.name, studio.registration_number, studio.signatory) == (
        DETAILS.name,
        DETAILS.registration_number,
        DETAILS.signatory,
    )
    (told,) = [entry for entry in outbox(talent, contract) if entry["type"] == "talent.contract.sent.v1"]
    assert told["data"]["document_sha256"] == sent["document_sha256"]


def test_what_a_draft_says_itself_stays(talent: Talent) -> None:
    """Details that change after the draft are not brought into it behind the parties' backs."""
    talent.set_legal_details(call(DETAILS))
    contract = draft(talent, register(talent))
    before = talent.store.contracts.get(contract, STUDIO).paper.sha256
    talent.set_legal_details(call(LegalDetails("别家", "有限责任公司", "1", "Elsewhere", "Nobody")))
    assert send(talent, contract)["document_sha256"] == before


def test_details_are_set_read_and_encrypted(talent: Talent, place: Place) -> None:
    """There are none at first; a repeat answers the same and says nothing more; nobody reads a name in the database."""
    with pytest.raises(NotFound):
        talent.get_legal_details(call())
    first = talent.set_legal_details(call(DETAILS, key="once"))
    again = talent.set_legal_details(call(DETAILS, key="once"))
    assert (first.body, first.version) == (again.body, again.version)
    assert talent.set_legal_details(call(DETAILS)).version == first.version
    assert talent.get_legal_details(call()).body == DETAILS
    (stored,) = talent.store.legal_details.collection.find()
    assert "林晓".encode() not in repr(stored).encode() and b"Hengdian" not in repr(stored).encode()
    assert [event["data"] for event in map(_body, stored["outbox"])] == [{"studio_id": STUDIO}]


def outbox(talent: Talent, contract: str) -> list[Any]:
    """What a contract has told."""
    stored = talent.store.contracts.collection.find_one({"_id": contract})
    assert stored is not None
    return [_body(entry) for entry in stored["outbox"]]


def _body(entry: Any) -> Any:
    return orjson.loads(entry["body"])
