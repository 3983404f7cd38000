"""What may be asked about roles, their calls, and who fits them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten
from events.shapes import Line, Number, PersonId, ProductionId, RoleId
from services.talent.casting.roles.calls import (
    CastingCall,
    DeadlineOutOfRange,
    InvitationsContradictory,
    RoleStateConflict,
)
from services.talent.casting.roles.calls import State as RoleState
from services.talent.casting.roles.matching import Match, Requirements, RequirementsContradictory
from services.talent.codes import LanguageUnknown


@dataclass(frozen=True)
class NewRole:
    """A role of a production."""

    production_id: ProductionId
    title: Line
    requirements: Requirements


@dataclass(frozen=True)
class RoleView:
    """A role and its call."""

    role_id: RoleId
    production_id: ProductionId
    title: Line
    requirements: Requirements
    state: RoleState
    call: CastingCall | None
    described_at: datetime


@dataclass(frozen=True)
class RolesQuery:
    """Which roles to list: all conditions hold."""

    production_id: ProductionId | None = None
    state: RoleState | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


Score = Annotated[int, Number(min=0, max=100)]


@dataclass(frozen=True)
class MatchesQuery:
    """How many people to look for, and how well they have to fit."""

    score_from: Score = 0
    limit: Annotated[int, Number(min=1, max=50, doc="how many people at most, 1 to 50")] = 20


@dataclass(frozen=True)
class Found:
    """Somebody on file who may fit a role."""

    person_id: PersonId
    match: Match


@dataclass(frozen=True)
class Matches:
    """People on file who may fit a role, best first."""

    role_id: RoleId
    items: tuple[Found, ...]


_REQUIREMENTS = {
    "description": "The heiress, who plays the cello and does not forgive.",
    "age": {"youngest": 22, "oldest": 30, "weight": 3},
    "languages": [{"tag": "ko", "minimum": "C1", "weight": 5}, {"tag": "zh", "minimum": "B1"}],
    "skills": [{"skill": "cello", "weight": 2}],
    "stunt": True,
}

_ASKED_WRONGLY = (RequirementsContradictory, LanguageUnknown)

_PERSON = "prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"

DESCRIBE_ROLE = Operation(
    name="describe_role",
    kind="command",
    method="POST",
    path="/v1/roles",
    summary="Describe a role that somebody is looked for to play",
    request=NewRole,
    response=RoleView,
    scope="casting:write",
    status=201,
    versioned=True,
    errors=(NotFound, *_ASKED_WRONGLY),
    example={
        "production_id": "prd_01J9ZW5N3Q8V7Y2K4M6P8R0T1V",
        "title": "Han Seo-yeon, the heiress",
        "requirements": _REQUIREMENTS,
    },
)

GET_ROLE = Operation(
    name="get_role",
    kind="query",
    method="GET",
    path="/v1/roles/{role_id}",
    summary="Read a role and its call",
    response=RoleView,
    scope="casting:read",
    versioned=True,
    errors=(NotFound,),
)

LIST_ROLES = Operation(
    name="list_roles",
    kind="query",
    method="GET",
    path="/v1/roles",
    summary="List roles, oldest first",
    query=RolesQuery,
    response=page_of(RoleView),
    scope="casting:read",
    errors=(CursorInvalid, NotFound),
)

REVISE_ROLE = Operation(
    name="revise_role",
    kind="command",
    method="PUT",
    path="/v1/roles/{role_id}/requirements",
    summary="Ask something else of a role while nobody is called",
    request=Requirements,
    response=RoleView,
    scope="casting:write",
    versioned=True,
    errors=(NotFound, RoleStateConflict, *_ASKED_WRONGLY),
    example=_REQUIREMENTS,
)

OPEN_CALL = Operation(
    name="open_call",
    kind="command",
    method="POST",
    path="/v1/roles/{role_id}/call",
    summary="Call for submissions, of anybody or of those invited",
    description="Closes by itself when its last day (UTC) is over.",
    request=CastingCall,
    response=RoleView,
    scope="casting:write",
    versioned=True,
    errors=(NotFound, PersonForgotten, RoleStateConflict, DeadlineOutOfRange, InvitationsContradictory),
    example={"kind": "invited", "deadline": "2026-12-15", "invited": [_PERSON]},
)

CLOSE_CALL = Operation(
    name="close_call",
    kind="command",
    method="POST",
    path="/v1/roles/{role_id}/closure",
    summary="Take no more submissions for a role",
    response=RoleView,
    scope="casting:write",
    versioned=True,
    errors=(NotFound, RoleStateConflict),
)

FIND_MATCHES = Operation(
    name="find_matches",
    kind="query",
    method="GET",
    path="/v1/roles/{role_id}/matches",
    summary="Find people on file who may fit a role, each requirement explained",
    description="Looks at people who speak every language of the role and are about of its age, those with most of its skills "
    "first; of the best of these the whole score is worked out.",
    query=MatchesQuery,
    response=Matches,
    scope="casting:read",
    errors=(NotFound,),
)

OPERATIONS = (
    DESCRIBE_ROLE,
    GET_ROLE,
    LIST_ROLES,
    REVISE_ROLE,
    OPEN_CALL,
    CLOSE_CALL,
    FIND_MATCHES,
)
