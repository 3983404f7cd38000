"""Talent's entrypoints about executed contracts."""

from collections.abc import Sequence

from chassis.aggregates import Taken
from chassis.api import Answer, Call
from chassis.cause import new_id
from chassis.documents import now
from chassis.handlers import handles
from chassis.rpc import serves
from events.envelope import Envelope
from events.talent.contracts import AmendmentSigned
from services.talent.amendments import amending, api, termination
from services.talent.amendments.amending import AmendmentOpen
from services.talent.amendments.termination import Notice
from services.talent.bilingual import Bilingual
from services.talent.contracts import lifecycle, terms, views
from services.talent.contracts.document import ContractDocument, Reference
from services.talent.contracts.lifecycle import Contract, Step
from services.talent.repository import TalentRepository


class Amendments:
    """Amendments, renewals and terminations."""

    store: TalentRepository

    @serves(api.AMEND_CONTRACT)
    def amend_contract(self, call: Call) -> Answer:
        """Draft an amendment; raises AmendmentOpen when there is one that may still be executed."""
        contract, title = self._executed(call)
        amends = amending.amend(contract, call.body.terms, self.store.last_amendment(contract.id))
        try:
            return self._draft(call, contract, title, amends=amends)
        except Taken:
            raise AmendmentOpen(contract_id=contract.id) from None

    @serves(api.RENEW_CONTRACT)
    def renew_contract(self, call: Call) -> Answer:
        """Draft a contract that renews this one."""
        contract, title = self._executed(call)
        return self._draft(call, contract, title, renews=amending.renew(contract, call.body.terms))

    @serves(api.TERMINATE_CONTRACT)
    def terminate_contract(self, call: Call) -> Answer:
        """End an executed contract; raises AmendmentOpen while an amendment may still be executed."""
        at, body = now(), call.body
        notice = Notice(body.party, body.ground, body.last_day, body.rights_revert)

        def terminate(contract: Contract) -> Step:
            ended = termination.terminate(
                contract, notice, self.store.seal_reason(contract, body.reason), at, call.actor
            )
            if self.store.amendment_pending(contract):
                raise AmendmentOpen(contract_id=contract.id)
            return ended

        return self.store.contracts.change(call, call.path["contract_id"], terminate, views.contract)

    @handles(AmendmentSigned, batch=64)
    def put_in_force(self, events: Sequence[Envelope[AmendmentSigned]]) -> list[str]:
        """Bring the terms of executed amendments into force."""

        def put(contract: Contract | None, event: Envelope[AmendmentSigned], _: str) -> Step | None:
            amendment = self.store.contracts.find(event.data.amendment_id)
            assert (
                contract is not None and amendment is not None
            )  # an amendment was drafted of a contract that was there
            return amending.apply(contract, amendment, event.data)

        return self.store.contracts.absorb(events, lambda event: [event.data.contract_id], put)

    def _executed(self, call: Call) -> tuple[Contract, Bilingual]:
        """The contract, and the title of the production that the new terms name; raises NotFound and what the terms break."""
        terms.check(call.body.terms, now().date(), "/terms")
        _, title = self.store.subject(call.tenant, call.body.terms)
        return self.store.contracts.get(call.path["contract_id"], call.tenant), title

    def _draft(
        self,
        call: Call,
        contract: Contract,
        title: Bilingual,
        amends: Reference | None = None,
        renews: Reference | None = None,
    ) -> Answer:
        before = self.store.document(contract)
        wording = self.store.wording(call.tenant, before.template)
        document = ContractDocument.compose(
            new_id("ctr"),
            call.tenant,
            title,
            self.store.parties_anew(contract),
            call.body.terms,
            wording,
            amends,
            renews,
        )
        drafted, events = lifecycle.draft(document, self.store.archive(document), now())
        return self.store.contracts.create(
            call,
            drafted,
            events,
            lambda it: views.contract(it, self.store.days_warnings(it.terms, it.tenant, now().date())),
        )
