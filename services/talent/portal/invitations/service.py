"""Talent's entrypoints about access to a performer's own page, and who enters it by a link."""

from dataclasses import dataclass, replace

from chassis.api import Answer, Call
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.handlers import handles
from chassis.rpc import serves
from events.envelope import Envelope
from events.talent.portal import PortalInvited, Reader
from services.talent.letters import links
from services.talent.letters.addressees import Addressee
from services.talent.letters.links import Link
from services.talent.letters.service import Letters
from services.talent.people import merging
from services.talent.people.files import PersonFile
from services.talent.portal.invitations import api, letters, portals, views
from services.talent.portal.invitations.letters import Facts, Kind
from services.talent.portal.invitations.portals import Access
from services.talent.repository import TalentRepository


@dataclass(frozen=True)
class Visit:
    """Somebody with a link to a performer's own page: who they are, and the file that the person has now.

    `file.known_as` has all ids of the person. `call` is the visitor's, made for the studio that invited them.
    """

    call: Call
    link: Link
    access: Access
    to: Addressee
    file: PersonFile

    @property
    def reader(self) -> Reader:
        """The person, or the agent for them."""
        return self.access.reader


class Invitations(Letters):
    """Invitations, and what their links allow before the page is read."""

    store: TalentRepository

    # The studio

    @serves(api.GET_PORTAL)
    def get_portal(self, call: Call) -> Answer:
        """Who was invited, also under an id that was merged into this one; the studio's own, because it names people."""
        file = self.store.with_former(self.store.file_of(call.path["person_id"], call.tenant))
        return Answer(api.PortalView(file.person_id, self.accesses_shown(file)))

    @serves(api.INVITE_TO_PORTAL)
    def invite_to_portal(self, call: Call) -> Answer:
        """Invite a reader; the letter follows the event."""
        at, reader = now(), call.body.reader
        file = self._page_owner(call)
        contact = portals.contact_of(file.profile, reader)
        language = call.body.language or portals.language_of(file.profile, reader)
        page = portals.portal_id(file.person_id, call.tenant)
        self._end_others(call, file, reader, page)
        self.store.portals.ensure(portals.closed(file.person_id, call.tenant))
        return self.store.portals.change(
            call,
            page,
            lambda p: portals.invite(p, reader, language, self.store.seal_reader(p, contact), at),
            lambda p: views.invitation(p, reader, self.letter_ahead(reader)),
        )

    @serves(api.WITHDRAW_PORTAL)
    def withdraw_portal(self, call: Call) -> Answer:
        """End a reader's access, wherever it was given: before files were merged, or after."""
        at, reader = now(), call.body.reader
        file = self._page_owner(call)
        given = [(a.withdrawn_at is not None, p.id) for p in self.store.portals_of(file) if (a := p.access(reader))]
        if not given:
            raise portals.NobodyInvited("/reader", reader=reader)
        _, page = min(given, key=lambda each: each[0])
        self._end_others(call, file, reader, page)
        return self.store.portals.change(
            call, page, lambda p: portals.withdraw(p, reader, at), lambda p: views.withdrawal(p, reader)
        )

    # Whoever has a link

    @serves(api.GET_PORTAL_LINK)
    def get_portal_link(self, call: Call) -> Answer:
        """What a link is for."""
        visit = self._visit(call)
        links.require_browser(visit.link, call.session)
        try:
            links.require_session(visit.link, call.session, now())
            session = True
        except links.SessionOver:
            session = False
        studio = self.store.studio_name(visit.call.tenant)
        return Answer(views.link(visit.access, visit.to, studio, session))

    @serves(api.REQUEST_PORTAL_CODE)
    def request_portal_code(self, call: Call) -> Answer:
        """A code, by a letter."""
        visit = self._visit(call)

        def write(code: str) -> None:
            self._write_to_reader(visit.to, visit.file, "code", new_id("ltr"), code=code)

        return self._send_code(call, visit.link, visit.to, write)

    @serves(api.OPEN_PORTAL_SESSION)
    def open_portal_session(self, call: Call) -> Answer:
        """The right code binds the link to the browser that asked for it."""
        visit = self._visit(call)
        return Answer(self._give_code(call, visit.link, visit.to))

    @serves(api.RENEW_PORTAL_LINK)
    def renew_portal_link(self, call: Call) -> Answer:
        """Another link to the same address."""
        visit = self._visit(call)

        def write(renewals: int) -> None:
            self._write_to_reader(visit.to, visit.file, "renewal", new_id("ltr"), renewals=renewals)

        return self._send_another_link(visit.link, visit.to, write)

    @serves(api.GET_OWN_PAGE)
    def get_own_page(self, call: Call) -> Answer:
        """Whose page it is."""
        visit = self._enter_page(call)
        studio, names = self.store.studio_name(visit.call.tenant), visit.file.profile.names
        return Answer(views.page(visit.access, visit.to, studio, names.stage or names.legal))

    def accesses_shown(self, file: PersonFile) -> tuple[api.AccessView, ...]:
        """Who was invited to the page of the person of a file, each with what became of the latest letter."""
        found = self.store.accesses_of(file)
        return tuple(views.access(access, to, self._state(self.store.letter_to(to))) for access, to in found)

    # Letters

    @handles(PortalInvited)
    def write_to_readers(self, event: Envelope[PortalInvited]) -> None:
        """Write the letter with the link; its id is the event's, so that a repeat writes none."""
        person_id, studio = event.data.person_id, event.tenant
        portal = self.store.portals.find(portals.portal_id(person_id, studio))
        access = portal.access(event.data.reader) if portal else None
        if portal is None or access is None or access.serial != event.data.serial:
            return  # withdrawn, or another invitation took its place
        try:
            file = self.store.present_file(person_id, studio)
            to = self.store.reader(portal, access)
            self._write_to_reader(to, file, "invitation", f"ltr_{event.id.rpartition('_')[2]}.{access.reader}")
        except PersonForgotten:
            return  # nobody can write to them any more, and nobody may
        self.post.soon(self.deliver_letters)

    def _page_owner(self, call: Call) -> PersonFile:
        """The file in the path with all its former ids; raises NotFound, PersonForgotten, FileMerged."""
        file = self.store.file_of(call.path["person_id"], call.tenant)
        merging.require_unmerged(file)
        return self.store.with_former(file)

    def _end_others(self, call: Call, file: PersonFile, reader: Reader, page: str) -> None:
        """End the reader's access to the pages that the person had under other ids than `page`."""
        at = now()
        for portal in self.store.portals_of(file):
            if portal.id != page:
                self.store.portals.advance(portal.id, lambda p: portals.end(p, reader, at), Cause.of_call(call))

    def _visit(self, call: Call) -> Visit:
        """Who has the link in the path; raises LinkUnknown when it leads to no page or its access has ended, PersonForgotten."""
        link = self._link(call)
        page = portals.portal_id(link.person_id, link.tenant) if link.person_id else ""
        portal = self.store.portals.find(page)
        access = portal.access(link.recipient) if portal else None
        if portal is None or access is None:
            raise links.LinkUnknown
        at = now()
        links.require_live(link, access.serial, at)
        portals.require_open(access, at)
        file = self.store.with_former(self.store.present_file(portal.person_id, portal.tenant))
        to = self.store.reader(portal, access)
        portals.require_same_address(file.profile, access.reader, to.contact)
        acting = replace(call, tenant=portal.tenant, actor=f"{access.reader}:{file.person_id}")
        return Visit(acting, link, access, to, file)

    def _enter_page(self, call: Call) -> Visit:
        """Like `_visit`, for whoever gave the code in this browser; raises LinkBound, SessionOver."""
        visit = self._visit(call)
        links.require_session(visit.link, call.session, now())
        return visit

    def _write_to_reader(
        self, to: Addressee, file: PersonFile, kind: Kind, letter_id: str, code: str = "", renewals: int = 0
    ) -> None:
        """Keep a letter to the reader, with a link of its own unless it brings a code."""
        link = "" if kind == "code" else self._new_link(to, renewals)
        names = file.profile.names
        facts = Facts(names.stage or names.legal, link, code)
        self.store.post(to, kind, letters.write(letter_id, kind, to, self._sender(to), facts), now())
