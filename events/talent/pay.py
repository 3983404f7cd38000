"""What talent says of pay: instalments due, payments and what became of them, a studio's punctuality."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from events.envelope import Event
from events.shapes import Amount, ContractId, Currency, Items, Line, PersonId, ProductionId, StudioId, identifier

PaymentId = Annotated[str, identifier("pay")]
Answerer = Literal["person", "agent", "studio"]
"""Who says what became of a payment: the person or their agent on the person's own page, or the studio's desk, on paper."""


@dataclass(frozen=True)
class Instalment:
    """A part of a contract's fee: its number from 1, what makes it due, how much, and its last day in time.

    What waits for the hours to be confirmed has no such day yet.
    """

    number: int
    trigger: Line
    amount: Amount
    due_on: date | None


@dataclass(frozen=True)
class InstalmentsScheduled(Event, type="talent.instalments.scheduled.v1", subject="contract_id"):
    """What is owed under an executed contract and when it is due: the latest list replaces the earlier ones."""

    contract_id: ContractId
    production_id: ProductionId
    person_id: PersonId
    currency: Currency
    instalments: Annotated[tuple[Instalment, ...], Items(max=21)]


@dataclass(frozen=True)
class HoursConfirmed(Event, type="talent.hours.confirmed.v1", subject="contract_id"):
    """Studio and person have confirmed the hours worked under a contract."""

    contract_id: ContractId
    person_id: PersonId
    confirmed_on: date


@dataclass(frozen=True)
class InstalmentMissed(Event, type="talent.instalment.missed.v1", subject="contract_id"):
    """The last day of an instalment is over and not all of it was paid."""

    contract_id: ContractId
    person_id: PersonId
    number: int
    outstanding: Amount
    currency: Currency
    due_on: date


@dataclass(frozen=True)
class PaymentRecorded(Event, type="talent.payment.recorded.v1", subject="contract_id"):
    """A studio gave evidence that it paid an instalment, or a part of it."""

    contract_id: ContractId
    payment_id: PaymentId
    number: int
    amount: Amount
    currency: Currency
    paid_on: date
    outstanding: Amount


@dataclass(frozen=True)
class PaymentConfirmed(Event, type="talent.payment.confirmed.v1", subject="contract_id"):
    """The person has received a payment."""

    contract_id: ContractId
    payment_id: PaymentId
    number: int
    answered_by: Answerer = "studio"


@dataclass(frozen=True)
class PaymentDisputed(Event, type="talent.payment.disputed.v1", subject="contract_id"):
    """The person says that a payment is not as recorded: its amount is outstanding again."""

    contract_id: ContractId
    payment_id: PaymentId
    number: int
    outstanding: Amount
    answered_by: Answerer = "studio"


@dataclass(frozen=True)
class PunctualityChanged(Event, type="talent.punctuality.changed.v1", subject="studio_id"):
    """How many instalments a studio paid in time so far, and how many late or not yet although they were due."""

    studio_id: StudioId
    on_time: int
    late: int
