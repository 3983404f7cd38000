"""What talent says of contracts: drafted, sent, signed, ended, amended, terminated, sealed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from events.envelope import Event
from events.shapes import (
    Amount,
    ContractId,
    Currency,
    Items,
    Language,
    Line,
    PartyKey,
    Percentage,
    PersonId,
    ProductionId,
    Sha256,
    StudioId,
    Territory,
)

Authentication = Literal["link_and_code", "desk"]
"""How a signer proved who they are: by a personal link and a one-time code, or not: a member of the studio entered it."""


@dataclass(frozen=True)
class Grant:
    """Rights that a contract grants: media x territories x languages over a term."""

    media: tuple[Line, ...]
    territories: Annotated[tuple[Territory, ...], Items(min=1, max=300)]
    languages: Annotated[tuple[Language, ...], Items(min=1, max=200)]
    starts_on: date
    ends_on: date | None
    exclusive: bool


@dataclass(frozen=True)
class LegalDetailsSet(Event, type="talent.legal_details.set.v1", subject="studio_id"):
    """A studio said what it is in law; what that is stays in talent, because it names who signs."""

    studio_id: StudioId


@dataclass(frozen=True)
class ContractDrafted(Event, type="talent.contract.drafted.v1", subject="contract_id"):
    """A studio drew up a contract."""

    contract_id: ContractId
    production_id: ProductionId
    person_id: PersonId


@dataclass(frozen=True)
class ContractRevised(Event, type="talent.contract.revised.v1", subject="contract_id"):
    """The terms of a draft changed."""

    contract_id: ContractId
    document_sha256: Sha256


@dataclass(frozen=True)
class ContractSent(Event, type="talent.contract.sent.v1", subject="contract_id"):
    """A contract went out for signature; `document_sha256` covers the canonical document that everyone signs."""

    contract_id: ContractId
    document_sha256: Sha256
    expires_on: date


@dataclass(frozen=True)
class ContractPartySigned(Event, type="talent.contract.party_signed.v1", subject="contract_id"):
    """One party signed; others have yet to. `recorded_by` is the member who entered it, null when the party itself signed."""

    contract_id: ContractId
    party: PartyKey
    document_sha256: Sha256
    signed_at: datetime
    next_party: PartyKey
    authentication: Authentication = "desk"
    recorded_by: Line | None = None


@dataclass(frozen=True)
class ContractSigned(Event, type="talent.contract.signed.v1", subject="contract_id"):
    """The last party signed: the contract is executed. Carries the typed terms that the other services act on."""

    contract_id: ContractId
    production_id: ProductionId
    person_id: PersonId
    role: Line
    episodes: int
    work_dates: Annotated[tuple[date, ...], Items(max=366)]
    hours_cap: int
    rest_hours: int
    fee: Amount
    currency: Currency
    grants: tuple[Grant, ...]
    dubbing_consent: bool
    ai_voice_consent: bool
    replica_consent: bool
    points: Percentage
    document_sha256: Sha256
    party: PartyKey
    signed_at: datetime
    authentication: Authentication = "desk"
    recorded_by: Line | None = None


@dataclass(frozen=True)
class ContractDeclined(Event, type="talent.contract.declined.v1", subject="contract_id"):
    """A party refused to sign; `recorded_by` is the member who entered it, null when the party itself did it by its link."""

    contract_id: ContractId
    party: PartyKey
    recorded_by: Line | None = None


@dataclass(frozen=True)
class ContractCancelled(Event, type="talent.contract.cancelled.v1", subject="contract_id"):
    """The studio withdrew a contract that was not yet executed."""

    contract_id: ContractId


@dataclass(frozen=True)
class ContractExpired(Event, type="talent.contract.expired.v1", subject="contract_id"):
    """The time to sign ran out."""

    contract_id: ContractId
    expired_on: date


@dataclass(frozen=True)
class AmendmentSigned(Event, type="talent.amendment.signed.v1", subject="amendment_id"):
    """The last party signed an amendment; its terms are in force once `ContractAmended` says so."""

    amendment_id: ContractId
    contract_id: ContractId
    number: int
    document_sha256: Sha256
    party: PartyKey
    signed_at: datetime
    authentication: Authentication = "desk"
    recorded_by: Line | None = None


@dataclass(frozen=True)
class ContractAmended(Event, type="talent.contract.amended.v1", subject="contract_id"):
    """Other terms are in force in an executed contract. Carries all of them: they replace what `ContractSigned` told.

    What the contract says comes in the order of its own versions, so a listener keeps the newest version that it heard.
    """

    contract_id: ContractId
    amendment_id: ContractId
    number: int
    production_id: ProductionId
    person_id: PersonId
    role: Line
    episodes: int
    work_dates: Annotated[tuple[date, ...], Items(max=366)]
    hours_cap: int
    rest_hours: int
    fee: Amount
    currency: Currency
    grants: tuple[Grant, ...]
    dubbing_consent: bool
    ai_voice_consent: bool
    replica_consent: bool
    points: Percentage
    document_sha256: Sha256
    amended_at: datetime


@dataclass(frozen=True)
class ContractTerminated(Event, type="talent.contract.terminated.v1", subject="contract_id"):
    """An executed contract ends after its last day in force.

    `work_dates` and `grants` are what is left of them; `kill_fee` is what the studio owes for ending it, 0 when nothing.
    `recorded_by` is the member of the studio who entered it, also for another `party`.
    """

    contract_id: ContractId
    production_id: ProductionId
    person_id: PersonId
    role: Line
    party: PartyKey
    ground: Line
    last_day: date
    work_dates: Annotated[tuple[date, ...], Items(max=366)]
    grants: tuple[Grant, ...]
    kill_fee: Amount
    currency: Currency
    terminated_at: datetime
    recorded_by: Line | None = None


@dataclass(frozen=True)
class ContractSealed(Event, type="talent.contract.sealed.v1", subject="contract_id"):
    """The paper of an executed contract was sealed: the hash of the whole file, and of the document that was signed."""

    contract_id: ContractId
    sealed_sha256: Sha256
    document_sha256: Sha256
