"""Talent's operations as they are declared, and what it shows."""

import json
from datetime import datetime

import pytest

from chassis.api import Operation
from chassis.documents import from_document, to_document
from events.codecs import plain
from events.schemas import load
from services.talent.api import API
from services.talent.contracts import lifecycle, signing, views
from services.talent.contracts.api import OPERATIONS, ContractRequest, ContractView
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.signing import Evidence


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_is_declared_in_full(operation: Operation) -> None:
    """A command has an example that its own schema accepts; a query does without a body."""
    assert (operation.scope or operation.public) and operation.summary and operation.response
    assert (operation.kind == "command") == (operation.method != "GET")
    assert operation.kind == "command" or operation.request is None
    if operation.request is not None:
        load(operation.request, operation.example)


def test_without_parties_the_performer_signs_first_and_the_studio_second() -> None:
    """The order of signing that most contracts have."""
    example = next(o.example for o in API.operations if o.name == "draft_contract")
    assert example is not None
    request = load(ContractRequest, {"terms": example["terms"]})
    assert [party.key for party in request.parties] == ["performer", "studio"]


def test_a_contract_survives_the_database(sent: Contract, now: datetime) -> None:
    """Decimals, dates, times and sealed bytes come back as they were."""
    signed, _ = signing.sign(sent, "performer", "Asia/Seoul", sent.paper.sha256, b"\x00\xff", now)
    cancelled, _ = lifecycle.cancel(signed, b"\x00", now)
    assert from_document(Contract, to_document(cancelled)) == cancelled


def test_a_contract_is_shown_without_names(sent: Contract, document: ContractDocument, now: datetime) -> None:
    """State, turn, terms and times of signing; no name, no evidence, no sealed bytes."""
    signed, _ = signing.sign(sent, "performer", "Asia/Seoul", sent.paper.sha256, b"sealed", now)
    shown = plain(views.contract(signed))
    assert (shown["state"], shown["next_party"], shown["terms"]) == ("partially_signed", "studio", plain(sent.terms))
    assert shown["parties"][0]["signature"] == {
        "signed_at": "2026-11-22T13:54:10.123000Z",
        "local_time": "2026-11-22T22:54:10+09:00",
        "time_zone": "Asia/Seoul",
        "document_sha256": sent.paper.sha256,
        "authentication": "desk",
        "recorded_by": None,
        "name_differs": False,
        "disputed_at": None,
    }
    assert not shown["disputed"]
    assert shown["parties"][1]["signature"] is None
    told = json.dumps(shown, ensure_ascii=False)
    assert "한서연" not in told and "sealed" not in told
    assert load(ContractView, shown) == views.contract(signed)


def test_the_evidence_shows_who_signed_from_where(sent: Contract, now: datetime) -> None:
    """Each signature stands with what was recorded of it."""
    signed, _ = signing.sign(sent, "performer", "Asia/Seoul", sent.paper.sha256, b"sealed", now)
    shown = views.evidence(signed, (Evidence("한서연", "203.0.113.7", "curl/8"),), None)
    (trail,) = shown.signatures
    assert (trail.party, trail.name, trail.ip, trail.user_agent) == ("performer", "한서연", "203.0.113.7", "curl/8")
    assert (trail.signed_at, trail.document_sha256) == (now, sent.paper.sha256)


def test_how_a_contract_ended_is_shown_without_the_reason(sent: Contract, now: datetime) -> None:
    """Who ended it and when; the reason may be personal and is in the evidence only."""
    declined, _ = signing.decline(sent, "performer", b"sealed", now, "mbr_1")
    shown = plain(views.contract(declined))
    assert shown["closing"] == {"by": "performer", "at": "2026-11-22T13:54:10.123000Z", "recorded_by": "mbr_1"}
    assert views.evidence(declined, (), "ill").reason == "ill"
