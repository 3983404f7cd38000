"""A contract on its way through its recipients: sent, viewed, signed, approved, attested, handed on, reminded of, given up.

Every accepted step returns the new contract and its events; what does not fit raises the error that names it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Literal

from events.envelope import Event
from events.errors import RuleError
from events.talent.signing import RecipientBounced, RecipientReplaced, RecipientViewed
from services.talent.contracts import signing
from services.talent.contracts.lifecycle import Contract, Step
from services.talent.letters.addressees import Contact
from services.talent.signing import recipients, turns
from services.talent.signing.recipients import (
    Act,
    Recipient,
    RecipientRequest,
    RecipientsContradictory,
    RecipientUnknown,
    Sealing,
    SigningRound,
)

HandingOn = Literal["delegation", "forwarding"]


class RecipientDone(RuleError):
    """The recipient has done their part."""

    en = "{recipient} has already done their part of this contract."
    zh = "{recipient} 已完成其在本合同中的步骤。"


class RecipientNotYetDue(RuleError):
    """Others come first."""

    en = "It is not the turn of {recipient} yet."
    zh = "尚未轮到 {recipient}。"


class TurnOver(RuleError):
    """The recipient's time to act is over."""

    en = "The time of {recipient} ended on {expires_at:%Y-%m-%d} (UTC): ask the studio to send a new link."
    zh = "{recipient} 的签署期限已于 {expires_at:%Y-%m-%d}（UTC）届满：请联系制片方重新发送链接。"


class RoleCannot(RuleError):
    """The recipient's role does not include the step."""

    en = "A recipient who is {role} cannot do this."
    zh = "角色为 {role} 的接收人不能执行此操作。"


class DelegationNotAllowed(RuleError):
    """The studio did not allow the recipient to hand their part on."""

    status = 403
    en = "The studio did not allow {recipient} to hand this on to somebody else."
    zh = "制片方未允许 {recipient} 将此事项转交他人。"


def circulate(
    contract: Contract, requested: Sequence[RecipientRequest], seal: Callable[[Contact], bytes], at: datetime
) -> Step:
    """The contract, just sent, in its first turn; raises RecipientsContradictory.

    A party without a recipient signs at the studio's desk, after everybody else, in the order of the parties.
    """
    parties = [party.key for party in contract.parties]
    recipients.check(requested, parties)
    made = [_recipient(one, seal) for one in requested]
    last = max(one.step for one in made)
    missing = [key for key in parties if key not in {one.party for one in made}]
    for n, key in enumerate(missing, start=1):
        if any(one.key == key for one in made):
            raise RecipientsContradictory(
                "/recipients",
                f"{key} is a party that signs: no other recipient can have its key.",
                f"{key} 为签署方标识，其他接收人不得使用。",
            )
        made.append(_recipient(RecipientRequest(key, step=last + n), seal))
    round, events = turns.begin(SigningRound(tuple(made)), contract.id, at)
    return replace(contract, round=round), events


def view(contract: Contract, key: str, at: datetime) -> Step:
    """The contract read by the recipient; an event the first time only."""
    recipient = find(contract, key)
    if recipient.viewed_at is not None:
        return contract, []
    return _put(contract, replace(recipient, viewed_at=at)), [RecipientViewed(contract.id, key)]


def sign(contract: Contract, key: str, time_zone: str, document_sha256: str, evidence: bytes, at: datetime) -> Step:
    """The contract signed by a signer, or its signer's signature attested by a witness; what may be done is checked here."""
    recipient = _require_turn(contract, key, "signature", at)
    if recipient.role == "signer":
        assert recipient.party is not None  # every signer signs for a party
        return signing.add_signature(contract, recipient.party, time_zone, document_sha256, evidence, at)
    if recipient.role != "witness":
        raise RoleCannot(role=recipient.role)
    return _attest(contract, key, time_zone, document_sha256, evidence, at)


def approve(contract: Contract, key: str, time_zone: str, document_sha256: str, evidence: bytes, at: datetime) -> Step:
    """The contract approved by an approver."""
    if _require_turn(contract, key, "approval", at).role != "approver":
        raise RoleCannot(role=find(contract, key).role)
    return _attest(contract, key, time_zone, document_sha256, evidence, at)


def decline(contract: Contract, key: str, reason: bytes, at: datetime) -> Step:
    """The contract declined by a recipient whom it waits for; `reason` is sealed."""
    recipient = _require_turn(contract, key, "refusal", at)
    if not recipient.acting:
        raise RoleCannot(role=recipient.role)
    return signing.close_declined(contract, key, reason, at)


def hand_on(contract: Contract, key: str, contact: Contact, sealing: Sealing, why: HandingOn, at: datetime) -> Step:
    """The recipient's part given to somebody else, by the recipient: delegated, or forwarded to whom it is for.

    Raises RecipientsContradictory for somebody who acts in this contract already.
    """
    recipient = _require_turn(contract, key, "delegation", at)
    if not recipient.may_delegate:
        raise DelegationNotAllowed(recipient=key)
    return _replace(contract, recipient, contact, sealing, RecipientReplaced(contract.id, key, why), at)


def correct(contract: Contract, key: str, contact: Contact, sealing: Sealing, at: datetime) -> Step:
    """The recipient's name or address corrected by the studio: links to the earlier address are dead.

    Raises RecipientsContradictory for the address of somebody who acts in this contract already.
    """
    recipient = _require_pending(contract, key, "correction", at)
    return _replace(contract, recipient, contact, sealing, RecipientReplaced(contract.id, key, "correction"), at)


def resume(contract: Contract, key: str, at: datetime) -> Step:
    """The recipient's turn, also one that ended unused, begun anew: with a new link and new time."""
    recipient = _require_pending(contract, key, "resumption", at)
    if recipient.state == "waiting":
        raise RecipientNotYetDue("/recipient", recipient=key)
    assert contract.round is not None  # who is pending is in a round
    round, events = turns.restart(contract.round, recipient, contract.id, at)
    return replace(contract, round=round), events


def bounce(contract: Contract, key: str) -> Step:
    """The recipient's address takes no letters; an event the first time only."""
    recipient = find(contract, key)
    if not recipient.linked:
        raise RoleCannot(role=recipient.role)
    if recipient.bounced:
        return contract, []
    return _put(contract, replace(recipient, bounced=True)), [RecipientBounced(contract.id, key)]


def require_reading(contract: Contract, recipient: Recipient) -> None:
    """Raise RecipientNotYetDue before the recipient's turn, unless the contract is executed."""
    if recipient.state == "waiting" and contract.state != "executed":
        raise RecipientNotYetDue(recipient=recipient.key)


def follow_up(contract: Contract, at: datetime) -> Step:
    """The contract with the reminders given and the turns ended that are due; nothing when it is over."""
    if contract.round is None or contract.state not in ("sent", "partially_signed"):
        return contract, []
    round, events = turns.follow_up(contract.round, contract.id, at)
    return replace(contract, round=round), events


def deadline(contract: Contract, recipient: Recipient) -> datetime | None:
    """The last moment for the recipient to act: the end of their turn, or of the contract's last day to sign (UTC) before it."""
    last_day = contract.expires_on
    whole = datetime.combine(last_day, time(23, 59, 59), UTC) if last_day else None
    return min((when for when in (recipient.expires_at, whole) if when is not None), default=None)


def find(contract: Contract, key: str) -> Recipient:
    """The contract's recipient with a key; raises RecipientUnknown."""
    if contract.round is None:
        raise RecipientUnknown("/recipient", recipient=key)
    return contract.round.get(key)


def _require_pending(contract: Contract, key: str, step: str, at: datetime) -> Recipient:
    signing.require_open(contract, step, at.date())
    recipient = find(contract, key)
    if not recipient.linked:
        raise RoleCannot(role=recipient.role)
    if recipient.state == "completed":
        raise RecipientDone(recipient=key)
    return recipient


def _require_turn(contract: Contract, key: str, step: str, at: datetime) -> Recipient:
    recipient = _require_pending(contract, key, step, at)
    if recipient.state == "waiting":
        raise RecipientNotYetDue(recipient=key)
    if recipient.state == "expired" or (recipient.expires_at is not None and recipient.expires_at <= at):
        raise TurnOver(recipient=key, expires_at=recipient.expires_at)
    return recipient


def _attest(contract: Contract, key: str, time_zone: str, document_sha256: str, evidence: bytes, at: datetime) -> Step:
    signing.require_document(contract, document_sha256)
    act = Act(at, signing.local_time(at, time_zone), time_zone, evidence)
    return signing.proceed(contract, key, act, at)


def _replace(
    contract: Contract, recipient: Recipient, contact: Contact, sealing: Sealing, event: Event, at: datetime
) -> Step:
    assert contract.round is not None  # who is replaced is in a round
    recipients.check_address(contract.round, recipient, contact.email, sealing.open)
    other = replace(
        recipient, contact=sealing.seal(contact), serial=recipient.serial + 1, bounced=False, viewed_at=None
    )
    if recipient.state == "waiting":
        return _put(contract, other), [event]
    round, started = turns.restart(contract.round, other, contract.id, at)
    return replace(contract, round=round), [event, *started]


def _put(contract: Contract, recipient: Recipient) -> Contract:
    assert contract.round is not None  # where the recipient came from
    return replace(contract, round=turns.put(contract.round, recipient))


def _recipient(one: RecipientRequest, seal: Callable[[Contact], bytes]) -> Recipient:
    contact = seal(Contact(one.name, one.email)) if one.name is not None and one.email is not None else None
    party = (one.party or one.key) if one.role == "signer" else None
    made = Recipient(
        one.key, one.role, party, one.witness_of, one.step, one.language, one.valid_days, one.may_delegate, contact
    )
    return replace(made, time_zone=one.time_zone)
