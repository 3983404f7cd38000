"""Talent's entrypoints for imports: every line goes the way that a request of its own would go."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from chassis.api import Answer, Call, command_id
from chassis.documents import now
from chassis.rpc import serves
from chassis.threads import in_thread
from chassis.workshop import Bench, Workshop
from events.columns import Column
from events.errors import RuleError
from services.talent.bulk import api, edits, entries
from services.talent.bulk.edits import Edit
from services.talent.bulk.entries import Entry, Fault
from services.talent.bulk.sheets import Row
from services.talent.bulk.workbooks import Reader
from services.talent.contracts.api import ContractRequest
from services.talent.contracts.service import Contracts
from services.talent.documents import papers
from services.talent.documents.service import Documents
from services.talent.people import files, merging, permits, views
from services.talent.people.api import IDENTITY
from services.talent.people.files import PersonAlreadyOnFile, PersonFile, Profile
from services.talent.people.service import People
from services.talent.places import Facts, located
from services.talent.repository import TalentRepository

SECONDS_TO_ANSWER = 2
"""Before its deadline an import makes nothing more, and says how much is left."""
MOST_FAULTS = 1_000
READERS = 2  # tables that are read at once: each may take half a gigabyte


@dataclass(frozen=True)
class _Import:
    """How lines of one kind are checked and made; rules point below the field `below` of the line's shape.

    No two lines may have the same `identity`.
    """

    shape: type
    below: str
    check: Callable[[Call, Any], None]
    make: Callable[[Call, Any], Answer]
    id: str
    identity: Callable[[Any], str | None] | None = None


class Bulk(People, Contracts, Documents):
    """Imports of people, documents, permits and drafts of contracts."""

    store: TalentRepository
    tables: Bench[Reader] = Workshop(Reader, READERS)

    @serves(api.IMPORT_PEOPLE)
    def import_people(self, call: Call) -> Answer:
        """Put many people on file."""
        how = _Import(Profile, "", self._check_person, self._make_person, "person_id", _identity)
        rows, on_file = edits.split(self._rows(call))
        found, unchanged, faults = self._edits(call, on_file)
        report: api.ImportReport = self._import(call, how, rows, faults).body
        changes: list[edits.CellChange] = []
        left = 0
        refused: list[Fault] = []
        if call.query.dry_run:
            changes = [cell for _, edit in found for cell in edit.cells]
        elif call.query.accept == "good" or not report.faults:
            left, refused = self._edit(call, found, changes)
        return Answer(
            replace(
                report,
                rows=report.rows + len(on_file),
                good=report.good + unchanged + len(found) - len(refused),
                left=report.left + left,
                faults=(*report.faults, *refused)[:MOST_FAULTS],
                unchanged=unchanged,
                changes=tuple(changes),
            )
        )

    @serves(api.IMPORT_DOCUMENTS)
    def import_documents(self, call: Call) -> Answer:
        """Record many documents."""
        how = _Import(api.DocumentRow, "document", self._check_document, self._make_document, "document_id")
        return self._import(call, how)

    @serves(api.IMPORT_PERMITS)
    def import_permits(self, call: Call) -> Answer:
        """Record many work permits."""
        return self._import(call, _Import(api.PermitRow, "permit", self._check_permit, self._make_permit, "permit_id"))

    @serves(api.IMPORT_CONTRACTS)
    def import_contracts(self, call: Call) -> Answer:
        """Draft many contracts."""
        how = _Import(ContractRequest, "", self._check_contract, self._make_contract, "contract_id")
        return self._import(call, how)

    def _rows(self, call: Call) -> list[Row]:
        return self.tables.work(Reader.rows, call.body.file, call.query.charset)

    def _edits(
        self, call: Call, lines: Sequence[tuple[int, dict[Column, str]]]
    ) -> tuple[list[tuple[PersonFile, Edit]], int, list[Fault]]:
        """What lines change on files, how many change nothing, and what is wrong with the others."""
        found: list[tuple[PersonFile, Edit]] = []
        faults: list[Fault] = []
        unchanged = 0
        first: dict[str, int] = {}
        for line, cells in lines:
            person = next(text for column, text in cells.items() if column.name == edits.KEY)
            try:
                file = self.store.file_of(person, call.tenant)
                known = self.store.gazetteer(call.tenant, file.places)
                identity = (False, True) if IDENTITY in call.scopes else (False,)
                edit = edits.read(line, cells, [views.person(file, known, each) for each in identity])
                if isinstance(edit, list):
                    faults += edit
                elif first.setdefault(person, line) != line:
                    faults.append(
                        Fault(line, edits.KEY, f"Expected each person once: line {first[person]} is the same.")
                    )
                elif edit is None:
                    unchanged += 1
                else:
                    merging.require_unmerged(file)
                    files.update(file, edit.change, now())
                    found.append((file, edit))
            except RuleError as error:
                faults.append(entries.fault_of(line, Profile, "", error))
        return found, unchanged, faults

    def _edit(
        self, call: Call, found: Sequence[tuple[PersonFile, Edit]], changes: list[edits.CellChange]
    ) -> tuple[int, list[Fault]]:
        """Make the changes on files that have not changed since; returns how many lines are left, and the faults."""
        faults: list[Fault] = []
        for reached, (file, edit) in enumerate(found):
            if time.time() > call.deadline - SECONDS_TO_ANSWER:
                return len(found) - reached, faults
            path = {"person_id": file.person_id}
            try:
                self.update_person(
                    replace(call.unnamed, path=path, query=None, body=edit.change, if_match=file.version)
                )
            except RuleError as error:
                faults.append(entries.fault_of(edit.cells[0].line, Profile, "", error))
                if call.query.accept == "all":
                    return len(found) - reached - 1, faults
                continue
            changes += edit.cells
        return 0, faults

    def _import(self, call: Call, how: _Import, rows: list[Row] | None = None, earlier: Sequence[Fault] = ()) -> Answer:
        rows = self._rows(call) if rows is None else rows
        found, faults = in_thread(entries.read, how.shape, rows)
        faults += earlier
        good: list[Entry] = []
        for entry in found:
            try:
                how.check(_of_line(call, entry), entry.wanted)
                good.append(entry)
            except RuleError as error:
                faults.append(entries.fault_of(entry.line, how.shape, how.below, error))
        if how.identity is not None:
            good, repeated = entries.told_apart(good, how.identity, "document.number")
            faults += repeated
        made: list[api.Made] = []
        left = 0
        if not call.query.dry_run and (call.query.accept == "good" or not faults):
            left = self._make(call, how, good, made, faults)
        ordered = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column))[:MOST_FAULTS])
        faulty = {fault.line for fault in faults}
        sound = sum(entry.line not in faulty for entry in good)
        return Answer(api.ImportReport(call.query.dry_run, len(rows) - 1, sound, left, tuple(made), ordered))

    def _make(self, call: Call, how: _Import, good: Sequence[Entry], made: list[api.Made], faults: list[Fault]) -> int:
        """Make what is good; returns how many lines are left when the time is over, or one of all is refused.

        A line that was good when it was checked is refused when somebody else was quicker.
        """
        for reached, entry in enumerate(good):
            if time.time() > call.deadline - SECONDS_TO_ANSWER:
                return len(good) - reached
            try:
                answer = how.make(_of_line(call, entry), entry.wanted)
            except RuleError as error:
                faults.append(entries.fault_of(entry.line, how.shape, how.below, error))
                if call.query.accept == "all":
                    return len(good) - reached - 1
                continue
            made.append(api.Made(entry.line, orjson.loads(answer.body)[how.id], answer.replayed))
        return 0

    def _check_person(self, call: Call, profile: Profile) -> None:
        files.check(profile, now().date())
        if profile.document is not None:
            known = self.store.on_file(call.tenant, profile.document, except_by=call.command_id)
            if known is not None:
                raise PersonAlreadyOnFile("/document/number", person_id=known)

    def _make_person(self, call: Call, profile: Profile) -> Answer:
        return self.register_person(replace(call, body=profile))

    def _check_document(self, call: Call, row: api.DocumentRow) -> None:
        self._require_open_file(call, row.person_id)
        papers.validate(self._located(call, row.document))

    def _make_document(self, call: Call, row: api.DocumentRow) -> Answer:
        return self.record_document(replace(call, path={"person_id": row.person_id}, body=row.document))

    def _check_permit(self, call: Call, row: api.PermitRow) -> None:
        held = self._require_open_file(call, row.person_id).permits
        permits.record(held, "", self._located(call, row.permit), now())

    def _make_permit(self, call: Call, row: api.PermitRow) -> Answer:
        return self.record_permit(replace(call, path={"person_id": row.person_id}, body=row.permit))

    def _located(self, call: Call, facts: Facts) -> Facts:
        return located(facts, self.store.gazetteer(call.tenant, facts.places))

    def _check_contract(self, call: Call, wanted: ContractRequest) -> None:
        self.compose_contract(replace(call, body=wanted))

    def _make_contract(self, call: Call, wanted: ContractRequest) -> Answer:
        return self.draft_contract(replace(call, body=wanted))

    def _require_open_file(self, call: Call, person_id: str) -> PersonFile:
        file = self.store.file_of(person_id, call.tenant)
        merging.require_unmerged(file)
        return file


def _identity(profile: Profile) -> str | None:
    return None if profile.document is None else profile.document.identity


def _of_line(call: Call, entry: Entry) -> Call:
    """The request that the line would be on its own; the same line is the same command in every import."""
    command = command_id(call.tenant, call.operation, {}, entry.key)
    return replace(call, query=None, body=entry.wanted, if_match=None, command_id=command, fingerprint=entry.key)
