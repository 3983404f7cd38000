"""Talent's entrypoints about negotiations."""

from collections.abc import Callable, Sequence

from chassis.api import Answer, Call, CursorInvalid, decode_cursor, page
from chassis.documents import now
from chassis.rpc import serves
from services.talent.contracts import terms
from services.talent.contracts.lifecycle import Contract, Step
from services.talent.negotiation import api, rounds, views
from services.talent.negotiation.api import ProposalRecord, ProposalsQuery
from services.talent.negotiation.proposals import Proposal
from services.talent.negotiation.rounds import Move
from services.talent.repository import TalentRepository


class Negotiation:
    """Proposals and counter-proposals for the terms of a draft."""

    store: TalentRepository

    @serves(api.PROPOSE_TERMS)
    def propose_terms(self, call: Call) -> Answer:
        """Propose other terms for a draft; their document is written to see that the template can say them."""
        asked, move = call.body, _move(call)
        terms.check(asked.terms, now().date(), "/terms")
        _, title = self.store.subject(call.tenant, asked.terms)

        def propose(contract: Contract) -> Step:
            comment = None if asked.comment is None else self.store.seal_reason(contract, asked.comment)
            step = rounds.propose(contract, asked.terms, comment, move)
            self.store.redraw(contract, asked.terms, title)
            return step

        return self._move(call, propose)

    @serves(api.LIST_PROPOSALS)
    def list_proposals(self, call: Call) -> Answer:
        """List a contract's proposals with what was said; the studio's own only, because it may name people."""
        contract = self.store.contracts.get(call.path["contract_id"], call.tenant)
        query: ProposalsQuery = call.query
        found = [
            it
            for it in _listed(contract.proposals, query)
            if query.status in (None, it.status) and query.party in (None, it.party)
        ]
        shown = [views.record(contract, it, self.store.words) for it in found[: query.limit + 1]]
        return Answer(page(ProposalRecord, shown, query.limit, lambda record: str(record.proposal.proposal)))

    @serves(api.ACCEPT_PROPOSAL)
    def accept_proposal(self, call: Call) -> Answer:
        """Accept the open proposal and write the document anew."""
        move = _move(call)

        def accept(contract: Contract) -> Step:
            agreed = rounds.accepted_terms(contract, call.body.proposal, move.party)
            _, title = self.store.subject(call.tenant, agreed)
            paper = self.store.archive(self.store.redraw(contract, agreed, title))
            return rounds.accept(contract, call.body.proposal, agreed, paper, move)

        return self._move(call, accept)

    @serves(api.REJECT_PROPOSAL)
    def reject_proposal(self, call: Call) -> Answer:
        """Reject the open proposal."""
        move = _move(call)

        def reject(contract: Contract) -> Step:
            reason = self.store.seal_reason(contract, call.body.reason)
            return rounds.reject(contract, call.body.proposal, reason, move)

        return self._move(call, reject)

    @serves(api.WITHDRAW_PROPOSAL)
    def withdraw_proposal(self, call: Call) -> Answer:
        """Take the open proposal back."""
        move = _move(call)
        return self._move(call, lambda contract: rounds.withdraw(contract, call.body.proposal, move))

    def _move(self, call: Call, rule: Callable[[Contract], Step]) -> Answer:
        return self.store.contracts.change(call, call.path["contract_id"], rule, views.last_proposal)


def _move(call: Call) -> Move:
    return Move(call.body.party, call.actor, now())


def _listed(proposals: Sequence[Proposal], query: ProposalsQuery) -> list[Proposal]:
    """The proposals after the number in the cursor, in the order asked for; raises CursorInvalid."""
    position = decode_cursor(query.cursor)
    if position is not None and (not position.isdecimal() or len(position) > 3):
        raise CursorInvalid("/cursor")
    if query.order == "newest":
        return [it for it in reversed(proposals) if position is None or it.number < int(position)]
    return [it for it in proposals if position is None or it.number > int(position)]
