"""Talent's entrypoints about pay."""

from collections.abc import Callable, Sequence
from typing import Any

from chassis.api import Answer, Call, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.handlers import handles
from chassis.rpc import serves
from chassis.timers import every
from events.envelope import Envelope
from events.production import ShootingDaysPlanned
from events.talent.contracts import ContractAmended, ContractSigned, ContractTerminated
from events.talent.pay import Answerer, InstalmentMissed, InstalmentsScheduled, PaymentDisputed, PaymentRecorded
from services.talent.contracts.lifecycle import EXECUTED
from services.talent.pay import api, changes, clock, payments, plans, punctuality, views
from services.talent.pay.clock import PayClock, Step
from services.talent.pay.plans import ShootingPlan
from services.talent.pay.repository import UNDATED
from services.talent.repository import TalentRepository

ContractWord = ContractSigned | ContractAmended | ContractTerminated


class Pay:
    """What is due when, what was paid, and how punctual studios are."""

    store: TalentRepository

    @serves(api.GET_PAY_CLOCK)
    def get_pay_clock(self, call: Call) -> Answer:
        """Read the instalments of an executed contract."""
        found = self._clock(call.path["contract_id"], call.readable_tenant)
        return Answer(views.clock(found), found.version)

    @serves(api.LIST_INSTALMENTS)
    def list_instalments(self, call: Call) -> Any:
        """List instalments; a production, person or contract of another studio is a 404."""
        query: api.InstalmentsQuery = call.query
        people = self.store.require_asked(call)
        if query.contract_id is not None:
            self.store.contracts.get(query.contract_id, call.readable_tenant)
        found = self.store.list_instalments(call.readable_tenant, query, people)
        shown = [views.instalment(known, part) for known, part in found]
        return page(
            api.InstalmentView, shown, query.limit, lambda i: f"{i.due_on or UNDATED} {i.contract_id} {i.number}"
        )

    @serves(api.CONFIRM_HOURS)
    def confirm_hours(self, call: Call) -> Answer:
        """Record that both sides have confirmed the hours."""
        on, today = call.body.confirmed_on, now().date()
        return self._pay_step(call, lambda known: clock.confirm_hours(known, on, today))

    @serves(api.RECORD_PAYMENT)
    def record_payment(self, call: Call) -> Answer:
        """Put evidence of a payment on record."""
        payment_id, at = new_id("pay"), now()

        def record(known: PayClock) -> Step:
            return payments.record(
                known, payment_id, call.body, self.store.seal_pay(known, call.body.reference), at, call.actor
            )

        return self._pay_step(call, record)

    @serves(api.GET_PAY_EVIDENCE)
    def get_pay_evidence(self, call: Call) -> Answer:
        """References and reasons; the studio's own only, because they may name people."""
        found = self._clock(call.path["contract_id"], call.tenant)
        return Answer(views.evidence(found, lambda sealed: self.store.open_pay(found, sealed)))

    @serves(api.CONFIRM_PAYMENT)
    def confirm_payment(self, call: Call) -> Answer:
        """Record that the person has received a payment."""
        return self._pay_step(call, self._confirmation(call, "studio"))

    @serves(api.DISPUTE_PAYMENT)
    def dispute_payment(self, call: Call) -> Answer:
        """Record that the person disputes a payment."""
        return self._pay_step(call, self._dispute(call, "studio"))

    @serves(api.GET_PUNCTUALITY)
    def get_punctuality(self, call: Call) -> Answer:
        """The studio's own record."""
        known = self.store.punctuality.find(call.tenant)
        return Answer(api.PunctualityView(call.tenant, known.on_time if known else 0, known.late if known else 0))

    @handles(ContractSigned, ContractAmended, ContractTerminated, batch=128, rest=10, single_active=True)
    def keep_pay_clocks(self, events: Sequence[Envelope[ContractWord]]) -> list[str]:
        """What is owed under a contract follows its execution, amendments and termination."""
        contracts = self.store.contracts.ahead({event.data.contract_id for event in events})
        outcomes = self.store.pay_clocks.absorb(
            events,
            lambda event: [event.data.contract_id],
            lambda known, _, contract_id: changes.follow(known, contracts(contract_id)),
        )
        # Read after the clocks are stored: a plan that is stored meanwhile is seen here, or its handler sees the clock.
        planned = self.store.plans_of({event.data.production_id for event in events})
        for event in events:
            if (plan := planned.get(event.data.production_id)) is not None:  # else the clock is as it began
                self._reschedule_pay(plan, [event.data.contract_id], Cause.of_event(event, "talent"))
        return outcomes

    @handles(ShootingDaysPlanned)
    def follow_shooting_plan(self, event: Envelope[ShootingDaysPlanned]) -> None:
        """What is due at or after wrap moves with the last shooting day."""
        production_id = event.data.production_id
        self.store.shooting_plans.absorb([event], lambda _: [production_id], plans.follow)
        contracts = self.store.clocks_of_production(production_id)
        if (plan := self.store.shooting_plans.find(production_id)) is not None:
            self._reschedule_pay(plan, contracts, Cause.of_event(event, "talent"))

    @handles(
        InstalmentsScheduled, InstalmentMissed, PaymentRecorded, PaymentDisputed, batch=128, rest=10, single_active=True
    )
    def count_punctuality(self, events: Sequence[Envelope[Any]]) -> list[str]:
        """How punctual studios are may have changed: count anew, so that no event can count twice; one counts at a time."""
        counts = {studio_id: self.store.count_punctual(studio_id) for studio_id in {event.tenant for event in events}}

        def recount(known: punctuality.Punctuality | None, _event: Any, studio_id: str) -> Any:
            return punctuality.recount(known, studio_id, *counts[studio_id])

        return self.store.punctuality.absorb(events, lambda told: [told.tenant], recount)

    @every(60)
    def find_missed_instalments(self) -> None:
        """Tell of instalments whose last day is over."""
        today = now().date()
        while due := self.store.missed_clocks(today):
            for contract_id in due:
                self.store.pay_clocks.advance(
                    contract_id, lambda known: clock.miss(known, today), Cause.of_time(self.store.service)
                )

    def _reschedule_pay(self, plan: ShootingPlan, contracts: Sequence[str], cause: Cause) -> None:
        today = now().date()
        for contract_id in contracts:
            self.store.pay_clocks.advance(contract_id, lambda c: clock.reschedule(c, plan.last_day, today), cause)

    def _clock(self, contract_id: str, tenant: str | None) -> PayClock:
        """The clock of an executed contract, which it gets a moment after its last signature; raises NotFound."""
        contract = self.store.contracts.get(contract_id, tenant)
        return self.store.pay_clocks.await_get(contract_id, tenant, 2 if contract.state in EXECUTED else 0)

    def _confirmation(self, call: Call, by: Answerer) -> Callable[[PayClock], Step]:
        """The step by which somebody says that the payment in the path has arrived."""
        at = now()
        return lambda known: payments.confirm(known, call.path["payment_id"], by, at, call.actor)

    def _dispute(self, call: Call, by: Answerer) -> Callable[[PayClock], Step]:
        """The step by which somebody disputes the payment in the path, for the reason in the body."""
        at = now()

        def dispute(known: PayClock) -> Step:
            reason = self.store.seal_pay(known, call.body.reason)
            return payments.dispute(known, call.path["payment_id"], by, reason, at)

        return dispute

    def _pay_step(
        self, call: Call, rule: Callable[[PayClock], Step], view: Callable[[PayClock], Any] = views.clock
    ) -> Answer:
        contract_id = call.path["contract_id"]
        self._clock(contract_id, call.tenant)
        return self.store.pay_clocks.change(call, contract_id, rule, view)
