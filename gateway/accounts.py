"""Studios (the tenants), their members, and the credentials that members act with."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from events.envelope import Event
from events.errors import RuleError
from events.gateway import (
    CredentialIssued,
    CredentialRevoked,
    MemberAdded,
    MemberRolesChanged,
    StudioAdmitted,
    StudioReinstated,
    StudioSuspended,
)

Kind = Literal["api_key", "client"]
PREFIX: dict[str, str] = {"api_key": "cbk_", "client": "cbs_"}


class StudioAlreadySuspended(RuleError):
    """The studio is suspended already."""

    en = "The studio {studio} is suspended already."
    zh = "工作室 {studio} 已被暂停。"


class StudioNotSuspended(RuleError):
    """Only a suspended studio can be reinstated."""

    en = "The studio {studio} is not suspended."
    zh = "工作室 {studio} 未被暂停。"


class MemberUnknown(RuleError):
    """The studio has no such member."""

    status = 404
    en = "There is no member {member} here."
    zh = "此处没有编号为 {member} 的成员。"


class TooManyMembers(RuleError):
    """A studio's members are kept in one document, so there is a limit."""

    en = "A studio can have {limit} members at most."
    zh = "一个工作室最多可有 {limit} 名成员。"


class RoleNotAllowed(RuleError):
    """The office's role is for the office, the studios' roles are for studios."""

    status = 422
    en = "The role {role} is not for this studio."
    zh = "角色 {role} 不适用于该工作室。"


class CredentialAlreadyRevoked(RuleError):
    """The credential was revoked before."""

    en = "The credential {credential} is revoked already."
    zh = "凭证 {credential} 已被撤销。"


class ExpiryInThePast(RuleError):
    """A credential must expire later than now."""

    status = 422
    en = "expires_at must be later than now."
    zh = "expires_at 必须晚于当前时间。"


MAX_MEMBERS = 500


@dataclass(frozen=True)
class Member:
    """A person who acts for the studio; the name is encrypted at rest."""

    id: str
    name_sealed: bytes
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Studio:
    """A member of the alliance, or the alliance office itself."""

    id: str
    tenant: str
    version: int
    name: str
    city: str
    office: bool
    suspended: bool
    members: tuple[Member, ...]
    admitted_at: datetime

    def member(self, member_id: str) -> Member:
        """The member; raises MemberUnknown."""
        for member in self.members:
            if member.id == member_id:
                return member
        raise MemberUnknown(member=member_id)


@dataclass(frozen=True)
class Credential:
    """An API key or an OAuth client; only the SHA-256 of its secret (256 random bits) is kept."""

    id: str
    tenant: str
    version: int
    member_id: str
    kind: str
    secret_sha256: str
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def usable(self, at: datetime) -> bool:
        """Whether it works at that time."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


def admit(studio_id: str, name: str, city: str, office: bool, at: datetime) -> tuple[Studio, Sequence[Event]]:
    """A new studio."""
    studio = Studio(studio_id, studio_id, 0, name, city, office, False, (), at)
    return studio, [StudioAdmitted(studio_id=studio_id, name=name)]


def suspend(studio: Studio, reason: str) -> tuple[Studio, Sequence[Event]]:
    """The studio's credentials stop working."""
    if studio.suspended:
        raise StudioAlreadySuspended(studio=studio.id)
    return replace(studio, suspended=True), [StudioSuspended(studio_id=studio.id, reason=reason)]


def reinstate(studio: Studio) -> tuple[Studio, Sequence[Event]]:
    """The studio's credentials work again."""
    if not studio.suspended:
        raise StudioNotSuspended(studio=studio.id)
    return replace(studio, suspended=False), [StudioReinstated(studio_id=studio.id)]


def add_member(studio: Studio, member: Member) -> tuple[Studio, Sequence[Event]]:
    """One more member."""
    _check_roles(studio, member.roles)
    if len(studio.members) >= MAX_MEMBERS:
        raise TooManyMembers(limit=MAX_MEMBERS)
    event = MemberAdded(studio_id=studio.id, member_id=member.id, roles=member.roles)
    return replace(studio, members=(*studio.members, member)), [event]


def change_roles(studio: Studio, member_id: str, roles: tuple[str, ...]) -> tuple[Studio, Sequence[Event]]:
    """Other roles for a member."""
    _check_roles(studio, roles)
    studio.member(member_id)
    members = tuple(replace(m, roles=roles) if m.id == member_id else m for m in studio.members)
    return replace(studio, members=members), [MemberRolesChanged(studio_id=studio.id, member_id=member_id, roles=roles)]


def _check_roles(studio: Studio, roles: tuple[str, ...]) -> None:
    for role in roles:
        if (role == "office") != studio.office:
            raise RoleNotAllowed("/roles", role=role)


def make_secret(kind: Kind) -> str:
    """A new secret: a prefix that secret scanners can know, and 256 random bits."""
    return PREFIX[kind] + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret; with 256 bits of entropy a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(
    credential_id: str,
    studio: Studio,
    member_id: str,
    kind: Kind,
    secret: str,
    at: datetime,
    expires_at: datetime | None,
) -> tuple[Credential, Sequence[Event]]:
    """A credential for a member."""
    studio.member(member_id)
    if expires_at is not None and expires_at <= at:
        raise ExpiryInThePast("/expires_at")
    credential = Credential(credential_id, studio.id, 0, member_id, kind, digest(secret), at, expires_at, None)
    event = CredentialIssued(
        credential_id=credential_id, studio_id=studio.id, member_id=member_id, kind=kind, expires_at=expires_at
    )
    return credential, [event]


def revoke(credential: Credential, at: datetime) -> tuple[Credential, Sequence[Event]]:
    """The credential stops working."""
    if credential.revoked_at is not None:
        raise CredentialAlreadyRevoked(credential=credential.id)
    event = CredentialRevoked(credential_id=credential.id, studio_id=credential.tenant)
    return replace(credential, revoked_at=at), [event]
