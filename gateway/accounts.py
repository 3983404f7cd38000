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
from gateway.scopes import SEPARATE, grantable, scopes_of

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


class GrantTooWide(RuleError):
    """Nobody grants more than their own credential has."""

    status = 403
    en = "Your credential does not have what it would grant: {scopes}."
    zh = "您的凭证不具备所要授予的权限：{scopes}。"


class DutiesNotSeparate(RuleError):
    """Whoever records payments does not confirm them."""

    status = 422
    en = "These roles together would both record payments and confirm them; give them to two members."
    zh = "这些角色合在一起既可登记付款又可确认付款，应分别授予两名成员。"


class FirstMemberOnly(RuleError):
    """The alliance office names a studio's first member, who names the others."""

    status = 403
    en = "The alliance office acts for a studio's first member only; the studio's own members do this for the others."
    zh = "联盟办公室仅可为工作室的首位成员办理；其他成员由该工作室自行办理。"


class MemberHasCredential(RuleError):
    """Another's credential can be issued as long as the member has none that works: nobody acts as them unnoticed."""

    en = "Member {member} has a credential that works, so only they can issue another. If it is lost, revoke it first."
    zh = "成员 {member} 已有可用的凭证，只能由其本人签发新的凭证。如凭证遗失，请先撤销。"


MAX_MEMBERS = 500


@dataclass(frozen=True)
class Grantor:
    """Who grants a role or a credential, and what their own credential may do; `outside` is the office for a studio."""

    member_id: str
    scopes: frozenset[str]
    outside: bool = False

    def require(self, roles: tuple[str, ...], member_id: str) -> None:
        """Raise GrantTooWide unless they may grant the roles to the member."""
        own = member_id == self.member_id
        missing = scopes_of(roles) - (self.scopes if own else grantable(self.scopes))
        if missing and not self.outside:
            raise GrantTooWide(scopes=" ".join(sorted(missing)))


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
    issued_by: str = ""  # the member; empty before it was kept

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


def add_member(studio: Studio, member: Member, by: Grantor) -> tuple[Studio, Sequence[Event]]:
    """One more member; raises FirstMemberOnly, GrantTooWide, RoleNotAllowed, DutiesNotSeparate, TooManyMembers."""
    if by.outside and studio.members:
        raise FirstMemberOnly
    _check_roles(studio, member.roles)
    by.require(member.roles, member.id)
    if len(studio.members) >= MAX_MEMBERS:
        raise TooManyMembers(limit=MAX_MEMBERS)
    event = MemberAdded(studio_id=studio.id, member_id=member.id, roles=member.roles)
    return replace(studio, members=(*studio.members, member)), [event]


def change_roles(studio: Studio, member_id: str, roles: tuple[str, ...], by: Grantor) -> tuple[Studio, Sequence[Event]]:
    """Other roles for a member; raises MemberUnknown, FirstMemberOnly, GrantTooWide, RoleNotAllowed, DutiesNotSeparate."""
    studio.member(member_id)
    if by.outside:
        raise FirstMemberOnly
    _check_roles(studio, roles)
    by.require(roles, member_id)
    members = tuple(replace(m, roles=roles) if m.id == member_id else m for m in studio.members)
    return replace(studio, members=members), [MemberRolesChanged(studio_id=studio.id, member_id=member_id, roles=roles)]


def _check_roles(studio: Studio, roles: tuple[str, ...]) -> None:
    for role in roles:
        if (role == "office") != studio.office:
            raise RoleNotAllowed("/roles", role=role)
    if scopes_of(roles) >= SEPARATE:
        raise DutiesNotSeparate("/roles")


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
    by: Grantor,
    has_one: bool,
) -> tuple[Credential, Sequence[Event]]:
    """A credential for a member, who has one that works (`has_one`) or not.

    Raises MemberUnknown, FirstMemberOnly, GrantTooWide, MemberHasCredential, ExpiryInThePast.
    """
    member = studio.member(member_id)
    own = member_id == by.member_id
    if by.outside and member is not studio.members[0]:
        raise FirstMemberOnly
    if not (own or by.outside or "accounts:write" in by.scopes):
        raise GrantTooWide(scopes="accounts:write")
    by.require(member.roles, member_id)
    if has_one and not own:
        raise MemberHasCredential(member=member_id)
    if expires_at is not None and expires_at <= at:
        raise ExpiryInThePast("/expires_at")
    credential = Credential(
        credential_id, studio.id, 0, member_id, kind, digest(secret), at, expires_at, None, by.member_id
    )
    event = CredentialIssued(
        credential_id=credential_id, studio_id=studio.id, member_id=member_id, kind=kind, expires_at=expires_at
    )
    return credential, [event]


def revoke(credential: Credential, at: datetime, by: Grantor) -> tuple[Credential, Sequence[Event]]:
    """The credential stops working; raises GrantTooWide for another's without accounts:write."""
    if credential.member_id != by.member_id and "accounts:write" not in by.scopes:
        raise GrantTooWide(scopes="accounts:write")
    if credential.revoked_at is not None:
        raise CredentialAlreadyRevoked(credential=credential.id)
    event = CredentialRevoked(credential_id=credential.id, studio_id=credential.tenant)
    return replace(credential, revoked_at=at), [event]
