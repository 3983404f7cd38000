"""Signing in order, with evidence; refusing to sign; running out of time."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from events import talent
from events.errors import RuleError
from events.talent import AmendmentSigned, ContractDeclined, ContractExpired, ContractPartySigned, ContractSigned
from services.talent.contracts.lifecycle import Closing, Contract, Signature, State, Step, require

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


@dataclass(frozen=True)
class Evidence:
    """What shows who signed: the name as typed, where the request came from and with which program."""

    name: str
    ip: str
    user_agent: str


def sign(contract: Contract, party: str, time_zone: str, document_sha256: str, evidence: bytes, at: datetime) -> Step:
    """The contract with the party's signature; the last one executes it.

    `evidence` is a sealed `Evidence`. Raises SigningTimeOver, ContractStateConflict, PartyUnknown, AlreadySigned,
    NotYourTurn, DocumentChanged.
    """
    _check_turn(contract, "signature", party, at.date())
    if document_sha256 != contract.paper.sha256:
        raise DocumentChanged("/document_sha256", sha256=contract.paper.sha256)
    local = at.astimezone(ZoneInfo(time_zone)).isoformat(timespec="seconds")
    signature = Signature(party, at, local, time_zone, document_sha256, evidence)
    signed = replace(contract, state="partially_signed", signatures=(*contract.signatures, signature))
    if len(signed.signatures) < len(signed.parties):
        following = signed.parties[len(signed.signatures)].key
        return signed, [ContractPartySigned(contract.id, party, document_sha256, at, following)]
    if (amends := contract.amends) is not None:
        said = AmendmentSigned(contract.id, amends.contract_id, amends.number, document_sha256, party, at)
        return replace(signed, state="executed", amending=None), [said]
    return replace(signed, state="executed"), [_executed(contract, signature)]


def decline(contract: Contract, party: str, reason: bytes, at: datetime) -> Step:
    """The contract refused by the party whose turn it is; `reason` is sealed. Raises what `sign` raises."""
    _check_turn(contract, "refusal", party, at.date())
    declined = replace(contract, state="declined", amending=None, closing=Closing(party, at, reason))
    return declined, [ContractDeclined(contract.id, party)]


def expire(contract: Contract, at: datetime) -> Step:
    """The contract ended by time; without an event unless it is out for signature and its last day is over."""
    last_day = contract.expires_on
    if last_day is None or not _is_overdue(contract, at.date()):
        return contract, []
    expired = replace(contract, state="expired", amending=None, closing=Closing(None, at, None))
    return expired, [ContractExpired(contract.id, last_day)]


def _check_turn(contract: Contract, step: str, party: str, today: date) -> None:
    if contract.state == "expired" or _is_overdue(contract, today):
        raise SigningTimeOver(expires_on=contract.expires_on)
    require(contract, step, *_OUT_FOR_SIGNATURE)
    keys = [p.key for p in contract.parties]
    if party not in keys:
        raise PartyUnknown("/party", party=party, parties=", ".join(keys))
    position, turn = keys.index(party), len(contract.signatures)
    if position < turn:
        raise AlreadySigned("/party", party=party)
    if position > turn:
        raise NotYourTurn("/party", party=party, turn=keys[turn])


def _is_overdue(contract: Contract, today: date) -> bool:
    return contract.state in _OUT_FOR_SIGNATURE and contract.expires_on is not None and today > contract.expires_on


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
            talent.Grant(g.media, g.territories, g.languages, g.starts_on, g.ends_on, g.exclusive) for g in terms.grants
        ),
        dubbing_consent=terms.consents.dubbing,
        ai_voice_consent=terms.consents.ai_voice,
        replica_consent=terms.consents.replica,
        points=terms.points.percent if terms.points else Decimal(0),
        document_sha256=last.document_sha256,
        party=last.party,
        signed_at=last.signed_at,
    )
