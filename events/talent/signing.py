"""What talent says of a signing round's recipients: their turn, reminders, replacement, bounces."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.envelope import Event
from events.shapes import ContractId, Line, PartyKey, Sha256, StudioId


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
    """Another address takes a recipient's place: corrected by the studio, or of somebody to whom the recipient handed on.

    `serial` counts the addresses before it from 0, `viewed` is whether the contract had been read from the last of them.
    """

    contract_id: ContractId
    recipient: PartyKey
    why: Literal["correction", "delegation", "forwarding"]
    serial: int
    viewed: bool


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


@dataclass(frozen=True)
class SignatureEnteredAtDesk(Event, type="talent.contract.signature_entered.v1", subject="contract_id"):
    """A member of the studio entered a person's signature: the person did not authenticate, and is written to.

    `scan_sha256` is the hash of the signed paper, null when a reason was given instead. `initials_absent` counts the clauses that
    need initials and have none. `name_differs` is whether the name that was typed is none of the person's.
    """

    contract_id: ContractId
    party: PartyKey
    recorded_by: Line
    document_sha256: Sha256
    scan_sha256: Sha256 | None
    name_differs: bool
    initials_absent: int
    at: datetime


@dataclass(frozen=True)
class SignatureDisputed(Event, type="talent.contract.signature_disputed.v1", subject="contract_id"):
    """By their personal link a person says that a signature that the studio entered is not theirs."""

    contract_id: ContractId
    party: PartyKey
    at: datetime


@dataclass(frozen=True)
class DeskRuleChanged(Event, type="talent.signing.desk_rule_changed.v1", subject="studio_id"):
    """A studio allows its members to enter people's signatures at its desk, or forbids it."""

    studio_id: StudioId
    desk: Literal["allowed", "forbidden"]
