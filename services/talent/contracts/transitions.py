"""Every legal step of a contract: from which states, to which, and the one event that says so.

The rules ask this table from which states a step is legal; docs/contracts.md shows it, and a test drives the rules
through random sequences of steps against it.
"""

from dataclasses import dataclass
from typing import Literal

from events.envelope import Event
from events.talent import contracts, negotiation

State = Literal["draft", "sent", "partially_signed", "executed", "declined", "cancelled", "expired", "terminated"]


@dataclass(frozen=True)
class Transition:
    """A step from any of some states to one state; without a state to come from it makes the contract."""

    step: str
    sources: tuple[State, ...]
    target: State
    event: type[Event]
    when: str = ""


_OUT: tuple[State, ...] = ("sent", "partially_signed")

TRANSITIONS = (
    Transition("drafting", (), "draft", contracts.ContractDrafted),
    Transition("revision", ("draft",), "draft", contracts.ContractRevised),
    Transition("proposal", ("draft",), "draft", negotiation.ContractProposalMade),
    Transition("acceptance", ("draft",), "draft", negotiation.ContractProposalAccepted),
    Transition("rejection", ("draft",), "draft", negotiation.ContractProposalRejected),
    Transition("withdrawal", ("draft",), "draft", negotiation.ContractProposalWithdrawn),
    Transition("dispatch", ("draft",), "sent", contracts.ContractSent, "no proposal is open"),
    Transition("signature", _OUT, "partially_signed", contracts.ContractPartySigned, "others have yet to sign"),
    Transition("signature", ("partially_signed",), "executed", contracts.ContractSigned, "the last party signs"),
    Transition(
        "signature", ("partially_signed",), "executed", contracts.AmendmentSigned, "the last party signs an amendment"
    ),
    Transition("refusal", _OUT, "declined", contracts.ContractDeclined),
    Transition("expiry", _OUT, "expired", contracts.ContractExpired, "its last day to sign is over"),
    Transition("cancellation", ("draft", *_OUT), "cancelled", contracts.ContractCancelled),
    Transition("amendment", ("executed",), "executed", contracts.ContractAmended, "an amendment of it was executed"),
    Transition("termination", ("executed",), "terminated", contracts.ContractTerminated),
)


def sources(step: str) -> tuple[State, ...]:
    """The states in which a step is legal."""
    return tuple(dict.fromkeys(state for each in TRANSITIONS if each.step == step for state in each.sources))


def table() -> str:
    """The transitions as a table in Markdown."""
    lines = ["| step | from | to | event | when |", "|---|---|---|---|---|"]
    for each in TRANSITIONS:
        came_from = ", ".join(f"`{state}`" for state in each.sources) or "(nothing)"
        lines.append(f"| {each.step} | {came_from} | `{each.target}` | `{each.event.__name__}` | {each.when} |")
    return "\n".join(lines) + "\n"
