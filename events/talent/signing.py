"""What talent says of a signing round's recipients: their turn, reminders, replacement, bounces."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.envelope import Event
from events.shapes import ContractId, Line, PartyKey, Sha256


@dataclass(frozen=True)
class RecipientTurnStarted(Event, type="talent.contract.recipient_turn_started.v1", subject="contract_id"):
    """It is a recipient's turn to sign, approve, attest or read; unused, the turn ends at `expires_at`."""

    contract_id: ContractId
    recipient: PartyKey
    role: Line
    expires_at: datetime


@dataclass(frozen=True)
class RecipientViewed(Event, type="talent.contract.recipient_viewed.v1", subject="contract_id"):
    """A recipient proved who they are and read the contract for the first time."""

    contract_id: ContractId
    recipient: PartyKey


@dataclass(frozen=True)
class RecipientCompleted(Event, type="talent.contract.recipient_completed.v1", subject="contract_id"):
    """A recipient did their part: signed, approved or attested the document."""

    contract_id: ContractId
    recipient: PartyKey
    role: Line
    document_sha256: Sha256
    at: datetime


@dataclass(frozen=True)
class RecipientReminded(Event, type="talent.contract.recipient_reminded.v1", subject="contract_id"):
    """A recipient has not acted yet and is reminded; `number` counts the reminders of this turn."""

    contract_id: ContractId
    recipient: PartyKey
    number: int


@dataclass(frozen=True)
class RecipientReplaced(Event, type="talent.contract.recipient_replaced.v1", subject="contract_id"):
    """Somebody else takes a recipient's place: corrected by the studio, or delegated or forwarded by the recipient."""

    contract_id: ContractId
    recipient: PartyKey
    why: Literal["correction", "delegation", "forwarding"]


@dataclass(frozen=True)
class RecipientExpired(Event, type="talent.contract.recipient_expired.v1", subject="contract_id"):
    """A recipient's turn ended unused; the studio may begin it anew."""

    contract_id: ContractId
    recipient: PartyKey


@dataclass(frozen=True)
class RecipientBounced(Event, type="talent.contract.recipient_bounced.v1", subject="contract_id"):
    """A recipient's address takes no letters: the studio has to correct it."""

    contract_id: ContractId
    recipient: PartyKey


@dataclass(frozen=True)
class RecipientServed(Event, type="talent.contract.recipient_served.v1", subject="contract_id"):
    """An executed contract goes to one of its recipients."""

    contract_id: ContractId
    recipient: PartyKey


Wish = Literal["answer", "change"]
"""What a recipient wants of the studio: an answer to a question, or a change of the contract."""


@dataclass(frozen=True)
class RecipientAsked(Event, type="talent.contract.recipient_asked.v1", subject="contract_id"):
    """A recipient asked the studio something, or proposed a change; what it says stays in talent, encrypted."""

    contract_id: ContractId
    recipient: PartyKey
    wish: Wish
