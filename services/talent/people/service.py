"""Talent's entrypoints about people and their permits."""

from typing import Any

from chassis.aggregates import Taken
from chassis.api import Answer, Call, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.rpc import serves
from chassis.timers import every
from services.talent.people import api, files, permits, views
from services.talent.people.files import file_id
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
            return self.store.people.create(call, file, events, views.person)
        except Taken:
            raise files.PersonAlreadyOnFile(person_id=person_id) from None

    @serves(api.GET_PERSON)
    def get_person(self, call: Call) -> Answer:
        """Read the studio's file on a person."""
        file = self.store.people.get(file_id(call.path["person_id"], call.tenant), call.tenant)
        return Answer(views.person(file), file.version)

    @serves(api.LIST_PEOPLE)
    def list_people(self, call: Call) -> Any:
        """Find or list the studio's files."""
        found = self.store.find_people(call.tenant, call.query, now().date())
        shown = [(score, views.person(file)) for score, file in found]
        places = {person.person_id: f"{score} {person.person_id}" for score, person in shown}
        return page(api.PersonView, [person for _, person in shown], call.query.limit, lambda p: places[p.person_id])

    @serves(api.UPDATE_PERSON)
    def update_person(self, call: Call) -> Answer:
        """Change the studio's file on a person."""
        at = now()
        return self.store.people.change(
            call, file_id(call.path["person_id"], call.tenant), lambda f: files.update(f, call.body, at), views.person
        )

    @serves(api.RECORD_PERMIT)
    def record_permit(self, call: Call) -> Answer:
        """Put a work permit on a person's file."""
        permit_id, at = new_id("pmt"), now()
        return self.store.people.change(
            call,
            file_id(call.path["person_id"], call.tenant),
            lambda file: files.record_permit(file, permit_id, call.body, at),
            lambda file: permits.find(file.permits, permit_id),
        )

    @serves(api.REVOKE_PERMIT)
    def revoke_permit(self, call: Call) -> Answer:
        """Record that a work permit no longer holds."""
        permit_id, at = call.path["permit_id"], now()
        return self.store.people.change(
            call,
            file_id(call.path["person_id"], call.tenant),
            lambda file: files.revoke_permit(file, permit_id, call.body.reason, at),
            lambda file: permits.find(file.permits, permit_id),
        )

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
