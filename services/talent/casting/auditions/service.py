"""Talent's entrypoints about auditions.

The person's calendar decides who is where at an hour, for every studio: an hour is taken there first, then the slot says so. Each
step can be done again, so that a process that dies in between leaves at most an hour that is taken until the next try.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from chassis.api import Answer, Call, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.handlers import handles
from chassis.rpc import serves
from events.envelope import Envelope
from events.talent.casting import PersonPassed, SubmissionWithdrawn
from services.talent.availability import appointments
from services.talent.availability.appointments import HourNotFree
from services.talent.availability.calendar import empty
from services.talent.casting.auditions import api, seating, slots, views
from services.talent.casting.auditions.openings import Opening, is_free, left_open, possible
from services.talent.casting.auditions.slots import Audition, Step
from services.talent.repository import TalentRepository


class Auditions:
    """Slots, and who is asked to come when."""

    store: TalentRepository

    @serves(api.PLAN_AUDITION)
    def plan_audition(self, call: Call) -> Answer:
        """Plan slots."""
        role = self.store.roles.get(call.path["role_id"], call.tenant)
        audition, events = slots.plan(new_id("aud"), role, call.body, now())
        return self.store.auditions.create(call, audition, events, views.audition)

    @serves(api.GET_AUDITION)
    def get_audition(self, call: Call) -> Answer:
        """Read an audition."""
        audition = self.store.auditions.get(call.path["audition_id"], call.readable_tenant)
        return Answer(views.audition(audition), audition.version)

    @serves(api.LIST_AUDITIONS)
    def list_auditions(self, call: Call) -> Any:
        """List auditions; a role, production or person of another studio is a 404."""
        query = call.query
        if query.role_id is not None:
            self.store.roles.get(query.role_id, call.readable_tenant)
        people = self.store.require_asked(call)
        found = [views.audition(a) for a in self.store.list_auditions(call.readable_tenant, query, people)]
        return page(api.AuditionView, found, query.limit, lambda audition: str(audition.audition_id))

    @serves(api.FILL_AUDITION)
    def fill_audition(self, call: Call) -> Answer:
        """Ask the people on the shortlist to come, as many as there are slots for."""
        reserved: set[str] = set()
        openings: list[Opening] = []
        answer = self._change_audition(
            call,
            lambda audition: self._fill(call, audition, reserved, openings),
            lambda audition: views.audition(audition, openings),
        )
        if reserved:
            expected = self.store.auditions.get(call.path["audition_id"], call.tenant).seen
            for person_id in reserved - expected:
                self._free_hour(call, call.path["audition_id"], person_id)
        return answer

    @serves(api.CONFIRM_SLOT)
    def confirm_slot(self, call: Call) -> Answer:
        """The person comes."""
        return self._change_audition(call, lambda audition: slots.confirm(audition, int(call.path["slot"])))

    @serves(api.DECLINE_SLOT)
    def decline_slot(self, call: Call) -> Answer:
        """The person does not come at this time."""
        return self._change_audition(call, self._declining(call))

    @serves(api.MOVE_SLOT)
    def move_slot(self, call: Call) -> Answer:
        """The person comes at another time; raises HourNotFree when they are not free then."""
        number, to, at = int(call.path["slot"]), call.body.slot, now()

        def move(audition: Audition) -> Step:
            step = slots.move(audition, number, to)
            person_id = slots.taken(audition, number).person_id
            if person_id is not None:
                target, present = slots.find(audition, to), self.store.present_id(person_id, call.tenant)
                if not is_free(audition, to, self.store.calendar(present), at):
                    raise HourNotFree("/slot", starts_at=target.starts_at, ends_at=target.ends_at)
                self._take_hour(call, audition, to, present)
            return step

        return self._change_audition(call, move)

    @handles(PersonPassed, SubmissionWithdrawn)
    def clear_slots(self, event: Envelope[PersonPassed | SubmissionWithdrawn]) -> None:
        """Expect nobody who does not stand for the role any more; nothing when they do again, or a repeat comes."""
        person_id, role_id, studio = event.data.person_id, event.data.role_id, event.tenant
        if self.store.submissions.get(event.data.submission_id, studio).state not in ("passed", "withdrawn"):
            return
        at, cause = now(), Cause.of_event(event, self.store.service)
        for audition_id in self.store.auditions_of(studio, role_id, person_id):
            self.store.auditions.advance(audition_id, lambda audition: slots.leave(audition, person_id, at), cause)
            rule = partial(appointments.left, appointment_id=audition_id, studio=studio)
            for calendar_id in self.store.kept_at(person_id, studio):
                self.store.calendars.advance(calendar_id, rule, cause)

    def _fill(self, call: Call, audition: Audition, reserved: set[str], openings: list[Opening]) -> Step:
        """The audition with people in its slots, whose hours are taken in their calendars: they are added to `reserved`.

        `openings` is set to the slots that stayed open.
        """
        at, role = now(), self.store.roles.get(audition.role_id, call.tenant)
        waiting = {s.person_id: s.id for s in self.store.shortlist(role) if s.person_id not in audition.seen}
        present = self.store.present_ids((person_id, call.tenant) for person_id in waiting)
        calendars = self.store.calendars_of(list(present.values()))
        times = {person: calendars.get(known_as, empty(known_as)) for (person, _), known_as in present.items()}
        choices = {person: list(possible(audition, person, time, at)) for person, time in times.items()}
        while True:
            seats = seating.seat(choices)
            for person_id, number in seats.items():
                try:
                    self._take_hour(call, audition, number, present[person_id, call.tenant])
                    reserved.add(person_id)
                except HourNotFree:  # taken since the calendars were read
                    choices[person_id].remove(number)
                    break
            else:
                filled, told = slots.propose(audition, {n: (waiting[person], person) for person, n in seats.items()})
                unseated = {person: time for person, time in times.items() if person not in seats}
                openings[:] = left_open(filled, unseated, at)
                return filled, told

    def _declining(self, call: Call) -> Callable[[Audition], Step]:
        """The step by which the person in a slot does not come; their hour is free again."""
        number = int(call.path["slot"])

        def decline(audition: Audition) -> Step:
            person_id = slots.taken(audition, number).person_id
            step = slots.decline(audition, number)
            if person_id is not None:
                self._free_hour(call, audition.id, person_id)
            return step

        return decline

    def _take_hour(self, call: Call, audition: Audition, number: int, person_id: str) -> None:
        wanted = slots.appointment(audition, number)
        self.store.change_calendar(call, person_id, lambda calendar: appointments.take(calendar, wanted))

    def _free_hour(self, call: Call, audition_id: str, person_id: str) -> None:
        for calendar_id in self.store.kept_at(person_id, call.tenant):
            self.store.change_calendar(
                call, calendar_id, lambda calendar: appointments.free(calendar, audition_id, call.tenant)
            )

    def _change_audition(
        self, call: Call, rule: Callable[[Audition], Step], view: Callable[[Audition], Any] = views.audition
    ) -> Answer:
        return self.store.auditions.change(call, call.path["audition_id"], rule, view)
