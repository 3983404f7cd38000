"""What is shown of access to a performer's own page."""

from services.talent.letters.addressees import Addressee, masked
from services.talent.letters.api import LetterAhead, LetterState
from services.talent.portal.invitations.api import (
    AccessView,
    InvitationView,
    OwnPageView,
    PortalLinkView,
    WithdrawalView,
)
from services.talent.portal.invitations.portals import Access, Portal


def access(access: Access, to: Addressee, letter: LetterState | None) -> AccessView:
    """A reader's access, for the studio that gave it, with what became of its latest letter."""
    return AccessView(
        access.reader,
        to.contact.name,
        to.contact.email,
        access.language,
        access.invited_at,
        access.expires_at,
        access.withdrawn_at,
        access.bounced,
        letter,
    )


def invitation(portal: Portal, reader: str, letter: LetterAhead) -> InvitationView:
    """That somebody is invited, without name and address: the answer is kept to be repeated."""
    given = _access(portal, reader)
    return InvitationView(portal.person_id, given.reader, given.language, given.expires_at, letter)


def withdrawal(portal: Portal, reader: str) -> WithdrawalView:
    """That somebody's access has ended."""
    ended = _access(portal, reader)
    assert ended.withdrawn_at is not None  # it was just withdrawn
    return WithdrawalView(portal.person_id, ended.reader, ended.withdrawn_at)


def link(access: Access, to: Addressee, studio: str, session: bool) -> PortalLinkView:
    """What a link tells to whoever has it."""
    return PortalLinkView(access.reader, to.language, masked(to.contact.email), access.expires_at, session, studio)


def page(access: Access, to: Addressee, studio: str, performer: str) -> OwnPageView:
    """Whose page it is, for whoever gave the code."""
    return OwnPageView(studio, performer, access.reader, to.contact.name, to.language, access.expires_at)


def _access(portal: Portal, reader: str) -> Access:
    found = portal.access(reader)
    assert found is not None  # the step before made or changed it
    return found
