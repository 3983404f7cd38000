"""What could not be handled is parked: with its reason, attempts, first and last time and the message, for a person.

`replay` puts a message back on its queue, where it succeeds or is parked again; `discard` keeps the row, marked.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from amqp import Message
from amqp.exceptions import AMQPError, MessageNacked
from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.database import Database

from chassis import metrics
from chassis.amqp import BROKEN, open_connection
from chassis.cause import new_id
from chassis.documents import now
from chassis.mongo import Document
from events.envelope import CONTENT_TYPE

KEEP_RESOLVED = timedelta(days=180)


class QueueGone(Exception):
    """The queue of a parked message does not exist (any more): replayed, the message would vanish."""


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
                "$unset": {"resolved_at": ""},  # else a replayed row that failed again would expire
                "$inc": {"times": 1},
            },
            upsert=True,
        )
        self.count()

    def rows(self, state: str = "parked") -> Iterator[Document]:
        """The rows in a state, oldest first."""
        yield from self.collection.find({"state": state}).sort("_id", 1)

    def resolve(self, row_id: str, state: str, **as_it_was: Any) -> bool:
        """Mark a parked row as replayed or discarded; False when there is no such row, or none as it was."""
        update = {"$set": {"state": state, "resolved_at": now()}}
        return self.collection.update_one({"_id": row_id, "state": "parked", **as_it_was}, update).modified_count == 1

    def replay(self, row_id: str, amqp_url: str, timeout: float = 10) -> bool:
        """Put a parked message back on its queue and mark its row; False when there is no such parked row.

        Raises QueueGone; OSError or AMQPError when the broker did not confirm it within `timeout` seconds: it stays
        parked then, and may be on its queue as well.
        """
        row = self.collection.find_one({"_id": row_id, "state": "parked"})
        if row is None:
            return False
        _republish(amqp_url, row, timeout)
        # The handler may have parked it again by now: that failure must stay for a person to see.
        self.resolve(row_id, "replayed", times=row["times"])
        return True

    def discard(self, row_id: str) -> bool:
        """Mark a parked row as done with; False when there is no such parked row."""
        return self.resolve(row_id, "discarded")

    def count(self) -> None:
        """Bring the `parked_messages` metric up to date."""
        metrics.PARKED.clear()
        for row in self.collection.aggregate(
            [{"$match": {"state": "parked"}}, {"$group": {"_id": "$handler", "count": {"$sum": 1}}}]
        ):
            metrics.PARKED.labels(row["_id"]).set(row["count"])


def _republish(amqp_url: str, row: Document, timeout: float) -> None:
    connection = open_connection(amqp_url, "callboard.replay", timeout / 2)
    try:
        channel = connection.channel()
        returned: list[str] = []
        channel.events["basic_return"].add(lambda _error, _exchange, queue, _message: returned.append(queue))
        message = Message(
            bytes(row["body"]),
            delivery_mode=2,
            content_type=CONTENT_TYPE,
            message_id=row["message_id"],
        )
        try:
            channel.basic_publish_confirm(message, "", row["queue"], mandatory=True, confirm_timeout=timeout)
        except MessageNacked as error:
            raise AMQPError("the broker refused the message: its queue is full") from error
        if returned:
            raise QueueGone(f"there is no queue {row['queue']}")
    finally:
        with suppress(*BROKEN):
            connection.close()
