"""A recipient's questions: told once each, of a limited number, and only while something can still change."""

from datetime import datetime, timedelta

import pytest

from events.talent.signing import RecipientAsked
from services.talent.contracts import lifecycle
from services.talent.contracts.lifecycle import Contract, ContractStateConflict
from services.talent.contracts.signing import SigningTimeOver
from services.talent.signing import circulation, questions
from services.talent.signing.circulation import RecipientNotYetDue
from services.talent.signing.questions import MOST_QUESTIONS, QuestionsTooMany
from services.talent.signing.recipients import RecipientRequest


@pytest.fixture
def out(drafted: Contract, now: datetime) -> Contract:
    """A contract that is the performer's turn, and then Ken's."""
    sent, _ = lifecycle.send(drafted, now.date() + timedelta(days=30), now.date())
    asked = (
        RecipientRequest("performer", name="Misaki", email="misaki@example.com"),
        RecipientRequest("studio", name="Ken", email="ken@example.com", step=2),
    )
    return circulation.circulate(sent, asked, lambda contact: contact.email.encode(), now)[0]


def test_a_question_is_kept_and_told(out: Contract, now: datetime) -> None:
    """The text is sealed with the contract, the event says only who wants what; no turn changes."""
    asked, events = questions.ask(out, "performer", "change", b"sealed", now)
    assert events == [RecipientAsked(out.id, "performer", "change")]
    recipient = circulation.find(asked, "performer")
    assert [(one.wish, one.text, one.at) for one in recipient.questions] == [("change", b"sealed", now)]
    assert (recipient.state, asked.state) == ("invited", out.state)


def test_who_cannot_read_yet_asks_nothing(out: Contract, now: datetime) -> None:
    """Their turn comes first."""
    with pytest.raises(RecipientNotYetDue):
        questions.ask(out, "studio", "answer", b"sealed", now)


def test_questions_are_limited(out: Contract, now: datetime) -> None:
    """Nobody fills a contract's document."""
    for _ in range(MOST_QUESTIONS):
        out, _ = questions.ask(out, "performer", "answer", b"sealed", now)
    with pytest.raises(QuestionsTooMany):
        questions.ask(out, "performer", "answer", b"sealed", now)


def test_nothing_is_asked_about_what_cannot_change_any_more(out: Contract, now: datetime) -> None:
    """Withdrawn, or its last day to sign is over."""
    cancelled, _ = lifecycle.cancel(out, b"sealed", now)
    with pytest.raises(ContractStateConflict):
        questions.ask(cancelled, "performer", "answer", b"sealed", now)
    with pytest.raises(SigningTimeOver):
        questions.ask(out, "performer", "answer", b"sealed", now + timedelta(days=32))
