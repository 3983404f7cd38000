"""The ledger as it is stored: entries, tiles and checkpoints, to be read. Only the sequencer writes."""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import orjson
from pymongo import IndexModel
from pymongo.database import Database

from chassis.api import Order
from chassis.errors import NotFound, PersonForgotten
from chassis.mongo import Document, beyond, ensure_indexes, in_our_words, sorted_by
from chassis.vault import Vault
from services.compliance import merkle
from services.compliance.checkpoint import VerifierKey
from services.compliance.ledger import Entry, Opening, OutsideLedger, SizesReversed, Tree
from services.compliance.merkle import Frontier, NodeReader
from services.compliance.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, nodes_in_tiles, partial_tiles

T = TypeVar("T")
HEAD = "head"
_POLL_SECONDS = 0.02

_INDEXES = [
    IndexModel([("event_id", 1)], unique=True),
    IndexModel([("leaf_hash", 1)]),
    IndexModel([("tenant", 1), ("_id", 1)]),
    IndexModel([("subject", 1), ("_id", 1)]),
    IndexModel([("correlation_id", 1), ("_id", 1)]),
]


@dataclass(frozen=True)
class StoredEntry:
    """An entry as it is stored; `opening` is None once its key was destroyed, and `said` are the event's attributes."""

    index: int
    leaf: bytes
    leaf_hash: bytes
    event_id: str
    type: str
    tenant: str
    subject: str
    appended_at: datetime
    opening: Opening | None

    @property
    def said(self) -> Mapping[str, Any]:
        """The event as it was published; empty once it is forgotten."""
        return orjson.loads(self.opening.body) if self.opening else {}


@dataclass(frozen=True)
class Signed:
    """A signed checkpoint: the note, and the size and root that it is about."""

    size: int
    root: bytes
    note: str


@dataclass(frozen=True)
class Inclusion:
    """That an entry is in the tree of a size: the path, and the checkpoint of just that size where there is one."""

    entry: StoredEntry
    size: int
    root: bytes
    path: tuple[bytes, ...]
    note: str | None


class Log:
    """Reads the ledger of a database."""

    def __init__(self, database: Database[Document], vault: Vault, key: VerifierKey) -> None:
        self.database = database
        self.vault = vault
        self.key = key
        self.entries = database["ledger_entries"]
        self.tiles = database["ledger_tiles"]
        self.heads = database["ledger_head"]
        self.checkpoints = database["ledger_checkpoints"]

    def ensure_indexes(self) -> None:
        """Create what finds entries again."""
        ensure_indexes(self.entries, _INDEXES)

    def forget_tokens(self) -> None:
        """Destroy the key without a name: entries under it held tokens of personal links. Proofs stay as they are."""
        self.vault.destroy("")

    # The tree

    def tree(self, head: Document) -> Tree:
        """The right edge that goes with a head."""
        size = head["size"]
        ids = [tile_id(place.level, place.index) for place in partial_tiles(size)]
        found = [Tile(t["level"], t["index"], t["data"]) for t in self.tiles.find({"_id": {"$in": ids}})]
        return Tree(Frontier(size, tuple(head["frontier"])), tuple(found))

    def tile(self, level: int, index: int, width: int = TILE_WIDTH) -> bytes | None:
        """The first `width` hashes of a tile as it is stored, or None when it does not have that many."""
        with in_our_words():
            found = self.tiles.find_one({"_id": tile_id(level, index)})
        if found is None or len(found["data"]) < width * merkle.HASH_SIZE:
            return None
        return bytes(found["data"][: width * merkle.HASH_SIZE])

    def leaves(self, index: int, width: int) -> list[bytes] | None:
        """The public entries of a bundle, or None when there are not `width` of them."""
        begin = index * TILE_WIDTH
        with in_our_words():
            found = self.entries.find({"_id": {"$gte": begin, "$lt": begin + width}}, {"leaf": 1}).sort("_id", 1)
            leaves = [bytes(each["leaf"]) for each in found]
        return leaves if len(leaves) == width else None

    def read(self, compute: Callable[[NodeReader], T]) -> T:
        """What `compute` makes of the tree's nodes, all of whose tiles are fetched at once.

        Which nodes a proof needs follows from sizes alone: a first round with blank hashes tells.
        """
        places = set[tuple[int, int]]()

        def note(level: int, index: int) -> bytes:
            places.add((level // TILE_HEIGHT, index >> (TILE_HEIGHT - level % TILE_HEIGHT)))
            return bytes(merkle.HASH_SIZE)

        compute(note)
        found = self.tiles.find({"_id": {"$in": [tile_id(*place) for place in places]}})
        data = {(row["level"], row["index"]): bytes(row["data"]) for row in found}
        if missing := places - data.keys():
            level, index = min(missing)
            raise merkle.OutsideTree(f"tile {index} at level {level} is not stored")
        return compute(nodes_in_tiles(lambda level, index: data[level, index]))

    def stored_tile(self, level: int, index: int) -> bytes:
        """The widest tile stored at a place; raises OutsideTree."""
        found = self.tiles.find_one({"_id": tile_id(level, index)})
        if found is None:
            raise merkle.OutsideTree(f"tile {index} at level {level} is not stored")
        return bytes(found["data"])

    # Checkpoints and proofs

    def latest(self) -> Signed | None:
        """The latest signed checkpoint; None for a new ledger."""
        with in_our_words():
            found = self.checkpoints.find_one(sort=[("_id", -1)])
        return None if found is None else _signed(found)

    def signed(self) -> Signed:
        """The latest signed checkpoint; raises OutsideLedger as long as there is none."""
        latest = self.latest()
        if latest is None:
            raise OutsideLedger(size=0)
        return latest

    def signed_above(self, index: int, seconds: float = 2) -> Signed:
        """A checkpoint that covers an entry: it follows within milliseconds of the entry. Raises OutsideLedger after a while."""
        until = time.monotonic() + seconds
        while (latest := self.latest()) is None or latest.size <= index:
            if time.monotonic() > until:
                raise OutsideLedger(size=latest.size if latest else 0)
            time.sleep(_POLL_SECONDS)
        return latest

    def inclusion(self, entry: StoredEntry, size: int | None = None) -> Inclusion:
        """The proof that an entry is in the tree of `size`, or of the latest checkpoint; raises OutsideLedger."""
        latest = self.signed_above(entry.index)
        size = latest.size if size is None else size
        if not entry.index < size <= latest.size:
            raise OutsideLedger("/size", size=latest.size)
        with in_our_words():
            path = tuple(self.read(lambda node: merkle.inclusion_path(entry.index, size, node)))
            at = latest if size == latest.size else self._at(size)
        return Inclusion(entry, size, at.root, path, at.note or None)

    def consistency(self, first: int, second: int | None) -> tuple[Signed, Signed, tuple[bytes, ...]]:
        """Both trees and the proof that the second only appends to the first; raises OutsideLedger, SizesReversed."""
        latest = self.signed()
        second = latest.size if second is None else second
        if max(first, second) > latest.size:
            raise OutsideLedger(size=latest.size)
        if not 1 <= first <= second:
            raise SizesReversed("/from_size")
        with in_our_words():
            path = tuple(self.read(lambda node: merkle.consistency_path(first, second, node)))
            return self._at(first), self._at(second), path

    def _at(self, size: int) -> Signed:
        note = (self.checkpoints.find_one({"_id": size}) or {}).get("note", "")
        return Signed(size, self.read(lambda node: Frontier.read(size, node).root()), note)

    # Entries

    def entry(self, where: Document) -> StoredEntry | None:
        """The one entry that matches, opened."""
        with in_our_words():
            found = self.entries.find_one(where)
        return None if found is None else self.opened(found)

    def find(self, where: Document, limit: int, after: int | None = None, order: Order = "oldest") -> list[StoredEntry]:
        """Entries in order after an index, opened where their key still exists."""
        where = {**where, **beyond("_id", after, order)}
        with in_our_words():
            found = list(self.entries.find(where).sort(sorted_by("_id", order=order)).limit(limit))
        self.vault.prepare_to_open([each["key"] for each in found])
        return [self.opened(each) for each in found]

    def require_subject(self, subject: str, tenant: str | None, seconds: float = 1) -> None:
        """Raise NotFound unless the tenant has an entry about the subject, after a while: entries lag by milliseconds."""
        where = {"subject": subject} if tenant is None else {"subject": subject, "tenant": tenant}
        until = time.monotonic() + seconds
        with in_our_words():
            while self.entries.find_one(where, {"_id": 1}) is None:
                if time.monotonic() > until:
                    raise NotFound(what="subject", id=subject, foreign=self._is_known(subject))
                time.sleep(_POLL_SECONDS)

    def _is_known(self, subject: str) -> bool:
        return self.entries.find_one({"subject": subject}, {"_id": 1}) is not None

    def opened(self, document: Document) -> StoredEntry:
        """An entry's document with its private part, unless that is forgotten."""
        return StoredEntry(
            index=document["_id"],
            leaf=bytes(document["leaf"]),
            leaf_hash=bytes(document["leaf_hash"]),
            event_id=document["event_id"],
            type=document["type"],
            tenant=document["tenant"],
            subject=document["subject"],
            appended_at=document["appended_at"],
            opening=unseal(self.vault, document),
        )


def tile_id(level: int, index: int) -> str:
    """The id of a tile's document."""
    return f"{level}/{index}"


def entry_document(entry: Entry, sealed: bytes | None, at: datetime) -> Document:
    """The document of an entry."""
    return {
        "_id": entry.index,
        "event_id": entry.event_id,
        "leaf": entry.leaf,
        "leaf_hash": entry.leaf_hash,
        "type": entry.type,
        "tenant": entry.tenant,
        "subject": entry.subject,
        "aggregate": entry.aggregate,
        "version": entry.version,
        "correlation_id": entry.correlation_id,
        "appended_at": at,
        "key": entry.key,
        "sealed": sealed,
    }


def unseal(vault: Vault, document: Document) -> Opening | None:
    """What opens an entry's commitments; None once its key was destroyed."""
    if document["sealed"] is None:
        return None
    try:
        return Opening.decode(vault.open_bytes(document["key"], bytes(document["sealed"])))
    except PersonForgotten:
        return None


def base64(data: bytes) -> str:
    """Bytes as the proofs of C2SP spell them: base64 (RFC 4648 section 4)."""
    return b64encode(data).decode("ascii")


def _signed(document: Document) -> Signed:
    return Signed(document["_id"], bytes(document["root"]), document["note"])
