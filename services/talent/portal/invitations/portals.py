"""A performer's own page at one studio: who was invited to it, at which address, and until when.

An invitation is for the address that it was sent to. It ends when the studio withdraws it or invites the reader again, after a year,
and when the person's file names another address: an agent who is no longer the person's agent reads nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.envelope import Event
from events.errors import RuleError
from events.shapes import PersonId
from events.talent.portal import PortalBounced, PortalInvited, PortalWithdrawn, Reader
from services.talent.letters.addressees import Contact, Reading
from services.talent.letters.links import LINK_LIFE, LinkUnknown
from services.talent.people.files import Profile, SpokenLanguage, file_id

_READINGS: tuple[Reading, ...] = ("zh", "en", "ja", "ko")


class NoAddressOnFile(RuleError):
    """The person's file has no e-mail address of whom it is to be written to."""

    status = 422
    en = "No e-mail address of the {reader} is on this person's file: there is nowhere to send the link."
    zh = "此人档案中没有 {reader} 的电子邮箱：无法发送链接。"


class NobodyInvited(RuleError):
    """The reader has no access that could be withdrawn."""

    en = "The {reader} has no access to this person's page: never invited, or withdrawn before."
    zh = "{reader} 无权访问此页面：未曾受邀，或已被撤回。"


@dataclass(frozen=True)
class Access:
    """One reader's access: `contact` is sealed, `serial` counts invitations and withdrawals, and a link of an earlier one is dead."""

    reader: Reader
    serial: int
    language: Reading
    contact: bytes
    invited_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None
    bounced: bool = False


@dataclass(frozen=True)
class Portal:
    """A person's own page at one studio; its id is `portal_id(person_id, tenant)`."""

    id: str
    tenant: str
    version: int
    person_id: PersonId
    accesses: tuple[Access, ...] = ()

    def access(self, reader: str) -> Access | None:
        """The reader's access, also one that has ended; None when they were never invited."""
        return next((access for access in self.accesses if access.reader == reader), None)


Step = tuple[Portal, Sequence[Event]]


def portal_id(person_id: str, tenant: str) -> str:
    """The id of a person's page at a studio: that of the studio's file on them."""
    return file_id(person_id, tenant)


def closed(person_id: str, tenant: str) -> Portal:
    """A page to which nobody was invited yet."""
    return Portal(portal_id(person_id, tenant), tenant, 0, person_id)


def invite(portal: Portal, reader: Reader, language: Reading, contact: bytes, at: datetime) -> Step:
    """The page with an invitation in place of any earlier one of the reader; `contact` is sealed."""
    earlier = portal.access(reader)
    access = Access(reader, earlier.serial + 1 if earlier else 1, language, contact, at, at + LINK_LIFE)
    told = PortalInvited(portal.person_id, reader, access.serial, access.expires_at)
    return _with(portal, access), [told]


def withdraw(portal: Portal, reader: Reader, at: datetime) -> Step:
    """The page without the reader, whose link is dead; raises NobodyInvited."""
    access = portal.access(reader)
    if access is None or access.withdrawn_at is not None:
        raise NobodyInvited("/reader", reader=reader)
    gone = replace(access, serial=access.serial + 1, withdrawn_at=at)
    return _with(portal, gone), [PortalWithdrawn(portal.person_id, reader)]


def end(portal: Portal, reader: Reader, at: datetime) -> Step:
    """Like `withdraw`; nothing when the reader has no access."""
    access = portal.access(reader)
    return (portal, []) if access is None or access.withdrawn_at is not None else withdraw(portal, reader, at)


def bounce(portal: Portal, reader: str, serial: int) -> Step:
    """The page whose letter of an invitation came back; no event when that is known, or another invitation took its place."""
    access = portal.access(reader)
    if access is None or access.serial != serial or access.bounced:
        return portal, []
    return _with(portal, replace(access, bounced=True)), [PortalBounced(portal.person_id, access.reader)]


def contact_of(profile: Profile, reader: Reader) -> Contact:
    """How a reader is called and reached by what the file says; raises NoAddressOnFile."""
    if reader == "person":
        name, email = profile.names.stage or profile.names.legal, profile.contact.email
    else:
        name, email = (profile.agent.name, profile.agent.contact.email) if profile.agent else ("", None)
    if email is None:
        raise NoAddressOnFile("/reader", reader=reader)
    return Contact(name, email)


def require_open(access: Access, at: datetime) -> None:
    """Raise LinkUnknown when the access is withdrawn or its year is over."""
    if access.withdrawn_at is not None or at > access.expires_at:
        raise LinkUnknown


def require_same_address(profile: Profile, reader: Reader, invited: Contact) -> None:
    """Raise LinkUnknown when the file names another address than the one that was invited, or none."""
    try:
        present = contact_of(profile, reader).email
    except NoAddressOnFile:
        raise LinkUnknown from None
    if present.casefold() != invited.email.casefold():
        raise LinkUnknown


def language_of(profile: Profile, reader: Reader) -> Reading:
    """The language of letters and page when the studio names none: the person's first or best that there is, else English."""
    spoken = () if reader == "agent" else profile.languages
    native = [language for language in spoken if language.level == "native"]
    return next(filter(None, map(_reading, (*native, *spoken))), "en")


def _reading(language: SpokenLanguage) -> Reading | None:
    primary = language.tag.lower().partition("-")[0]
    return next((reading for reading in _READINGS if reading == primary), None)


def _with(portal: Portal, access: Access) -> Portal:
    others = (other for other in portal.accesses if other.reader != access.reader)
    return replace(portal, accesses=(*others, access))
