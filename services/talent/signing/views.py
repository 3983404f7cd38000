"""What is shown of recipients, links and letters."""

from services.talent.contracts.lifecycle import Contract, Signature
from services.talent.contracts.signing import Evidence, FormerAddress
from services.talent.letters.addressees import Contact, masked
from services.talent.letters.api import LetterState
from services.talent.signing import circulation
from services.talent.signing.api import (
    ActView,
    DeskRuleView,
    EnteredView,
    LinkView,
    OtherView,
    QuestionView,
    RecipientView,
    ScanView,
)
from services.talent.signing.desk import DeskRule, SignedScan
from services.talent.signing.recipients import Recipient


def recipient(
    contract: Contract,
    recipient: Recipient,
    contact: Contact | None,
    letter: LetterState | None,
    questions: tuple[QuestionView, ...],
    former: tuple[FormerAddress, ...],
) -> RecipientView:
    """A recipient, for the studio that named it, with what became of the latest letter, what they asked, and earlier addresses."""
    signed = next((s.signed_at for s in contract.signatures if s.party == recipient.party), None)
    return RecipientView(
        recipient.key,
        recipient.role,
        recipient.party,
        recipient.witness_of,
        recipient.step,
        recipient.language,
        contact.name if contact else None,
        contact.email if contact else None,
        recipient.state,
        recipient.invited_at,
        recipient.viewed_at,
        recipient.expires_at,
        recipient.reminders,
        recipient.bounced,
        recipient.act.at if recipient.act else signed,
        letter,
        questions,
        former,
    )


def entered(signature: Signature, evidence: Evidence) -> EnteredView:
    """The signature that the studio entered, for whom it is entered."""
    return EnteredView(
        evidence.name,
        signature.signed_at,
        signature.recorded_by,
        evidence.reason,
        evidence.scan_sha256,
        signature.dispute.at if signature.dispute else None,
    )


def scan(scan: SignedScan) -> ScanView:
    """A scan, without its bytes."""
    return ScanView(scan.id, scan.contract_id, scan.size, scan.sha256)


def desk_rule(rule: DeskRule) -> DeskRuleView:
    """Whether the desk is allowed."""
    return DeskRuleView(rule.desk)


def act(contract: Contract, key: str) -> ActView:
    """What became of the contract by a recipient's act."""
    return ActView(contract.id, contract.state, key, circulation.find(contract, key).state)


def others(contract: Contract, recipient: Recipient) -> tuple[OtherView, ...]:
    """How far the other recipients are, in the order in which they act."""
    found = contract.round.recipients if contract.round else ()
    return tuple(
        OtherView(other.role, other.party, other.state)
        for other in sorted(found, key=lambda other: other.step)
        if other.key != recipient.key
    )


def link(contract: Contract, recipient: Recipient, contact: Contact, sent: tuple[str, str], session: bool) -> LinkView:
    """What a link tells to whoever has it; `sent` is who sends it and the production's title."""
    sender, production = sent
    return LinkView(
        recipient.language,
        masked(contact.email),
        sender,
        production,
        contract.terms.role,
        circulation.deadline(contract, recipient),
        recipient.role,
        recipient.state,
        contract.state,
        recipient.expires_at,
        session,
    )
