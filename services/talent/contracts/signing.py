"""Signing in order, with evidence; refusing to sign; running out of time."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from events.envelope import Event
from events.errors import RuleError
from events.shapes import Line, Sha256
from events.talent.contracts import (
    AmendmentSigned,
    Authentication,
    ContractDeclined,
    ContractExpired,
    ContractPartySigned,
    ContractSigned,
    Grant,
)
from events.talent.signing import RecipientServed
from services.talent.contracts.lifecycle import Closing, Contract, Signature, State, Step, require
from services.talent.signing import turns
from services.talent.signing.recipients import Act, Recipient

_OUT_FOR_SIGNATURE: tuple[State, ...] = ("sent", "partially_signed")


class SigningTimeOver(RuleError):
    """The last day to sign is over: the contract is expired."""

    en = "This contract is expired: {expires_on} (UTC) was the last day to sign it."
    zh = "该合同已过期（expired）：签署截止日为 {expires_on}（UTC）。"


class PartyUnknown(RuleError):
    """The contract has no such party."""

    status = 422
    en = "This contract has no party {party}; its parties are {parties}."
    zh = "该合同没有标识为 {party} 的一方；各方为 {parties}。"


class AlreadySigned(RuleError):
    """The party signed before."""

    en = "The party {party} has already signed this contract."
    zh = "{party} 方已签署该合同。"


class NotYourTurn(RuleError):
    """Another party comes first."""

    en = "It is the turn of {turn}, not of {party}."
    zh = "现应由 {turn} 方签署，而非 {party} 方。"


class DocumentChanged(RuleError):
    """What the party saw is not what it would sign."""

    en = "The document is not the one with the hash given: read it again before you sign. Its SHA-256 is {sha256}."
    zh = "文件与所给哈希值不符：请重新阅读后再签署。当前文件的 SHA-256 为 {sha256}。"


class PersonalLinkOnly(RuleError):
    """The party has a personal link: nobody else signs or declines for it, the sender least of all."""

    status = 403
    en = "The party {party} signs by its own personal link; nobody else can do it."
    zh = "{party} 方须通过其个人链接签署，他人不得代签。"


class SignatureInDispute(RuleError):
    """A person says that a signature is not theirs: nobody signs before that is settled by a new contract."""

    en = "{party} says that the signature entered for them is not theirs: nobody can sign this contract any more."
    zh = "{party} 对代录的签名提出异议：该合同不得再签署。"


@dataclass(frozen=True)
class Entry:
    """How a signature came about: `recorded_by` is the member who entered it, None for the signer's own by a personal link."""

    authentication: Authentication = "desk"
    recorded_by: str | None = None
    name_differs: bool = False


@dataclass(frozen=True)
class FormerAddress:
    """An address that a recipient had before: until when, why it was replaced, and whether the contract was read from it."""

    email: str
    until: datetime
    why: str
    viewed: bool


@dataclass(frozen=True)
class Initials:
    """A clause that was initialled on its own, and the initials as typed."""

    clause: Line
    initials: Line


@dataclass(frozen=True)
class Evidence:
    """What shows who signed: the name as typed, where the request came from and with which program.

    By a personal link also: to which address it went (`email_on_file`: whether that is the one on the person's file), the addresses
    before it, when the one-time code was given, which version of the consent to electronic signing was agreed to, in which language
    it was read, and the clauses that were initialled. Of a person's signature that was entered at the studio's desk: the reason or the scan of the signed
    paper, where the person is written to, and the clauses whose initials are absent.
    """

    name: str
    ip: str
    user_agent: str
    email: str | None = None
    verified_at: datetime | None = None
    consent: str | None = None
    initials: tuple[Initials, ...] = ()
    consent_language: str | None = None
    email_on_file: bool | None = None
    former: tuple[FormerAddress, ...] = ()
    reason: str | None = None
    scan_id: str | None = None
    scan_sha256: Sha256 | None = None
    told_at: str | None = None
    initials_absent: tuple[Line, ...] = ()


def sign(
    contract: Contract,
    party: str,
    time_zone: str,
    document_sha256: str,
    evidence: bytes,
    at: datetime,
    entry: Entry = Entry(),
) -> Step:
    """The contract with the party's signature, given with the studio's credential; the last act executes it.

    `evidence` is a sealed `Evidence`. Raises SigningTimeOver, ContractStateConflict, PartyUnknown, AlreadySigned,
    NotYourTurn, DocumentChanged, PersonalLinkOnly, SignatureInDispute.
    """
    check_desk(contract, "signature", party, at)
    return add_signature(contract, party, time_zone, document_sha256, evidence, at, entry)


def add_signature(
    contract: Contract,
    party: str,
    time_zone: str,
    document_sha256: str,
    evidence: bytes,
    at: datetime,
    entry: Entry,
) -> Step:
    """The contract with a signature of the party, whose turn it is known to be; raises DocumentChanged."""
    require_document(contract, document_sha256)
    local = local_time(at, time_zone)
    how = (entry.authentication, entry.recorded_by, entry.name_differs)
    signature = Signature(party, at, local, time_zone, document_sha256, evidence, *how)
    signed = replace(contract, state="partially_signed", signatures=(*contract.signatures, signature))
    if (recipient := recipient_of(contract, party)) is not None:
        return proceed(signed, recipient.key, None, at)
    if len(signed.signatures) < len(signed.parties):
        following = signed.parties[len(signed.signatures)].key
        return signed, [_party_signed(contract.id, signature, following)]
    return _execute(signed)


def proceed(contract: Contract, key: str, act: Act | None, at: datetime) -> Step:
    """The contract after the act of a recipient: further turns begin, or it is executed and everybody gets it."""
    assert contract.round is not None  # who has a key is in a round
    events: list[Event]
    round, events = turns.complete(contract.round, key, contract.id, contract.paper.sha256, act, at)
    after = replace(contract, round=round)
    last = contract.signatures[-1] if contract.signatures else None
    if round.finished and last is not None:
        executed, said = _execute(after)
        served: list[Event] = [RecipientServed(contract.id, r.key) for r in round.recipients if r.linked]
        return executed, [*events, *said, *served]
    signed = {signature.party for signature in contract.signatures}
    waiting = [party.key for party in contract.parties if party.key not in signed]
    if act is None and last is not None and waiting:
        events.insert(0, _party_signed(contract.id, last, waiting[0]))
    return after, events


def require_document(contract: Contract, document_sha256: str) -> None:
    """Raise DocumentChanged unless the document that was read is the contract's."""
    if document_sha256 != contract.paper.sha256:
        raise DocumentChanged("/document_sha256", sha256=contract.paper.sha256)


def local_time(at: datetime, time_zone: str) -> str:
    """The time on the wall in a time zone, with its offset (RFC 3339)."""
    return at.astimezone(ZoneInfo(time_zone)).isoformat(timespec="seconds")


def decline(contract: Contract, party: str, reason: bytes, at: datetime, recorded_by: str | None = None) -> Step:
    """The contract refused by the party whose turn it is, as a member entered it; `reason` is sealed. Raises what `sign` raises."""
    check_desk(contract, "refusal", party, at)
    return close_declined(contract, party, reason, at, recorded_by)


def close_declined(contract: Contract, by: str, reason: bytes, at: datetime, recorded_by: str | None = None) -> Step:
    """The contract refused by a party or recipient, whose turn it is known to be."""
    declined = replace(contract, state="declined", amending=None, closing=Closing(by, at, reason, recorded_by))
    return declined, [ContractDeclined(contract.id, by, recorded_by)]


def expire(contract: Contract, at: datetime) -> Step:
    """The contract ended by time; without an event unless it is out for signature and its last day is over."""
    last_day = contract.expires_on
    if last_day is None or not _is_overdue(contract, at.date()):
        return contract, []
    expired = replace(contract, state="expired", amending=None, closing=Closing(None, at, None))
    return expired, [ContractExpired(contract.id, last_day)]


def check_desk(contract: Contract, step: str, party: str, at: datetime) -> None:
    """Raise what `sign` raises unless it is the party's turn, and the studio's desk may act for it."""
    require_open(contract, step, at.date())
    keys = [p.key for p in contract.parties]
    if party not in keys:
        raise PartyUnknown("/party", party=party, parties=", ".join(keys))
    if any(signature.party == party for signature in contract.signatures):
        raise AlreadySigned("/party", party=party)
    if party not in contract.turns:
        raise NotYourTurn("/party", party=party, turn=", ".join(contract.turns) or "-")
    recipient = recipient_of(contract, party)
    if recipient is not None and recipient.linked:
        raise PersonalLinkOnly("/party", party=party)


def recipient_of(contract: Contract, party: str) -> Recipient | None:
    """The recipient who signs for a party; None when the contract went out without recipients."""
    recipients = contract.round.recipients if contract.round else ()
    return next((recipient for recipient in recipients if recipient.party == party), None)


def require_open(contract: Contract, step: str, today: date) -> None:
    """Raise SigningTimeOver, ContractStateConflict or SignatureInDispute unless the contract can be signed today."""
    if contract.state == "expired" or _is_overdue(contract, today):
        raise SigningTimeOver(expires_on=contract.expires_on)
    require(contract, step, *_OUT_FOR_SIGNATURE)
    disputed = next((signature.party for signature in contract.signatures if signature.dispute), None)
    if disputed is not None and step in ("signature", "approval"):
        raise SignatureInDispute(party=disputed)


def _is_overdue(contract: Contract, today: date) -> bool:
    return contract.state in _OUT_FOR_SIGNATURE and contract.expires_on is not None and today > contract.expires_on


def _party_signed(contract_id: str, signature: Signature, following: str) -> ContractPartySigned:
    return ContractPartySigned(
        contract_id,
        signature.party,
        signature.document_sha256,
        signature.signed_at,
        following,
        signature.authentication,
        signature.recorded_by,
    )


def _execute(contract: Contract) -> Step:
    """The contract that everybody has signed, in force."""
    last = contract.signatures[-1]
    executed = replace(contract, state="executed", amending=None)
    if (amends := contract.amends) is not None:
        number = amends.number
        return executed, [
            AmendmentSigned(
                contract.id,
                amends.contract_id,
                number,
                last.document_sha256,
                last.party,
                last.signed_at,
                last.authentication,
                last.recorded_by,
            )
        ]
    return executed, [_executed(contract, last)]


def _executed(contract: Contract, last: Signature) -> ContractSigned:
    terms = contract.terms
    return ContractSigned(
        contract_id=contract.id,
        production_id=terms.production_id,
        person_id=terms.person_id,
        role=terms.role,
        episodes=terms.episodes,
        work_dates=terms.work_dates,
        hours_cap=terms.hours_cap,
        rest_hours=terms.rest_hours,
        fee=terms.fee.amount,
        currency=terms.fee.currency,
        grants=tuple(
            Grant(g.media, g.territories, g.languages, g.starts_on, g.ends_on, g.exclusive) for g in terms.grants
        ),
        dubbing_consent=terms.consents.dubbing,
        ai_voice_consent=terms.consents.ai_voice,
        replica_consent=terms.consents.replica,
        points=terms.points.percent if terms.points else Decimal(0),
        document_sha256=last.document_sha256,
        party=last.party,
        signed_at=last.signed_at,
        authentication=last.authentication,
        recorded_by=last.recorded_by,
    )
