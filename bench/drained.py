"""The service that B3 runs: one handler that keeps each event it hears as a document."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pymongo.errors import BulkWriteError

from chassis.handlers import Everything, RawEvent, handles
from chassis.mongo import Document
from chassis.store import Repository, Store


class Entries(Repository):
    """The events that were heard, each once."""

    def keep(self, events: Sequence[RawEvent]) -> list[str]:
        """Store events, all in one write; ok or duplicate for each."""
        outcomes = ["ok"] * len(events)
        at = datetime.now(UTC)
        try:
            self.database["entries"].insert_many([_entry(event, at) for event in events], ordered=False)
        except BulkWriteError as error:
            for failure in error.details["writeErrors"]:
                outcomes[failure["index"]] = "duplicate"
        return outcomes


def _entry(event: RawEvent, at: datetime) -> Document:
    said: Any = event.attributes
    return {"_id": said["id"], "contract_id": said["subject"], "type": said["type"],
            "sha256": sha256(event.body).hexdigest(), "body": event.body, "at": at}  # fmt: skip


class Drained:
    """Keeps what it hears."""

    name = "drained"
    store: Entries = Store(Entries)

    @handles(Everything("talent"), batch=256)
    def keep(self, events: Sequence[RawEvent]) -> Sequence[str]:
        """One document for each event."""
        return self.store.keep(events)
