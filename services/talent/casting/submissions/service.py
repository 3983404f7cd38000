"""Talent's entrypoints about submissions, from the first to the draft of a contract."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol, cast

import orjson

from chassis.aggregates import Taken
from chassis.api import Answer, Call, command_id, page
from chassis.cause import new_id
from chassis.documents import now
from chassis.rpc import serves
from services.talent.availability import holds
from services.talent.availability.holds import HoldUnknown, NewHold
from services.talent.casting.roles.calls import Role
from services.talent.casting.roles.candidates import candidate
from services.talent.casting.roles.matching import Match, match
from services.talent.casting.submissions import api, lifecycle, offers, views
from services.talent.casting.submissions.lifecycle import AlreadySubmitted, By, Note, Step, Submission
from services.talent.contracts.api import ContractRequest
from services.talent.contracts.terms import Terms
from services.talent.people.files import PersonFile
from services.talent.people.merging import require_unmerged
from services.talent.repository import TalentRepository


class Drafting(Protocol):
    """Who can draft a contract."""

    def draft_contract(self, call: Call) -> Answer:
        """Draft a contract; a repeated command answers as the first time."""


class Submissions:
    """People who are put forward, the shortlist, holds and offers."""

    store: TalentRepository

    @serves(api.SUBMIT_PERSON)
    def submit_person(self, call: Call) -> Answer:
        """Put a person forward."""
        role = self.store.roles.get(call.path["role_id"], call.tenant)
        file = self.store.file_of(call.body.person_id, call.tenant)
        require_unmerged(file)
        return self._put_forward(call, role, self.store.with_former(file), call.body.by, views.submission)

    @serves(api.GET_SUBMISSION)
    def get_submission(self, call: Call) -> Answer:
        """Read a submission."""
        submission = self.store.submissions.get(call.path["submission_id"], call.readable_tenant)
        return Answer(views.submission(submission), submission.version)

    @serves(api.LIST_SUBMISSIONS)
    def list_submissions(self, call: Call) -> Any:
        """List submissions; a role, production or person of another studio is a 404."""
        query = call.query
        if query.role_id is not None:
            self.store.roles.get(query.role_id, call.readable_tenant)
        people = self.store.require_asked(call)
        found = self.store.list_submissions(call.readable_tenant, query, people)
        places = {s.id: s.place if query.order == "best" else s.id for s in found}
        shown = [views.submission(submission) for submission in found]
        return page(api.SubmissionView, shown, query.limit, lambda s: places[s.submission_id])

    @serves(api.EXPLAIN_MATCH)
    def explain_match(self, call: Call) -> Answer:
        """How well the person fits today."""
        submission = self.store.submissions.get(call.path["submission_id"], call.tenant)
        role = self.store.roles.get(submission.role_id, call.tenant)
        return Answer(self._match_today(role, self.store.present_file(submission.person_id, call.tenant)))

    @serves(api.SELECT_SUBMISSION)
    def select_submission(self, call: Call) -> Answer:
        """Put it on the shortlist."""
        return self._change_submission(
            call, lambda s: lifecycle.select(s, call.body.rating, self._sealed_note(call, s, call.body.note))
        )

    @serves(api.PASS_SUBMISSION)
    def pass_submission(self, call: Call) -> Answer:
        """Pass it over."""
        return self._change_submission(
            call, lambda s: self._freeing(call, s, lifecycle.pass_over(s, self._sealed_note(call, s, call.body.note)))
        )

    @serves(api.WITHDRAW_SUBMISSION)
    def withdraw_submission(self, call: Call) -> Answer:
        """The person does not stand for the role any more."""
        return self._change_submission(call, lambda s: self._freeing(call, s, lifecycle.withdraw(s)))

    @serves(api.LIST_NOTES)
    def list_notes(self, call: Call) -> Answer:
        """What was noted, for the studio itself."""
        submission = self.store.submissions.get(call.path["submission_id"], call.tenant)
        return Answer(api.NotesView(submission.id, views.notes(submission, self.store.notes(submission))))

    # Holds and offers: what is done elsewhere is done first and can be done again, then the submission says so.

    @serves(api.HOLD_FOR_ROLE)
    def hold_for_role(self, call: Call) -> Answer:
        """Hold the person's days, under an id that follows from the submission's."""
        at, body = now(), call.body

        def hold(submission: Submission) -> Step:
            lifecycle.require_selected(submission, "a hold")
            person_id = self.store.present_file(submission.person_id, call.tenant).person_id
            hold_id = f"hld_{submission.id.removeprefix('sub_')}"
            days = NewHold(body.starts_on, body.ends_on, body.expires_on, submission.production_id)
            if all(known.id != hold_id for known in self.store.calendar(person_id).holds):
                self.store.change_calendar(
                    call,
                    person_id,
                    lambda calendar: holds.place(calendar, hold_id, call.tenant, days, at),
                )
            return lifecycle.hold(submission, hold_id)

        return self._change_submission(call, hold)

    @serves(api.MAKE_OFFER)
    def make_offer(self, call: Call) -> Answer:
        """Offer terms; their document is written to see that what is accepted can become a contract."""
        role_of = self.store.roles.get

        def offer(submission: Submission) -> Step:
            person_id = self.store.present_file(submission.person_id, call.tenant).person_id
            role = role_of(submission.role_id, call.tenant)
            agreed = offers.fill(role, person_id, call.body, now().date())
            made = lifecycle.offer(submission, agreed, call.body.template)
            self.store.compose(new_id("ctr"), call.tenant, ContractRequest(agreed, template=call.body.template))
            return made

        def warned(submission: Submission) -> api.SubmissionView:
            assert submission.terms is not None  # they were just offered
            return views.submission(submission, self.store.days_warnings(submission.terms, call.tenant, now().date()))

        return self._change_submission(call, offer, warned)

    @serves(api.ACCEPT_OFFER)
    def accept_offer(self, call: Call) -> Answer:
        """Draft the contract."""
        return self._change_submission(call, self._acceptance(call))

    @serves(api.DECLINE_OFFER)
    def decline_offer(self, call: Call) -> Answer:
        """The person does not take the offer."""
        return self._change_submission(call, lambda s: self._freeing(call, s, lifecycle.decline(s)))

    def _put_forward(
        self, call: Call, role: Role, file: PersonFile, by: By, view: Callable[[Submission], Any]
    ) -> Answer:
        """A person for a role; `file.known_as` has all ids of the person. Raises AlreadySubmitted, also by another id."""
        if self.store.submission_among(role, file.former) is not None:
            raise AlreadySubmitted
        fit, has_agent = self._match_today(role, file), file.profile.agent is not None
        submission, events = lifecycle.submit(new_id("sub"), role, file.known_as, by, has_agent, fit.score, now())
        try:
            return self.store.submissions.create(call, submission, events, view)
        except Taken:
            raise AlreadySubmitted from None

    def _acceptance(self, call: Call) -> Callable[[Submission], Step]:
        """The step by which the open offer is taken; the contract is drafted once, however often it is asked."""

        def accept(submission: Submission) -> Step:
            terms = lifecycle.require_offered(submission, "acceptance")
            return lifecycle.accept(submission, self._draft_contract_for(call, submission, terms))

        return accept

    def _draft_contract_for(self, call: Call, submission: Submission, terms: Terms) -> str:
        """The draft of this offer, not of one that was made before or after it."""
        offer = f"{submission.id} {submission.offers}"
        once = command_id(call.tenant, "accept_offer", {"submission_id": submission.id}, offer)
        agreed = replace(terms, person_id=self.store.present_id(terms.person_id, call.tenant))
        wanted = ContractRequest(agreed, template=submission.template)
        named = replace(call, body=wanted, command_id=once, fingerprint=offer, if_match=None)
        drafted = cast(Drafting, self).draft_contract(named)
        return str(orjson.loads(drafted.body)["contract_id"])

    def _freeing(self, call: Call, submission: Submission, step: Step) -> Step:
        """The step, which is possible, after what is held of the person's time is given back."""
        hold_id = submission.hold_id
        if hold_id is not None:
            for calendar_id in self.store.kept_at(submission.person_id, call.tenant):
                with suppress(HoldUnknown):  # it fell, or was released before
                    self.store.change_calendar(
                        call, calendar_id, lambda calendar: holds.release(calendar, call.tenant, hold_id)
                    )
        return step

    def _sealed_note(self, call: Call, submission: Submission, text: str | None) -> Note | None:
        return None if text is None else Note(call.actor, now(), self.store.seal_note(submission, text))

    def _match_today(self, role: Role, file: PersonFile) -> Match:
        calendar = self.store.calendar(file.person_id)
        return match(role.requirements, candidate(file.profile, calendar, role.tenant), now().date())

    def _change_submission(
        self,
        call: Call,
        rule: Callable[[Submission], Step],
        view: Callable[[Submission], Any] = views.submission,
    ) -> Answer:
        return self.store.submissions.change(call, call.path["submission_id"], rule, view)
