"""Talent's entrypoints about casting on a performer's own page."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from chassis.api import Answer, Call, decode_cursor, page
from chassis.cause import new_id
from chassis.documents import now
from chassis.errors import NotFound
from chassis.rpc import serves
from services.talent.casting.auditions import slots
from services.talent.casting.auditions.api import AuditionsQuery
from services.talent.casting.auditions.service import Auditions
from services.talent.casting.auditions.slots import Audition, SlotUnknown
from services.talent.casting.roles.calls import Role
from services.talent.casting.roles.candidates import candidate
from services.talent.casting.roles.matching import match
from services.talent.casting.submissions import lifecycle
from services.talent.casting.submissions.api import SubmissionsQuery
from services.talent.casting.submissions.lifecycle import Submission
from services.talent.casting.submissions.service import Submissions
from services.talent.contracts.api import ContractRequest
from services.talent.contracts.lifecycle import State
from services.talent.portal.casting import api, views
from services.talent.portal.invitations.service import Invitations, Visit
from services.talent.repository import TalentRepository


class OwnCasting(Submissions, Auditions, Invitations):
    """Calls in which one may stand, own submissions with their offers, and auditions: of the studio that invited."""

    store: TalentRepository

    # Calls

    @serves(api.LIST_OWN_CALLS)
    def list_own_calls(self, call: Call) -> Any:
        """Open calls, and those by invitation in which the person is invited."""
        visit, query, today = self._enter_page(call), call.query, now().date()
        studio, people = visit.call.tenant, visit.file.known_as
        after = decode_cursor(query.cursor)
        roles = self.store.calls_for(studio, people, today, query.limit, after, query.order)
        made = self.store.submissions_for([role.id for role in roles], people)
        titles = self.store.titles_of({role.production_id for role in roles})
        known = candidate(visit.file.profile, self.store.calendar(visit.file.person_id), studio)
        states = self._states(made.values())
        shown = []
        for role in roles:
            title, stands = titles[role.production_id], made.get(role.id)
            submission = views.submission(stands, role, title, states) if stands else None
            shown.append(views.call(role, title, match(role.requirements, known, today), submission))
        return page(api.OwnCall, shown, query.limit, lambda shown: str(shown.role_id))

    @serves(api.SUBMIT_ONESELF)
    def submit_oneself(self, call: Call) -> Answer:
        """Stand for a role."""
        visit = self._enter_page(call)
        self.store.require_at_work(visit.call.tenant)
        role = self.store.roles.get(call.path["role_id"], visit.call.tenant)
        return self._put_forward(visit.call, role, visit.file, visit.reader, self._shown_to(visit, role))

    # Submissions

    @serves(api.LIST_OWN_SUBMISSIONS)
    def list_own_submissions(self, call: Call) -> Any:
        """Submissions of the person, whoever made them."""
        visit, query = self._enter_page(call), call.query
        wanted = SubmissionsQuery(order=query.order, cursor=query.cursor, limit=query.limit)
        found = self.store.list_submissions(visit.call.tenant, wanted, visit.file.known_as)
        roles = self.store.roles_of({submission.role_id for submission in found})
        titles = self.store.titles_of({submission.production_id for submission in found})
        states = self._states(found)
        shown = [views.submission(s, roles[s.role_id], titles[s.production_id], states) for s in found]
        return page(api.OwnSubmission, shown, query.limit, lambda submission: str(submission.submission_id))

    @serves(api.GET_OWN_SUBMISSION)
    def get_own_submission(self, call: Call) -> Answer:
        """Read one of them."""
        visit = self._enter_page(call)
        submission, show = self._own_submission(visit)
        return Answer(show(submission))

    @serves(api.WITHDRAW_OWN_SUBMISSION)
    def withdraw_own_submission(self, call: Call) -> Answer:
        """Stand for the role no more."""
        visit = self._enter_page(call)
        _, show = self._own_submission(visit)
        return self._change_submission(visit.call, lambda s: self._freeing(visit.call, s, lifecycle.withdraw(s)), show)

    @serves(api.GET_OWN_OFFER)
    def get_own_offer(self, call: Call) -> Answer:
        """The open offer in the words of the contract; nothing is stored."""
        visit = self._enter_page(call)
        submission, _ = self._own_submission(visit)
        terms = replace(lifecycle.require_offered(submission, "reading"), person_id=visit.file.person_id)
        wanted = ContractRequest(terms, template=submission.template)
        document = self.store.compose(new_id("ctr"), visit.call.tenant, wanted)
        return Answer(api.OfferedDocument(submission.offers, document))

    @serves(api.ACCEPT_OWN_OFFER)
    def accept_own_offer(self, call: Call) -> Answer:
        """Take the offer that was read."""
        visit = self._enter_page(call)
        self.store.require_at_work(visit.call.tenant)
        _, show = self._own_submission(visit)
        accept = self._acceptance(visit.call)

        def accept_it(submission: Submission) -> lifecycle.Step:
            lifecycle.require_open_offer(submission, call.body.offer)
            return accept(submission)

        return self._change_submission(visit.call, accept_it, show)

    @serves(api.DECLINE_OWN_OFFER)
    def decline_own_offer(self, call: Call) -> Answer:
        """Do not take the offer."""
        visit = self._enter_page(call)
        _, show = self._own_submission(visit)

        def decline(submission: Submission) -> lifecycle.Step:
            note = self._sealed_note(visit.call, submission, call.body.reason)
            return self._freeing(visit.call, submission, lifecycle.decline(submission, note))

        return self._change_submission(visit.call, decline, show)

    # Auditions

    @serves(api.LIST_OWN_AUDITIONS)
    def list_own_auditions(self, call: Call) -> Any:
        """Auditions at which the person is expected."""
        visit, query = self._enter_page(call), call.query
        wanted = AuditionsQuery(order=query.order, cursor=query.cursor, limit=query.limit)
        found = self.store.list_auditions(visit.call.tenant, wanted, visit.file.known_as)
        roles = self.store.roles_of({audition.role_id for audition in found})
        titles = self.store.titles_of({audition.production_id for audition in found})
        shown = [views.audition(a, roles[a.role_id], titles[a.production_id], visit.file.known_as) for a in found]
        return page(api.OwnAudition, shown, query.limit, lambda audition: str(audition.audition_id))

    @serves(api.CONFIRM_OWN_SLOT)
    def confirm_own_slot(self, call: Call) -> Answer:
        """Come to the audition."""
        number = int(call.path["slot"])
        return self._answer_slot(self._enter_page(call), lambda audition: slots.confirm(audition, number))

    @serves(api.DECLINE_OWN_SLOT)
    def decline_own_slot(self, call: Call) -> Answer:
        """Do not come at this time."""
        visit = self._enter_page(call)
        return self._answer_slot(visit, self._declining(visit.call))

    # Steps

    def _own_submission(self, visit: Visit) -> tuple[Submission, Callable[[Submission], api.OwnSubmission]]:
        """The submission in the path, and how it is shown; raises NotFound for another person's, and another studio's."""
        submission_id = visit.call.path["submission_id"]
        submission = self.store.submissions.get(submission_id, visit.call.tenant)
        if submission.person_id not in visit.file.known_as:
            raise NotFound(what="submission", id=submission_id)
        return submission, self._shown_to(visit, self.store.roles.get(submission.role_id, visit.call.tenant))

    def _shown_to(self, visit: Visit, role: Role) -> Callable[[Submission], api.OwnSubmission]:
        title = self.store.productions.get(role.production_id, visit.call.tenant).title
        return lambda submission: views.submission(submission, role, title, self._states([submission]))

    def _states(self, submissions: Iterable[Submission]) -> dict[str, State]:
        """How far the contracts are that were drafted from submissions."""
        ids = [submission.contract_id for submission in submissions if submission.contract_id]
        found = self.store.contracts.select({"_id": {"$in": ids}}, len(ids)) if ids else []
        return {contract.id: contract.state for contract in found}

    def _answer_slot(self, visit: Visit, answer: Callable[[Audition], slots.Step]) -> Answer:
        """Answer for a slot in which the person is expected; of somebody else's there is nothing to see."""
        known_as, number = visit.file.known_as, int(visit.call.path["slot"])
        audition = self.store.auditions.get(visit.call.path["audition_id"], visit.call.tenant)
        if audition.seen.isdisjoint(known_as):
            raise NotFound(what="audition", id=audition.id)
        role = self.store.roles.get(audition.role_id, visit.call.tenant)
        title = self.store.productions.get(role.production_id, visit.call.tenant).title

        def step(audition: Audition) -> slots.Step:
            if slots.find(audition, number).person_id not in known_as:
                raise SlotUnknown(slot=number)
            return answer(audition)

        return self._change_audition(visit.call, step, lambda a: views.audition(a, role, title, known_as))
