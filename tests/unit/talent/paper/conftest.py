"""What the tests of paper share: a press with the system's fonts, a seal, and a contract that all have signed."""

import os
from pathlib import Path

import orjson
import pytest

from deploy.local.credentials import seal_key
from services.talent.contracts import signing
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.signing import Entry, Evidence
from services.talent.paper.bindery import Bindery
from services.talent.paper.press import Press
from services.talent.paper.seal import SealKey
from services.talent.paper.stationery import Stationery
from tests.unit.talent.conftest import NOW

EVIDENCE = (Evidence("한서연", "203.0.113.7", "Mozilla/5.0 (iPhone)"), Evidence("林晓", "2001:db8::7", "curl/8.5"))


@pytest.fixture(scope="session")
def bindery() -> Bindery:
    """Press and seal as a process has them."""
    press = Press(Path(os.environ.get("CALLBOARD_FONTS", "/usr/share/fonts")))
    return Bindery(press, SealKey.parse(seal_key("seal.example")))


@pytest.fixture(scope="session")
def stationery(bindery: Bindery) -> Stationery:
    """Papers that are made here."""
    return Stationery(lambda request: bindery.make(*orjson.loads(request)), "https://callboard.example")


@pytest.fixture(scope="session")
def executed(sent: Contract) -> Contract:
    """A contract that the performer signed in Seoul by a personal link, and the studio in Shanghai."""
    contract = sent
    for party, zone, how in (
        ("performer", "Asia/Seoul", Entry("link_and_code")),
        ("studio", "Asia/Shanghai", Entry(recorded_by="mbr_1")),
    ):
        contract, _ = signing.sign(contract, party, zone, contract.paper.sha256, b"sealed evidence", NOW, how)
    return contract


@pytest.fixture(scope="session")
def sealed(stationery: Stationery, executed: Contract, document: ContractDocument) -> bytes:
    """Its sealed paper."""
    return stationery.sealed(executed, document, EVIDENCE)
