"""Watches the ledger for gaps in the versions of aggregates: what each new entry says of its aggregate is followed up."""

from datetime import timedelta

from pymongo import IndexModel, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from chassis import metrics
from chassis.documents import from_document, now, to_document
from chassis.logs import log
from chassis.mongo import Document, ensure_indexes, in_our_words
from services.compliance.completeness import PATIENCE, Run, follow
from services.compliance.log import HEAD, Log

_POSITION = "completeness"
_CHUNK = 500  # ten times as many are a pause of 50 ms for everything else, and 4 MiB that stay


class Gaps:
    """The runs of all aggregates, up to the entry that was looked at last."""

    def __init__(self, stored: Log) -> None:
        self._log = stored
        self._runs = stored.database["ledger_runs"]

    def ensure_indexes(self) -> None:
        """Create what finds gaps."""
        open_only = {"since": {"$type": "date"}}
        ensure_indexes(self._runs, [IndexModel([("since", 1)], partialFilterExpression=open_only)])

    def watch(self) -> None:
        """Follow up the entries since the last time, and tell how many aggregates have a gap."""
        try:
            while self._advance():
                pass
            metrics.LEDGER_GAPS.set(self._runs.count_documents(self._open()))
        except PyMongoError as error:  # also when another process follows up the same entries
            log.warning("ledger_gap_check_failed", error=type(error).__name__)

    def found(self, limit: int, after: str | None = None) -> list[Run]:
        """Aggregates with versions missing for longer than an event may be late, in order of their name."""
        position = {} if after is None else {"_id": {"$gt": after}}
        with in_our_words():
            rows = self._runs.find({**self._open(), **position}).sort("_id", 1).limit(limit)
            return [from_document(Run, row) for row in rows]

    def _open(self, patience: timedelta = PATIENCE) -> Document:
        return {"since": {"$type": "date", "$lt": now() - patience}}

    def _advance(self) -> bool:
        """Follow up one chunk of entries; False when there was none."""
        begin = (self._log.heads.find_one({"_id": _POSITION}) or {"next": 0})["next"]
        size = (self._log.heads.find_one({"_id": HEAD}) or {"size": 0})["size"]
        end = min(size, begin + _CHUNK)
        if begin == end:
            return False
        told = self._told(begin, end)
        known = {
            row["_id"]: from_document(Run, row)
            for row in self._runs.find({"_id": {"$in": [row["_id"] for row in told]}})
        }
        runs = [follow(known.get(row["_id"], Run(row["_id"])), row["versions"], row["at"]) for row in told]

        def store(session: ClientSession) -> None:
            position = self._log.heads.find_one({"_id": _POSITION}, session=session)
            if (position or {"next": 0})["next"] != begin:
                return  # another process did
            self._log.heads.update_one({"_id": _POSITION}, {"$set": {"next": end}}, upsert=True, session=session)
            writes = [ReplaceOne({"_id": run.id}, to_document(run), upsert=True) for run in runs]
            self._runs.bulk_write(writes, ordered=False, session=session)

        with self._log.database.client.start_session() as session:
            session.with_transaction(store, self._log.database.read_concern, self._log.database.write_concern)
        return True

    def _told(self, begin: int, end: int) -> list[Document]:
        """The versions in a range of entries by aggregate, with the time of the first entry."""
        return list(
            self._log.entries.aggregate(
                [
                    {"$match": {"_id": {"$gte": begin, "$lt": end}}},
                    {
                        "$group": {
                            "_id": "$aggregate",
                            "versions": {"$push": "$version"},
                            "at": {"$min": "$appended_at"},
                        }
                    },
                ]
            )
        )
