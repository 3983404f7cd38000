"""Pay clocks as they are stored: payment references and reasons are sealed with the person's key."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from pymongo import IndexModel

from chassis.api import CursorInvalid, Order, decode_cursor
from chassis.documents import from_document, to_document
from chassis.mongo import Document, beyond, in_our_words, sorted_by
from chassis.store import Repository
from services.talent.pay.api import InstalmentsQuery
from services.talent.pay.clock import OWED, Instalment, PayClock, next_check
from services.talent.pay.plans import ShootingPlan
from services.talent.pay.punctuality import Punctuality
from services.talent.people.files import PersonFile, file_id

MOST_EXPORTED = 1_000
MOST_NAMED = 10
"""Contracts that a refusal names."""
UNDATED = "-"
_POSITION = re.compile("(-|[0-9]{4}-[0-9]{2}-[0-9]{2}) (ctr_[0-9A-Z]{26}) ([0-9]{1,2})")


class PayRepository(Repository):
    """The pay clock of every executed contract, how long productions shoot, and how punctual studios are."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.pay_clocks = self.aggregates(
            "pay_clocks",
            PayClock,
            "pay clock",
            indexes=[
                IndexModel([("tenant", 1), ("instalments.due_on", 1)]),
                IndexModel([("tenant", 1), ("person_id", 1)]),
                IndexModel([("production_id", 1)]),
                IndexModel([("tenant", 1), ("on_time", 1), ("late", 1)], partialFilterExpression={"judged": True}),
                IndexModel([("next_check", 1)], partialFilterExpression={"next_check": {"$type": "string"}}),
            ],
            encode=_encode,
        )
        self.shooting_plans = self.aggregates("shooting_plans", ShootingPlan, "shooting plan")
        self.punctuality = self.aggregates("punctuality", Punctuality, "studio")

    def list_instalments(
        self, tenant: str | None, query: InstalmentsQuery, people: Sequence[str] = ()
    ) -> list[tuple[PayClock, Instalment]]:
        """The instalments that match by due date, one more than the limit; of every studio when `tenant` is None.

        Oldest is the earliest due; what is not dated comes before all dates, from the newest down after them. `people` are all ids of the person who is asked for.
        """
        wanted = {
            "tenant": tenant,
            "_id": query.contract_id,
            "production_id": query.production_id,
            "person_id": {"$in": list(people)} if people else query.person_id,
        }
        due = {"$gte": query.due_from, "$lte": query.due_until}
        parts: Document = {"instalments.state": query.state} if query.state else {}
        if bounds := {name: day.isoformat() for name, day in due.items() if day is not None}:
            parts["instalments.due_on"] = bounds
        after = _after(decode_cursor(query.cursor), query.order)
        stages: list[Document] = [
            {"$match": {name: value for name, value in wanted.items() if value is not None}},
            {"$unwind": "$instalments"},
            {"$match": {"$and": [parts, after]}},
            {"$sort": sorted_by("instalments.due_on", "_id", "instalments.number", order=query.order)},
            {"$limit": query.limit + 1},
            {"$set": {"instalments": ["$instalments"]}},
            {"$project": {"commands": 0, "creation": 0, "outbox": 0}},
        ]
        with in_our_words():
            found = [from_document(PayClock, d) for d in self.pay_clocks.collection.aggregate(stages)]
        return [(clock, clock.instalments[0]) for clock in found]

    def clocks_of(self, file: PersonFile) -> list[PayClock]:
        """The pay clocks of a studio's contracts with the person of a file, oldest first."""
        where = {"tenant": file.tenant, "person_id": {"$in": list(file.known_as)}}
        return self.pay_clocks.select(where, MOST_EXPORTED)

    def contracts_with_pay(self, file: PersonFile) -> list[str]:
        """Contracts of a studio with the person of a file under which an instalment is outstanding, some of them."""
        where = {
            "tenant": file.tenant,
            "person_id": {"$in": list(file.known_as)},
            "instalments.state": {"$in": list(OWED)},
        }
        with in_our_words():
            return [d["_id"] for d in self.pay_clocks.collection.find(where, {"_id": 1}).limit(MOST_NAMED)]

    def clocks_of_production(self, production_id: str) -> list[str]:
        """The contracts of a production that have a pay clock."""
        with in_our_words():
            return [d["_id"] for d in self.pay_clocks.collection.find({"production_id": production_id}, {"_id": 1})]

    def plans_of(self, production_ids: Collection[str]) -> dict[str, ShootingPlan]:
        """The shooting plans of those productions that have one."""
        found = self.shooting_plans.select({"_id": {"$in": list(production_ids)}}, len(production_ids))
        return {plan.id: plan for plan in found}

    def missed_clocks(self, today: date) -> list[str]:
        """Contracts with an instalment whose last day is over, some at a time."""
        where = {"next_check": {"$type": "string", "$lt": today.isoformat()}}
        return self.pay_clocks.due(where)

    def count_punctual(self, tenant: str) -> tuple[int, int]:
        """How many of a studio's instalments were paid in time, and how many late or not yet."""
        count: Document = {"on_time": {"$sum": "$on_time"}, "late": {"$sum": "$late"}}
        judged: Document = {"tenant": tenant, "judged": True}
        stages: list[Document] = [{"$match": judged}, {"$group": {"_id": None, **count}}]
        with in_our_words():
            for counted in self.pay_clocks.collection.aggregate(stages):
                return counted["on_time"], counted["late"]
        return 0, 0

    def seal_pay(self, clock: PayClock, text: str) -> bytes:
        """A payment's reference, or the reason of a dispute, as it is kept."""
        return self.vault.seal(file_id(clock.person_id, clock.tenant), text)

    def open_pay(self, clock: PayClock, sealed: bytes) -> str:
        """The text; raises PersonForgotten."""
        return str(self.vault.open(file_id(clock.person_id, clock.tenant), sealed))


def _encode(clock: PayClock) -> Document:
    """The document of a clock, with what timer and count look for."""
    due, judged = next_check(clock), [part.punctual for part in clock.instalments]
    on_time, late = judged.count(True), judged.count(False)
    found = {
        "next_check": due.isoformat() if due else None,
        "on_time": on_time,
        "late": late,
        "judged": on_time + late > 0,  # only these are counted: most clocks were just started
    }
    return {**to_document(clock), **found}


def _after(position: str | None, order: Order) -> Document:
    if position is None:
        return {}
    match = _POSITION.fullmatch(position)
    if match is None:
        raise CursorInvalid("/cursor")
    day, contract_id, number = match.groups()
    due_on = None if day == UNDATED else day
    same_day: Document = {"instalments.due_on": due_on}
    later: list[Document] = [
        {**same_day, **beyond("_id", contract_id, order)},
        {**same_day, "_id": contract_id, **beyond("instalments.number", int(number), order)},
    ]
    # MongoDB sorts null before every date, but a comparison finds either only the one or only the other.
    if due_on is not None:
        later.append(beyond("instalments.due_on", due_on, order))
    if (due_on is None) == (order == "oldest"):
        later.append({"instalments.due_on": {"$ne": None} if order == "oldest" else None})
    return {"$or": later}
