"""What recipients ask about a contract, or propose to change in it: kept encrypted, told as an event, answered by the studio."""

from dataclasses import replace
from datetime import datetime

from events.errors import RuleError
from events.talent.signing import RecipientAsked, Wish
from services.talent.contracts import signing
from services.talent.contracts.lifecycle import Contract, Step
from services.talent.signing import circulation, turns
from services.talent.signing.recipients import Question

MOST_QUESTIONS = 20
"""Of one recipient of one contract."""


class QuestionsTooMany(RuleError):
    """The recipient asked often enough to write to the studio instead."""

    status = 429
    en = "You have sent {most} questions about this contract: please write to the studio instead."
    zh = "您已就本合同提交 {most} 个问题：请直接联系制片方。"


def ask(contract: Contract, key: str, wish: Wish, text: bytes, at: datetime) -> Step:
    """The contract with the recipient's question; it changes no turn. Raises QuestionsTooMany, and what reading raises.

    Only while the contract is out for signature: afterwards there is nothing left to change.
    """
    signing.require_open(contract, "question", at.date())
    recipient = circulation.find(contract, key)
    circulation.require_reading(contract, recipient)
    if len(recipient.questions) >= MOST_QUESTIONS:
        raise QuestionsTooMany(most=MOST_QUESTIONS)
    asked = (*recipient.questions, Question(wish, text, at))
    assert contract.round is not None  # where the recipient is
    round = turns.put(contract.round, replace(recipient, questions=asked))
    return replace(contract, round=round), [RecipientAsked(contract.id, key, wish)]
