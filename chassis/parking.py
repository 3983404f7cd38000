"""What could not be handled is parked: with its reason, attempts, first and last time and the message, for a person.

`replay` puts a message back on its queue, where it succeeds or is parked again; `discard` keeps the row, marked.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.database import Database

from chassis import metrics
from chassis.cause import new_id
from chassis.documents import now
from chassis.mongo import Document

KEEP_RESOLVED = timedelta(days=180)


class Parking:
    """The `parked` collection of one service."""

    def __init__(self, database: Database[Document]) -> None:
        self.collection: Collection[Document] = database["parked"]

    def ensure_indexes(self) -> None:
        """Create the collection's indexes; resolved rows are kept for 180 days."""
        self.collection.create_indexes(
            [
                IndexModel([("state", 1), ("handler", 1)]),
                IndexModel([("resolved_at", 1)], expireAfterSeconds=int(KEEP_RESOLVED.total_seconds())),
            ]
        )

    def park(self, queue: str, reason: str, detail: str, attempts: int, body: bytes, headers: dict[str, Any]) -> None:
        """Store a message that is given up on; parking the same message of the same queue again updates its row."""
        moment = now()
        message_id = str(headers.get("message_id") or "") or new_id("raw")
        self.collection.update_one(
            {"queue": queue, "message_id": message_id, "state": {"$in": ["parked", "replayed"]}},
            {
                "$set": {
                    "state": "parked",
                    "handler": queue,
                    "reason": reason[:500],
                    "detail": detail[-8_000:],
                    "attempts": attempts,
                    "last_at": moment,
                    "body": body,
                    "type": str(headers.get("type") or ""),
                },
                "$setOnInsert": {"_id": new_id("prk"), "first_at": moment},
                "$inc": {"times": 1},
            },
            upsert=True,
        )
        self.count()

    def rows(self, state: str = "parked") -> Iterator[Document]:
        """The rows in a state, oldest first."""
        yield from self.collection.find({"state": state}).sort("_id", 1)

    def resolve(self, row_id: str, state: str) -> bool:
        """Mark a parked row as replayed or discarded; False when there is no such row."""
        update = {"$set": {"state": state, "resolved_at": now()}}
        return self.collection.update_one({"_id": row_id, "state": "parked"}, update).modified_count == 1

    def count(self) -> None:
        """Bring the `parked_messages` metric up to date."""
        metrics.PARKED.clear()
        for row in self.collection.aggregate(
            [{"$match": {"state": "parked"}}, {"$group": {"_id": "$handler", "count": {"$sum": 1}}}]
        ):
            metrics.PARKED.labels(row["_id"]).set(row["count"])
