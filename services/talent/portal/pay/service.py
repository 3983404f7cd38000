"""Talent's entrypoints about pay on a performer's own page."""

from collections.abc import Callable
from functools import partial
from typing import Any

from chassis.api import Answer, Call, page
from chassis.errors import NotFound
from chassis.rpc import serves
from services.talent.pay.api import InstalmentsQuery
from services.talent.pay.clock import PayClock, Step
from services.talent.pay.repository import UNDATED
from services.talent.pay.service import Pay
from services.talent.portal.invitations.service import Invitations, Visit
from services.talent.portal.pay import api, views
from services.talent.repository import TalentRepository


class OwnPay(Pay, Invitations):
    """What one is owed, and what has arrived of it."""

    store: TalentRepository

    @serves(api.LIST_OWN_PAY)
    def list_own_pay(self, call: Call) -> Any:
        """The instalments of one's contracts with the studio that invited; another's contract is a 404."""
        visit, query = self._enter_page(call), call.query
        if query.contract_id is not None:
            self._require_own_contract(visit, query.contract_id)
        wanted = InstalmentsQuery(
            state=query.state,
            contract_id=query.contract_id,
            order=query.order,
            cursor=query.cursor,
            limit=query.limit,
        )
        found = self.store.list_instalments(visit.call.tenant, wanted, visit.file.known_as)
        known = {clock.id for clock, _ in found}
        contract = self.store.contracts.ahead(known)
        roles = {contract_id: contract(contract_id).terms.role for contract_id in known}
        titles = self.store.titles_of({clock.production_id for clock, _ in found})
        shown = [
            views.instalment(
                clock,
                part,
                titles[clock.production_id],
                roles[clock.id],
                partial(self.store.open_pay, clock),
            )
            for clock, part in found
        ]
        return page(
            api.OwnInstalment, shown, query.limit, lambda i: f"{i.due_on or UNDATED} {i.contract_id} {i.number}"
        )

    @serves(api.CONFIRM_OWN_PAYMENT)
    def confirm_own_payment(self, call: Call) -> Answer:
        """Say that a payment has arrived."""
        visit = self._enter_page(call)
        return self._answer_payment(visit, self._confirmation(call, visit.reader))

    @serves(api.DISPUTE_OWN_PAYMENT)
    def dispute_own_payment(self, call: Call) -> Answer:
        """Dispute a payment."""
        visit = self._enter_page(call)
        return self._answer_payment(visit, self._dispute(call, visit.reader))

    def _answer_payment(self, visit: Visit, rule: Callable[[PayClock], Step]) -> Answer:
        self._require_own_contract(visit, visit.call.path["contract_id"])
        payment_id = visit.call.path["payment_id"]
        return self._pay_step(visit.call, rule, lambda clock: views.answer(clock, payment_id))

    def _require_own_contract(self, visit: Visit, contract_id: str) -> None:
        """Raise NotFound unless the contract is the studio's, and with this person."""
        contract = self.store.contracts.get(contract_id, visit.call.tenant)
        if contract.terms.person_id not in visit.file.known_as:
            raise NotFound(what="contract", id=contract_id)
