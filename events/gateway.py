"""What the gateway says: studios, members, credentials, and who was refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from events.envelope import Event
from events.shapes import Line, Number, StudioId, Text, identifier

MemberId = Annotated[str, identifier("mbr")]
CredentialId = Annotated[str, identifier("crd")]
DenialId = Annotated[str, identifier("dny")]


@dataclass(frozen=True)
class StudioAdmitted(Event, type="gateway.studio.admitted.v1", subject="studio_id"):
    """The alliance office admitted a studio."""

    studio_id: StudioId
    name: Line


@dataclass(frozen=True)
class StudioSuspended(Event, type="gateway.studio.suspended.v1", subject="studio_id"):
    """The alliance office suspended a studio: its credentials no longer work."""

    studio_id: StudioId
    reason: Line


@dataclass(frozen=True)
class StudioReinstated(Event, type="gateway.studio.reinstated.v1", subject="studio_id"):
    """The alliance office lifted a studio's suspension."""

    studio_id: StudioId


@dataclass(frozen=True)
class MemberAdded(Event, type="gateway.member.added.v1", subject="studio_id"):
    """A studio has a new member."""

    studio_id: StudioId
    member_id: MemberId
    roles: tuple[Line, ...]


@dataclass(frozen=True)
class MemberRolesChanged(Event, type="gateway.member.roles_changed.v1", subject="studio_id"):
    """A member's roles changed."""

    studio_id: StudioId
    member_id: MemberId
    roles: tuple[Line, ...]


@dataclass(frozen=True)
class CredentialIssued(Event, type="gateway.credential.issued.v1", subject="credential_id"):
    """A member got an API key or a client secret; the secret itself is never told."""

    credential_id: CredentialId
    studio_id: StudioId
    member_id: MemberId
    kind: Line
    expires_at: datetime | None


@dataclass(frozen=True)
class CredentialRevoked(Event, type="gateway.credential.revoked.v1", subject="credential_id"):
    """A credential no longer works."""

    credential_id: CredentialId
    studio_id: StudioId


@dataclass(frozen=True)
class AccessDenied(Event, type="gateway.access.denied.v1", subject="denial_id"):
    """Somebody asked for what belongs to another tenant, or for what their role does not allow: `count` times within a minute.

    `target` holds the first few ids that were asked for.
    """

    denial_id: DenialId
    operation: Line
    reason: Line
    target: Annotated[str, Text(min=0, max=200)]
    count: Annotated[int, Number(min=1)]
    first_at: datetime
    last_at: datetime
