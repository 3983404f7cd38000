"""An executed amendment changes the terms in force of its contract, in order and once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from events.talent.contracts import AmendmentSigned, ContractAmended, ContractSigned
from services.talent.amendments import amending
from services.talent.amendments.amending import AmendmentAhead, IsAmendment
from services.talent.contracts import lifecycle, signing
from services.talent.contracts.document import ContractDocument, Reference, digest
from services.talent.contracts.lifecycle import Applied, Contract, ContractStateConflict, Paper
from services.talent.contracts.terms import Terms, TermsContradictory

AMENDMENT = "ctr_01J9ZW5N3Q8V7Y2K4M6P8R0T1W"


def execute(draft: Contract, at: datetime) -> tuple[Contract, object]:
    """The draft after dispatch and every signature, and the last event."""
    contract, _ = lifecycle.send(draft, at.date(), at.date())
    while (party := contract.next_party) is not None:
        contract, (event,) = signing.sign(contract, party, "UTC", contract.paper.sha256, b"", at)
    return contract, event


@pytest.fixture
def executed(drafted: Contract, now: datetime) -> Contract:
    """A contract in force."""
    return execute(drafted, now)[0]


@pytest.fixture
def amendment(document: ContractDocument, executed: Contract, now: datetime) -> Callable[..., Contract]:
    """Drafts the amendment that comes after the last executed one, with these terms."""

    def make(terms: Terms, last: Contract | None = None) -> Contract:
        amends = amending.amend(executed, terms, last)
        written = ContractDocument.compose(
            AMENDMENT, document.studio_id, document.production, document.parties, terms, amends=amends
        )
        return lifecycle.draft(written, Paper(written.template, digest(written.canonical()), b""), now)[0]

    return make


def test_an_amendment_names_what_it_amends(executed: Contract, amendment: Callable[..., Contract]) -> None:
    """Its document holds the contract's id, the hash of the document in force and a number, in both languages."""
    first = amendment(executed.terms)
    assert first.amends == Reference(executed.id, executed.paper.sha256, 1)
    assert first.amending == executed.id
    second = amendment(executed.terms, replace(first, state="executed"))
    assert second.amends == Reference(executed.id, first.paper.sha256, 2)


def test_the_reference_is_in_the_words_that_are_signed(document: ContractDocument, executed: Contract) -> None:
    """The first clause says in both languages what is amended or renewed; without a reference there is none."""
    for kind in ("amends", "renews"):
        reference = Reference(executed.id, executed.paper.sha256, 3)
        written = ContractDocument.compose(
            AMENDMENT, document.studio_id, document.production, document.parties, document.terms, **{kind: reference}
        )
        assert written.clauses[1:] == document.clauses
        for text in (written.clauses[0].zh, written.clauses[0].en):
            assert executed.id in text and executed.paper.sha256 in text and "3" in text
        assert written.revised(document.production, document.terms).clauses[0] == written.clauses[0]
        assert f'"{kind}":{{'.encode() in written.canonical()
    assert b'"amends"' not in document.canonical() and b'"renews"' not in document.canonical()


def test_an_executed_amendment_puts_its_terms_in_force(
    executed: Contract, amendment: Callable[..., Contract], now: datetime
) -> None:
    """The amendment says that it is signed, not that a contract is; the contract says its new terms, all of them."""
    terms = replace(executed.terms, work_dates=executed.terms.work_dates[:2], points=None)
    signed_amendment, event = execute(amendment(terms), now)
    assert isinstance(event, AmendmentSigned) and not isinstance(event, ContractSigned)
    assert (event.amendment_id, event.contract_id, event.number) == (AMENDMENT, executed.id, 1)
    assert signed_amendment.amending is None
    step = amending.apply(executed, signed_amendment, event)
    assert step is not None
    amended, (said,) = step
    assert (amended.state, amended.terms, amended.paper) == ("executed", terms, executed.paper)
    assert amended.amendments == (Applied(AMENDMENT, 1, event.document_sha256, now),)
    assert isinstance(said, ContractAmended)
    assert (said.contract_id, said.amendment_id, said.work_dates) == (executed.id, AMENDMENT, terms.work_dates)
    assert (said.fee, said.points, said.hours_cap) == (Decimal("18000.00"), 0, terms.hours_cap)
    assert [grant.territories for grant in said.grants] == [grant.territories for grant in terms.grants]
    assert amending.apply(amended, signed_amendment, event) is None


def test_amendments_come_into_force_in_order(
    executed: Contract, amendment: Callable[..., Contract], now: datetime
) -> None:
    """One that overtook an earlier one waits for it; one that comes after the end changes nothing."""
    first, event = execute(amendment(executed.terms), now)
    assert isinstance(event, AmendmentSigned)
    with pytest.raises(AmendmentAhead):
        amending.apply(executed, first, replace(event, number=2))
    assert amending.apply(replace(executed, state="terminated"), first, event) is None


def test_an_amendment_that_comes_to_nothing_makes_room(
    executed: Contract, amendment: Callable[..., Contract], now: datetime
) -> None:
    """Declined, cancelled or expired, it no longer stands in the way of the next."""
    draft = amendment(executed.terms)
    sent, _ = lifecycle.send(draft, now.date(), now.date())
    ends = [
        lifecycle.cancel(draft, b"", now)[0],
        signing.decline(sent, "performer", b"", now)[0],
        signing.expire(sent, now + timedelta(days=1))[0],
    ]
    assert [end.amending for end in ends] == [None, None, None]


def test_what_is_not_in_force_is_neither_amended_nor_renewed(drafted: Contract) -> None:
    """There is nothing to change, or to continue."""
    for step in (lambda: amending.amend(drafted, drafted.terms, None), lambda: amending.renew(drafted, drafted.terms)):
        with pytest.raises(ContractStateConflict, match="needs it to be executed"):
            step()


def test_an_amendment_is_not_amended_itself(executed: Contract) -> None:
    """The refusal names the contract to take the step on."""
    itself = replace(executed, amends=Reference("ctr_base", "00" * 32, 1))
    for step in (lambda: amending.amend(itself, itself.terms, None), lambda: amending.renew(itself, itself.terms)):
        with pytest.raises(IsAmendment, match="ctr_base"):
            step()


def test_person_and_production_stay(executed: Contract, drafted: Contract, now: datetime) -> None:
    """An amendment is for the same person in the same production, also when it is revised; a renewal may be elsewhere."""
    elsewhere = replace(executed.terms, production_id="prd_01J9ZW5N3Q8V7Y2K4M6P8R0T1W")
    somebody = replace(executed.terms, person_id="prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1W")
    for terms, pointer in ((elsewhere, "/terms/production_id"), (somebody, "/terms/person_id")):
        with pytest.raises(TermsContradictory) as refused:
            amending.amend(executed, terms, None)
        assert refused.value.pointer == pointer
    with pytest.raises(TermsContradictory):
        lifecycle.check_revision(replace(drafted, amends=Reference("ctr_base", "00" * 32, 1)), elsewhere)
    assert amending.renew(executed, elsewhere) == Reference(executed.id, executed.paper.sha256, 1)
    with pytest.raises(TermsContradictory):
        amending.renew(executed, somebody)


def test_a_renewal_continues_the_document_in_force(executed: Contract, now: datetime) -> None:
    """It names the last amendment's document, and counts on from the renewal that it renews."""
    amended = replace(executed, amendments=(Applied(AMENDMENT, 1, "ee" * 32, now),))
    again = replace(amended, renews=Reference("ctr_first", "00" * 32, 2))
    assert amending.renew(again, again.terms) == Reference(again.id, "ee" * 32, 3)
