"""Compliance's collections: cases, the productions that studios have, and the ledger."""

from collections.abc import Collection, Iterable
from typing import Any

from pymongo import IndexModel

from chassis.api import Order
from chassis.documents import from_document
from chassis.errors import NotFound
from chassis.mongo import Document, beyond, in_our_words, sorted_by
from chassis.settings import setting
from chassis.store import Repository
from events.places import KnownPlace
from events.production import ScheduleChanged
from kernel.places import Gazetteer, built_in
from services.compliance.cases import Case, Finding, Told, case_id, empty
from services.compliance.checkpoint import SigningKey
from services.compliance.gaps import Gaps
from services.compliance.log import Log
from services.compliance.productions import Production
from services.compliance.rules import read_rulebook
from services.compliance.sequencer import Sequencer

MOST_FILES = 1_000
EVERY = 0  # MongoDB's limit 0: no limit


class ComplianceRepository(Repository):
    """What compliance keeps."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        key = setting("CALLBOARD_LEDGER_KEY", SigningKey.parse, "PRIVATE+KEY+<name>+<id>+<base64>")
        self.rulebook = read_rulebook()
        self.cases = self.aggregates(
            "cases",
            Case,
            "person",
            [
                IndexModel([("findings.id", 1)]),
                IndexModel([("tenant", 1), ("findings.id", 1)]),
                IndexModel([("findings.production_id", 1)]),
                IndexModel([("person_id", 1)]),
                IndexModel([("into", 1)], partialFilterExpression={"into": {"$type": "string"}}),
            ],
        )
        self.productions = self.aggregates("productions", Production, "production")
        self.places = self.aggregates("places", KnownPlace, "place", [IndexModel([("tenant", 1)])])
        self.log = Log(self.database, self.vault, key.verifier)
        self.sequencer = Sequencer(self.log, key)
        self.gaps = Gaps(self.log)

    def ensure_indexes(self) -> None:
        """Create every index, and end what an earlier version recorded too much."""
        super().ensure_indexes()
        self.log.ensure_indexes()
        self.log.forget_tokens()
        self.gaps.ensure_indexes()

    def gazetteers(self, tenants: Collection[str]) -> dict[str, Gazetteer]:
        """Return for each studio the places that it may name."""
        found = self.places.select({"tenant": {"$in": list(tenants)}}, EVERY)
        return {
            tenant: Gazetteer([known.place for known in found if known.tenant == tenant], built_in())
            for tenant in tenants
        }

    def known_as(self, person_id: str, tenant: str | None) -> list[str]:
        """Every id that the studio (None: any studio) has or had for a person; raises NotFound."""
        whose = {} if tenant is None else {"tenant": tenant}
        files = self.cases.select({**whose, "person_id": person_id}, MOST_FILES)
        if not files:
            if tenant is not None:
                self.cases.get(case_id(person_id, tenant), tenant)
            raise NotFound(what="person", id=person_id)
        present = {case.into or person_id for case in files}
        former = self.cases.select({**whose, "into": {"$in": list(present)}}, MOST_FILES)
        return sorted({person_id, *present, *(case.person_id for case in former)})

    def former_cases(self, events: Iterable[Told]) -> dict[str, list[str]]:
        """The cases that were merged into those of the people whom these events are about, by the id of the present one."""
        people = {told.data.person_id for told in events if not isinstance(told.data, ScheduleChanged)}
        found: dict[str, list[str]] = {}
        if people:  # most batches are of schedules
            with in_our_words():
                for row in self.cases.collection.find({"into": {"$in": list(people)}}, {"into": 1, "tenant": 1}):
                    found.setdefault(case_id(row["into"], row["tenant"]), []).append(row["_id"])
        return found

    def present_case(self, person_id: str, tenant: str) -> Case:
        """The case of a person, or that which theirs was merged into; an empty one when nothing was heard of them yet."""
        known = self.cases.find(case_id(person_id, tenant))
        if known is not None and known.into is not None:  # which was not merged in turn: they all point at the last
            known = self.cases.find(case_id(known.into, tenant))
        return known or empty(case_id(person_id, tenant), tenant)

    def finding(self, finding_id: str, tenant: str | None) -> tuple[Case, Finding]:
        """A studio's finding with its case; raises NotFound, also for another studio's."""
        for case in self.cases.select({"findings.id": finding_id}, limit=1):
            if tenant in (None, case.tenant):
                return case, next(finding for finding in case.findings if finding.id == finding_id)
            raise NotFound(what="finding", id=finding_id, foreign=True)
        raise NotFound(what="finding", id=finding_id)

    def findings(
        self, tenant: str | None, which: Document, after: str | None, limit: int, order: Order = "oldest"
    ) -> list[tuple[Case, Finding]]:
        """The findings that match `which`, in order of their id, after the id `after`, each with its case.

        The case comes without its permits and bookings.
        """
        cases: Document = {} if tenant is None else {"tenant": tenant}
        matching = {name: value for name, value in which.items() if value is not None}
        person = {"person_id": {"$in": matching.pop("people")}} if "people" in matching else {}
        where: Document = {f"findings.{name}": value for name, value in matching.items()}
        position = beyond("findings.id", after, order)
        only: Document = {"permits": [], "bookings": [], "findings": ["$findings"]}
        pipeline: list[Document] = [
            {"$match": {**cases, **person, "findings.0": {"$exists": True}, **where}},
            {"$unwind": "$findings"},
            {"$match": {**where, **position}},
            {"$sort": sorted_by("findings.id", order=order)},
            {"$limit": limit},
            {"$set": only},
        ]
        with in_our_words():
            found = [from_document(Case, row) for row in self.cases.collection.aggregate(pipeline)]
        return [(case, case.findings[0]) for case in found]
