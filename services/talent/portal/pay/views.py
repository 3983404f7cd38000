"""What is shown of pay to whom it is owed."""

from collections.abc import Callable

from services.talent.pay import payments
from services.talent.pay import views as pay_views
from services.talent.pay.clock import Instalment, PayClock
from services.talent.portal.pay.api import AnswerView, OwnInstalment, OwnPayment


def instalment(
    clock: PayClock, part: Instalment, production: str, role: str, open_text: Callable[[bytes], str]
) -> OwnInstalment:
    """An instalment with its payments, of which `open_text` opens references and reasons."""
    shown = tuple(
        OwnPayment(pay_views.payment(p), open_text(p.reference), None if p.reason is None else open_text(p.reason))
        for p in part.payments
    )
    return OwnInstalment(
        clock.id,
        production,
        role,
        part.number,
        part.trigger,
        part.amount,
        part.outstanding,
        clock.currency,
        part.due_on,
        part.state,
        shown,
    )


def answer(clock: PayClock, payment_id: str) -> AnswerView:
    """What was answered to a payment; nothing is decrypted for it, because the answer is kept to be repeated."""
    part, payment = payments.find(clock, payment_id)
    return AnswerView(clock.id, part.number, pay_views.payment(payment), part.outstanding, part.state)
