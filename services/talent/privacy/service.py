"""Talent's entrypoints about what a person may ask: to see and to be forgotten."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial

from chassis.api import Answer, Call
from chassis.cause import Cause
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.handlers import handles
from chassis.rpc import serves
from events.envelope import Envelope, Event
from events.talent.people import PersonErased
from services.talent.availability import views as availability_views
from services.talent.availability.calendar import Calendar, DayOff
from services.talent.casting.submissions import views as submission_views
from services.talent.casting.submissions.lifecycle import Submission
from services.talent.contracts import lifecycle
from services.talent.contracts import views as contract_views
from services.talent.contracts.api import EvidenceView
from services.talent.contracts.lifecycle import Contract
from services.talent.documents import views as document_views
from services.talent.documents.api import HeldDocument
from services.talent.documents.papers import Document
from services.talent.negotiation import views as negotiation_views
from services.talent.pay import views as pay_views
from services.talent.pay.clock import PayClock
from services.talent.pay.repository import MOST_NAMED
from services.talent.people import files, merging
from services.talent.people import views as people_views
from services.talent.people.files import PersonFile, file_id
from services.talent.portal.invitations.api import AccessView
from services.talent.privacy import api
from services.talent.repository import TalentRepository


class Privacy:
    """Access to one's data, and erasure."""

    store: TalentRepository
    evidence_of: Callable[[Contract], EvidenceView]
    accesses_shown: Callable[[PersonFile], tuple[AccessView, ...]]

    @serves(api.EXPORT_PERSON)
    def export_person(self, call: Call) -> Answer:
        """Everything that the studio holds on a person."""
        file = self.store.with_former(self.store.file_of(call.path["person_id"], call.tenant))
        calendar = self.store.calendar(file.person_id)
        time = availability_views.availability(calendar, call.tenant, date.min, date.max)
        held = api.HeldData(
            held_at=now(),
            person=people_views.person(file, self.store.gazetteer(file.tenant, file.places), identity=True),
            attributes=file.profile.attributes,
            holds=time.holds,
            bookings=time.bookings,
            days_off=tuple(self._held_day_off(calendar, off) for off in calendar.days_off if off.studio == call.tenant),
            submissions=tuple(self._held_submission(submission) for submission in self.store.submissions_of(file)),
            contracts=tuple(self._held(contract) for contract in self.store.contracts_of(file)),
            documents=tuple(self._held_document(document) for document in self.store.documents_of(file)),
            pay=tuple(self._held_pay(clock) for clock in self.store.clocks_of(file)),
            portal=self.accesses_shown(file),
        )
        return Answer(held, file.version)

    @serves(api.ERASE_PERSON)
    def erase_person(self, call: Call) -> Answer:
        """Forget a person: the key is destroyed now, and once more by the event that says so, should this process end before."""
        at, file = now(), file_id(call.path["person_id"], call.tenant)
        requested_on = call.body.requested_on
        everywhere = not self.store.known_elsewhere(file)

        def erase(known: PersonFile) -> tuple[PersonFile, list[Event]]:
            self._prepare_erasure(call, known)
            return files.erase(known, requested_on, everywhere, at)

        erased = self.store.people.change(
            call, file, erase, lambda known: api.ErasureView(known.person_id, requested_on, at)
        )
        self._forget(file, everywhere)
        return erased

    @handles(PersonErased)
    def forget_person(self, event: Envelope[PersonErased]) -> None:
        """Destroy the key under which everything about the person is sealed."""
        self._forget(event.aggregate_id.partition("/")[2], event.data.everywhere)

    def _prepare_erasure(self, call: Call, holder: PersonFile) -> None:
        """Forget the files that were merged into the person's, joined or not.

        A file that is merged into it meanwhile changes the person's file, so that this is done again. Raises FileMerged,
        ContractsOpen, ContractsUnfulfilled.
        """
        at, requested_on = now(), call.body.requested_on
        merging.require_unmerged(holder)
        whole = self.store.with_former(holder)
        for contract in self.store.contracts_of(whole, *lifecycle.OPEN):
            raise files.ContractsOpen(contract_id=contract.id)
        owed = {*self.store.contracts_with_work(whole, at.date()), *self.store.contracts_with_pay(whole)}
        if owed:
            raise files.ContractsUnfulfilled(contracts=", ".join(sorted(owed)[:MOST_NAMED]))
        for former in whole.former:
            file = file_id(former, call.tenant)
            everywhere = not self.store.known_elsewhere(file)
            with suppress(PersonForgotten):
                self.store.people.advance(
                    file,
                    partial(files.erase, requested_on=requested_on, everywhere=everywhere, at=at),
                    Cause.of_call(call),
                )
                self._forget(file, everywhere)

    def _forget(self, file: str, everywhere: bool) -> None:
        self.store.forget(file, everywhere)
        self.store.forget_passports(file)

    def _held(self, contract: Contract) -> api.HeldContract:
        proposals = tuple(negotiation_views.record(contract, it, self.store.words) for it in contract.proposals)
        return api.HeldContract(
            contract_views.contract(contract), self.store.document(contract), self.evidence_of(contract), proposals
        )

    def _held_day_off(self, calendar: Calendar, off: DayOff) -> api.HeldDayOff:
        return api.HeldDayOff(availability_views.day_off(calendar, off), self.store.day_off_reason(calendar, off))

    def _held_submission(self, submission: Submission) -> api.HeldSubmission:
        notes = submission_views.notes(submission, self.store.notes(submission))
        return api.HeldSubmission(submission_views.submission(submission), notes)

    def _held_document(self, document: Document) -> HeldDocument:
        facts, reason = self.store.document_facts(document), self.store.withdrawal_reason(document)
        return document_views.held(document, facts, reason, self.store.gazetteer(document.tenant, facts.places))

    def _held_pay(self, clock: PayClock) -> api.HeldPay:
        evidence = pay_views.evidence(clock, lambda sealed: self.store.open_pay(clock, sealed))
        return api.HeldPay(pay_views.clock(clock), evidence)
