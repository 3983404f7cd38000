"""The compliance service: judges bookings by the rules, and keeps the transparency ledger."""

from collections.abc import Sequence
from typing import Any

from chassis.api import Answer, Call, CursorInvalid, decode_cursor, page
from chassis.documents import now
from chassis.errors import NotFound
from chassis.handlers import Everything, Permanent, RawEvent, handles
from chassis.rpc import serves
from chassis.store import Store
from chassis.timers import every
from events import places
from events.envelope import Envelope
from events.production import PlaceAdded, PlaceRenamed, ProductionRegistered, ScheduleChanged
from events.talent.contracts import ContractSealed
from events.talent.people import (
    PermitRecorded,
    PermitRevoked,
    PersonErased,
    PersonMerged,
    PersonRegistered,
    PersonUpdated,
)
from services.compliance import api, cases, productions, publication, views
from services.compliance.api import (
    ConsistencyQuery,
    EntriesQuery,
    EntryView,
    FindingsQuery,
    FindingView,
    GapsQuery,
    GapView,
    InclusionQuery,
)
from services.compliance.cases import Told
from services.compliance.ledger import EntryNotNamed, Heard, NotRecordable, OutsideLedger
from services.compliance.log import Inclusion
from services.compliance.repository import ComplianceRepository


class Compliance:
    """Findings, rules, the ledger."""

    name = "compliance"
    store: ComplianceRepository = Store(ComplianceRepository)

    # Findings and rules

    @serves(api.LIST_FINDINGS)
    def list_findings(self, call: Call) -> Answer:
        """What the rules have to say against the studio's bookings."""
        query: FindingsQuery = call.query
        if query.production_id is not None:
            self.store.productions.get(query.production_id, call.readable_tenant)
        which = {
            "state": query.state,
            "judgement.severity": query.severity,
            "production_id": query.production_id,
            "people": query.person_id and self.store.known_as(query.person_id, call.readable_tenant),
        }
        after = decode_cursor(query.cursor)
        found = self.store.findings(call.readable_tenant, which, after, query.limit + 1, query.order)
        shown = [views.finding(case, finding) for case, finding in found]
        return Answer(page(FindingView, shown, query.limit, lambda finding: finding.finding_id))

    @serves(api.GET_FINDING)
    def get_finding(self, call: Call) -> Answer:
        """A finding with the clause, its source and the facts that were judged."""
        case, finding = self.store.finding(call.path["finding_id"], call.readable_tenant)
        known = self.store.gazetteers([case.tenant])[case.tenant]
        return Answer(views.finding_detail(case, finding, self.store.rulebook, known))

    @serves(api.LIST_RULES)
    def list_rules(self, _: Call) -> Answer:
        """Every version of every rule."""
        return Answer(views.rules(self.store.rulebook))

    @handles(
        PersonRegistered,
        PersonUpdated,
        PersonMerged,
        PermitRecorded,
        PermitRevoked,
        ScheduleChanged,
        batch=128,
        rest=10,
        single_active=True,
    )
    def judge_permits(self, events: Sequence[Told]) -> Sequence[str]:
        """Judge the bookings of everybody whose file, permits or days changed."""
        return [outcome for run in cases.runs(events) for outcome in self._judge(run)]

    @handles(ProductionRegistered, batch=64)
    def know_production(self, events: Sequence[Envelope[ProductionRegistered]]) -> Sequence[str]:
        """Remember whose a production is."""
        return self.store.productions.absorb(
            events,
            by=lambda event: [event.data.production_id],
            rule=lambda known, event, _: productions.know(known, event),
        )

    @handles(PlaceAdded, PlaceRenamed, batch=64, single_active=True)
    def know_places(self, events: Sequence[Envelope[PlaceAdded] | Envelope[PlaceRenamed]]) -> Sequence[str]:
        """Remember the places that studios add, and what they call them."""
        return self.store.places.absorb(
            events,
            by=lambda event: [event.data.place_id],
            rule=lambda known, event, _: places.know(known, event),
        )

    # The ledger

    @handles(
        Everything("talent", "production", "distribution", "compliance", "gateway"),
        batch=1_024,
        single_active=True,
    )
    def append_to_ledger(self, events: Sequence[RawEvent]) -> Sequence[str]:
        """Make every event of every service an entry."""
        try:
            return self.store.sequencer.append([Heard(event.body, event.attributes) for event in events])
        except NotRecordable as error:
            raise Permanent(str(error)) from error

    @handles(PersonErased)
    def forget_person(self, event: Envelope[PersonErased]) -> None:
        """Destroy the key of entries about a person whom no studio knows any more; leaves and proofs stay as they are."""
        if event.data.everywhere:
            self.store.vault.destroy(event.data.person_id)

    @every(1)
    def sign_what_is_stored(self) -> None:
        """Sign what a process stored and did not live to sign."""
        self.store.sequencer.sign_if_behind()

    @every(30)
    def watch_for_gaps(self) -> None:
        """See whether events are missing in the ledger."""
        self.store.gaps.watch()

    @serves(api.GET_CHECKPOINT)
    def get_checkpoint(self, _: Call) -> Answer:
        """The latest signed checkpoint."""
        return Answer(self.store.log.signed().note.encode(), headers=publication.CHANGING)

    @serves(api.GET_TILE)
    def get_tile(self, call: Call) -> Answer:
        """A tile of the tree."""
        return publication.tile(self.store.log, call.path["level"], call.path["index"])

    @serves(api.GET_ENTRY_BUNDLE)
    def get_entry_bundle(self, call: Call) -> Answer:
        """A bundle of entries."""
        return publication.bundle(self.store.log, call.path["index"])

    @serves(api.GET_LEDGER_KEY)
    def get_ledger_key(self, _: Call) -> Answer:
        """The key that verifies checkpoints."""
        return Answer(f"{self.store.log.key.text}\n".encode())

    @serves(api.PROVE_INCLUSION)
    def prove_inclusion(self, call: Call) -> Answer:
        """The proof that an entry is in the ledger."""
        query: InclusionQuery = call.query
        if query.index is None and query.leaf_hash is None:
            raise EntryNotNamed
        where = {"_id": query.index} if query.leaf_hash is None else {"leaf_hash": bytes.fromhex(query.leaf_hash)}
        entry = self.store.log.entry(where)
        if entry is None or (query.index is not None and entry.index != query.index):
            raise OutsideLedger(size=self.store.log.signed().size)
        return Answer(views.inclusion(self.store.log.inclusion(entry, query.size)))

    @serves(api.PROVE_CONSISTENCY)
    def prove_consistency(self, call: Call) -> Answer:
        """The proof that the ledger has only grown between two sizes."""
        query: ConsistencyQuery = call.query
        return Answer(views.consistency(*self.store.log.consistency(query.from_size, query.to_size)))

    @serves(api.PROVE_SEALED_CONTRACT)
    def prove_sealed_contract(self, call: Call) -> Answer:
        """The proof of the entry that records a sealed contract's file, opened."""
        contract_id, sha256 = call.path["contract_id"], call.path["sha256"]
        for entry in self.store.log.find({"subject": contract_id, "type": ContractSealed.TYPE}, 1):
            if entry.said.get("data", {}).get("sealed_sha256") == sha256:
                return Answer(views.entry_proof(self.store.log.inclusion(entry), self.store.log.key))
        raise NotFound(what="sealed contract", id=contract_id)

    @serves(api.LIST_LEDGER_ENTRIES)
    def list_ledger_entries(self, call: Call) -> Answer:
        """The studio's entries, in order."""
        query: EntriesQuery = call.query
        if query.subject is not None:
            self.store.log.require_subject(query.subject, call.readable_tenant)
        after = decode_cursor(query.cursor)
        which: dict[str, Any] = {
            "tenant": call.readable_tenant,
            "subject": query.subject,
            "type": query.type,
            "correlation_id": query.correlation_id,
        }
        where = {name: value for name, value in which.items() if value is not None}
        found = self.store.log.find(where, query.limit + 1, None if after is None else _index(after), query.order)
        shown = [views.entry(entry) for entry in found]
        return Answer(page(EntryView, shown, query.limit, lambda entry: str(entry.index)))

    @serves(api.GET_ENTRY_PROOF)
    def get_entry_proof(self, call: Call) -> Answer:
        """All that is needed to verify an entry offline."""
        return Answer(views.entry_proof(self._proof(call), self.store.log.key))

    @serves(api.GET_ENTRY_PROOF_FILE)
    def get_entry_proof_file(self, call: Call) -> Answer:
        """The proof of an entry as a file to keep."""
        return Answer(views.proof_file(self._proof(call)))

    @serves(api.LIST_LEDGER_GAPS)
    def list_ledger_gaps(self, call: Call) -> Answer:
        """Events that are missing in the ledger."""
        query: GapsQuery = call.query
        found = self.store.gaps.found(query.limit + 1, decode_cursor(query.cursor))
        shown = [views.gap(run) for run in found]
        return Answer(page(GapView, shown, query.limit, lambda gap: f"{gap.publisher}/{gap.aggregate_id}"))

    def _judge(self, run: Sequence[Told]) -> Sequence[str]:
        former, first, present = self.store.former_cases(run), run[0], None
        if isinstance(first.data, PersonMerged):
            present = self.store.present_case(first.data.into, first.tenant)
        known = self.store.gazetteers({event.tenant for event in run})
        return self.store.cases.absorb(
            run,
            by=lambda event: cases.concerned(event, former),
            rule=lambda case, event, of: cases.hear(
                case, event, of, self.store.rulebook, known[event.tenant], now(), present
            ),
        )

    def _proof(self, call: Call) -> Inclusion:
        entry = self.store.log.entry({"_id": int(call.path["index"])})
        foreign = entry is not None and call.readable_tenant not in (None, entry.tenant)
        if entry is None or foreign:
            raise NotFound(what="ledger entry", id=call.path["index"], foreign=foreign)
        return self.store.log.inclusion(entry)


def _index(cursor: str) -> int:
    """The index of the entry that a page ended with; raises CursorInvalid."""
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 15:
        raise CursorInvalid("/cursor")
    return int(cursor)
