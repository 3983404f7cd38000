"""A negotiation as it is stored: what was said is sealed, the document follows an acceptance, and one amendment is open."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from chassis.api import Answer
from chassis.documents import now
from events.envelope import Envelope, from_wire
from events.schemas import load
from events.talent.contracts import AmendmentSigned
from services.talent.amendments.amending import AmendmentOpen
from services.talent.amendments.api import AMEND_CONTRACT, RENEW_CONTRACT, NewTerms, TerminationRequest
from services.talent.contracts.api import Cancellation, ContractsQuery, Dispatch, SignatureRequest
from services.talent.negotiation.api import (
    PROPOSE_TERMS,
    ProposalAnswer,
    ProposalRejection,
    ProposalRequest,
    ProposalsQuery,
)
from services.talent.negotiation.rounds import NotOwnProposal, ProposalNotOpen
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.talents import PRODUCTION, STUDIO, call, draft, example, make, register


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def body(answer: Answer) -> Any:
    """What was answered."""
    return orjson.loads(answer.body)


def terms_of(operation: Any, person: str) -> dict[str, Any]:
    """The operation's example terms for the person in the studio's production."""
    return {**example(operation)["terms"], "production_id": PRODUCTION, "person_id": person}


def propose(talent: Talent, contract: str, person: str, party: str, fee: str) -> Any:
    """A proposal of another fee."""
    terms = {**terms_of(PROPOSE_TERMS, person), "fee": {"amount": fee, "currency": "USD"}}
    wanted = {"party": party, "terms": terms, "comment": f"{party} asks for {fee}"}
    return body(talent.propose_terms(call(load(ProposalRequest, wanted), contract_id=contract)))


def executed(talent: Talent, contract: str) -> Any:
    """The contract after dispatch and every signature."""
    shown = body(talent.send_contract(call(Dispatch(now().date(), at_desk=("performer",)), contract_id=contract)))
    while shown["next_party"] is not None:
        signature = SignatureRequest(shown["next_party"], "한서연", "Asia/Seoul", shown["document_sha256"], "On paper.")
        shown = body(talent.sign_contract(call(signature, contract_id=contract)))
    return shown


def said(talent: Talent, contract: str) -> list[Envelope[Any]]:
    """What waits in the contract's outbox."""
    document = talent.store.contracts.collection.find_one({"_id": contract})
    assert document is not None
    return [from_wire(orjson.loads(entry["body"])) for entry in document["outbox"]]


def test_a_negotiation_ends_in_the_document(talent: Talent) -> None:
    """Proposal, counter-proposal, acceptance: the draft and its document say what was agreed, and the list tells how."""
    person = register(talent)
    contract = draft(talent, person)
    before = talent.store.contracts.get(contract, STUDIO)
    propose(talent, contract, person, "performer", "25000.00")
    propose(talent, contract, person, "studio", "20000.00")
    agreed = body(talent.accept_proposal(call(ProposalAnswer("performer", 2), contract_id=contract)))
    assert (agreed["status"], agreed["outcome"]["party"]) == ("accepted", "performer")
    after = talent.store.contracts.get(contract, STUDIO)
    assert str(after.terms.fee.amount) == "20000.00"
    document = talent.store.document(after)
    assert after.paper.sha256 == agreed["document_sha256"] != before.paper.sha256
    assert document.terms == after.terms and "20,000.00" in str(document.clauses)
    records = talent.list_proposals(call(query=ProposalsQuery(), contract_id=contract)).body.items
    assert [(r.proposal.status, r.comment) for r in records] == [
        ("countered", "performer asks for 25000.00"),
        ("accepted", "studio asks for 20000.00"),
    ]


def test_what_was_said_is_sealed(talent: Talent) -> None:
    """Neither the comment nor the reason stands in the database or in an event."""
    person = register(talent)
    contract = draft(talent, person)
    propose(talent, contract, person, "performer", "25000.00")
    rejection = ProposalRejection("studio", 1, "She is too old for it.")
    talent.reject_proposal(call(rejection, key="once", contract_id=contract))
    stored = str(talent.store.contracts.collection.find_one({"_id": contract}))
    assert "asks for" not in stored and "too old" not in stored
    (record,) = talent.list_proposals(call(query=ProposalsQuery(), contract_id=contract)).body.items
    assert talent.export_person(call(person_id=person)).body.contracts[0].proposals == (record,)
    assert (record.comment, record.reason) == ("performer asks for 25000.00", "She is too old for it.")


def test_only_who_made_a_proposal_takes_it_back(talent: Talent) -> None:
    """Then nothing is open any more, the terms are as they were, and another can be made."""
    person = register(talent)
    contract = draft(talent, person)
    before = talent.store.contracts.get(contract, STUDIO)
    propose(talent, contract, person, "performer", "25000.00")
    with pytest.raises(NotOwnProposal):
        talent.withdraw_proposal(call(ProposalAnswer("studio", 1), contract_id=contract))
    taken_back = body(talent.withdraw_proposal(call(ProposalAnswer("performer", 1), contract_id=contract)))
    assert taken_back["status"] == "withdrawn"
    with pytest.raises(ProposalNotOpen):
        talent.accept_proposal(call(ProposalAnswer("studio", 1), contract_id=contract))
    after = talent.store.contracts.get(contract, STUDIO)
    assert (after.terms, after.paper) == (before.terms, before.paper)
    assert propose(talent, contract, person, "studio", "19000.00")["proposal"] == 2


def test_the_list_is_filtered_and_paged(talent: Talent) -> None:
    """By status and party, in pages of the size asked for."""
    person = register(talent)
    contract = draft(talent, person)
    for n, party in enumerate(["performer", "studio", "performer"]):
        propose(talent, contract, person, party, f"{20000 + n}.00")

    def listed(**query: Any) -> tuple[list[int], str | None]:
        page = talent.list_proposals(call(query=ProposalsQuery(**query), contract_id=contract)).body
        return [record.proposal.proposal for record in page.items], page.next

    assert listed(party="performer") == ([1, 3], None)
    assert listed(status="open") == ([3], None)
    first, cursor = listed(limit=2)
    assert (first, listed(limit=2, cursor=cursor)) == ([1, 2], ([3], None))
    last, cursor = listed(limit=2, order="newest")
    assert (last, listed(limit=2, cursor=cursor, order="newest")) == ([3, 2], ([1], None))


def test_an_amendment_comes_into_force(talent: Talent) -> None:
    """It is drafted, signed like any contract and, when its event is heard, changes its contract's terms, once."""
    person = register(talent)
    contract = executed(talent, draft(talent, person))["contract_id"]
    terms = terms_of(AMEND_CONTRACT, person)
    amendment = body(talent.amend_contract(call(load(NewTerms, {"terms": terms}), contract_id=contract)))
    assert amendment["amends"]["contract_id"] == contract
    assert executed(talent, amendment["contract_id"])["state"] == "executed"
    signed = [e for e in said(talent, amendment["contract_id"]) if isinstance(e.data, AmendmentSigned)]
    assert talent.put_in_force(signed) == ["ok"]
    assert talent.put_in_force(signed) == ["duplicate"]
    amended = talent.store.contracts.get(contract, STUDIO)
    assert [day.isoformat() for day in amended.terms.work_dates] == terms["work_dates"]
    assert [each.amendment_id for each in amended.amendments] == [amendment["contract_id"]]
    assert [e.type for e in said(talent, contract)].count("talent.contract.amended.v1") == 1
    found = talent.list_contracts(call(query=ContractsQuery(amends=contract)))
    assert [each.contract_id for each in found.items] == [amendment["contract_id"]]


def test_one_amendment_at_a_time(talent: Talent) -> None:
    """While one may still be executed, or is not in force yet, there is no other, and no termination."""
    person = register(talent)
    contract = executed(talent, draft(talent, person))["contract_id"]
    wanted = call(load(NewTerms, {"terms": terms_of(AMEND_CONTRACT, person)}), contract_id=contract)
    ending = call(TerminationRequest("studio", "breach", now().date(), "No show."), contract_id=contract)
    first = body(talent.amend_contract(wanted))["contract_id"]
    for step in (lambda: talent.amend_contract(wanted), lambda: talent.terminate_contract(ending)):
        with pytest.raises(AmendmentOpen):
            step()
    talent.cancel_contract(call(Cancellation("Not needed."), contract_id=first))
    second = body(talent.amend_contract(wanted))["contract_id"]
    executed(talent, second)
    with pytest.raises(AmendmentOpen):
        talent.terminate_contract(ending)
    talent.put_in_force([e for e in said(talent, second) if isinstance(e.data, AmendmentSigned)])
    third = body(talent.amend_contract(wanted))
    assert third["amends"]["number"] == 2
    talent.cancel_contract(call(Cancellation("Not needed."), contract_id=third["contract_id"]))
    assert body(talent.terminate_contract(ending))["state"] == "terminated"
    assert talent.get_contract_evidence(call(contract_id=contract)).body.reason == "No show."


def test_a_renewal_is_a_contract_of_its_own(talent: Talent) -> None:
    """It names the contract that it renews, has its parties, and may be drafted more than once."""
    person = register(talent)
    contract = executed(talent, draft(talent, person))
    wanted = call(
        load(NewTerms, {"terms": terms_of(RENEW_CONTRACT, person)}), contract_id=contract["contract_id"], key="once"
    )
    renewal, again = body(talent.renew_contract(wanted)), body(talent.renew_contract(wanted))
    assert renewal == again
    assert renewal["renews"] == {
        "contract_id": contract["contract_id"],
        "document_sha256": contract["document_sha256"],
        "number": 1,
    }
    assert [party["key"] for party in renewal["parties"]] == [party["key"] for party in contract["parties"]]
    other = talent.renew_contract(replace(wanted, command_id="another"))
    assert body(other)["contract_id"] != renewal["contract_id"]
    found = talent.list_contracts(call(query=ContractsQuery(renews=contract["contract_id"])))
    assert len(found.items) == 2
