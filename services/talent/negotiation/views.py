"""What talent shows of a negotiation."""

from collections.abc import Callable

from services.talent.contracts.lifecycle import Contract
from services.talent.negotiation.api import OutcomeView, ProposalRecord, ProposalView
from services.talent.negotiation.proposals import Proposal


def proposal(contract: Contract, it: Proposal) -> ProposalView:
    """A proposal without anybody's words: nothing is decrypted for it."""
    ended = it.outcome
    return ProposalView(
        contract_id=contract.id,
        proposal=it.number,
        party=it.party,
        actor=it.actor,
        at=it.at,
        status=it.status,
        changes=it.changes,
        outcome=None if ended is None else OutcomeView(ended.party, ended.actor, ended.at),
        document_sha256=contract.paper.sha256,
    )


def record(contract: Contract, it: Proposal, words: Callable[[Contract, bytes | None], str | None]) -> ProposalRecord:
    """A proposal with what was said about it, which `words` opens."""
    why = words(contract, it.outcome.reason if it.outcome else None)
    return ProposalRecord(proposal(contract, it), words(contract, it.comment), why)


def last_proposal(contract: Contract) -> ProposalView:
    """The proposal that the latest move was about."""
    return proposal(contract, contract.proposals[-1])
