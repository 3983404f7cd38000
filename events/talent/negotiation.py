"""What talent says of the proposals made while a contract is a draft."""

from dataclasses import dataclass

from events.envelope import Event
from events.shapes import ContractId, Line, PartyKey, Sha256


@dataclass(frozen=True)
class ContractProposalMade(Event, type="talent.contract.proposal_made.v1", subject="contract_id"):
    """A party proposed other terms for a draft; `answers` is the number of the open proposal that it put an end to."""

    contract_id: ContractId
    proposal: int
    party: PartyKey
    terms: tuple[Line, ...]
    answers: int | None


@dataclass(frozen=True)
class ContractProposalAccepted(Event, type="talent.contract.proposal_accepted.v1", subject="contract_id"):
    """A party accepted another one's proposal: the draft has the proposed terms, and a new document."""

    contract_id: ContractId
    proposal: int
    party: PartyKey
    document_sha256: Sha256


@dataclass(frozen=True)
class ContractProposalRejected(Event, type="talent.contract.proposal_rejected.v1", subject="contract_id"):
    """A party rejected another one's proposal: the draft stays as it is."""

    contract_id: ContractId
    proposal: int
    party: PartyKey


@dataclass(frozen=True)
class ContractProposalWithdrawn(Event, type="talent.contract.proposal_withdrawn.v1", subject="contract_id"):
    """A party took its proposal back."""

    contract_id: ContractId
    proposal: int
    party: PartyKey
