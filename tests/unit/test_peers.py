"""The benchmark's peers store, say and show what we do, and run from locked requirements."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from bench import peers
from bench.peers import PEERS
from bench.peers.contracts import (
    MEMBER,
    SAMPLE,
    ContractUnknown,
    SignatureRefused,
    booking,
    contract_signed,
    entry,
    prepared_events,
    sign,
    view,
)
from chassis.documents import to_document
from events.codecs import plain
from events.production import BookedDay
from events.schemas import load
from services.production.bookings import Booking
from services.production.repository import encode_booking
from services.talent.contracts import identities, lifecycle, signing, views
from services.talent.contracts.api import REVISE_CONTRACT
from services.talent.contracts.document import ContractDocument, digest
from services.talent.contracts.lifecycle import Contract, Paper
from services.talent.contracts.signing import Entry
from services.talent.contracts.terms import Terms
from tests.unit.talent.conftest import KNOWN, TITLE

NOW = datetime(2026, 11, 22, 13, 54, 10, 123000, tzinfo=UTC)
CONTRACT = "ctr_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
STUDIO = "stu_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
FOLDERS = sorted({peer.requirements for peer in PEERS})


@pytest.fixture(scope="module")
def waiting() -> Contract:
    """One of our contracts that waits for the studio's signature."""
    terms = load(Terms, REVISE_CONTRACT.example)
    parties = identities.name_parties(identities.DEFAULT_PARTIES, terms.person_id, KNOWN)
    document = ContractDocument.compose(CONTRACT, STUDIO, TITLE, parties, terms)
    paper = Paper(document.template, digest(document.canonical()), b"sealed document")
    contract, _ = lifecycle.draft(document, paper, NOW)
    contract, _ = lifecycle.send(contract, NOW.date(), NOW.date())
    contract, _ = signing.sign(contract, "performer", "Asia/Seoul", paper.sha256, b"evidence", NOW)
    return contract


def request(contract: Contract, party: str = "studio") -> dict[str, str]:
    """A signature as it is asked for."""
    return {"party": party, "name": "name", "time_zone": "Asia/Seoul", "document_sha256": contract.paper.sha256}


def signed(contract: Contract) -> tuple[Contract, Any]:
    """Our contract with the studio's signature, and its event."""
    executed, [event] = signing.sign(
        contract, "studio", "Asia/Seoul", contract.paper.sha256, b"name", NOW, Entry(recorded_by=MEMBER)
    )
    return executed, event


def test_a_signature_is_stored_as_ours_is(waiting: Contract) -> None:
    """Pushing the signature and setting the state makes the document that our own rule and codec make."""
    before, after = to_document(waiting), to_document(signed(waiting)[0])
    unchanged, update = sign(before, request(waiting), NOW)
    assert unchanged == {"_id": CONTRACT, "version": before["version"]}
    assert [*before["signatures"], update["$push"]["signatures"]] == after["signatures"]
    assert update["$set"] == {"state": after["state"]} == {"state": "executed"}


def test_what_cannot_be_signed_is_refused(waiting: Contract) -> None:
    """No contract, another document, a party that signed before: each is an error, and nothing is written."""
    document = to_document(waiting)
    with pytest.raises(ContractUnknown):
        sign(None, request(waiting), NOW)
    with pytest.raises(SignatureRefused):
        sign(document, {**request(waiting), "document_sha256": "0" * 64}, NOW)
    with pytest.raises(SignatureRefused):
        sign(document, request(waiting, "performer"), NOW)


def test_a_contract_is_shown_as_ours_is(waiting: Contract) -> None:
    """The answer of a peer has the bytes to write that our own answer has."""
    for contract in (waiting, signed(waiting)[0]):
        assert view(to_document(contract)) == plain(views.contract(contract))


def test_the_event_says_what_ours_says(waiting: Contract) -> None:
    """The same data as our event, in an envelope with the attributes of the golden sample."""
    executed, event = signed(waiting)
    said = contract_signed(to_document(executed))
    assert said["data"] == plain(event)
    assert said.keys() == orjson.loads(SAMPLE.read_bytes()).keys()


def test_a_booking_is_stored_as_ours_is(waiting: Contract) -> None:
    """The booking has the fields and the kinds of values of production's own, in the production's one document."""
    event = contract_signed(to_document(signed(waiting)[0]))
    data = event["data"]
    days = tuple(BookedDay(date.fromisoformat(day), "CN", ("Hengdian",)) for day in data["work_dates"])
    name = f"bkg_{CONTRACT[4:]}"
    ours = Booking(
        name, data["person_id"], CONTRACT, data["role"], days, "confirmed", (), NOW, NOW, event["aggregateversion"]
    )
    assert booking(event, NOW) == ({"_id": data["production_id"]}, {"$push": {"bookings": encode_booking(ours)}})


def test_prepared_events_are_of_different_contracts() -> None:
    """Each is an event of its own, with an entry that names its contract."""
    events = list(prepared_events(3))
    entries = [entry(event, orjson.dumps(event), NOW) for event in events]
    assert len({row["contract_id"] for row in entries}) == len({row["event_id"] for row in entries}) == 3
    assert all(row["contract_id"] == event["data"]["contract_id"] for row, event in zip(entries, events, strict=True))


@pytest.mark.parametrize("requirements", FOLDERS, ids=lambda path: path.parent.name)
def test_requirements_are_locked(requirements: Path) -> None:
    """Every package has one exact version and hashes, and no address is named."""
    text = requirements.read_text()
    packages = re.findall(r"^(\S.*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE)
    assert packages
    assert len(packages) == len(re.findall(r"^[^#\s]", text, re.MULTILINE))
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+( ; .+)?", package) for package, _ in packages)
    assert "://" not in text


def test_every_process_is_a_module_of_its_peer() -> None:
    """What is started exists: the module after -m, and the one that nameko or Celery is told of."""
    root = Path(peers.__file__).parent
    for peer in PEERS:
        for arguments in (*(argv for _, argv in peer.processes), *filter(None, [peer.fill])):
            ours = [word.partition(":")[0] for word in arguments if word.startswith("bench.peers.")]
            assert ours
            assert all((root.parents[1] / f"{name.replace('.', '/')}.py").exists() for name in ours)
