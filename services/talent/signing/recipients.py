"""Who takes part in signing a contract: signers, approvers, witnesses, viewers, and who only gets a copy.

Recipients act in steps: those of one step in parallel, a step after the one before. A recipient without an e-mail address is
the studio's own: it signs with the studio's credential. Everybody else gets a personal link, and nobody else can sign for them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.errors import RuleError
from events.shapes import Items, Line, Number, PartyKey, TimeZone
from events.talent.signing import Wish
from services.talent.letters.addressees import Contact, Reading
from services.talent.people.files import Email

Role = Literal["signer", "approver", "witness", "viewer", "copy"]
Progress = Literal["waiting", "invited", "completed", "expired"]
HandingOn = Literal["delegation", "forwarding"]
Replacement = Literal["correction", "delegation", "forwarding"]

ACTING: tuple[Role, ...] = ("signer", "approver", "witness")
"""Roles that the contract waits for."""

DEFAULT_DAYS = 90
"""Days that a recipient has from the beginning of their turn."""


class RecipientsContradictory(RuleError):
    """The recipients do not fit each other or the contract's parties."""

    status = 422
    en = "{reason}"
    zh = "{reason_zh}"

    def __init__(self, pointer: str, reason: str, reason_zh: str) -> None:
        super().__init__(pointer, reason=reason, reason_zh=reason_zh)


class RecipientUnknown(RuleError):
    """The contract has no such recipient."""

    status = 404
    en = "This contract has no recipient {recipient}."
    zh = "该合同没有标识为 {recipient} 的接收人。"


@dataclass(frozen=True)
class RecipientRequest:
    """A recipient of a contract that goes out: without `email`, the studio's own signer at its desk.

    A signer signs for `party` (by default the one with its own key); a witness attests the signature of `witness_of`. Letters tell
    the deadline in `time_zone`, or else in the studio's.
    """

    key: PartyKey
    role: Role = "signer"
    name: Line | None = None
    email: Email | None = None
    party: PartyKey | None = None
    witness_of: PartyKey | None = None
    step: Annotated[
        int, Number(min=1, max=20, doc="who has the same step acts in parallel; lower steps come first")
    ] = 1
    language: Reading = "en"
    valid_days: Annotated[int, Number(min=1, max=365, doc="days to act from the beginning of the turn")] = DEFAULT_DAYS
    may_delegate: bool = False
    time_zone: TimeZone | None = None


RecipientRequests = Annotated[tuple[RecipientRequest, ...], Items(max=20)]


@dataclass(frozen=True)
class Sealing:
    """How the contacts of one contract are sealed, and opened."""

    seal: Callable[[Contact], bytes]
    open: Callable[[bytes], Contact]


@dataclass(frozen=True)
class Act:
    """What an approver or a witness did: when, also by their own clock; `evidence` is sealed."""

    at: datetime
    local_time: str
    time_zone: TimeZone
    evidence: bytes


@dataclass(frozen=True)
class Question:
    """What a recipient asked, or proposed to change; `text` is sealed."""

    wish: Wish
    text: bytes
    at: datetime


@dataclass(frozen=True)
class Former:
    """Where a recipient was reached before (sealed), until when, why not any more, and whether they had read the contract there."""

    contact: bytes
    until: datetime
    why: Replacement
    viewed: bool


@dataclass(frozen=True)
class Recipient:
    """A recipient with the state of its turn.

    `contact` is sealed, and None for the studio's own. `serial` counts the addresses that it had (`former`): a link to an earlier
    one is dead. `expires_at` is when the turn ends unused, `reminders` how many went out, `bounced` whether the address fails.
    """

    key: str
    role: Role
    party: str | None
    witness_of: str | None
    step: int
    language: Reading
    valid_days: int
    may_delegate: bool
    contact: bytes | None
    state: Progress = "waiting"
    serial: int = 0
    invited_at: datetime | None = None
    viewed_at: datetime | None = None
    expires_at: datetime | None = None
    reminders: int = 0
    bounced: bool = False
    act: Act | None = None
    time_zone: TimeZone | None = None
    questions: tuple[Question, ...] = ()
    former: tuple[Former, ...] = ()

    @property
    def acting(self) -> bool:
        """Whether the contract waits for this recipient."""
        return self.role in ACTING

    @property
    def linked(self) -> bool:
        """Whether it has a personal link, so that nobody else acts for it."""
        return self.contact is not None


@dataclass(frozen=True)
class SigningRound:
    """The recipients of a contract that is out; `due_at` is when the next reminder or the end of a turn is due."""

    recipients: tuple[Recipient, ...]
    due_at: datetime | None = None

    def get(self, key: str) -> Recipient:
        """The recipient with a key; raises RecipientUnknown."""
        for recipient in self.recipients:
            if recipient.key == key:
                return recipient
        raise RecipientUnknown("/recipient", recipient=key)

    @property
    def finished(self) -> bool:
        """Whether everybody whom the contract waits for has acted."""
        return all(recipient.state == "completed" for recipient in self.recipients if recipient.acting)


def check(requested: Sequence[RecipientRequest], parties: Sequence[str]) -> None:
    """Raise RecipientsContradictory unless the recipients fit each other and the contract's parties."""
    keys: list[str] = []
    signing: list[str] = []
    addresses: dict[str, RecipientRequest] = {}
    for position, one in enumerate(requested):
        at = f"/recipients/{position}"
        if one.key in keys:
            _refuse(f"{at}/key", f"There are two recipients {one.key}.", f"有两个接收人使用了相同的标识 {one.key}。")
        keys.append(one.key)
        if one.role == "signer":
            party = one.party or one.key
            if party not in parties:
                _refuse(f"{at}/party", f"The contract has no party {party}.", f"合同没有标识为 {party} 的一方。")
            if party in signing:
                _refuse(f"{at}/party", f"The party {party} has two signers.", f"{party} 方有两名签署人。")
            signing.append(party)
        if one.key in parties and (one.role != "signer" or (one.party or one.key) != one.key):
            _refuse(
                f"{at}/key",
                f"{one.key} is the key of a party: only who signs for that party has it.",
                f"{one.key} 为签署方标识，仅代表该方签署的接收人可使用。",
            )
        _check_fields(one, at)
        if one.email is not None:
            other = addresses.setdefault(one.email.casefold(), one)
            if other is not one and _apart(one.role, other.role):
                _refuse_address(f"{at}/email", one.key, other.key)
    _check_witnesses(requested)


def check_address(round: SigningRound, recipient: Recipient, email: str, opened: Callable[[bytes], Contact]) -> None:
    """Raise RecipientsContradictory when another recipient has, and keeps for itself, the address."""
    for other in round.recipients:
        if other.contact is None or other.key == recipient.key or not _apart(other.role, recipient.role):
            continue
        if opened(other.contact).email.casefold() == email.casefold():
            _refuse_address("/email", recipient.key, other.key)


def _apart(role: Role, other: Role) -> bool:
    """Whether recipients of these roles need addresses of their own: all who act, and a signer's is nobody else's."""
    return "signer" in (role, other) or (role in ACTING and other in ACTING)


def _check_fields(one: RecipientRequest, at: str) -> None:
    if one.role != "signer" and one.email is None:
        _refuse(f"{at}/email", f"A recipient who is {one.role} needs an address.", "非签署人的接收人必须填写邮箱。")
    if (one.email is None) != (one.name is None):
        _refuse(
            f"{at}/name",
            "Name and e-mail address are given together or not at all.",
            "姓名与邮箱须同时填写或均不填写。",
        )
    if one.role != "signer" and one.party is not None:
        _refuse(f"{at}/party", "Only a signer signs for a party.", "仅签署人可代表一方签署。")
    if (one.role == "witness") != (one.witness_of is not None):
        _refuse(
            f"{at}/witness_of", "A witness, and only a witness, names a signer.", "见证人（且仅见证人）须指明签署人。"
        )


def _check_witnesses(requested: Sequence[RecipientRequest]) -> None:
    signers = {one.key: one for one in requested if one.role == "signer"}
    for position, one in enumerate(requested):
        if one.witness_of is None:
            continue
        signer = signers.get(one.witness_of)
        if signer is None or signer.step > one.step:
            _refuse(
                f"/recipients/{position}/witness_of",
                f"The witness {one.key} needs a signer {one.witness_of} of the same or an earlier step.",
                f"见证人 {one.key} 须对应同一步骤或更早步骤中的签署人 {one.witness_of}。",
            )


def _refuse_address(pointer: str, key: str, other: str) -> None:
    _refuse(
        pointer,
        f"{key} and {other} have the same address: nobody acts in two roles.",
        f"{key} 与 {other} 的邮箱相同：同一人不得担任两个角色。",
    )


def _refuse(pointer: str, reason: str, reason_zh: str) -> None:
    raise RecipientsContradictory(pointer, reason, reason_zh)
