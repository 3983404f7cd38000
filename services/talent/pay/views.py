"""What talent shows of a pay clock."""

from collections.abc import Callable

from services.talent.pay.api import InstalmentView, PaidInstalment, PayClockView, PaymentView
from services.talent.pay.clock import Instalment, PayClock, Payment

Open = Callable[[bytes], str | None]
"""From a sealed text to the text, None when nobody can read it any more."""


def clock(clock: PayClock, open_text: Open) -> PayClockView:
    """The clock with its payments."""
    shown = tuple(
        PaidInstalment(instalment(clock, part), tuple(_payment(p, open_text) for p in part.payments))
        for part in clock.instalments
    )
    return PayClockView(clock.id, clock.tenant, shown)


def instalment(clock: PayClock, part: Instalment) -> InstalmentView:
    """One instalment."""
    return InstalmentView(
        clock.id,
        clock.production_id,
        clock.person_id,
        part.number,
        part.trigger,
        part.amount,
        part.outstanding,
        clock.currency,
        part.due_on,
        part.state,
    )


def _payment(payment: Payment, open_text: Open) -> PaymentView:
    return PaymentView(
        payment.payment_id,
        payment.amount,
        payment.paid_on,
        open_text(payment.reference),
        payment.recorded_at,
        payment.state,
        payment.answered_at,
        open_text(payment.reason) if payment.reason else None,
    )
