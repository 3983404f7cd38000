"""How a pay clock follows its contract: started by execution, dated and split anew by amendments, ended by termination.

The contract as it stands says everything, so it does not matter in which order its events are heard, or how often.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.terms import Terms
from services.talent.pay import clock
from services.talent.pay.clock import Instalment, PayClock, Step


def follow(known: PayClock | None, contract: Contract) -> Step | None:
    """The clock as the executed contract has it now; None when nothing changes."""
    if known is None:
        signed_on = contract.signatures[-1].signed_at.date()
        current, _ = clock.start(contract.id, contract.tenant, contract.terms, signed_on)
    else:
        current = _amended(known, contract.terms)
    if contract.termination is not None:
        current = _ended(current, contract.termination.last_day, contract.termination.kill_fee)
    return None if current == known else (current, [clock.scheduled(current)])


def _amended(known: PayClock, terms: Terms) -> PayClock:
    """The clock with amended terms: payments stay with the instalment of their number, or go to the last one.

    An amendment to another currency after a payment leaves the clock as it is: what was paid cannot be set against it.
    """
    fresh, _ = clock.start(known.id, known.tenant, terms, known.signed_on, known.hours_on)
    paid = any(part.payments for part in known.instalments)
    same = (known.first_day, known.last_day) == (fresh.first_day, fresh.last_day)
    if known.ended_on is not None or (paid and known.currency != fresh.currency):
        return known
    if same and _terms(known) == _terms(fresh):
        return known
    last = len(fresh.instalments)
    parts = []
    for part in fresh.instalments:
        mine = [old for old in known.instalments if min(old.number, last) == part.number]
        parts.append(clock.with_payments(part, [payment for old in mine for payment in old.payments]))
    return replace(fresh, version=known.version, instalments=tuple(parts))


def _terms(of: PayClock) -> list[tuple[str, int, Decimal, date | None]]:
    """What of a clock comes from the terms alone."""
    return [
        (part.trigger, part.days, part.amount, part.due_on if part.trigger == "date" else None)
        for part in of.instalments
    ]


def _ended(current: PayClock, last_day: date, kill_fee: Decimal) -> PayClock:
    """The clock of a terminated contract: what is due by the last day stays due, what is unpaid of the rest lapses.

    What waits for hours to be confirmed stays too when there are any: the first work date is not after the last day. The kill fee is an instalment of its own, due on the last day.
    """
    if current.ended_on is not None:
        return current
    parts = [clock.lapse(p) if (p.due_on or current.first_day) > last_day else p for p in current.instalments]
    if kill_fee:
        parts.append(Instalment(len(parts) + 1, "termination", 0, kill_fee, last_day))
    return replace(current, instalments=tuple(parts), ended_on=last_day)
