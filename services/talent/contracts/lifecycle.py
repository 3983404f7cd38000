"""A contract from draft to its end; `transitions` lists every legal step.

Every accepted step returns the new contract and exactly one event. Signing, declining and expiring are in `signing`.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from events.envelope import Event
from events.errors import RuleError
from events.shapes import Amount, ContractId, Line, PartyKey, PersonId, Sha256, TimeZone
from events.talent.contracts import Authentication, ContractCancelled, ContractDrafted, ContractRevised, ContractSent
from services.talent.contracts import transitions
from services.talent.contracts.document import ContractDocument, Reference
from services.talent.contracts.identities import STUDIO
from services.talent.contracts.terms import Terms, TermsContradictory
from services.talent.negotiation import proposals
from services.talent.negotiation.proposals import Outcome, Proposal
from services.talent.signing.recipients import SigningRound

State = transitions.State

LONGEST_DISPATCH = timedelta(days=366)
"""The longest time that parties may be given to sign."""

Ground = Literal["convenience", "breach", "force_majeure", "agreement"]
"""Why an executed contract is ended; for `convenience` alone a kill fee can be due."""


class ContractStateConflict(RuleError):
    """The step does not fit the contract's state."""

    en = "This contract is {state}: {step} needs it to be {expected}."
    zh = "该合同的状态为 {state}：{step} 要求其状态为 {expected}。"


class ExpiryOutOfRange(RuleError):
    """The last day to sign is over, or too far away."""

    status = 422
    en = "The last day to sign must be from {first} to {last}, not {expires_on}."
    zh = "签署截止日期须在 {first} 至 {last} 之间，而非 {expires_on}。"


@dataclass(frozen=True)
class Party:
    """A party to the contract; its name is in the document only."""

    key: PartyKey
    person_id: PersonId | None


@dataclass(frozen=True)
class Dispute:
    """When a person said that a signature is not theirs; what they wrote is sealed."""

    at: datetime
    reason: bytes


@dataclass(frozen=True)
class Signature:
    """Who signed which document when, also by the clock on their wall; `evidence` is sealed and holds the rest.

    `recorded_by` is the member who entered a signature at the studio's desk. `name_differs` is whether the name that was typed is
    none of the person's.
    """

    party: PartyKey
    signed_at: datetime
    local_time: str
    time_zone: TimeZone
    document_sha256: Sha256
    evidence: bytes
    authentication: Authentication = "desk"
    recorded_by: Line | None = None
    name_differs: bool = False
    dispute: Dispute | None = None


@dataclass(frozen=True)
class Paper:
    """The canonical document as it is kept: sealed, because it names people, with the hash of its bytes."""

    template: Line
    sha256: Sha256
    sealed: bytes


@dataclass(frozen=True)
class Closing:
    """How a contract ended without being executed: by whom (None: by time), when, and the sealed reason.

    `recorded_by` is the member who entered it at the studio's desk.
    """

    by: PartyKey | None
    at: datetime
    reason: bytes | None
    recorded_by: Line | None = None


@dataclass(frozen=True)
class Applied:
    """An executed amendment whose terms came into force."""

    amendment_id: ContractId
    number: int
    document_sha256: Sha256
    at: datetime


@dataclass(frozen=True)
class Termination:
    """How an executed contract ended: by whom, on which ground, its last day in force, what is owed, the sealed reason.

    `recorded_by` is the studio's member who entered it, also for another party.
    """

    by: PartyKey
    ground: Ground
    last_day: date
    kill_fee: Amount
    at: datetime
    reason: bytes
    recorded_by: Line | None = None


@dataclass(frozen=True)
class Contract:
    """A contract between a studio and a performer; `expires_on` is the last day (UTC) on which it can be signed.

    `terms` are those in force: of the document, or of the last of `amendments`. An amendment is a contract of its own
    that `amends` another one; `amending` names that one for as long as the amendment may still be executed.
    `round` has its recipients; without one, the parties sign one after the other with the studio's credential.
    """

    id: ContractId
    tenant: str
    version: int
    state: State
    terms: Terms
    parties: tuple[Party, ...]
    paper: Paper
    drafted_at: datetime
    expires_on: date | None = None
    signatures: tuple[Signature, ...] = ()
    closing: Closing | None = None
    proposals: tuple[Proposal, ...] = ()
    amends: Reference | None = None
    amending: ContractId | None = None
    renews: Reference | None = None
    amendments: tuple[Applied, ...] = ()
    termination: Termination | None = None
    round: SigningRound | None = None

    @property
    def work_dates(self) -> tuple[date, ...]:
        """The days of work under it: when it was terminated, those up to its last day."""
        last = self.termination.last_day if self.termination else date.max
        return tuple(day for day in self.terms.work_dates if day <= last)

    def party(self, key: str) -> Party | None:
        """The party with a key; None when there is none."""
        return next((party for party in self.parties if party.key == key), None)

    @property
    def disputed(self) -> bool:
        """Whether somebody says that a signature under it is not theirs."""
        return any(signature.dispute for signature in self.signatures)

    @property
    def next_party(self) -> str | None:
        """Whose turn it is to sign; None when nobody's."""
        return next(iter(self.turns), None)

    @property
    def turns(self) -> list[str]:
        """The parties that may sign now: the first that has not, or those whose recipients have their turn."""
        if self.state not in ("sent", "partially_signed"):
            return []
        if self.round is None:
            return [self.parties[len(self.signatures)].key]
        return [r.party for r in self.round.recipients if r.party is not None and r.state == "invited"]


OPEN: tuple[State, ...] = ("draft", "sent", "partially_signed")
"""What may still become an executed contract."""
EXECUTED: tuple[State, ...] = ("executed", "terminated")
"""What every party has signed."""

Step = tuple[Contract, list[Event]]


def draft(document: ContractDocument, paper: Paper, at: datetime) -> Step:
    """A new contract as the document states it."""
    contract = Contract(
        id=document.contract_id,
        tenant=document.studio_id,
        version=0,
        state="draft",
        terms=document.terms,
        parties=tuple(Party(party.key, party.person_id) for party in document.parties),
        paper=paper,
        drafted_at=at,
        amends=document.amends,
        amending=document.amends.contract_id if document.amends else None,
        renews=document.renews,
    )
    return contract, [ContractDrafted(contract.id, document.terms.production_id, document.terms.person_id)]


def check_revision(contract: Contract, terms: Terms) -> None:
    """Raise ContractStateConflict unless it is a draft, TermsContradictory when the terms are for somebody else."""
    require(contract, "revision")
    require_same_subject(contract.terms, terms, production=contract.amends is not None)


def revise(contract: Contract, terms: Terms, paper: Paper, actor: str, at: datetime) -> Step:
    """The draft with other terms and their document; an open proposal is superseded. Raises what `check_revision` raises."""
    check_revision(contract, terms)
    ended = proposals.close(contract.proposals, "superseded", Outcome(None, actor, at))
    return replace(contract, terms=terms, paper=paper, proposals=ended), [ContractRevised(contract.id, paper.sha256)]


def send(contract: Contract, expires_on: date, today: date) -> Step:
    """Put the draft out for signature; raises ContractStateConflict, ProposalOpen, ExpiryOutOfRange."""
    require(contract, "dispatch")
    proposals.require_none_open(contract.proposals)
    if not today <= expires_on <= today + LONGEST_DISPATCH:
        raise ExpiryOutOfRange("/expires_on", expires_on=expires_on, first=today, last=today + LONGEST_DISPATCH)
    sent = replace(contract, state="sent", expires_on=expires_on)
    return sent, [ContractSent(contract.id, contract.paper.sha256, expires_on)]


def cancel(contract: Contract, reason: bytes, at: datetime) -> Step:
    """Withdraw what is not yet executed, for a (sealed) reason; raises ContractStateConflict."""
    require(contract, "cancellation")
    closed = replace(contract, state="cancelled", amending=None, closing=Closing(STUDIO, at, reason))
    return closed, [ContractCancelled(contract.id)]


def require_same_subject(before: Terms, after: Terms, *, production: bool, at: str = "") -> None:
    """Raise TermsContradictory when the terms are another person's or, where it matters, for another production."""
    if after.person_id != before.person_id:
        raise TermsContradictory(
            f"{at}/person_id",
            "A contract stays with its person: draft another one for somebody else.",
            "合同与当事人一一对应：如需更换人员，请另行起草合同。",
        )
    if production and after.production_id != before.production_id:
        raise TermsContradictory(
            f"{at}/production_id",
            "An amendment stays with the production of its contract.",
            "补充协议须与原合同属于同一制作项目。",
        )


def require(contract: Contract, step: str, *expected: State) -> None:
    """Raise ContractStateConflict unless the contract is in an expected state: one in which the step is legal."""
    legal = expected or transitions.sources(step)
    if contract.state not in legal:
        raise ContractStateConflict(state=contract.state, step=step, expected=" | ".join(legal))
