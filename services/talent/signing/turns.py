"""Whose turn it is: steps, witnesses after their signers, reminders, and turns that end unused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from events.envelope import Event
from events.talent.signing import RecipientCompleted, RecipientExpired, RecipientReminded, RecipientTurnStarted
from services.talent.signing.recipients import Act, Recipient, SigningRound

FIRST_REMINDER = timedelta(days=5)
NEXT_REMINDER = timedelta(days=2)
MOST_REMINDERS = 5
LAST_REMINDER = timedelta(days=30)
"""After the beginning of a turn; nobody is reminded later."""

Turned = tuple[SigningRound, list[Event]]


def begin(round: SigningRound, contract_id: str, at: datetime) -> Turned:
    """The round with every turn begun that is due, and an event for each."""
    completed = {r.key for r in round.recipients if r.state == "completed"}
    open_steps = [r.step for r in round.recipients if r.acting and r.state != "completed"]
    step = min(open_steps, default=None)
    recipients, events = list[Recipient](), list[Event]()
    for recipient in round.recipients:
        reached = step is None or recipient.step <= step
        attested = recipient.witness_of is None or recipient.witness_of in completed
        if recipient.state == "waiting" and recipient.role != "copy" and reached and attested:
            recipient, event = _invite(recipient, contract_id, at)
            events.append(event)
        recipients.append(recipient)
    return _scheduled(recipients), events


def complete(round: SigningRound, key: str, contract_id: str, sha256: str, act: Act | None, at: datetime) -> Turned:
    """The round after a recipient acted, with the turns that this begins."""
    recipient = round.get(key)
    done = put(round, replace(recipient, state="completed", act=act))
    further, events = begin(done, contract_id, at)
    return further, [RecipientCompleted(contract_id, key, recipient.role, sha256, at), *events]


def restart(round: SigningRound, recipient: Recipient, contract_id: str, at: datetime) -> Turned:
    """The round with the recipient's turn begun anew: time and reminders count from now."""
    again, event = _invite(recipient, contract_id, at)
    return put(round, again), [event]


def follow_up(round: SigningRound, contract_id: str, at: datetime) -> Turned:
    """The round with every reminder given that is due by now, and every turn ended whose time is over."""
    recipients, events = list[Recipient](), list[Event]()
    for recipient in round.recipients:
        if recipient.state == "invited" and recipient.linked and recipient.expires_at is not None:
            if recipient.expires_at <= at:
                recipient = replace(recipient, state="expired")
                events.append(RecipientExpired(contract_id, recipient.key))
            elif (due := reminder_at(recipient)) is not None and due <= at:
                recipient = replace(recipient, reminders=recipient.reminders + 1)
                events.append(RecipientReminded(contract_id, recipient.key, recipient.reminders))
        recipients.append(recipient)
    return _scheduled(recipients), events


def reminder_at(recipient: Recipient) -> datetime | None:
    """When the next reminder is due; None when there is none: enough went out, it is too late, or the address fails."""
    if recipient.invited_at is None or recipient.reminders >= MOST_REMINDERS or recipient.bounced:
        return None
    after = FIRST_REMINDER + recipient.reminders * NEXT_REMINDER
    return recipient.invited_at + after if after <= LAST_REMINDER and recipient.acting else None


def put(round: SigningRound, recipient: Recipient) -> SigningRound:
    """The round with this recipient in the place of the one with its key."""
    return _scheduled([recipient if other.key == recipient.key else other for other in round.recipients])


def _invite(recipient: Recipient, contract_id: str, at: datetime) -> tuple[Recipient, RecipientTurnStarted]:
    until = at + timedelta(days=recipient.valid_days)
    invited = replace(recipient, state="invited", invited_at=at, expires_at=until, reminders=0)
    return invited, RecipientTurnStarted(contract_id, recipient.key, recipient.role, until)


def _scheduled(recipients: Sequence[Recipient]) -> SigningRound:
    due = [when for recipient in recipients if (when := _due_at(recipient)) is not None]
    return SigningRound(tuple(recipients), min(due, default=None))


def _due_at(recipient: Recipient) -> datetime | None:
    if recipient.state != "invited" or not recipient.linked:
        return None
    return min(when for when in (reminder_at(recipient), recipient.expires_at) if when is not None)
