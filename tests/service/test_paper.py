"""Talent's paper on a real database: sealed once and for ever, told to the ledger, and checked for anybody."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import eventlet
import orjson
import pytest
from prometheus_client import REGISTRY

from chassis.apprentice import Apprentice
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.uploads import Received
from chassis.workshop import Bench
from deploy.local.credentials import seal_key
from events.envelope import Envelope, from_wire
from events.talent.contracts import ContractSigned
from services.talent.contracts.api import Dispatch, SignatureRequest
from services.talent.paper.api import NotAPdf, Verification
from services.talent.paper.sealed import ContractNotSealed, TimestampUnavailable
from services.talent.paper.stationery import Stationery
from services.talent.paper.verdict import Trust, certificates_in
from services.talent.people.files import file_id
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.talents import STUDIO, call, draft, make, register
from tests.unit.talent.paper.stamping import authority


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talent]:
    """The service on a database of its own, with the system's fonts and a new seal."""
    talent = make(place, monkeypatch)
    key = seal_key("seal.example")
    monkeypatch.setenv("CALLBOARD_SEAL_KEY", key)
    apprentice = Apprentice("services.talent.paper.bindery")
    talent.stationery = Bench(Stationery(apprentice.ask, "https://callboard.example"))
    talent.trust = Bench(Trust(certificates_in(key)))
    yield talent
    apprentice.stop()


def executed(talent: Talent, person: str) -> tuple[str, Envelope[Any]]:
    """A contract that both parties signed, and the event that says so."""
    contract = draft(talent, person)
    talent.send_contract(call(Dispatch(now().date() + timedelta(days=9), at_desk=("performer",)), contract_id=contract))
    sha256 = talent.get_contract(call(contract_id=contract)).body.document_sha256
    for party, name in (("performer", "한서연"), ("studio", "林晓")):
        talent.sign_contract(
            call(SignatureRequest(party, name, "Asia/Seoul", sha256, "On paper."), contract_id=contract)
        )
    return contract, signed(talent, contract)


def signed(talent: Talent, contract: str) -> Envelope[Any]:
    """The event of the last signature."""
    document = talent.store.contracts.collection.find_one({"_id": contract})
    assert document is not None
    (entry,) = [e for e in document["outbox"] if e["key"] == ContractSigned.routing_key()]
    return from_wire(orjson.loads(entry["body"]))


def told(talent: Talent) -> list[tuple[str, Any]]:
    """What waits in the outboxes of sealed contracts."""
    entries = [e for document in talent.store.sealed_contracts.collection.find() for e in document["outbox"]]
    events = [orjson.loads(entry["body"]) for entry in entries]
    return [(event["type"], event["data"]) for event in events]


def paper(talent: Talent, contract: str) -> bytes:
    """The sealed file."""
    body: bytes = talent.get_sealed_contract(call(contract_id=contract)).body
    return body


def verify(talent: Talent, pdf: bytes) -> Verification:
    """What the service says of a file."""
    file = Received()
    file.add(pdf)
    try:
        return talent.verify_document(call(file))
    finally:
        file.close()


def test_a_contract_is_sealed_once(talent: Talent) -> None:
    """However often its turn comes, and whoever asks at the same time: one file with one hash, and one event that tells it."""
    contract, event = executed(talent, register(talent))
    asking = [eventlet.spawn(paper, talent, contract) for _ in range(3)]
    (pdf,) = {each.wait() for each in asking}
    for _ in range(2):
        talent.seal_next_contract()
        assert paper(talent, contract) == pdf
    document = event.data.document_sha256
    sha256 = hashlib.sha256(pdf).hexdigest()
    about = {"contract_id": contract, "sealed_sha256": sha256, "document_sha256": document}
    assert told(talent) == [("talent.contract.sealed.v1", about)]


def test_the_file_is_not_in_the_database_in_the_clear(talent: Talent) -> None:
    """What is stored can be opened with the person's key only."""
    contract, _ = executed(talent, register(talent))
    talent.seal_next_contract()
    (stored,) = talent.store.sealed_contracts.collection.find()
    assert b"%PDF" not in stored["paper"]
    assert len(stored["paper"]) > len(paper(talent, contract))


def test_an_unsealed_contract_has_no_sealed_paper(talent: Talent) -> None:
    """A draft has none; of an executed one it is made when somebody asks, before its turn has come."""
    person = register(talent)
    with pytest.raises(ContractNotSealed) as refused:
        paper(talent, draft(talent, person))
    assert refused.value.facts["state"] == "draft"
    contract, _ = executed(talent, person)
    assert paper(talent, contract).startswith(b"%PDF-1.7")


def test_one_that_cannot_be_sealed_holds_up_no_other(talent: Talent, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes behind the others, and is tried again."""
    person = register(talent)
    for _ in range(2):
        executed(talent, person)
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(talent.store, "encrypt_paper", lambda *_: 1 / 0)
        talent.seal_next_contract()
    for expected in (1, 2):
        talent.seal_next_contract()
        assert talent.store.sealed_contracts.collection.count_documents({}) == expected
    assert talent.store.next_unsealed() is None


def test_whoever_has_the_file_learns_who_signed(talent: Talent) -> None:
    """Valid, the contract, both signers with their times, both hashes, and where the ledger proves it."""
    contract, event = executed(talent, register(talent))
    talent.seal_next_contract()
    pdf = paper(talent, contract)
    found = verify(talent, pdf)
    sha256 = hashlib.sha256(pdf).hexdigest()
    assert (found.valid, found.fault, found.explanation) == (True, None, None)
    assert (found.contract_id, found.file_sha256) == (contract, sha256)
    assert found.document_sha256 == event.data.document_sha256
    assert [(s.party, s.name) for s in found.signatures] == [("performer", "한서연"), ("studio", "林晓")]
    assert found.signatures[1].signed_at == event.data.signed_at
    assert found.proof == f"/ledger/sealed/{contract}/{sha256}"


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda pdf: pdf[:20_000] + bytes([pdf[20_000] ^ 1]) + pdf[20_001:], "changed"),
        # Within the signature's own container, which no signature in a PDF can cover.
        (lambda pdf: pdf.replace(b"0" * 64 + b">", b"0" * 63 + b"1>", 1), "changed"),
        (lambda pdf: pdf + b"\n", "appended"),
    ],
    ids=["a byte", "a byte of the signature's padding", "a line behind"],
)
def test_a_tampered_file_is_told(talent: Talent, tamper: Callable[[bytes], bytes], fault: str) -> None:
    """What is wrong, in both languages, and nobody's name."""
    contract, _ = executed(talent, register(talent))
    talent.seal_next_contract()
    changed = tamper(paper(talent, contract))
    assert changed != paper(talent, contract)
    found = verify(talent, changed)
    assert (found.valid, found.fault) == (False, fault)
    assert found.explanation is not None and found.explanation.zh and found.explanation.en
    assert (found.signatures, found.proof) == ((), None)


def test_what_is_no_pdf_is_refused(talent: Talent) -> None:
    """By its first bytes, whatever the client calls it."""
    for data in (b"", b"PK\x03\x04", b"<html>%PDF-"):
        with pytest.raises(NotAPdf):
            verify(talent, data)


@pytest.mark.parametrize(
    ("data", "fault"),
    [(b"%PDF-1.7\n", "unreadable"), (b"%PDF-1.7\n%%EOF", "not_sealed")],
    ids=["ten bytes", "no signature"],
)
def test_what_cannot_be_sealed_costs_no_process(
    talent: Talent, monkeypatch: pytest.MonkeyPatch, data: bytes, fault: str
) -> None:
    """A flood of small files takes no turn from honest ones."""
    monkeypatch.setattr("services.talent.confined.ask", lambda *_, **__: pytest.fail("a process was started"))
    assert verify(talent, data).fault == fault


def test_the_forgotten_keep_no_paper(talent: Talent) -> None:
    """Nobody reads it any more; who has the file still learns that it is genuine, and no name from us."""
    person = register(talent)
    contract, _ = executed(talent, person)
    talent.seal_next_contract()
    pdf = paper(talent, contract)
    talent.store.vault.destroy(file_id(person, STUDIO))
    with pytest.raises(PersonForgotten):
        paper(talent, contract)
    found = verify(talent, pdf)
    assert found.valid
    assert [s.name for s in found.signatures] == [None, None]


def test_the_turn_of_the_forgotten_is_over(talent: Talent) -> None:
    """There is nothing left to seal, and nothing to try again."""
    person = register(talent)
    executed(talent, person)
    talent.store.vault.destroy(file_id(person, STUDIO))
    talent.seal_next_contract()
    assert talent.store.next_unsealed() is None
    assert told(talent) == []


def test_a_paper_is_kept_under_a_name_that_people_understand(talent: Talent) -> None:
    """By title and performer; an older client gets Latin letters."""
    contract, _ = executed(talent, register(talent))
    headers = dict(talent.get_sealed_contract(call(contract_id=contract)).headers)
    assert "filename*=UTF-8''Contract_A%20Promise%20in%20Dragon%20City_%ED%95%9C" in headers["Content-Disposition"]
    assert 'filename="Contract_A Promise in Dragon City_' in headers["Content-Disposition"]
    assert headers["Content-Disposition"].isascii()


def test_a_seal_is_stamped_where_there_is_an_authority(talent: Talent, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is away nothing is sealed and the contract keeps its place; afterwards its time is told of the file."""
    contract, _ = executed(talent, register(talent))
    key = seal_key("seal.example")
    monkeypatch.setenv("CALLBOARD_SEAL_KEY", key)
    with authority() as (url, pem):
        monkeypatch.setenv("CALLBOARD_TSA_URL", "http://127.0.0.1:1/")
        stamping(talent, key, pem)
        with pytest.raises(TimestampUnavailable):
            talent.seal_next_contract()
        assert talent.store.next_unsealed() == contract
        assert REGISTRY.get_sample_value("papers_without_timestamp") == 1
        monkeypatch.setenv("CALLBOARD_TSA_URL", url)
        stamping(talent, key, pem)
        talent.seal_next_contract()
    assert REGISTRY.get_sample_value("papers_without_timestamp") == 0
    found = verify(talent, paper(talent, contract))
    assert (found.valid, found.fault) == (True, None)
    assert found.timestamped_at is not None
    assert abs(found.timestamped_at - now()) < timedelta(minutes=1)


def stamping(talent: Talent, key: str, authorities: str) -> None:
    """Paper from a new process with the settings of this moment, and who is believed."""
    apprentice = Apprentice("services.talent.paper.bindery")

    def ask(request: bytes) -> bytes:
        try:
            return apprentice.ask(request)
        finally:
            apprentice.stop()

    talent.stationery = Bench(Stationery(ask, "https://callboard.example"))
    talent.trust = Bench(Trust(certificates_in(key), certificates_in(authorities)))


def test_paper_is_set_off_the_event_loop(talent: Talent) -> None:
    """While documents are set, others go on: no gap of the loop is as long as one document takes."""
    person = register(talent)
    contracts = [draft(talent, person) for _ in range(4)]
    gaps, done = [], False

    def watch() -> None:
        while not done:
            before = now()
            eventlet.sleep(0.001)
            gaps.append((now() - before).total_seconds())

    watcher = eventlet.spawn(watch)
    began = now()
    made = [eventlet.spawn(talent.get_contract_pdf, call(contract_id=contract)) for contract in contracts]
    assert all(each.wait().body.startswith(b"%PDF-1.7") for each in made)
    took = (now() - began).total_seconds()
    done = True
    watcher.wait()
    assert len(gaps) > 5, f"the loop stood still for {took} s"


def test_a_person_gets_everything_on_paper(talent: Talent) -> None:
    """The export as PDF, contracts with their clauses included."""
    person = register(talent)
    draft(talent, person)
    pdf = talent.export_person_pdf(call(person_id=person)).body
    assert pdf.startswith(b"%PDF-1.7")
    assert len(pdf) > 50_000
