"""Talent's entrypoints about documents, checks, and days of short-term work."""

from collections.abc import Sequence
from typing import Any

from chassis.api import Answer, Call, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import NotFound, PersonForgotten
from chassis.handlers import handles
from chassis.rpc import serves
from chassis.timers import every
from events.envelope import Envelope, Event
from events.production import ScheduleChanged
from events.talent.people import PermitRecorded, PermitRevoked
from services.talent.documents import allowance, api, papers, views
from services.talent.documents.allowance import LIMIT_DAYS
from services.talent.documents.papers import Document
from services.talent.people import files, merging
from services.talent.people import views as people_views
from services.talent.people.files import IdentityDocument, PersonFile, file_id
from services.talent.places import located
from services.talent.repository import TalentRepository


class Documents:
    """Documents on people's files, and how long a person may work."""

    store: TalentRepository

    @serves(api.RECORD_DOCUMENT)
    def record_document(self, call: Call) -> Answer:
        """Put a document on a person's file."""
        facts: papers.DocumentFacts = located(call.body, self.store.gazetteer(call.tenant, call.body.places))
        papers.validate(facts)
        holder = self._holder(call)
        merging.require_unmerged(holder)
        person_id = holder.person_id
        sealed = self.store.seal_document_facts(call.tenant, person_id, facts)
        fingerprint = ""
        if facts.kind == "passport" and facts.country and facts.number:
            fingerprint = self.store.fingerprint(IdentityDocument("passport", facts.country, facts.number))
        document, events = papers.record(new_id("doc"), call.tenant, person_id, facts, sealed, fingerprint, now())
        return self.store.documents.create(call, document, events, views.document)

    @serves(api.LIST_DOCUMENTS)
    def list_documents(self, call: Call) -> Any:
        """List a person's documents."""
        found = self.store.list_documents(self._holder(call), call.query)
        shown = [self._held_document(document) for document in found]
        return page(api.HeldDocument, shown, call.query.limit, lambda held: str(held.document.document_id))

    @serves(api.CHECK_DOCUMENT)
    def check_document(self, call: Call) -> Answer:
        """Record that a member has checked a document."""
        at = now()
        self._require_document(call)
        return self.store.documents.change(
            call,
            call.path["document_id"],
            lambda document: papers.check(document, call.actor, call.body.by_what, at),
            views.document,
        )

    @serves(api.WITHDRAW_DOCUMENT)
    def withdraw_document(self, call: Call) -> Answer:
        """Record that a document does not hold any more."""
        at = now()
        self._require_document(call)

        def withdraw(document: Document) -> papers.Step:
            return papers.withdraw(document, self.store.seal_withdrawal(document, call.body.reason), at)

        return self.store.documents.change(call, call.path["document_id"], withdraw, views.document)

    @serves(api.CHECK_PERMIT)
    def check_permit(self, call: Call) -> Answer:
        """Record that a member has checked a work permit."""
        permit_id, at = call.path["permit_id"], now()

        def check(file: PersonFile) -> tuple[PersonFile, list[Event]]:
            merging.require_unmerged(file)
            return files.check_permit(file, permit_id, call.actor, call.body.by_what, at)

        return self.store.people.change(
            call,
            file_id(call.path["person_id"], call.tenant),
            check,
            lambda file: people_views.permit_on(file, permit_id, self.store.gazetteer(file.tenant, file.places)),
        )

    @serves(api.GET_WORK_ALLOWANCE)
    def get_work_allowance(self, call: Call) -> Answer:
        """How many days of short-term work a person has left."""
        holder, today = self._holder(call), now().date()
        person_id = holder.person_id
        year = call.query.year or today.year
        known = [work for each in holder.known_as if (work := self.store.short_term_work.find(each))]
        work = allowance.joined(person_id, known)
        days = allowance.used(work, call.tenant, year, today)
        return Answer(
            api.WorkAllowance(
                person_id, year, LIMIT_DAYS, days.worked, days.booked, days.here, days.left, days.exceeded_on
            )
        )

    @handles(PermitRecorded, PermitRevoked, batch=64)
    def note_work_proofs(self, events: Sequence[Envelope[PermitRecorded | PermitRevoked]]) -> list[str]:
        """Know who has short-term work proofs, and until when."""
        return self.store.short_term_work.absorb(events, lambda e: [e.data.person_id], allowance.note_permit)

    @handles(ScheduleChanged, batch=128, rest=10, single_active=True)
    def note_work_days(self, events: Sequence[Envelope[ScheduleChanged]]) -> list[str]:
        """Know on which days people are booked in China."""
        return self.store.short_term_work.absorb(events, allowance.people_of, allowance.note_bookings)

    @every(60)
    def announce_document_expiries(self) -> None:
        """Tell that documents are about to end, or have."""
        today = now().date()
        while due := self.store.documents_to_notice(today):
            for document_id in due:
                document = self.store.documents.get(document_id, None)
                try:
                    self.store.file_of(document.person_id, document.tenant)
                except PersonForgotten:
                    self.store.notice_no_document(document_id)
                    continue
                self.store.documents.advance(
                    document_id, lambda d: papers.give_notice(d, today), Cause.of_time(self.store.service)
                )

    def _holder(self, call: Call) -> PersonFile:
        return self.store.file_of(call.path["person_id"], call.tenant)

    def _require_document(self, call: Call) -> None:
        """Raise NotFound unless the document is the person's."""
        holder, document_id = self._holder(call), call.path["document_id"]
        if self.store.documents.get(document_id, call.tenant).person_id not in holder.known_as:
            raise NotFound(what="document", id=document_id)

    def _held_document(self, document: Document) -> api.HeldDocument:
        facts, reason = self.store.document_facts(document), self.store.withdrawal_reason(document)
        return views.held(document, facts, reason, self.store.gazetteer(document.tenant, facts.places))
