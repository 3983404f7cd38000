"""A contract's steps before and beside signing: each changes the state and says so in one event."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import get_args

import pytest

from events.talent.contracts import ContractCancelled, ContractDrafted, ContractRevised, ContractSent
from services.talent.contracts import identities, lifecycle
from services.talent.contracts.document import ContractDocument, NamedParty
from services.talent.contracts.identities import Identity, PartiesIncomplete, PartyRepeated, PartyRequest
from services.talent.contracts.lifecycle import (
    LONGEST_DISPATCH,
    Closing,
    Contract,
    ContractStateConflict,
    ExpiryOutOfRange,
    Paper,
    Party,
    State,
    Step,
)
from services.talent.contracts.terms import TermsContradictory
from tests.unit.talent.conftest import KNOWN

PERSON = "prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"


def test_a_draft_holds_what_its_document_says(document: ContractDocument, paper: Paper, now: datetime) -> None:
    """The draft has the document's id, studio, terms and parties, but nobody's name."""
    contract, events = lifecycle.draft(document, paper, now)
    assert (contract.id, contract.tenant, contract.state) == (document.contract_id, document.studio_id, "draft")
    assert (contract.terms, contract.paper, contract.drafted_at) == (document.terms, paper, now)
    assert contract.parties == (Party("performer", document.terms.person_id), Party("studio", None))
    assert "한서연" not in repr(contract)
    assert events == [ContractDrafted(contract.id, document.terms.production_id, document.terms.person_id)]


def test_a_party_is_named_as_on_record_unless_the_studio_says_otherwise() -> None:
    """Only the party `performer` is the person on file; other parties are what the request says of them."""
    known = {"performer": Identity("한서연", address="Seoul", language="ko")}
    requested = (PartyRequest("guardian", "Han Min-su"), PartyRequest("performer"), PartyRequest("studio"))
    assert identities.name_parties(requested, PERSON, known) == (
        NamedParty("guardian", "Han Min-su", None),
        NamedParty("performer", "한서연", PERSON, address="Seoul", language="ko"),
        NamedParty("studio", None, None),
    )
    renamed = identities.name_parties((PartyRequest("performer", "Han Seo-yeon", address="Busan"),), PERSON, known)
    assert renamed == (NamedParty("performer", "Han Seo-yeon", PERSON, address="Busan", language="ko"),)


def test_every_missing_detail_is_named_and_pointed_at() -> None:
    """A company has form, number and signatory; of everybody else name and address are enough."""
    parties = identities.name_parties(identities.DEFAULT_PARTIES, PERSON, {"performer": Identity("한서연")})
    with pytest.raises(PartiesIncomplete) as refused:
        identities.require_complete(parties)
    assert [pointer for pointer, _ in refused.value.faults] == [
        "/parties/0/address",
        *(f"/parties/1/{field}" for field in ("name", "form", "registration_number", "address", "signatory")),
    ]
    assert "the address of performer, the full legal name of studio" in refused.value.text("en")
    assert "缺少 performer 的地址、 studio 的法定全称" in refused.value.text("zh")
    identities.require_complete(identities.complete(parties, KNOWN))


def test_a_later_contract_names_its_parties_as_they_are_now() -> None:
    """What is on record now replaces what an earlier contract said, but for the names that it uses."""
    before = identities.name_parties(identities.DEFAULT_PARTIES, PERSON, KNOWN)
    now = {"studio": replace(KNOWN["studio"], name="Another", address="Shanghai")}
    assert identities.complete(before, now) == before
    _, studio = identities.complete(before, now, anew=("address",))
    assert (studio.name, studio.address) == (KNOWN["studio"].name, "Shanghai")


def test_a_party_signs_under_its_own_key() -> None:
    """Two parties with one key could not be told apart."""
    with pytest.raises(PartyRepeated) as refused:
        identities.name_parties((PartyRequest("studio"), PartyRequest("studio")), PERSON, {})
    assert (refused.value.pointer, refused.value.status) == ("/parties/1/key", 422)


def test_a_draft_can_be_revised(drafted: Contract, now: datetime) -> None:
    """Terms and document change together; the event carries the new hash."""
    terms, paper = replace(drafted.terms, episodes=60), Paper("performer/1", "ab" * 32, b"")
    revised, events = lifecycle.revise(drafted, terms, paper, "mbr_1", now)
    assert revised == replace(drafted, terms=terms, paper=paper)
    assert events == [ContractRevised(drafted.id, "ab" * 32)]


def test_a_contract_stays_with_its_person(drafted: Contract, now: datetime) -> None:
    """Its document is sealed under the person's key and names them."""
    with pytest.raises(TermsContradictory) as refused:
        other = replace(drafted.terms, person_id="prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1W")
        lifecycle.revise(drafted, other, drafted.paper, "mbr_1", now)
    assert refused.value.pointer == "/person_id"


def test_sending_opens_the_contract_for_signature(drafted: Contract, now: datetime) -> None:
    """The first party's turn begins, and everyone hears what is to be signed until when."""
    assert drafted.next_party is None
    sent, events = lifecycle.send(drafted, now.date(), now.date())
    assert (sent.state, sent.expires_on, sent.next_party) == ("sent", now.date(), "performer")
    assert events == [ContractSent(drafted.id, drafted.paper.sha256, now.date())]


@pytest.mark.parametrize("days", [-1, LONGEST_DISPATCH.days + 1])
def test_the_last_day_to_sign_is_neither_over_nor_too_far_away(drafted: Contract, now: datetime, days: int) -> None:
    """Yesterday and more than a year ahead are refused."""
    with pytest.raises(ExpiryOutOfRange) as refused:
        lifecycle.send(drafted, now.date() + timedelta(days=days), now.date())
    assert (refused.value.pointer, refused.value.status) == ("/expires_on", 422)


def test_the_longest_dispatch_is_allowed(drafted: Contract, now: datetime) -> None:
    """A year ahead is the limit itself."""
    sent, _ = lifecycle.send(drafted, now.date() + LONGEST_DISPATCH, now.date())
    assert sent.state == "sent"


def test_what_is_not_executed_can_be_withdrawn(sent: Contract, now: datetime) -> None:
    """The state, who ended it when, and the sealed reason are kept; the event carries no reason."""
    cancelled, events = lifecycle.cancel(sent, b"sealed", now)
    assert (cancelled.state, cancelled.closing, cancelled.next_party) == (
        "cancelled",
        Closing("studio", now, b"sealed"),
        None,
    )
    assert events == [ContractCancelled(sent.id)]


@pytest.mark.parametrize("state", get_args(State))
def test_an_illegal_step_names_the_state(drafted: Contract, now: datetime, state: State) -> None:
    """Revision and dispatch need a draft, cancellation what is not yet ended; anything else is a 409."""
    contract = replace(drafted, state=state)
    steps: dict[str, tuple[Callable[[], Step], set[str]]] = {
        "revision": (lambda: lifecycle.revise(contract, contract.terms, contract.paper, "mbr_1", now), {"draft"}),
        "dispatch": (lambda: lifecycle.send(contract, date(2026, 12, 1), now.date()), {"draft"}),
        "cancellation": (lambda: lifecycle.cancel(contract, b"", now), {"draft", "sent", "partially_signed"}),
    }
    for name, (step, allowed) in steps.items():
        if state in allowed:
            step()
            continue
        with pytest.raises(ContractStateConflict, match=f"is {state}: {name} needs") as refused:
            step()
        assert refused.value.status == 409
        assert state in refused.value.text("zh")
