"""The rounds of a negotiation: a party proposes, another accepts, rejects or counters; only the last open proposal counts."""

from dataclasses import dataclass, replace
from datetime import datetime

from events.errors import RuleError
from events.shapes import PartyKey
from events.talent.negotiation import (
    ContractProposalAccepted,
    ContractProposalMade,
    ContractProposalRejected,
    ContractProposalWithdrawn,
)
from services.talent.contracts.lifecycle import Contract, Paper, Step, require, require_same_subject
from services.talent.contracts.parties import require_party
from services.talent.contracts.terms import Terms
from services.talent.negotiation import differences, proposals
from services.talent.negotiation.proposals import Outcome, Proposal

MOST_PROPOSALS = 40
"""All of them stay in the contract's document, which has an end."""


class NothingProposed(RuleError):
    """The proposed terms are those of the draft."""

    status = 422
    en = "These are the draft's own terms: a proposal changes at least one of them."
    zh = "所提条款与草案完全相同：提案须至少变更一项条款。"


class ProposalNotOpen(RuleError):
    """The proposal is not the one that waits for an answer."""

    en = "Proposal {number} is not open; open is: {waiting}."
    zh = "第 {number} 号提案并非待答复的提案；待答复的提案为：{waiting}。"


class OwnProposal(RuleError):
    """A party answers its own proposal."""

    en = "Proposal {number} is {party}'s own: another party answers it; {party} may withdraw it."
    zh = "第 {number} 号提案由 {party} 方自己提出：应由其他方答复；{party} 方可以撤回。"


class NotOwnProposal(RuleError):
    """A party takes back what another one proposed."""

    en = "Proposal {number} is not {party}'s: only {proposer} can withdraw it."
    zh = "第 {number} 号提案并非 {party} 方提出：仅 {proposer} 方可以撤回。"


class TooManyProposals(RuleError):
    """The negotiation has gone on for too long."""

    en = "A contract has at most {most} proposals: revise the draft, or draft another one."
    zh = "一份合同最多可有 {most} 个提案：请修订草案或另行起草。"


@dataclass(frozen=True)
class Move:
    """Who makes a move in the negotiation: for which party, which member, when."""

    party: PartyKey
    actor: str
    at: datetime


def propose(contract: Contract, terms: Terms, comment: bytes | None, move: Move) -> Step:
    """The draft with a proposal; one that is open ends: countered by another party's, replaced by one's own.

    `terms` have passed `terms.check`, `comment` is sealed. Raises ContractStateConflict, PartyUnknown,
    TermsContradictory, NothingProposed, TooManyProposals.
    """
    require(contract, "proposal")
    require_party(contract, move.party)
    require_same_subject(contract.terms, terms, production=contract.amends is not None, at="/terms")
    if not (changes := differences.compare(contract.terms, terms)):
        raise NothingProposed("/terms")
    number = len(contract.proposals) + 1
    if number > MOST_PROPOSALS:
        raise TooManyProposals(most=MOST_PROPOSALS)
    waiting = proposals.open_one(contract.proposals)
    ended = proposals.close(
        contract.proposals,
        "replaced" if waiting is not None and waiting.party == move.party else "countered",
        Outcome(move.party, move.actor, move.at),
    )
    made = Proposal(number, move.party, move.actor, move.at, changes, comment)
    said = ContractProposalMade(
        contract.id, number, move.party, differences.fields(changes), waiting.number if waiting else None
    )
    return replace(contract, proposals=(*ended, made)), [said]


def accepted_terms(contract: Contract, number: int, party: str) -> Terms:
    """The terms that the draft has when `party` accepts the proposal; raises what `accept` raises."""
    return differences.apply(contract.terms, _answerable(contract, "acceptance", number, party).changes)


def accept(contract: Contract, number: int, terms: Terms, paper: Paper, move: Move) -> Step:
    """The draft with the proposed terms and their document.

    Raises ContractStateConflict, PartyUnknown, ProposalNotOpen, OwnProposal.
    """
    _answerable(contract, "acceptance", number, move.party)
    ended = proposals.close(contract.proposals, "accepted", Outcome(move.party, move.actor, move.at))
    said = ContractProposalAccepted(contract.id, number, move.party, paper.sha256)
    return replace(contract, terms=terms, paper=paper, proposals=ended), [said]


def reject(contract: Contract, number: int, reason: bytes, move: Move) -> Step:
    """The draft stays as it is; `reason` is sealed. Raises what `accept` raises."""
    _answerable(contract, "rejection", number, move.party)
    ended = proposals.close(contract.proposals, "rejected", Outcome(move.party, move.actor, move.at, reason))
    return replace(contract, proposals=ended), [ContractProposalRejected(contract.id, number, move.party)]


def withdraw(contract: Contract, number: int, move: Move) -> Step:
    """The proposer takes it back. Raises ContractStateConflict, PartyUnknown, ProposalNotOpen, NotOwnProposal."""
    waiting = _open(contract, "withdrawal", number, move.party)
    if waiting.party != move.party:
        raise NotOwnProposal("/party", number=number, party=move.party, proposer=waiting.party)
    ended = proposals.close(contract.proposals, "withdrawn", Outcome(move.party, move.actor, move.at))
    return replace(contract, proposals=ended), [ContractProposalWithdrawn(contract.id, number, move.party)]


def _answerable(contract: Contract, step: str, number: int, party: str) -> Proposal:
    waiting = _open(contract, step, number, party)
    if waiting.party == party:
        raise OwnProposal("/party", number=number, party=party)
    return waiting


def _open(contract: Contract, step: str, number: int, party: str) -> Proposal:
    require(contract, step)
    require_party(contract, party)
    waiting = proposals.open_one(contract.proposals)
    if waiting is None or waiting.number != number:
        raise ProposalNotOpen("/proposal", number=number, waiting=waiting.number if waiting else "-")
    return waiting
