"""Talent's entrypoints about people and their permits."""

from collections.abc import Callable
from typing import Any

from chassis.aggregates import Taken
from chassis.api import Answer, Call, decode_cursor, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.handlers import handles
from chassis.rpc import serves
from chassis.timers import every
from events.envelope import Envelope, Event
from events.talent.people import PersonMerged
from services.talent.contracts.lifecycle import EXECUTED
from services.talent.people import api, credits, duplicates, files, merging, views
from services.talent.people.credits import KnownCredit
from services.talent.people.files import PersonFile, file_id
from services.talent.places import located
from services.talent.repository import TalentRepository


class People:
    """Files on people, and the permits in them."""

    store: TalentRepository

    @serves(api.REGISTER_PERSON)
    def register_person(self, call: Call) -> Answer:
        """Put a person on file; raises PersonAlreadyOnFile when the studio has them."""
        person_id = self.store.identify(call.body.document, new_id("prs"))
        file, events = files.register(call.tenant, person_id, call.body, now())
        try:
            return self.store.people.create(call, file, events, self._view(call))
        except Taken:
            known = self.store.file_of(person_id, call.tenant)
            raise files.PersonAlreadyOnFile(person_id=known.merged_into or person_id) from None

    @serves(api.GET_PERSON)
    def get_person(self, call: Call) -> Answer:
        """Read the studio's file on a person."""
        file = self.store.file_of(call.path["person_id"], call.tenant)
        return Answer(self._view(call)(file), file.version)

    @serves(api.LIST_PEOPLE)
    def list_people(self, call: Call) -> Any:
        """Find or list the studio's files."""
        found = self.store.find_people(call.tenant, call.query, now().date())
        known = self.store.gazetteer(call.tenant, [place for _, file in found for place in file.places])
        shown = [(score, views.person(file, known, api.IDENTITY in call.scopes)) for score, file in found]
        places = {person.person_id: f"{score} {person.person_id}" for score, person in shown}
        return page(api.PersonView, [person for _, person in shown], call.query.limit, lambda p: places[p.person_id])

    @serves(api.UPDATE_PERSON)
    def update_person(self, call: Call) -> Answer:
        """Change the studio's file on a person."""
        at = now()
        return self.store.people.change(
            call,
            file_id(call.path["person_id"], call.tenant),
            lambda f: files.update(_unmerged(f), call.body, at),
            self._view(call),
        )

    @serves(api.RECORD_PERMIT)
    def record_permit(self, call: Call) -> Answer:
        """Put a work permit on a person's file."""
        permit_id, at = new_id("pmt"), now()
        facts = located(call.body, self.store.gazetteer(call.tenant, call.body.places))
        return self.store.people.change(
            call,
            file_id(call.path["person_id"], call.tenant),
            lambda file: files.record_permit(_unmerged(file), permit_id, facts, at),
            lambda file: views.permit_on(file, permit_id, self.store.gazetteer(file.tenant, file.places)),
        )

    @serves(api.REVOKE_PERMIT)
    def revoke_permit(self, call: Call) -> Answer:
        """Record that a work permit no longer holds."""
        permit_id, at = call.path["permit_id"], now()
        return self.store.people.change(
            call,
            file_id(call.path["person_id"], call.tenant),
            lambda file: files.revoke_permit(_unmerged(file), permit_id, call.body.reason, at),
            lambda file: views.permit_on(file, permit_id, self.store.gazetteer(file.tenant, file.places)),
        )

    @serves(api.LIST_CREDITS)
    def list_credits(self, call: Call) -> Any:
        """List what the studio can prove of a person's work, and what is only claimed."""
        file, query = self.store.file_of(call.path["person_id"], call.tenant), call.query
        contracts = self.store.contracts_of(file, *EXECUTED)
        productions = {contract.terms.production_id for contract in contracts}
        plans, titles = self.store.plans_of(productions), self.store.titles_of(productions)
        found = credits.known(contracts, plans, titles, file.profile.credits, now().date())
        after, newest = decode_cursor(query.cursor), query.order == "newest"
        left = [place for place in found if after is None or (place < after if newest else place > after)]
        places = {found[place]: place for place in sorted(left, reverse=newest)[: query.limit + 1]}
        return page(KnownCredit, list(places), query.limit, lambda credit: places[credit])

    @serves(api.FIND_DUPLICATES)
    def find_duplicates(self, call: Call) -> Answer:
        """Find the files that may be about the same person."""
        file = self.store.file_of(call.path["person_id"], call.tenant)
        same = self.store.holders_of_same_passport(file)
        known = {other.id: other for other in (*self.store.like(file), *self.store.files_among(same))}
        found = [
            (likeness, other)
            for other in known.values()
            if other.merged_into is None
            and (likeness := duplicates.compare(file.profile, other.profile, other.id in same))
        ]
        return Answer(views.duplicates(file, found, api.IDENTITY in call.scopes), file.version)

    @serves(api.MERGE_PERSON)
    def merge_person(self, call: Call) -> Answer:
        """Make another file history, whose facts `join_files` brings to this one."""
        person_id = call.path["person_id"]

        def leave(other: PersonFile) -> tuple[PersonFile, list[Event]]:
            into = self.store.file_of(person_id, call.tenant)
            elsewhere = {file.person_id for file in (other, into) if self.store.known_elsewhere(file.id)}
            return merging.leave(other, into, elsewhere)

        return self.store.people.change(
            call,
            file_id(call.body.other, call.tenant),
            leave,
            lambda other: api.MergeView(person_id, other.person_id),
            watching=file_id(person_id, call.tenant),
        )

    @handles(PersonMerged)
    def join_files(self, event: Envelope[PersonMerged]) -> None:
        """Bring what only the merged file says to the file that the person has now; nothing when either is forgotten.

        Raises FileMerged when that one is merged in this very moment: the next try finds where to.
        """
        into = self.store.present_id(event.data.into, event.tenant)
        try:
            other = self.store.file_of(event.data.person_id, event.tenant)
            self.store.people.absorb(
                [event],
                lambda told: [file_id(into, told.tenant)],
                lambda file, _event, _id: merging.join(file, other) if file else None,
            )
        except PersonForgotten:
            return

    def _view(self, call: Call) -> Callable[[PersonFile], api.PersonView]:
        """Return how the caller may see a file."""
        identity = api.IDENTITY in call.scopes
        return lambda file: views.person(file, self.store.gazetteer(file.tenant, file.places), identity)

    @every(60)
    def announce_expiries(self) -> None:
        """Tell that permits are about to end, or have."""
        today = now().date()
        while due := self.store.files_to_notice(today):
            for file in due:
                try:
                    self.store.people.advance(
                        file, lambda f: files.give_notices(f, today), Cause.of_time(self.store.service)
                    )
                except PersonForgotten:
                    self.store.notice_nobody(file)


def _unmerged(file: PersonFile) -> PersonFile:
    merging.require_unmerged(file)
    return file
