"""The one writer of the ledger: appends batches under a lease and signs checkpoints over what is stored.

The lease only keeps two sequencers from getting in each other's way. What makes a fork impossible is the epoch: every
batch changes the head where epoch and size are the expected ones, in the transaction that stores its entries and tiles.
"""

import os
import threading
import time
from collections.abc import Sequence

from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, PyMongoError

from chassis import metrics
from chassis.cause import new_id
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.logs import log
from chassis.mongo import Document
from services.compliance import ledger
from services.compliance.checkpoint import Checkpoint, SigningKey, open_checkpoint, sign_checkpoint
from services.compliance.ledger import Entry, Heard, Plan, Tree
from services.compliance.log import HEAD, Log, entry_document, tile_id
from services.compliance.merkle import EMPTY_ROOT, consistency_path, verify_consistency
from services.compliance.tiles import Tile, nodes_in_tiles

LEASE_SECONDS = 3
_WAIT_SECONDS = 3 * LEASE_SECONDS
_ATTEMPTS = 4
_DUPLICATE_KEY = 11_000
_LEASE_END = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LEASE_SECONDS}}  # the server's clock


class LeaseHeld(Exception):
    """Another sequencer is at work."""


class Fenced(Exception):
    """The head is no longer where this sequencer left it: another one has taken over."""


class LedgerRolledBack(Exception):
    """The stored ledger is smaller than what was signed already: nothing is appended to or signed over it."""


class LedgerDamaged(Exception):
    """The stored head does not go with the stored tiles."""


class Sequencer:
    """Appends to a log and signs it."""

    def __init__(self, stored: Log, key: SigningKey) -> None:
        self._log = stored
        self._key = key
        self._holder = new_id("seq")
        self._one_at_a_time = threading.Lock()  # the handler and the timer
        self._tree: Tree | None = None  # None: not (or no longer) known to be at the head
        self._epoch = 0
        self._signed: Checkpoint | None = None

    def append(self, events: Sequence[Heard]) -> list[str]:
        """Make entries of these events; returns ok or duplicate for each. Raises NotRecordable, LeaseHeld and storage errors.

        Events hardly ever come twice: only when the database refuses an entry that is there already is it asked which are.
        """
        with self._one_at_a_time:
            for attempt in range(_ATTEMPTS):
                try:
                    return self._append(events, look_up=attempt > 0)
                except (Fenced, PyMongoError) as error:
                    if attempt == _ATTEMPTS - 1:
                        raise
                    if attempt == 0 and _refused_a_duplicate(error):
                        continue
                    self._tree = None
                    log.warning("ledger_append_again", error=type(error).__name__)
                    time.sleep(0.05 * 2**attempt)
            raise AssertionError("the last attempt returns or raises")

    def sign_if_behind(self) -> None:
        """Sign what a process stored and did not live to sign; leaves it alone while another sequencer is at work."""
        with self._one_at_a_time:
            head, latest = self._head(), self._log.latest()
            metrics.LEDGER_SIZE.set(head["size"])
            if head["size"] > (latest.size if latest else 0):
                try:
                    self._tree = self._take_lease()
                except LeaseHeld:
                    return
                self._sign(self._tree, ())

    def _known(self, events: Sequence[Heard]) -> set[str]:
        ids = list({event.id for event in events})
        found = self._log.entries.find({"event_id": {"$in": ids}}, {"event_id": 1, "_id": 0})
        return {row["event_id"] for row in found}

    def _append(self, events: Sequence[Heard], look_up: bool) -> list[str]:
        tree = self._tree or self._await_lease()
        outcomes = ledger.outcomes(events, self._known(events) if look_up else ())
        new = [event for event, outcome in zip(events, outcomes, strict=True) if outcome == "ok"]
        if not new:
            self._tree = tree
            return outcomes
        plan = ledger.plan(tree, new, self._key.name, os.urandom)
        self._commit(tree, plan)
        self._tree = plan.tree
        metrics.LEDGER_SIZE.set(plan.tree.size)
        metrics.LEDGER_LAG.set(max(0.0, (now() - plan.last_event_at).total_seconds()))
        self._sign(plan.tree, (*tree.edge, *plan.tiles))
        return outcomes

    # The lease

    def _await_lease(self) -> Tree:
        until = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                return self._take_lease()
            except LeaseHeld:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _take_lease(self) -> Tree:
        """Take over from whoever had it: a new epoch, and everything is read anew."""
        self._head()
        head = self._log.heads.find_one_and_update(
            {"_id": HEAD, "$or": [{"holder": self._holder}, {"$expr": {"$lt": ["$lease_until", "$$NOW"]}}]},
            [{"$set": {"holder": self._holder, "lease_until": _LEASE_END, "epoch": {"$add": ["$epoch", 1]}}}],
            return_document=True,
        )
        if head is None:
            raise LeaseHeld
        self._epoch = head["epoch"]
        self._signed = self._last_signed()
        if self._signed is not None and self._signed.size > head["size"]:
            raise LedgerRolledBack(f"{head['size']} entries are stored, but {self._signed.size} are signed")
        tree = self._log.tree(head)
        if tree.frontier.root() != head["root"]:
            raise LedgerDamaged(f"the root over {head['size']} entries is not the stored one")
        log.info("ledger_lease_taken", epoch=self._epoch, size=tree.size)
        return tree

    def _head(self) -> Document:
        """The stored head; a new ledger has an empty one."""
        if found := self._log.heads.find_one({"_id": HEAD}):
            return found
        empty = {"size": 0, "root": EMPTY_ROOT, "frontier": [], "epoch": 0, "holder": "", "last_event_at": None}
        start: list[Document] = [{"$replaceWith": {"$mergeObjects": [empty, {"lease_until": "$$NOW"}, "$$ROOT"]}}]
        self._log.heads.update_one({"_id": HEAD}, start, upsert=True)
        return self._head()

    # Storing

    def _commit(self, tree: Tree, plan: Plan) -> None:
        """Store entries, tiles and head together, or nothing; raises Fenced."""
        at = now()
        self._log.vault.prepare_to_seal([entry.key for entry in plan.entries])
        entries = [entry_document(entry, self._seal(entry), at) for entry in plan.entries]
        tiles = [_upsert(tile) for tile in plan.tiles]
        head = [
            {
                "$set": {
                    "size": plan.tree.size,
                    "root": plan.tree.frontier.root(),
                    "frontier": list(plan.tree.frontier.hashes),
                    "last_event_at": plan.last_event_at,
                    "lease_until": _LEASE_END,
                }
            }
        ]

        def store(session: ClientSession) -> None:
            expected = {"_id": HEAD, "epoch": self._epoch, "size": tree.size}
            if self._log.heads.update_one(expected, head, session=session).matched_count != 1:
                raise Fenced
            self._log.entries.insert_many(entries, session=session)
            self._log.tiles.bulk_write(tiles, ordered=False, session=session)

        with self._log.database.client.start_session() as session:
            session.with_transaction(store, self._log.database.read_concern, self._log.database.write_concern)

    def _seal(self, entry: Entry) -> bytes | None:
        """The private part; None for a person who was forgotten: the entry is made, and nobody can ever open it."""
        try:
            return self._log.vault.seal_bytes(entry.key, entry.opening.encode())
        except PersonForgotten:
            return None

    # Signing

    def _last_signed(self) -> Checkpoint | None:
        latest = self._log.latest()
        return None if latest is None else open_checkpoint(latest.note, [self._key.verifier])

    def _sign(self, tree: Tree, cached: Sequence[Tile]) -> None:
        """Sign the stored tree once it is shown to continue the one signed before; raises ProofInvalid otherwise."""
        checkpoint = Checkpoint(self._key.name, tree.size, tree.frontier.root())
        before = self._signed
        if before is not None and before.size:
            at_hand = {(tile.level, tile.index): tile.data for tile in cached}

            def read_tile(level: int, index: int) -> bytes:
                return at_hand.get((level, index)) or self._log.stored_tile(level, index)

            path = consistency_path(before.size, tree.size, nodes_in_tiles(read_tile))
            verify_consistency(before.size, tree.size, path, before.root, checkpoint.root)
        note = sign_checkpoint(checkpoint, self._key)
        row = {"_id": checkpoint.size, "root": checkpoint.root, "note": note, "signed_at": now()}
        self._log.checkpoints.update_one({"_id": row.pop("_id")}, {"$setOnInsert": row}, upsert=True)
        self._signed = checkpoint


def _refused_a_duplicate(error: Exception) -> bool:
    return isinstance(error, BulkWriteError) and any(e["code"] == _DUPLICATE_KEY for e in error.details["writeErrors"])


def _upsert(tile: Tile) -> ReplaceOne[Document]:
    row = {"level": tile.level, "index": tile.index, "data": tile.data}
    return ReplaceOne({"_id": tile_id(tile.level, tile.index)}, row, upsert=True)
