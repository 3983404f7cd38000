"""What may be asked of the gateway itself: accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from chassis.api import Api, Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound
from events.gateway import CredentialId, MemberId
from events.shapes import Items, Line, StudioId
from gateway.accounts import (
    CredentialAlreadyRevoked,
    DutiesNotSeparate,
    ExpiryInThePast,
    FirstMemberOnly,
    GrantTooWide,
    MemberHasCredential,
    MemberUnknown,
    RoleNotAllowed,
    StudioAlreadySuspended,
    StudioNotSuspended,
    TooManyMembers,
)

Role = Literal["producer", "casting", "legal", "finance", "viewer", "office"]
Roles = Annotated[tuple[Role, ...], Items(min=1, max=6)]


@dataclass(frozen=True)
class NewStudio:
    """A studio that joins the alliance."""

    name: Line
    city: Line


@dataclass(frozen=True)
class MemberView:
    """A member of a studio."""

    member_id: MemberId
    name: Line
    roles: Roles


@dataclass(frozen=True)
class StudioView:
    """A studio of the alliance."""

    studio_id: StudioId
    version: int
    name: Line
    city: Line
    suspended: bool
    admitted_at: datetime
    members: tuple[MemberView, ...]


@dataclass(frozen=True)
class Reason:
    """Why a step is taken."""

    reason: Line


@dataclass(frozen=True)
class NewMember:
    """A person who acts for the studio."""

    name: Line
    roles: Roles


@dataclass(frozen=True)
class NewRoles:
    """The member's roles from now on."""

    roles: Roles


@dataclass(frozen=True)
class NewCredential:
    """A credential for a member: an API key, or a client id and secret for OAuth 2 client credentials."""

    member_id: MemberId
    kind: Literal["api_key", "client"] = "api_key"
    expires_at: datetime | None = None


@dataclass(frozen=True)
class IssuedCredential:
    """The new credential with its secret, which is shown this once only."""

    credential_id: CredentialId
    member_id: MemberId
    kind: Literal["api_key", "client"]
    secret: Line
    issued_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class CredentialView:
    """A credential; the secret is not kept."""

    credential_id: CredentialId
    studio_id: StudioId
    member_id: MemberId
    kind: Literal["api_key", "client"]
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    issued_by: MemberId | None


@dataclass(frozen=True)
class Listing:
    """Where a list goes on."""

    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class Whoami:
    """Who the credential acts for, what it may do, and which of the member's working credentials others issued."""

    studio_id: StudioId
    member_id: MemberId
    scopes: tuple[Line, ...]
    issued_by_others: tuple[CredentialView, ...]


WHOAMI = Operation(
    "whoami", "query", "GET", "/v1/whoami", "Who am I, and what may I do?", response=Whoami, scope="accounts:read",
)  # fmt: skip
ADMIT_STUDIO = Operation(
    "admit_studio",
    "command",
    "POST",
    "/v1/studios",
    "Admit a studio to the alliance",
    request=NewStudio,
    response=StudioView,
    scope="office",
    status=201,
    versioned=True,
    example={"name": "横店晨光影业 Hengdian Dawn Pictures", "city": "Hengdian"},
)
LIST_STUDIOS = Operation(
    "list_studios",
    "query",
    "GET",
    "/v1/studios",
    "List the studios that you may see: your own, or for the alliance office all",
    query=Listing,
    response=page_of(StudioView),
    scope="accounts:read",
    errors=(CursorInvalid,),
)
GET_STUDIO = Operation(
    "get_studio",
    "query",
    "GET",
    "/v1/studios/{studio_id}",
    "A studio with its members",
    response=StudioView,
    scope="accounts:read",
    versioned=True,
    errors=(NotFound,),
)
SUSPEND_STUDIO = Operation(
    "suspend_studio",
    "command",
    "POST",
    "/v1/studios/{studio_id}/suspension",
    "Suspend a studio: its credentials stop working within five seconds",
    request=Reason,
    response=StudioView,
    scope="office",
    versioned=True,
    errors=(NotFound, StudioAlreadySuspended),
    example={"reason": "Membership fee overdue"},
)
REINSTATE_STUDIO = Operation(
    "reinstate_studio",
    "command",
    "POST",
    "/v1/studios/{studio_id}/reinstatement",
    "Lift a studio's suspension",
    response=StudioView,
    scope="office",
    versioned=True,
    errors=(NotFound, StudioNotSuspended),
)
ADD_MEMBER = Operation(
    "add_member",
    "command",
    "POST",
    "/v1/studios/{studio_id}/members",
    "Add a member to a studio",
    request=NewMember,
    response=StudioView,
    scope="accounts:write",
    status=201,
    versioned=True,
    errors=(NotFound, RoleNotAllowed, DutiesNotSeparate, GrantTooWide, FirstMemberOnly, TooManyMembers),
    description="Nobody grants more than their own credential has. The alliance office adds a studio's first member, who adds "
    "the others. No member both records payments and confirms them.",
    example={"name": "林晓 Lin Xiao", "roles": ["legal"]},
)
CHANGE_ROLES = Operation(
    "change_roles",
    "command",
    "PUT",
    "/v1/studios/{studio_id}/members/{member_id}/roles",
    "Change a member's roles",
    request=NewRoles,
    response=StudioView,
    scope="accounts:write",
    versioned=True,
    errors=(NotFound, MemberUnknown, RoleNotAllowed, DutiesNotSeparate, GrantTooWide, FirstMemberOnly),
    description="Nobody grants more than their own credential has, to themselves neither.",
    example={"roles": ["casting", "legal"]},
)
ISSUE_CREDENTIAL = Operation(
    "issue_credential",
    "command",
    "POST",
    "/v1/studios/{studio_id}/credentials",
    "Issue a credential to a member; its secret is shown this once only",
    request=NewCredential,
    response=IssuedCredential,
    scope="credentials:own",
    status=201,
    errors=(NotFound, MemberUnknown, GrantTooWide, FirstMemberOnly, MemberHasCredential, ExpiryInThePast),
    description="Everybody issues their own; for another member it takes accounts:write, all that the member's roles may do, and "
    "that the member has no credential that works. `GET /v1/whoami` shows a member what others issued. A repeat with the same Idempotency-Key answers 409: the secret cannot be shown a second time.",
    example={"member_id": "mbr_01J9ZW5N3Q8V7Y2K4M6P8R0T1V", "kind": "api_key", "expires_at": "2030-01-01T00:00:00Z"},
)
LIST_CREDENTIALS = Operation(
    "list_credentials",
    "query",
    "GET",
    "/v1/studios/{studio_id}/credentials",
    "List a studio's credentials",
    query=Listing,
    response=page_of(CredentialView),
    scope="accounts:read",
    errors=(NotFound, CursorInvalid),
)
REVOKE_CREDENTIAL = Operation(
    "revoke_credential",
    "command",
    "POST",
    "/v1/studios/{studio_id}/credentials/{credential_id}/revocation",
    "Revoke a credential; it stops working within five seconds",
    response=CredentialView,
    scope="credentials:own",
    errors=(NotFound, GrantTooWide, CredentialAlreadyRevoked),
    description="Everybody revokes their own; another member's takes accounts:write.",
)

API = Api(
    "gateway",
    "Accounts",
    (
        WHOAMI,
        ADMIT_STUDIO,
        LIST_STUDIOS,
        GET_STUDIO,
        SUSPEND_STUDIO,
        REINSTATE_STUDIO,
        ADD_MEMBER,
        CHANGE_ROLES,
        ISSUE_CREDENTIAL,
        LIST_CREDENTIALS,
        REVOKE_CREDENTIAL,
    ),
)
