"""What the tests of talent's rules share: one performer's contract, drafted and sent, and a machine that is too busy."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.schemas import load
from services.talent.bilingual import Bilingual
from services.talent.contracts import identities, lifecycle
from services.talent.contracts.api import REVISE_CONTRACT
from services.talent.contracts.document import ContractDocument, digest
from services.talent.contracts.identities import Identity
from services.talent.contracts.lifecycle import Contract, Paper
from services.talent.contracts.terms import Terms

CONTRACT = "ctr_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
TENANT = "stu_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
TITLE = Bilingual("千金归来", "The Heiress Returns")
KNOWN = {
    "performer": Identity("한서연", address="서울특별시 마포구 월드컵북로 396", language="ko"),
    "studio": Identity(
        "横店晨光影业有限公司",
        "有限责任公司",
        "91330783MA7DAWN01X",
        "浙江省东阳市横店镇影都路 1 号",
        "林晓，法定代表人",
        "zh",
    ),
}
NOW = datetime(2026, 11, 22, 13, 54, 10, 123000, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    """The time at which everything happens, in whole milliseconds like the database's."""
    return NOW


@pytest.fixture(scope="session")
def terms() -> Terms:
    """Terms that contradict neither each other nor the world."""
    return load(Terms, REVISE_CONTRACT.example)


@pytest.fixture(scope="session")
def document(terms: Terms) -> ContractDocument:
    """The document of a contract between a performer and a studio."""
    parties = identities.name_parties(identities.DEFAULT_PARTIES, terms.person_id, KNOWN)
    return ContractDocument.compose(CONTRACT, TENANT, TITLE, parties, terms)


@pytest.fixture(scope="session")
def paper(document: ContractDocument) -> Paper:
    """The document as it is kept, with the hash of its bytes."""
    return Paper(document.template, digest(document.canonical()), b"sealed document")


@pytest.fixture(scope="session")
def drafted(document: ContractDocument, paper: Paper) -> Contract:
    """A draft."""
    contract, _ = lifecycle.draft(document, paper, NOW)
    return contract


@pytest.fixture(scope="session")
def sent(drafted: Contract) -> Contract:
    """A contract that can be signed until the end of today."""
    contract, _ = lifecycle.send(drafted, NOW.date(), NOW.date())
    return contract


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that are started are ended by their alarm."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nkill -s ALRM $$\n")
    python.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(python))
