"""Evidence of payment by the studio, and what the person says of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated

from events.errors import RuleError
from events.shapes import Amount, Currency, Line, Number
from events.talent.pay import Answerer, PaymentConfirmed, PaymentDisputed, PaymentRecorded
from services.talent.pay.clock import Instalment, PayClock, Payment, PaymentState, Step, with_payments

MAX_PAYMENTS = 100


class InstalmentUnknown(RuleError):
    """The contract has no instalment of this number."""

    status = 422
    en = "This contract has {count} instalment(s); there is none with the number {number}."
    zh = "该合同共有 {count} 期付款，没有第 {number} 期。"


class PaymentDoesNotMatch(RuleError):
    """The payment is not what the instalment asks for."""

    status = 422
    en = "{currency} {outstanding} is outstanding, not {given}: say `partly` when less was paid; more cannot be recorded."
    zh = "应付余额为 {currency} {outstanding}，而非 {given}：如为部分付款，请注明 partly；不得多记。"


class PaymentInTheFuture(RuleError):
    """Nobody has paid tomorrow."""

    status = 422
    en = "{paid_on} is still to come: record a payment when it was made."
    zh = "{paid_on} 尚未到来：请在付款后再登记。"


class TooManyPayments(RuleError):
    """The instalment has as many payments as it can hold."""

    en = "An instalment holds at most {most} payments."
    zh = "每期付款最多登记 {most} 笔。"


class PaymentUnknown(RuleError):
    """The contract has no such payment."""

    status = 404
    en = "There is no payment {payment_id} on this contract."
    zh = "该合同没有编号为 {payment_id} 的付款记录。"


class PaymentAnswered(RuleError):
    """The person has said before what became of the payment."""

    en = "Payment {payment_id} was {state} before."
    zh = "付款 {payment_id} 此前已被处理（{state}）。"


class PaymentRecordedByYou(RuleError):
    """Whoever recorded a payment does not confirm it."""

    status = 403
    en = "You recorded payment {payment_id}: another member, or the person, confirms it."
    zh = "付款 {payment_id} 由您登记，应由其他成员或本人确认。"


@dataclass(frozen=True)
class PaymentFacts:
    """A payment that was made; `partly` when it is less than what is outstanding."""

    instalment: Annotated[int, Number(min=1, max=21, doc="the instalment's number, from 1")]
    amount: Amount
    currency: Currency
    paid_on: date
    reference: Line
    partly: bool = False


def record(
    clock: PayClock, payment_id: str, facts: PaymentFacts, reference: bytes, at: datetime, member_id: str = ""
) -> Step:
    """The clock with a payment that a member recorded; `reference` is encrypted.

    Raises InstalmentUnknown, PaymentInTheFuture, PaymentDoesNotMatch, TooManyPayments.
    """
    if facts.instalment > len(clock.instalments):
        raise InstalmentUnknown("/instalment", number=facts.instalment, count=len(clock.instalments))
    part = clock.instalments[facts.instalment - 1]
    if facts.paid_on > at.date():
        raise PaymentInTheFuture("/paid_on", paid_on=facts.paid_on)
    if len(part.payments) >= MAX_PAYMENTS:
        raise TooManyPayments(most=MAX_PAYMENTS)
    outstanding, matches = part.outstanding, facts.amount == part.outstanding
    if facts.currency != clock.currency or not 0 < facts.amount <= outstanding or matches == facts.partly:
        given = f"{'partly ' if facts.partly else ''}{facts.currency} {facts.amount}"
        pointer = "/currency" if facts.currency != clock.currency else "/amount"
        raise PaymentDoesNotMatch(pointer, currency=clock.currency, outstanding=outstanding, given=given)
    payment = Payment(payment_id, facts.amount, facts.paid_on, reference, at, recorded_by=member_id)
    part = with_payments(part, (*part.payments, payment))
    told = PaymentRecorded(
        clock.id, payment_id, part.number, facts.amount, clock.currency, facts.paid_on, part.outstanding
    )
    return _with(clock, part), [told]


def confirm(clock: PayClock, payment_id: str, by: Answerer, at: datetime, member_id: str = "") -> Step:
    """The clock with a payment that the person has received, as they or a member of the studio say.

    Raises PaymentUnknown, PaymentAnswered, PaymentRecordedByYou.
    """
    if member_id and member_id == find(clock, payment_id)[1].recorded_by:
        raise PaymentRecordedByYou(payment_id=payment_id)
    part = _answer(clock, payment_id, "confirmed", by, None, at)
    return _with(clock, part), [PaymentConfirmed(clock.id, payment_id, part.number, by)]


def dispute(clock: PayClock, payment_id: str, by: Answerer, reason: bytes, at: datetime) -> Step:
    """The clock with a payment that the person says is not as recorded: its amount is outstanding again.

    `reason` is sealed. Raises PaymentUnknown, PaymentAnswered.
    """
    part = _answer(clock, payment_id, "disputed", by, reason, at)
    return _with(clock, part), [PaymentDisputed(clock.id, payment_id, part.number, part.outstanding, by)]


def find(clock: PayClock, payment_id: str) -> tuple[Instalment, Payment]:
    """The payment and its instalment; raises PaymentUnknown."""
    for part in clock.instalments:
        for payment in part.payments:
            if payment.payment_id == payment_id:
                return part, payment
    raise PaymentUnknown(payment_id=payment_id)


def _answer(
    clock: PayClock, payment_id: str, state: PaymentState, by: Answerer, reason: bytes | None, at: datetime
) -> Instalment:
    part, payment = find(clock, payment_id)
    if payment.state != "recorded":
        raise PaymentAnswered(payment_id=payment_id, state=payment.state)
    answered = replace(payment, state=state, answered_at=at, reason=reason, answered_by=by)
    return with_payments(part, [answered if p.payment_id == payment_id else p for p in part.payments])


def _with(clock: PayClock, part: Instalment) -> PayClock:
    return replace(clock, instalments=tuple(part if p.number == part.number else p for p in clock.instalments))
