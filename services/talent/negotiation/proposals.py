"""Proposals of other terms, as a contract keeps them: numbered from 1, at most one of them open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from events.errors import RuleError
from events.shapes import Line, PartyKey
from services.talent.negotiation.differences import Change

Status = Literal["open", "countered", "replaced", "superseded", "accepted", "rejected", "withdrawn"]
"""What became of a proposal; `countered` by the other side's, `replaced` by one's own, `superseded` by a revision."""


class ProposalOpen(RuleError):
    """A proposal waits for its answer."""

    en = "Proposal {number} of {party} is open: accept, reject or withdraw it first."
    zh = "{party} 方提出的第 {number} 号提案尚未答复：请先接受、拒绝或撤回。"


@dataclass(frozen=True)
class Outcome:
    """How a proposal ended: by which party's step, taken by which member, when; the reason is sealed."""

    party: PartyKey | None
    actor: Line
    at: datetime
    reason: bytes | None = None


@dataclass(frozen=True)
class Proposal:
    """Other terms that a party asks for, as their difference to the draft's; the comment is sealed."""

    number: int
    party: PartyKey
    actor: Line
    at: datetime
    changes: tuple[Change, ...]
    comment: bytes | None = None
    status: Status = "open"
    outcome: Outcome | None = None


def open_one(proposals: Sequence[Proposal]) -> Proposal | None:
    """The proposal that waits for its answer: the last one, or none."""
    return proposals[-1] if proposals and proposals[-1].status == "open" else None


def require_none_open(proposals: Sequence[Proposal]) -> None:
    """Raise ProposalOpen when one waits for its answer."""
    if (waiting := open_one(proposals)) is not None:
        raise ProposalOpen(number=waiting.number, party=waiting.party)


def close(proposals: tuple[Proposal, ...], status: Status, outcome: Outcome | None) -> tuple[Proposal, ...]:
    """The proposals after the open one, if any, has ended this way."""
    if (waiting := open_one(proposals)) is None:
        return proposals
    return (*proposals[:-1], replace(waiting, status=status, outcome=outcome))
