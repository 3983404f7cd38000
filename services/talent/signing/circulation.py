"""A contract on its way through its recipients: sent, viewed, signed, approved, attested, handed on, reminded of, given up.

Every accepted step returns the new contract and its events; what does not fit raises the error that names it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from events.errors import RuleError
from events.talent.signing import (
    RecipientBounced,
    RecipientReplaced,
    RecipientViewed,
    SignatureDisputed,
    SignatureEnteredAtDesk,
)
from services.talent.contracts import signing
from services.talent.contracts.lifecycle import Contract, Dispute, Party, Step
from services.talent.contracts.signing import Entry, Evidence
from services.talent.letters.addressees import Contact, Reading
from services.talent.signing import recipients, turns
from services.talent.signing.recipients import (
    Act,
    Former,
    HandingOn,
    Recipient,
    RecipientRequest,
    RecipientsContradictory,
    RecipientUnknown,
    Replacement,
    Sealing,
    SigningRound,
)

Reach = Callable[[Party], tuple[Contact, Reading]]
"""How a person is called and reached by what their file says, and the language that they read."""


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


class NothingToDispute(RuleError):
    """Nobody entered a signature for the recipient."""

    en = "No signature was entered for {recipient} by the studio, or it was disputed before."
    zh = "制片方未代 {recipient} 录入签名，或该签名已被提出异议。"


class DelegationNotAllowed(RuleError):
    """The studio did not allow the recipient to hand their part on."""

    status = 403
    en = "The studio did not allow {recipient} to hand this on to somebody else."
    zh = "制片方未允许 {recipient} 将此事项转交他人。"


def with_people(
    contract: Contract, requested: Sequence[RecipientRequest], at_desk: Sequence[str], reach: Reach
) -> tuple[RecipientRequest, ...]:
    """The recipients with one for each party that is a person: by a personal link, unless the desk was asked for.

    Without any requested, the parties act in their order. Raises RecipientsContradictory, and what `reach` raises.
    """
    people = {party.key: party for party in contract.parties if party.person_id is not None}
    for position, key in enumerate(at_desk):
        _require_at_desk(f"/at_desk/{position}", key, people, requested)
    if not requested and people:
        requested = [RecipientRequest(party.key, step=n) for n, party in enumerate(contract.parties, start=1)]
    signers = {one.party or one.key for one in requested if one.role == "signer"}
    last = max((one.step for one in requested), default=0)
    missing = [RecipientRequest(key, step=last + n) for n, key in enumerate(people, start=1) if key not in signers]
    made = []
    for one in (*requested, *missing):
        party = people.get(one.party or one.key) if one.role == "signer" and one.email is None else None
        if party is not None and party.key not in at_desk:
            contact, language = reach(party)
            one = replace(one, name=contact.name, email=contact.email, language=language)
        made.append(one)
    return tuple(made)


def circulate(
    contract: Contract,
    requested: Sequence[RecipientRequest],
    seal: Callable[[Contact], bytes],
    at: datetime,
    on_file: Contact | None = None,
) -> Step:
    """The contract, just sent, in its first turn; raises RecipientsContradictory.

    A party without a recipient signs at the studio's desk, after everybody else, in the order of the parties. A person whose link goes
    to another address than the one `on_file` counts as corrected, so that the one on file is told.
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
    elsewhere = _sent_elsewhere(contract, requested, on_file)
    if on_file is not None:
        former = Former(seal(on_file), at, "correction", viewed=False)
        made = [replace(one, serial=1, former=(former,)) if one.key in elsewhere else one for one in made]
    round, events = turns.begin(SigningRound(tuple(made)), contract.id, at)
    told = [RecipientReplaced(contract.id, key, "correction", 0, viewed=False) for key in elsewhere]
    return replace(contract, round=round), [*told, *events]


def view(contract: Contract, key: str, at: datetime) -> Step:
    """The contract read by the recipient; an event the first time only."""
    recipient = find(contract, key)
    if recipient.viewed_at is not None:
        return contract, []
    return _put(contract, replace(recipient, viewed_at=at)), [RecipientViewed(contract.id, key)]


def sign(
    contract: Contract,
    key: str,
    time_zone: str,
    document_sha256: str,
    evidence: bytes,
    at: datetime,
    name_differs: bool = False,
) -> Step:
    """The contract signed by a signer, or its signer's signature attested by a witness; what may be done is checked here."""
    recipient = _require_turn(contract, key, "signature", at)
    if recipient.role == "signer":
        assert recipient.party is not None  # every signer signs for a party
        entry = Entry("link_and_code", name_differs=name_differs)
        return signing.add_signature(contract, recipient.party, time_zone, document_sha256, evidence, at, entry)
    if recipient.role != "witness":
        raise RoleCannot(role=recipient.role)
    return _attest(contract, key, time_zone, document_sha256, evidence, at)


def enter(
    contract: Contract,
    party: str,
    time_zone: str,
    document_sha256: str,
    seal: Callable[[Evidence], bytes],
    evidence: Evidence,
    contact: bytes,
    language: Reading,
    entry: Entry,
    at: datetime,
) -> Step:
    """The contract with a person's signature as a member of the studio entered it; from now on the person has a link.

    Raises what `signing.sign` raises.
    """
    signed, events = signing.sign(contract, party, time_zone, document_sha256, seal(evidence), at, entry)
    recipient = signing.recipient_of(signed, party)
    assert recipient is not None and entry.recorded_by is not None  # a person's party always has a recipient
    entered = SignatureEnteredAtDesk(
        contract.id,
        party,
        entry.recorded_by,
        document_sha256,
        evidence.scan_sha256,
        entry.name_differs,
        len(evidence.initials_absent),
        at,
    )
    return _put(signed, replace(recipient, contact=contact, language=language)), [entered, *events]


def dispute(contract: Contract, key: str, reason: bytes, at: datetime) -> Step:
    """The contract with a signature that its person says is not theirs; nobody can take that back. Raises NothingToDispute."""
    party = find(contract, key).party
    entered = [s for s in contract.signatures if s.party == party and s.authentication == "desk" and s.dispute is None]
    if not entered:
        raise NothingToDispute(recipient=key)
    signatures = tuple(replace(s, dispute=Dispute(at, reason)) if s in entered else s for s in contract.signatures)
    return replace(contract, signatures=signatures), [SignatureDisputed(contract.id, entered[0].party, at)]


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
    return _replace(contract, recipient, contact, sealing, why, at)


def correct(contract: Contract, key: str, contact: Contact, sealing: Sealing, at: datetime) -> Step:
    """The recipient's name or address corrected by the studio: links to the earlier address are dead.

    Raises RecipientsContradictory for the address of somebody who acts in this contract already.
    """
    recipient = _require_pending(contract, key, "correction", at)
    return _replace(contract, recipient, contact, sealing, "correction", at)


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


def _require_at_desk(
    pointer: str, key: str, people: Mapping[str, Party], requested: Sequence[RecipientRequest]
) -> None:
    if key not in people:
        raise RecipientsContradictory(
            pointer, f"{key} is no party that is a person.", f"{key} 不是由自然人担任的一方。"
        )
    if any((one.party or one.key) == key and one.role == "signer" and one.email is not None for one in requested):
        raise RecipientsContradictory(
            pointer,
            f"{key} has a personal link, and so does not sign at the desk.",
            f"{key} 已有个人链接，不能由制片方代录签名。",
        )


def _replace(
    contract: Contract,
    recipient: Recipient,
    contact: Contact,
    sealing: Sealing,
    why: Replacement,
    at: datetime,
) -> Step:
    assert contract.round is not None and recipient.contact is not None  # who is replaced is in a round, and has a link
    recipients.check_address(contract.round, recipient, contact.email, sealing.open)
    viewed = recipient.viewed_at is not None
    event = RecipientReplaced(contract.id, recipient.key, why, recipient.serial, viewed)
    other = replace(
        recipient,
        contact=sealing.seal(contact),
        serial=recipient.serial + 1,
        bounced=False,
        viewed_at=None,
        former=(*recipient.former, Former(recipient.contact, at, why, viewed)),
    )
    if recipient.state == "waiting":
        return _put(contract, other), [event]
    round, started = turns.restart(contract.round, other, contract.id, at)
    return replace(contract, round=round), [event, *started]


def _put(contract: Contract, recipient: Recipient) -> Contract:
    assert contract.round is not None  # where the recipient came from
    return replace(contract, round=turns.put(contract.round, recipient))


def _sent_elsewhere(contract: Contract, requested: Sequence[RecipientRequest], on_file: Contact | None) -> list[str]:
    """The keys of signers for a person who are sent the contract at another address than the one on the person's file."""
    people = {party.key for party in contract.parties if party.person_id is not None}
    return [
        one.key
        for one in requested
        if on_file is not None and one.role == "signer" and (one.party or one.key) in people
        if one.email is not None and one.email.casefold() != on_file.email.casefold()
    ]


def _recipient(one: RecipientRequest, seal: Callable[[Contact], bytes]) -> Recipient:
    contact = seal(Contact(one.name, one.email)) if one.name is not None and one.email is not None else None
    party = (one.party or one.key) if one.role == "signer" else None
    made = Recipient(
        one.key, one.role, party, one.witness_of, one.step, one.language, one.valid_days, one.may_delegate, contact
    )
    return replace(made, time_zone=one.time_zone)
