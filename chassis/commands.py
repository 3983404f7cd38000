"""Commands that were done before: the last ones of a document are in it, older ones beside it, kept by time.

A repeat is answered as the first time for a day at least, and refused for half a year after that (decision 0030).
"""

import zlib
from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b

from pymongo import IndexModel, UpdateOne
from pymongo.database import Database

from chassis.api import Answer, Call
from chassis.batching import SmartBatch
from chassis.documents import now
from chassis.errors import KeyExpired, KeyReused
from chassis.mongo import Document, ensure_indexes
from chassis.vault import Vault

IN_DOCUMENT = 50  # commands at most
STAYING = 25  # of these, when the older ones move out
ANSWERED_HOURS = 24  # that clients are promised
ANSWERED = timedelta(hours=ANSWERED_HOURS + 1)  # clocks differ
KNOWN = timedelta(days=180)  # as long as events are known that were handled before

_ANSWERS, _KNOWN = "command_answers", "commands"
_EXPIRY = IndexModel([("expires_at", 1)], expireAfterSeconds=0)


def ensure_command_indexes(database: Database[Document]) -> None:
    """Create the indexes by which commands beside their documents expire."""
    for name in (_ANSWERS, _KNOWN):
        ensure_indexes(database[name], [_EXPIRY])


class Commands:
    """What the documents of one collection remember of the commands that changed them."""

    def __init__(self, database: Database[Document], collection: str, vault: Vault | None) -> None:
        self._collection = collection
        self._answers = database[_ANSWERS]
        self._known = database[_KNOWN]
        self._vault = vault  # encrypts answers, where these are personal
        self._is_known: SmartBatch[bytes, bool] = SmartBatch(self._are_known, 200)

    def entry(self, call: Call, answer: Answer, document_id: str) -> Document:
        """Return what a document remembers of the command; raises PersonForgotten."""
        body = zlib.compress(answer.body, 1)
        if self._vault is not None:
            body = self._vault.seal_bytes(document_id, body)
        return {"id": call.command_id, "of": call.fingerprint, "at": now(), "answer": body, "version": answer.version}

    def remember(self, stored: Document, entry: Document, update: Document) -> None:
        """Add the entry to the update of the stored document; a full one has its older entries written beside it first.

        Until the update takes place they are in both: whoever reads the document, then what is beside it, misses none.
        """
        pushed: Document = {"$each": [entry]}
        if len(stored["commands"]) >= IN_DOCUMENT:
            # Seldom: with $slice the oplog holds the whole list, without it the new entry only.
            pushed["$slice"] = -(STAYING + 1)
            self._move_out(stored["_id"], stored["commands"][:-STAYING])
            update["$set"]["commands_moved"] = True
        update.setdefault("$push", {})["commands"] = pushed

    def replay(self, document: Document, call: Call) -> Answer | None:
        """Return the answer to this command if the document was changed by it before; raises KeyReused, KeyExpired."""
        if not call.command_id:
            return None
        for entry in (document.get("creation") or {"id": ""}, *document["commands"]):
            if entry["id"] == call.command_id:
                return self._answer(document["_id"], entry, call)
        if document.get("commands_moved"):
            row = self._row(document["_id"], call.command_id)
            if self._is_known(row):
                entry = self._answers.find_one({"_id": row})
                if entry is None:
                    raise KeyExpired(hours=ANSWERED_HOURS)
                return self._answer(document["_id"], entry, call)
        return None

    def _answer(self, document_id: str, entry: Document, call: Call) -> Answer:
        if entry["of"] != call.fingerprint:
            raise KeyReused
        body = entry["answer"]
        if self._vault is not None:
            body = self._vault.open_bytes(document_id, body)
        return Answer(zlib.decompress(body), entry["version"], replayed=True)

    def _row(self, document_id: str, command_id: str) -> bytes:
        """Return the id beside the document: short, because there are many."""
        return blake2b(f"{self._collection}/{document_id}/{command_id}".encode(), digest_size=16).digest()

    def _move_out(self, document_id: str, entries: Sequence[Document]) -> None:
        """Write entries beside their document; done again, or by two processes, it changes nothing."""
        rows = [(self._row(document_id, entry["id"]), entry) for entry in entries]
        answers = [
            _keep(row, {key: entry[key] for key in ("of", "answer", "version")}, entry["at"] + ANSWERED)
            for row, entry in rows
        ]
        self._answers.bulk_write(answers, ordered=False)
        self._known.bulk_write([_keep(row, {}, entry["at"] + KNOWN) for row, entry in rows], ordered=False)

    def _are_known(self, rows: list[bytes]) -> list[bool]:
        found = {known["_id"] for known in self._known.find({"_id": {"$in": rows}})}
        return [row in found for row in rows]


def _keep(row: bytes, content: Document, until: object) -> UpdateOne:
    """Return the write of a row unless it is there."""
    return UpdateOne({"_id": row}, {"$setOnInsert": {**content, "expires_at": until}}, upsert=True)
