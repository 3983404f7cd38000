"""Performers' own pages as tests open them: invitations, their letters, and who comes in."""

from typing import Any

import orjson

from events.envelope import Envelope, from_wire
from events.talent.people import PersonMerged
from events.talent.portal import PortalInvited
from services.talent.letters.api import CodeGiven
from services.talent.people.files import file_id
from services.talent.people.merging import MergeRequest
from services.talent.portal.invitations.api import NewInvitation
from services.talent.service import Talent
from tests.mailbox import Mailbox
from tests.service.talents import STUDIO, call
from tests.service.visitors import code_in, cookie_of, token_in, visit

SEOYEON, DESK = "seoyeon@example.com", "desk@bluecrane.example"
"""The addresses of the example's person and of their agent."""


def hear(talent: Talent) -> list[str]:
    """Hand talent its own events about pages, each twice as the broker may, and return the types of all."""
    heard = []
    for document in talent.store.portals.collection.find({"outbox.0": {"$exists": True}}):
        talent.store.portals.collection.update_one({"_id": document["_id"]}, {"$set": {"outbox": []}})
        for entry in document["outbox"]:
            event: Envelope[Any] = from_wire(orjson.loads(entry["body"]))
            heard.append(f"{event.type.split('.')[2]} {event.data.reader}")
            if isinstance(event.data, PortalInvited):
                for _ in range(2):
                    talent.write_to_readers(event)
    return heard


def invite(talent: Talent, person: str, **given: Any) -> None:
    """Invite a reader, by default the person, and have the letter written."""
    talent.invite_to_portal(call(NewInvitation(**{"reader": "person", **given}), person_id=person))
    hear(talent)


def enter(talent: Talent, mailbox: Mailbox, token: str, to: str) -> str:
    """Ask for a code, give it, and return the cookie."""
    cookie = cookie_of(talent.request_portal_code(visit(token)), f"/public/portal/{token}")
    talent.open_portal_session(visit(token, CodeGiven(code_in(mailbox, to)), cookie))
    return cookie


def entered(talent: Talent, mailbox: Mailbox, person: str, reader: str = "person") -> tuple[str, str]:
    """Invite a reader and let them in: token and cookie."""
    invite(talent, person, reader=reader)
    to = SEOYEON if reader == "person" else DESK
    token = token_in(mailbox, to, "my")
    return token, enter(talent, mailbox, token, to)


def merge(talent: Talent, person: str, into: str) -> None:
    """Merge a file into another, and bring its facts there."""
    talent.merge_person(call(MergeRequest(person), person_id=into))
    (document,) = talent.store.people.collection.find({"_id": file_id(person, STUDIO)})
    (entry,) = [e for e in document["outbox"] if e["key"] == PersonMerged.routing_key()]
    talent.join_files(from_wire(orjson.loads(entry["body"])))
