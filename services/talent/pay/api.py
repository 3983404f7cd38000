"""What may be asked about pay."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten
from events.shapes import Amount, ContractId, Currency, Items, Line, Paragraph, PersonId, ProductionId, StudioId
from events.talent.pay import Answerer, PaymentId
from services.talent.pay.clock import HoursInTheFuture, HoursNotAwaited, InstalmentState, PaymentState, PayTrigger
from services.talent.pay.payments import (
    InstalmentUnknown,
    PaymentAnswered,
    PaymentDoesNotMatch,
    PaymentFacts,
    PaymentInTheFuture,
    PaymentRecordedByYou,
    PaymentUnknown,
    TooManyPayments,
)


@dataclass(frozen=True)
class PaymentView:
    """A payment, and what the person says of it; its reference and the reason of a dispute are in the evidence.

    `answered_by` the person or their agent on the person's own page, or your studio's desk for them.
    """

    payment_id: PaymentId
    amount: Amount
    paid_on: date
    recorded_at: datetime
    state: PaymentState
    answered_at: datetime | None
    answered_by: Answerer | None


@dataclass(frozen=True)
class PaymentEvidence:
    """What shows that an instalment was paid, and why the person disputes it."""

    instalment: int
    payment: PaymentView
    reference: Line
    reason: Paragraph | None


@dataclass(frozen=True)
class PayEvidenceView:
    """The evidence of every payment of a contract, by instalment."""

    contract_id: ContractId
    payments: Annotated[tuple[PaymentEvidence, ...], Items(max=2_000)]


@dataclass(frozen=True)
class InstalmentView:
    """A part of a fee: how much is due when, and what is outstanding; no day yet for what waits for confirmed hours."""

    contract_id: ContractId
    production_id: ProductionId
    person_id: PersonId
    number: int
    trigger: PayTrigger
    amount: Amount
    outstanding: Amount
    currency: Currency
    due_on: date | None
    state: InstalmentState


@dataclass(frozen=True)
class PaidInstalment:
    """An instalment with its payments."""

    instalment: InstalmentView
    payments: tuple[PaymentView, ...]


@dataclass(frozen=True)
class PayClockView:
    """All instalments of an executed contract: they sum exactly to its fee; a kill fee comes as one more."""

    contract_id: ContractId
    studio_id: StudioId
    instalments: Annotated[tuple[PaidInstalment, ...], Items(max=21)]


@dataclass(frozen=True)
class InstalmentsQuery:
    """Which instalments to list; both bounds are included."""

    state: InstalmentState | None = None
    production_id: ProductionId | None = None
    person_id: PersonId | None = None
    contract_id: ContractId | None = None
    due_from: date | None = None
    due_until: date | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class HoursRequest:
    """When studio and person had both confirmed the hours worked under a contract."""

    confirmed_on: date


@dataclass(frozen=True)
class DisputeRequest:
    """Why a payment is not as the studio recorded it."""

    reason: Paragraph


@dataclass(frozen=True)
class PunctualityView:
    """How many instalments a studio paid in time, and how many late or not yet although they were due."""

    studio_id: StudioId
    on_time: int
    late: int


GET_PAY_CLOCK = Operation(
    name="get_pay_clock",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}/instalments",
    summary="Read when the instalments of an executed contract are due, and what was paid",
    description="What is due at wrap follows the last planned shooting day, and the contract's last work date before any plan. "
    "An amendment splits and dates anew; what would be due after the end of a terminated contract lapses.",
    response=PayClockView,
    scope="pay:read",
    versioned=True,
    errors=(NotFound,),
)
LIST_INSTALMENTS = Operation(
    name="list_instalments",
    kind="query",
    method="GET",
    path="/v1/instalments",
    summary="List instalments of all contracts, the earliest due first, before these what has no due date yet",
    query=InstalmentsQuery,
    response=page_of(InstalmentView),
    scope="pay:read",
    errors=(CursorInvalid, NotFound, PersonForgotten),
)
RECORD_PAYMENT = Operation(
    name="record_payment",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/payments",
    summary="Record that an instalment was paid",
    description="Amount and currency must be what is outstanding; less is recorded with `partly`.",
    request=PaymentFacts,
    response=PayClockView,
    scope="pay:write",
    status=201,
    versioned=True,
    errors=(NotFound, PersonForgotten, InstalmentUnknown, PaymentInTheFuture, PaymentDoesNotMatch, TooManyPayments),
    example={
        "instalment": 1,
        "amount": "5400.00",
        "currency": "USD",
        "paid_on": "2026-11-20",
        "reference": "Bank of Dongyang 20261120-0417",
    },
)
CONFIRM_HOURS = Operation(
    name="confirm_hours",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/hours-confirmation",
    summary="Record that studio and person have confirmed the hours worked",
    description="What is due when the hours are confirmed is due on that day.",
    request=HoursRequest,
    response=PayClockView,
    scope="pay:confirm",
    versioned=True,
    errors=(NotFound, HoursInTheFuture, HoursNotAwaited),
    example={"confirmed_on": "2026-11-20"},
)
GET_PAY_EVIDENCE = Operation(
    name="get_pay_evidence",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}/payments",
    summary="Read the references of a contract's payments, and why they are disputed",
    response=PayEvidenceView,
    scope="pay:read",
    errors=(NotFound, PersonForgotten),
)
CONFIRM_PAYMENT = Operation(
    name="confirm_payment",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/payments/{payment_id}/confirmation",
    summary="Record that the person has received a payment",
    description="For what the person says on paper; on their own page they say it themselves, and the payment tells who did.",
    response=PayClockView,
    scope="pay:confirm",
    versioned=True,
    errors=(NotFound, PersonForgotten, PaymentUnknown, PaymentAnswered, PaymentRecordedByYou),
)
DISPUTE_PAYMENT = Operation(
    name="dispute_payment",
    kind="command",
    method="POST",
    path="/v1/contracts/{contract_id}/payments/{payment_id}/dispute",
    summary="Record that the person disputes a payment: its amount is outstanding again",
    description="For what the person says on paper; on their own page they say it themselves, and the payment tells who did.",
    request=DisputeRequest,
    response=PayClockView,
    scope="pay:confirm",
    versioned=True,
    errors=(NotFound, PersonForgotten, PaymentUnknown, PaymentAnswered),
    example={"reason": "Nothing has arrived on the account."},
)
GET_PUNCTUALITY = Operation(
    name="get_punctuality",
    kind="query",
    method="GET",
    path="/v1/punctuality",
    summary="Read how many instalments your studio paid in time",
    response=PunctualityView,
    scope="pay:read",
)

OPERATIONS = (
    GET_PAY_CLOCK,
    LIST_INSTALMENTS,
    CONFIRM_HOURS,
    RECORD_PAYMENT,
    GET_PAY_EVIDENCE,
    CONFIRM_PAYMENT,
    DISPUTE_PAYMENT,
    GET_PUNCTUALITY,
)
