"""A negotiation goes in rounds: only the last open proposal counts, and every move is remembered with who and when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from events.errors import RuleError
from events.talent.negotiation import (
    ContractProposalAccepted,
    ContractProposalMade,
    ContractProposalRejected,
    ContractProposalWithdrawn,
)
from services.talent.contracts import lifecycle
from services.talent.contracts.lifecycle import Contract, ContractStateConflict, Paper
from services.talent.contracts.signing import PartyUnknown
from services.talent.contracts.terms import Fee, Terms, TermsContradictory
from services.talent.negotiation import rounds
from services.talent.negotiation.proposals import Outcome, ProposalOpen
from services.talent.negotiation.rounds import (
    MOST_PROPOSALS,
    Move,
    NothingProposed,
    NotOwnProposal,
    OwnProposal,
    ProposalNotOpen,
    TooManyProposals,
)

PAPER = Paper("performer/1", "cd" * 32, b"")


def paying(terms: Terms, amount: int) -> Terms:
    """The terms with another fee."""
    return replace(terms, fee=Fee(Decimal(amount), "USD"))


@pytest.fixture
def by(now: datetime) -> Callable[[str], Move]:
    """A party's move, made by one of its people."""
    return lambda party: Move(party, f"mbr_{party}", now)


@pytest.fixture
def asked(drafted: Contract, by: Callable[[str], Move]) -> Contract:
    """The draft with the performer's proposal of 20,000."""
    return rounds.propose(drafted, paying(drafted.terms, 20000), b"sealed", by("performer"))[0]


def test_a_proposal_leaves_the_draft_as_it_is(drafted: Contract, asked: Contract, by: Callable[[str], Move]) -> None:
    """It is kept as a difference with who and when; the event names the terms, not what they are to say."""
    (proposal,) = asked.proposals
    assert (asked.terms, asked.paper) == (drafted.terms, drafted.paper)
    assert (proposal.number, proposal.party, proposal.actor, proposal.at) == (
        1,
        "performer",
        "mbr_performer",
        by("x").at,
    )
    assert [(c.pointer, c.old, c.new) for c in proposal.changes] == [("/fee/amount", '"18000.00"', '"20000"')]
    assert (proposal.comment, proposal.status, proposal.outcome) == (b"sealed", "open", None)
    _, events = rounds.propose(drafted, paying(drafted.terms, 20000), None, by("performer"))
    assert events == [ContractProposalMade(drafted.id, 1, "performer", ("fee",), None)]


def test_a_counter_proposal_ends_the_one_before(asked: Contract, by: Callable[[str], Move]) -> None:
    """Another party's answer counters it, one's own next try replaces it; the new one alone is open."""
    countered, events = rounds.propose(asked, paying(asked.terms, 19000), None, by("studio"))
    assert [p.status for p in countered.proposals] == ["countered", "open"]
    assert countered.proposals[0].outcome == Outcome("studio", "mbr_studio", by("x").at)
    assert events == [ContractProposalMade(asked.id, 2, "studio", ("fee",), 1)]
    replaced, _ = rounds.propose(asked, paying(asked.terms, 19500), None, by("performer"))
    assert [p.status for p in replaced.proposals] == ["replaced", "open"]


def test_acceptance_changes_terms_and_document(asked: Contract, by: Callable[[str], Move]) -> None:
    """The draft says what was proposed, under a new hash, and one event tells it."""
    terms = rounds.accepted_terms(asked, 1, "studio")
    agreed, events = rounds.accept(asked, 1, terms, PAPER, by("studio"))
    assert (agreed.terms.fee.amount, agreed.paper, agreed.state) == (20000, PAPER, "draft")
    assert (agreed.proposals[0].status, agreed.proposals[0].outcome) == (
        "accepted",
        Outcome("studio", "mbr_studio", by("x").at),
    )
    assert events == [ContractProposalAccepted(asked.id, 1, "studio", "cd" * 32)]


def test_rejection_and_withdrawal_leave_the_terms(asked: Contract, by: Callable[[str], Move]) -> None:
    """Each is remembered as what it was, with the sealed reason of a rejection."""
    rejected, events = rounds.reject(asked, 1, b"too much", by("studio"))
    assert (rejected.terms, rejected.proposals[0].status) == (asked.terms, "rejected")
    assert rejected.proposals[0].outcome == Outcome("studio", "mbr_studio", by("x").at, b"too much")
    assert events == [ContractProposalRejected(asked.id, 1, "studio")]
    withdrawn, events = rounds.withdraw(asked, 1, by("performer"))
    assert (withdrawn.terms, withdrawn.proposals[0].status) == (asked.terms, "withdrawn")
    assert events == [ContractProposalWithdrawn(asked.id, 1, "performer")]


def test_nobody_answers_for_the_other_side(asked: Contract, by: Callable[[str], Move]) -> None:
    """The proposer cannot accept or reject, others cannot withdraw."""
    for answer in (
        lambda: rounds.accepted_terms(asked, 1, "performer"),
        lambda: rounds.accept(asked, 1, asked.terms, PAPER, by("performer")),
        lambda: rounds.reject(asked, 1, b"", by("performer")),
    ):
        with pytest.raises(OwnProposal):
            answer()
    with pytest.raises(NotOwnProposal, match="only performer"):
        rounds.withdraw(asked, 1, by("studio"))


def test_only_the_last_open_proposal_counts(asked: Contract, by: Callable[[str], Move]) -> None:
    """Who read an earlier one is told which is open now; after an answer none is."""
    countered, _ = rounds.propose(asked, paying(asked.terms, 19000), None, by("studio"))
    with pytest.raises(ProposalNotOpen, match="Proposal 1 is not open; open is: 2"):
        rounds.reject(countered, 1, b"", by("performer"))
    rejected, _ = rounds.reject(countered, 2, b"", by("performer"))
    with pytest.raises(ProposalNotOpen, match="open is: -"):
        rounds.accepted_terms(rejected, 2, "performer")


def test_a_draft_with_an_open_proposal_is_not_sent(asked: Contract, now: datetime, by: Callable[[str], Move]) -> None:
    """First the answer; a revision of the draft is one too."""
    with pytest.raises(ProposalOpen, match="Proposal 1 of performer"):
        lifecycle.send(asked, now.date(), now.date())
    revised, _ = lifecycle.revise(asked, asked.terms, PAPER, "mbr_legal", now)
    assert (revised.proposals[0].status, revised.proposals[0].outcome) == (
        "superseded",
        Outcome(None, "mbr_legal", now),
    )
    lifecycle.send(revised, now.date(), now.date())


def test_a_proposal_proposes_something_for_the_same_person(drafted: Contract, by: Callable[[str], Move]) -> None:
    """The draft's own terms, another person's terms and a stranger's proposal are refused with the place."""
    stranger = replace(drafted.terms, person_id="prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1W")
    refusals: list[tuple[Terms, str, type[RuleError], str]] = [
        (drafted.terms, "studio", NothingProposed, "/terms"),
        (stranger, "studio", TermsContradictory, "/terms/person_id"),
        (paying(drafted.terms, 1), "agent", PartyUnknown, "/party"),
    ]
    for terms, party, error, pointer in refusals:
        with pytest.raises(error) as refused:
            rounds.propose(drafted, terms, None, by(party))
        assert (refused.value.pointer, refused.value.status) == (pointer, 422)


def test_a_negotiation_ends(drafted: Contract, by: Callable[[str], Move]) -> None:
    """The contract's document does not grow for ever."""
    contract = drafted
    for n in range(MOST_PROPOSALS):
        contract, _ = rounds.propose(contract, paying(drafted.terms, n), None, by("studio"))
    with pytest.raises(TooManyProposals):
        rounds.propose(contract, paying(drafted.terms, 99), None, by("studio"))


def test_what_is_out_for_signature_is_not_negotiated(sent: Contract, by: Callable[[str], Move]) -> None:
    """The parties sign what they read."""
    with pytest.raises(ContractStateConflict, match="proposal needs it to be draft"):
        rounds.propose(sent, paying(sent.terms, 1), None, by("studio"))
