"""Performers' own pages as they are stored: whom letters go to is sealed with the person's key."""

from typing import Any

from pymongo import IndexModel

from chassis.store import Repository
from events.codecs import plain
from services.talent.letters.addressees import Addressee, Contact
from services.talent.people.files import PersonFile
from services.talent.portal.invitations.portals import Access, Portal, portal_id
from services.talent.studios import KnownStudio, StudioIsSuspended

_NAMELESS = "Callboard"
"""Who writes for a studio whose name talent has not heard."""


class PortalRepository(Repository):
    """Who may use the page of which person, and what studios are called."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.portals = self.aggregates("portals", Portal, "portal", indexes=[IndexModel([("tenant", 1), ("_id", 1)])])
        self.studios = self.aggregates("studios", KnownStudio, "studio")

    def studio_name(self, tenant: str) -> str:
        """What the studio is called."""
        known = self.studios.find(tenant)
        return known.name if known and known.name else _NAMELESS

    def require_at_work(self, tenant: str) -> None:
        """Raise StudioIsSuspended while the alliance office has the studio suspended."""
        known = self.studios.find(tenant)
        if known is not None and known.suspended:
            raise StudioIsSuspended

    def seal_reader(self, portal: Portal, contact: Contact) -> bytes:
        """A reader's name and address as they are kept."""
        return self.vault.seal(portal.id, plain(contact))

    def reader(self, portal: Portal, access: Access) -> Addressee:
        """The reader as letters are written to them; raises PersonForgotten."""
        contact = Contact(**self.vault.open(portal.id, access.contact))
        return Addressee(
            portal.tenant,
            portal.id,
            access.reader,
            access.serial,
            access.language,
            contact,
            person_id=portal.person_id,
        )

    def portals_of(self, file: PersonFile) -> list[Portal]:
        """The pages of the person of a file, that of the present id first, then those of ids that were merged into it."""
        ids = [portal_id(person, file.tenant) for person in file.known_as]
        found = {portal.id: portal for portal in self.portals.select({"_id": {"$in": ids}}, len(ids))}
        return [found[each] for each in ids if each in found]

    def accesses_of(self, file: PersonFile) -> list[tuple[Access, Addressee]]:
        """Who was invited to the page of the person of a file: the latest access of each reader."""
        latest: dict[str, tuple[Access, Addressee]] = {}
        for portal in self.portals_of(file):
            for access in portal.accesses:
                known = latest.get(access.reader)
                if known is None or access.invited_at > known[0].invited_at:
                    latest[access.reader] = access, self.reader(portal, access)
        return list(latest.values())
