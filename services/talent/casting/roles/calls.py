"""A role of a production that somebody is looked for: from its breakdown to the end of its call.

draft -> open (call) -> closed (by the studio, or its deadline over) -> open again ...
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from events.envelope import Event
from events.errors import RuleError
from events.shapes import Items, Line, PersonId, ProductionId, RoleId
from events.talent.casting import CallClosed, CallOpened, RoleDescribed, RoleRevised
from services.talent.casting.roles import matching
from services.talent.casting.roles.matching import Requirements

State = Literal["draft", "open", "closed"]
LONGEST_CALL = timedelta(days=366)


class RoleStateConflict(RuleError):
    """The step does not fit the state of the role's call."""

    en = "This role is {state}: {step} needs it to be {expected}."
    zh = "该角色的状态为 {state}：{step} 要求其状态为 {expected}。"


class DeadlineOutOfRange(RuleError):
    """The last day of a call is over, or too far away."""

    status = 422
    en = "The last day of a call must be from {first} to {last}, not {deadline}."
    zh = "征集截止日期须在 {first} 至 {last} 之间，而非 {deadline}。"


class InvitationsContradictory(RuleError):
    """An invited call invites somebody, an open one nobody by name."""

    status = 422
    en = "People are named exactly when the call is by invitation, each once."
    zh = "仅当征集为邀请制时，才须且必须列出受邀人员，且不得重复。"


@dataclass(frozen=True)
class CastingCall:
    """Who may be submitted until which day (inclusive, UTC): anybody, or those who are invited."""

    kind: Literal["open", "invited"]
    deadline: date
    invited: Annotated[tuple[PersonId, ...], Items(max=500)] = ()


@dataclass(frozen=True)
class Role:
    """A role and its call."""

    id: RoleId
    tenant: str
    version: int
    production_id: ProductionId
    title: Line
    requirements: Requirements
    state: State
    described_at: datetime
    call: CastingCall | None = None


Step = tuple[Role, list[Event]]


def describe(role_id: str, studio: str, production_id: str, title: str, wanted: Requirements, at: datetime) -> Step:
    """A new role; raises what `matching.check` raises."""
    matching.check(wanted, at.date())
    role = Role(role_id, studio, 0, production_id, title, wanted, "draft", at)
    return role, [RoleDescribed(role_id, production_id, wanted.nudity, wanted.stunt, wanted.minor)]


def revise(role: Role, wanted: Requirements, today: date) -> Step:
    """The role with other requirements, while nobody is called; raises RoleStateConflict and what `matching.check` raises."""
    _require(role, "revision", "draft", "closed")
    matching.check(wanted, today, "")
    told = RoleRevised(role.id, role.production_id, wanted.nudity, wanted.stunt, wanted.minor)
    return replace(role, requirements=wanted), [told]


def open_call(role: Role, call: CastingCall, today: date) -> Step:
    """Call for submissions; raises RoleStateConflict, DeadlineOutOfRange, InvitationsContradictory."""
    _require(role, "call", "draft", "closed")
    if not today <= call.deadline <= today + LONGEST_CALL:
        raise DeadlineOutOfRange("/deadline", deadline=call.deadline, first=today, last=today + LONGEST_CALL)
    if (call.kind == "invited") != bool(call.invited) or len(set(call.invited)) < len(call.invited):
        raise InvitationsContradictory("/invited")
    opened = CallOpened(role.id, role.production_id, call.kind, call.deadline, call.invited)
    return replace(role, state="open", call=call), [opened]


def close(role: Role) -> Step:
    """No more submissions; raises RoleStateConflict."""
    _require(role, "closure", "open")
    return replace(role, state="closed"), [CallClosed(role.id, role.production_id)]


def close_in_time(role: Role, today: date) -> Step:
    """The role with its call closed when the deadline is over."""
    return close(role) if takes_until(role) is not None and not takes(role, today) else (role, [])


def takes_until(role: Role) -> date | None:
    """The last day on which somebody can be submitted; None when nobody can."""
    return role.call.deadline if role.state == "open" and role.call is not None else None


def takes(role: Role, today: date) -> bool:
    """Whether somebody can be submitted today."""
    deadline = takes_until(role)
    return deadline is not None and today <= deadline


def is_for(role: Role, known_as: Collection[str]) -> bool:
    """Whether the call is for anybody, or invites this person, by whichever of their ids."""
    return role.call is None or role.call.kind == "open" or not set(known_as).isdisjoint(role.call.invited)


def _require(role: Role, step: str, *expected: State) -> None:
    if role.state not in expected:
        raise RoleStateConflict(state=role.state, step=step, expected=" | ".join(expected))
