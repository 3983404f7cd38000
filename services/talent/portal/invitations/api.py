"""What may be asked about access to a performer's own page: by the studio, and by whoever has a link to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from chassis.api import Operation
from chassis.errors import NotFound, PersonForgotten
from events.shapes import Items, Line, PersonId
from events.talent.portal import Reader
from services.talent.letters.addressees import Reading
from services.talent.letters.api import (
    CODE_ERRORS,
    LINK_ERRORS,
    OPENING_ERRORS,
    RENEWAL_ERRORS,
    SESSION_ERRORS,
    TOKEN,
    CodeGiven,
    CodeSent,
    LetterAhead,
    LetterState,
    LinkSent,
    SessionView,
)
from services.talent.people.files import Email
from services.talent.people.merging import FileMerged
from services.talent.portal.invitations.portals import NoAddressOnFile, NobodyInvited

PAGE = "/public/portal/{token}"


@dataclass(frozen=True)
class NewInvitation:
    """Whom to invite, and in which language; without one, the person's own if there is a page in it, else English."""

    reader: Reader
    language: Reading | None = None


@dataclass(frozen=True)
class ReaderNamed:
    """Whose access is meant."""

    reader: Reader


@dataclass(frozen=True)
class AccessView:
    """A reader's access to the page: to which address it was sent, until when it lasts, whether letters came back.

    `letter` is the latest with a link.
    """

    reader: Reader
    name: Line
    email: Email
    language: Reading
    invited_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    bounced: bool
    letter: LetterState | None


@dataclass(frozen=True)
class PortalView:
    """Who was invited to a person's own page, without their links: these are theirs alone."""

    person_id: PersonId
    accesses: Annotated[tuple[AccessView, ...], Items(max=2)]


@dataclass(frozen=True)
class InvitationView:
    """That an invitation is on its way, by which letter; the list of letters tells later what became of it. Nobody is named."""

    person_id: PersonId
    reader: Reader
    language: Reading
    expires_at: datetime
    letter: LetterAhead


@dataclass(frozen=True)
class WithdrawalView:
    """That a reader's access has ended."""

    person_id: PersonId
    reader: Reader
    withdrawn_at: datetime


@dataclass(frozen=True)
class PortalLinkView:
    """What a link tells before its code is given: who sent it, to whom in part, in which language, and whether the session is open."""

    reader: Reader
    language: Reading
    address: Line
    expires_at: datetime
    session: bool
    studio: Line


@dataclass(frozen=True)
class OwnPageView:
    """Whose page it is, at which studio, and who reads it."""

    studio: Line
    performer: Line
    reader: Reader
    name: Line
    language: Reading
    expires_at: datetime


GET_PORTAL = Operation(
    name="get_portal",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/portal-invitations",
    summary="Read who was invited to a person's own page",
    response=PortalView,
    scope="people:read",
    errors=(NotFound, PersonForgotten),
)
INVITE_TO_PORTAL = Operation(
    name="invite_to_portal",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/portal-invitations",
    summary="Send a person, or their agent, a personal link to the person's own page",
    description="There they put themselves forward for roles, answer offers and auditions, and confirm or dispute payments, all of "
    "your studio only. The link goes to the address on the person's file and to nobody else; an earlier link of the same reader stops "
    "working. It ends after a year, and when the file names another address.",
    request=NewInvitation,
    response=InvitationView,
    scope="people:write",
    status=201,
    versioned=True,
    errors=(NotFound, PersonForgotten, FileMerged, NoAddressOnFile),
    example={"reader": "person", "language": "ko"},
)
WITHDRAW_PORTAL = Operation(
    name="withdraw_portal",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/portal-invitations/withdrawal",
    summary="End the access of a person, or of their agent, to the person's own page",
    request=ReaderNamed,
    response=WithdrawalView,
    scope="people:write",
    versioned=True,
    errors=(NotFound, PersonForgotten, FileMerged, NobodyInvited),
    example={"reader": "agent"},
)
GET_PORTAL_LINK = Operation(
    name="get_portal_link",
    kind="query",
    method="GET",
    path=PAGE,
    summary="Read what a personal link to a performer's own page is for",
    response=PortalLinkView,
    public=True,
    path_pattern=TOKEN,
    errors=LINK_ERRORS,
)
REQUEST_PORTAL_CODE = Operation(
    name="request_portal_code",
    kind="command",
    method="POST",
    path=f"{PAGE}/code",
    summary="Have a one-time code sent to the reader of a performer's own page",
    description="The answer's cookie belongs to the code: send it back with the code and from then on. A browser that the link is "
    "bound to keeps the one that it has.",
    response=CodeSent,
    public=True,
    path_pattern=TOKEN,
    errors=CODE_ERRORS,
)
OPEN_PORTAL_SESSION = Operation(
    name="open_portal_session",
    kind="command",
    method="POST",
    path=f"{PAGE}/session",
    summary="Give the code: this binds the link to the browser that asked for it and opens a session of half an hour",
    description="When no answer comes, or 503, give the same code again: it still opens one session only.",
    request=CodeGiven,
    response=SessionView,
    public=True,
    path_pattern=TOKEN,
    errors=OPENING_ERRORS,
    example={"code": "204816"},
)
RENEW_PORTAL_LINK = Operation(
    name="renew_portal_link",
    kind="command",
    method="POST",
    path=f"{PAGE}/renewal",
    summary="Have a new link to the page sent to the same reader, to go on in another browser",
    response=LinkSent,
    public=True,
    path_pattern=TOKEN,
    errors=RENEWAL_ERRORS,
)
GET_OWN_PAGE = Operation(
    name="get_own_page",
    kind="query",
    method="GET",
    path=f"{PAGE}/page",
    summary="Read whose page it is, at which studio",
    response=OwnPageView,
    public=True,
    path_pattern=TOKEN,
    errors=SESSION_ERRORS,
)

OPERATIONS = (
    GET_PORTAL,
    INVITE_TO_PORTAL,
    WITHDRAW_PORTAL,
    GET_PORTAL_LINK,
    REQUEST_PORTAL_CODE,
    OPEN_PORTAL_SESSION,
    RENEW_PORTAL_LINK,
    GET_OWN_PAGE,
)
