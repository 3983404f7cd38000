"""The pay clock of an executed contract: the due date of every instalment, and what happened until it was paid.

    scheduled -> partly_paid -> paid -> confirmed         scheduled, partly_paid -> overdue -> paid (late) -> confirmed
    scheduled, partly_paid, overdue -> lapsed             when the contract ends before the due date

A due date is the last day on which payment is in time, by the calendar of UTC. What waits for the hours to be confirmed by both
sides has none before. Payments are in `payments`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from events.envelope import Event
from events.errors import RuleError
from events.shapes import Amount, ContractId, Currency, PersonId, ProductionId
from events.talent.pay import Answerer, HoursConfirmed, InstalmentMissed, InstalmentsScheduled, PaymentId
from events.talent.pay import Instalment as ScheduledInstalment
from services.talent import codes
from services.talent.contracts.terms import Terms
from services.talent.pay.splitting import split

InstalmentState = Literal["scheduled", "partly_paid", "overdue", "paid", "confirmed", "lapsed"]
OWED: tuple[InstalmentState, ...] = ("scheduled", "partly_paid", "overdue")
"""States in which something is outstanding."""
PayTrigger = Literal["signature", "date", "first_day", "hours_confirmed", "wrap", "days_after_wrap", "termination"]
"""The triggers of the terms, and termination for a kill fee."""
PaymentState = Literal["recorded", "confirmed", "disputed"]


@dataclass(frozen=True)
class Payment:
    """Evidence that the studio paid, and what the person says of it; reference and reason are sealed.

    `answered_by` is who said it, once it is said.
    """

    payment_id: PaymentId
    amount: Amount
    paid_on: date
    reference: bytes
    recorded_at: datetime
    state: PaymentState = "recorded"
    answered_at: datetime | None = None
    reason: bytes | None = None
    answered_by: Answerer = "studio"
    recorded_by: str = ""  # the studio's member


@dataclass(frozen=True)
class Instalment:
    """A part of the fee; `days` counts from wrap. `missed` stays once the due date has passed unpaid.

    What `lapsed` is not owed any more, because the contract was terminated before.
    """

    number: int
    trigger: PayTrigger
    days: int
    amount: Amount
    due_on: date | None
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
            return self.due_on is None or settled <= self.due_on
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
    hours_on: date | None = None
    """When both sides had confirmed the hours."""


class HoursNotAwaited(RuleError):
    """No instalment waits for the hours to be confirmed: none is due then, or they are confirmed."""

    en = "No instalment of this contract waits for its hours to be confirmed."
    zh = "该合同没有待双方确认工时的分期付款。"


class HoursInTheFuture(RuleError):
    """Nobody has confirmed anything tomorrow."""

    status = 422
    en = "{confirmed_on} is still to come: record when both sides have confirmed the hours."
    zh = "{confirmed_on} 尚未到来：请在双方确认工时后再登记。"


Step = tuple[PayClock, list[Event]]


def start(contract_id: str, tenant: str, terms: Terms, signed_on: date, hours_on: date | None = None) -> Step:
    """The clock of a contract that was executed on `signed_on`; until the shooting is planned, its last work date is wrap."""
    percents = [part.percent for part in terms.instalments]
    amounts = split(terms.fee.amount, percents, codes.minor_digits(terms.fee.currency))
    first, last = terms.work_dates[0], terms.work_dates[-1]
    instalments = tuple(
        _judged(Instalment(n, part.trigger, part.days or 0, amount, part.due_on))
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
        hours_on=hours_on,
    )
    clock = replace(clock, instalments=tuple(replace(part, due_on=_due(clock, part, last)) for part in instalments))
    return clock, [scheduled(clock)]


def reschedule(clock: PayClock, wrap_on: date | None, today: date) -> Step:
    """The clock with what is due at or after wrap dated anew; None: nothing is planned, the last work date is wrap.

    What is paid keeps its date, and a terminated contract all of its dates. No event when no date changes.
    """
    if clock.ended_on is not None:
        return clock, []
    moved = []
    for part in clock.instalments:
        due_on = _due(clock, part, wrap_on or clock.last_day)
        if due_on != part.due_on and part.settled_on is None:
            part = _judged(replace(part, due_on=due_on, missed=part.missed and due_on is not None and today > due_on))
        moved.append(part)
    changed = replace(clock, instalments=tuple(moved))
    return changed, [scheduled(changed)] if changed != clock else []


def confirm_hours(clock: PayClock, on: date, today: date) -> Step:
    """The clock when both sides had confirmed the hours: what waited for that is due on that day, and never before execution.

    Raises HoursNotAwaited, HoursInTheFuture.
    """
    if on > today:
        raise HoursInTheFuture("/confirmed_on", confirmed_on=on)
    if clock.hours_on is not None or not any(map(_awaits_hours, clock.instalments)):
        raise HoursNotAwaited
    changed = replace(clock, hours_on=on)
    parts = [
        replace(part, due_on=_due(changed, part, clock.last_day)) if _awaits_hours(part) else part
        for part in clock.instalments
    ]
    changed = replace(changed, instalments=tuple(parts))
    return changed, [HoursConfirmed(clock.id, clock.person_id, on), scheduled(changed)]


def _awaits_hours(part: Instalment) -> bool:
    return part.trigger == "hours_confirmed" and not part.lapsed


def miss(clock: PayClock, today: date) -> Step:
    """The clock with every instalment overdue whose last day is over; no event when none is."""
    events: list[Event] = []
    parts = []
    for part in clock.instalments:
        if (due_on := part.due_on) is not None and is_missed(part, today):
            part = _judged(replace(part, missed=True))
            events.append(
                InstalmentMissed(clock.id, clock.person_id, part.number, part.outstanding, clock.currency, due_on)
            )
        parts.append(part)
    return replace(clock, instalments=tuple(parts)), events


def is_missed(part: Instalment, today: date) -> bool:
    """Whether the instalment's last day is over, something is outstanding, and nobody was told yet."""
    return not part.missed and part.outstanding > 0 and part.due_on is not None and today > part.due_on


def next_check(clock: PayClock) -> date | None:
    """The first due date that may yet be missed; None when there is none."""
    open_parts = (part for part in clock.instalments if not part.missed and part.outstanding > 0)
    return min((part.due_on for part in open_parts if part.due_on is not None), default=None)


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


def _due(clock: PayClock, part: Instalment, wrap_on: date) -> date | None:
    """When an instalment is due; nothing is due before the contract is executed, nor (None) before its hours are confirmed."""
    days = {
        "signature": clock.signed_on,
        "date": part.due_on,
        "first_day": clock.first_day,
        "hours_confirmed": clock.hours_on,
    }
    at = days.get(part.trigger, wrap_on)
    if at is None:
        return None
    days_after = min(
        timedelta(days=part.days), date.max - at
    )  # a contract of before dates had a limit may name the last
    return max(clock.signed_on, at + days_after)


def scheduled(clock: PayClock) -> InstalmentsScheduled:
    """What the instalments that are owed are, and when they are due."""
    return InstalmentsScheduled(
        clock.id,
        clock.production_id,
        clock.person_id,
        clock.currency,
        tuple(
            ScheduledInstalment(part.number, part.trigger, part.amount, part.due_on)
            for part in clock.instalments
            if not part.lapsed
        ),
    )
