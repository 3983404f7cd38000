"""What talent shows of a pay clock."""

from collections.abc import Callable

from services.talent.pay.api import (
    InstalmentView,
    PaidInstalment,
    PayClockView,
    PayEvidenceView,
    PaymentEvidence,
    PaymentView,
)
from services.talent.pay.clock import Instalment, PayClock, Payment


def clock(clock: PayClock) -> PayClockView:
    """The clock with its payments; nothing is decrypted for it."""
    shown = tuple(
        PaidInstalment(instalment(clock, part), tuple(payment(p) for p in part.payments)) for part in clock.instalments
    )
    return PayClockView(clock.id, clock.tenant, shown)


def evidence(clock: PayClock, open_text: Callable[[bytes], str]) -> PayEvidenceView:
    """The payments with their sealed texts, which `open_text` opens."""
    shown = tuple(
        PaymentEvidence(
            part.number, payment(p), open_text(p.reference), None if p.reason is None else open_text(p.reason)
        )
        for part in clock.instalments
        for p in part.payments
    )
    return PayEvidenceView(clock.id, shown)


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


def payment(payment: Payment) -> PaymentView:
    """One payment."""
    return PaymentView(
        payment.payment_id,
        payment.amount,
        payment.paid_on,
        payment.recorded_at,
        payment.state,
        payment.answered_at,
        payment.answered_by if payment.answered_at else None,
    )
