"""The pay clock of an executed contract: the due date of every instalment, and what happened until it was paid.

    scheduled -> partly_paid -> paid -> confirmed         scheduled, partly_paid -> overdue -> paid (late) -> confirmed
    scheduled, partly_paid, overdue -> lapsed             when the contract ends before the due date

A due date is the last day on which payment is in time, by the calendar of UTC. Payments are in `payments`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from events import talent
from events.envelope import Event
from events.shapes import Amount, ContractId, Currency, PersonId, ProductionId
from events.talent import InstalmentMissed, InstalmentsScheduled, PaymentId
from services.talent import codes
from services.talent.contracts.terms import Terms
from services.talent.pay.splitting import split

InstalmentState = Literal["scheduled", "partly_paid", "overdue", "paid", "confirmed", "lapsed"]
PayTrigger = Literal["signature", "first_day", "wrap", "days_after_wrap", "termination"]
"""The triggers of the terms, and termination for a kill fee."""
PaymentState = Literal["recorded", "confirmed", "disputed"]


@dataclass(frozen=True)
class Payment:
    """Evidence that the studio paid, and what the person says of it; reference and reason are sealed."""

    payment_id: PaymentId
    amount: Amount
    paid_on: date
    reference: bytes
    recorded_at: datetime
    state: PaymentState = "recorded"
    answered_at: datetime | None = None
    reason: bytes | None = None


@dataclass(frozen=True)
class Instalment:
    """A part of the fee; `days` counts from wrap. `missed` stays once the due date has passed unpaid.

    What `lapsed` is not owed any more, because the contract was terminated before.
    """

    number: int
    trigger: PayTrigger
    days: int
    amount: Amount
    due_on: date
    state: InstalmentState = "scheduled"
    missed: bool = False
    lapsed: bool = False
    payments: tuple[Payment, ...] = ()

    @property
    def paid(self) -> Decimal:
        """The sum of the payments that are not disputed."""
        return sum((p.amount for p in self.payments if p.state != "disputed"), Decimal(0))

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; nothing when an amendment made the instalment smaller than what was paid."""
        return Decimal(0) if self.lapsed else max(self.amount - self.paid, Decimal(0))

    @property
    def settled_on(self) -> date | None:
        """When the last payment was made that paid it in full; None while something is outstanding, or nothing was due."""
        paid_on = [p.paid_on for p in self.payments if p.state != "disputed"]
        return None if self.outstanding or not paid_on else max(paid_on)

    @property
    def punctual(self) -> bool | None:
        """Whether it was paid in time; None while that is open, or when it lapsed."""
        if self.lapsed:
            return None
        if (settled := self.settled_on) is not None:
            return settled <= self.due_on
        return False if self.missed else None


@dataclass(frozen=True)
class PayClock:
    """The instalments of one executed contract, whose id it has."""

    id: ContractId
    tenant: str
    version: int
    production_id: ProductionId
    person_id: PersonId
    currency: Currency
    signed_on: date
    first_day: date
    last_day: date
    instalments: tuple[Instalment, ...]
    ended_on: date | None = None


Step = tuple[PayClock, list[Event]]


def start(contract_id: str, tenant: str, terms: Terms, signed_on: date) -> Step:
    """The clock of a contract that was executed on `signed_on`; until the shooting is planned, its last work date is wrap."""
    percents = [part.percent for part in terms.instalments]
    amounts = split(terms.fee.amount, percents, codes.minor_digits(terms.fee.currency))
    first, last = terms.work_dates[0], terms.work_dates[-1]
    instalments = tuple(
        _judged(
            Instalment(n, part.trigger, part.days or 0, amount, _due(part.trigger, part.days, signed_on, first, last))
        )
        for n, (part, amount) in enumerate(zip(terms.instalments, amounts, strict=True), start=1)
    )
    clock = PayClock(
        contract_id,
        tenant,
        0,
        terms.production_id,
        terms.person_id,
        terms.fee.currency,
        signed_on,
        first,
        last,
        instalments,
    )
    return clock, [scheduled(clock)]


def reschedule(clock: PayClock, wrap_on: date | None, today: date) -> Step:
    """The clock with what is due at or after wrap dated anew; None: nothing is planned, the last work date is wrap.

    What is paid keeps its date, and a terminated contract all of its dates. No event when no date changes.
    """
    if clock.ended_on is not None:
        return clock, []
    moved = []
    for part in clock.instalments:
        due_on = _due(part.trigger, part.days, clock.signed_on, clock.first_day, wrap_on or clock.last_day)
        if due_on != part.due_on and part.settled_on is None:
            part = _judged(replace(part, due_on=due_on, missed=part.missed and today > due_on))
        moved.append(part)
    changed = replace(clock, instalments=tuple(moved))
    return changed, [scheduled(changed)] if changed != clock else []


def miss(clock: PayClock, today: date) -> Step:
    """The clock with every instalment overdue whose last day is over; no event when none is."""
    events: list[Event] = []
    parts = []
    for part in clock.instalments:
        if is_missed(part, today):
            part = _judged(replace(part, missed=True))
            events.append(
                InstalmentMissed(clock.id, clock.person_id, part.number, part.outstanding, clock.currency, part.due_on)
            )
        parts.append(part)
    return replace(clock, instalments=tuple(parts)), events


def is_missed(part: Instalment, today: date) -> bool:
    """Whether the instalment's last day is over, something is outstanding, and nobody was told yet."""
    return not part.missed and part.outstanding > 0 and today > part.due_on


def next_check(clock: PayClock) -> date | None:
    """The first due date that may yet be missed; None when there is none."""
    return min((part.due_on for part in clock.instalments if not part.missed and part.outstanding > 0), default=None)


def with_payments(part: Instalment, payments: Sequence[Payment]) -> Instalment:
    """The instalment with these payments, in the state that follows."""
    return _judged(replace(part, payments=tuple(payments)))


def lapse(part: Instalment) -> Instalment:
    """The instalment, not owed any more unless it is paid."""
    return _judged(replace(part, lapsed=True)) if part.outstanding else part


def _judged(part: Instalment) -> Instalment:
    state: InstalmentState
    if part.lapsed:
        state = "lapsed"
    elif not part.outstanding:
        state = "confirmed" if all(p.state != "recorded" for p in part.payments) and part.payments else "paid"
    elif part.missed:
        state = "overdue"
    else:
        state = "partly_paid" if part.paid else "scheduled"
    return replace(part, state=state)


def _due(trigger: PayTrigger, days: int | None, signed_on: date, first_day: date, wrap_on: date) -> date:
    """When an instalment is due; nothing is due before the contract is executed."""
    at = {"signature": signed_on, "first_day": first_day}.get(trigger, wrap_on)
    return max(signed_on, at + timedelta(days=days or 0))


def scheduled(clock: PayClock) -> InstalmentsScheduled:
    """What the instalments that are owed are, and when they are due."""
    return InstalmentsScheduled(
        clock.id,
        clock.production_id,
        clock.person_id,
        clock.currency,
        tuple(
            talent.Instalment(part.number, part.trigger, part.amount, part.due_on)
            for part in clock.instalments
            if not part.lapsed
        ),
    )
