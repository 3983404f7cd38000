"""What may be asked about pay on a performer's own page."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound
from events.shapes import Amount, ContractId, Currency, Items, Line, Paragraph
from services.talent.letters.api import SESSION_ERRORS, TOKEN
from services.talent.pay.api import DisputeRequest, PaymentView
from services.talent.pay.clock import InstalmentState, PayTrigger
from services.talent.pay.payments import MAX_PAYMENTS, PaymentAnswered, PaymentUnknown
from services.talent.portal.invitations.api import PAGE


@dataclass(frozen=True)
class OwnPayQuery:
    """Which of one's instalments to list."""

    contract_id: ContractId | None = None
    state: InstalmentState | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class OwnPayment:
    """A payment that the studio recorded, with the reference of its transfer, and what was answered to it."""

    payment: PaymentView
    reference: Line
    reason: Paragraph | None


@dataclass(frozen=True)
class OwnInstalment:
    """A part of one's fee: for which role, how much is due when, what is outstanding, and what the studio says it paid."""

    contract_id: ContractId
    production: Line
    role: Line
    number: int
    trigger: PayTrigger
    amount: Amount
    outstanding: Amount
    currency: Currency
    due_on: date | None
    state: InstalmentState
    payments: Annotated[tuple[OwnPayment, ...], Items(max=MAX_PAYMENTS)]


@dataclass(frozen=True)
class AnswerView:
    """What was answered to a payment, and what is outstanding of its instalment now."""

    contract_id: ContractId
    number: int
    payment: PaymentView
    outstanding: Amount
    state: InstalmentState


_PAYMENT = f"{PAGE}/pay/{{contract_id}}/payments/{{payment_id}}"
_ANSWER_ERRORS = (*SESSION_ERRORS, NotFound, PaymentUnknown, PaymentAnswered)

LIST_OWN_PAY = Operation(
    name="list_own_pay",
    kind="query",
    method="GET",
    path=f"{PAGE}/pay",
    summary="List the instalments of one's contracts with the studio, with their payments, the earliest due first",
    query=OwnPayQuery,
    response=page_of(OwnInstalment),
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, CursorInvalid, NotFound),
)
CONFIRM_OWN_PAYMENT = Operation(
    name="confirm_own_payment",
    kind="command",
    method="POST",
    path=f"{_PAYMENT}/confirmation",
    summary="Say that a payment has arrived",
    response=AnswerView,
    public=True,
    path_pattern=TOKEN,
    errors=_ANSWER_ERRORS,
)
DISPUTE_OWN_PAYMENT = Operation(
    name="dispute_own_payment",
    kind="command",
    method="POST",
    path=f"{_PAYMENT}/dispute",
    summary="Dispute a payment: its amount is outstanding again",
    request=DisputeRequest,
    response=AnswerView,
    public=True,
    path_pattern=TOKEN,
    errors=_ANSWER_ERRORS,
    example={"reason": "Nothing has arrived on the account."},
)

OPERATIONS = (LIST_OWN_PAY, CONFIRM_OWN_PAYMENT, DISPUTE_OWN_PAYMENT)
