"""The audit of the ledger: re-derives everything from the stored entries and says what is wrong where.

It trusts nothing but the entries' bytes and the log's public key. Memory is bounded by the height of the tree: entries
come in order of their index, checkpoints in order of their size, versions in order of aggregate and version.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

import orjson

from services.compliance.checkpoint import Checkpoint, VerifierKey, open_checkpoint
from services.compliance.leaf import CommitmentMismatch, Leaf, LeafInvalid, SaltInvalid, utc_day
from services.compliance.ledger import Opening, aggregate_of
from services.compliance.merkle import Frontier, leaf_hash
from services.compliance.tiles import TILE_HEIGHT, TILE_WIDTH, node_from_tile

MAX_FAULTS = 1_000
"""Faults that are told one by one; more are only counted."""

TileReader = Callable[[int, int], bytes | None]
"""Gives the stored bytes of the tile at a level and index, or None. A partial one may have grown since the head was read."""


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """An entry as it was found: `opening` is None when its key was destroyed; `said` is what is stored beside the leaf."""

    index: int
    leaf: bytes
    leaf_hash: bytes
    said: Mapping[str, Any]
    opening: Opening | None


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as it was found: the size it is filed under, and the signed note."""

    size: int
    note: str


@dataclass(frozen=True, slots=True)
class StoredHead:
    """Where the sequencer believes to be."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """That the ledger has a version of an aggregate."""

    aggregate: str
    version: int
    event_id: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it must be: where, and what."""

    where: str
    what: str


@dataclass
class Report:
    """What an audit found: how much was looked at, and every fault."""

    entries: int = 0
    opened: int = 0
    forgotten: int = 0
    tiles: int = 0
    checkpoints: int = 0
    aggregates: int = 0
    root: bytes = b""
    signed_size: int = 0
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def fault(self, where: str, what: str) -> None:
        """Note a fault."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(where, what))
        else:
            self.more_faults += 1


def audit(
    log: str,
    key: VerifierKey,
    head: StoredHead,
    entries: Iterable[StoredLeaf],
    read_tile: TileReader,
    checkpoints: Iterable[StoredCheckpoint],
    versions: Iterable[Told],
    strays: Iterable[str] = (),
) -> Report:
    """Check the log of this name: `entries` by index, `checkpoints` by size, `versions` by aggregate and version.

    `strays` names what is stored beyond the head.
    """
    report = Report()
    for stray in strays:
        report.fault(stray, f"lies beyond the head, which is at {head.size}")
    tiles = _Tiles(read_tile, report)
    signed = _Checkpoints(iter(checkpoints), key, report)
    frontier, hashes = Frontier(), list[bytes]()  # the hashes since the frontier
    for size, entry in enumerate(entries, start=1):
        if entry.index != size - 1:
            report.fault(f"entry {size - 1}", f"is missing: entry {entry.index} follows")
        hashed = leaf_hash(entry.leaf)
        _check_entry(entry, hashed, log, report)
        hashes.append(hashed)
        tiles.add(0, hashed)
        if size == signed.awaited or len(hashes) == TILE_WIDTH:
            frontier, hashes = frontier.extend(hashes), []
            signed.reached(frontier)
    frontier = frontier.extend(hashes)
    tiles.finish()
    signed.finish(frontier.size)
    report.entries, report.root = frontier.size, frontier.root()
    if head.size != frontier.size:
        report.fault("head", f"says {head.size} entries where {frontier.size} are stored")
    elif head.root != report.root:
        report.fault("head", "its root is not that of the stored entries")
    _check_versions(versions, report)
    return report


def _check_entry(entry: StoredLeaf, hashed: bytes, log: str, report: Report) -> None:
    where = f"entry {entry.index}"
    if entry.leaf_hash != hashed:
        report.fault(where, "its stored hash is not the hash of its bytes")
    try:
        leaf = Leaf.decode(entry.leaf)
    except LeafInvalid as error:
        report.fault(where, str(error))
        return
    if leaf.log != log:
        report.fault(where, f"belongs to the log {leaf.log}")
    if entry.said["type"] != leaf.type:
        report.fault(where, f"is filed under type {entry.said['type']!r}, but its bytes say {leaf.type!r}")
    if entry.opening is None:
        report.forgotten += 1
        return
    report.opened += 1
    try:
        entry.opening.check(leaf, entry.said["tenant"])
    except (CommitmentMismatch, SaltInvalid) as error:
        report.fault(where, str(error))
        return
    _check_message(entry, leaf, report)


def _check_message(entry: StoredLeaf, leaf: Leaf, report: Report) -> None:
    """Compare what is stored beside the leaf with the message that the leaf commits to."""
    where = f"entry {entry.index}"
    assert entry.opening, "only opened entries are compared"
    try:
        message = orjson.loads(entry.opening.body)
        truth = {
            "event_id": message["id"],
            "type": message["type"],
            "tenant": message["tenant"],
            "subject": message["subject"],
            "aggregate": aggregate_of(message),
            "version": message["aggregateversion"],
            "correlation_id": message["correlationid"],
        }
        day: date = utc_day(datetime.fromisoformat(message["time"]))
    except (ValueError, KeyError, TypeError) as error:
        report.fault(where, f"what it commits to is no event: {error}")
        return
    for name, value in truth.items():
        if entry.said[name] != value:
            report.fault(where, f"is filed under {name} {entry.said[name]!r}, but the event says {value!r}")
    if leaf.day != day:
        report.fault(where, f"says {leaf.day}, but the event is of {day}")


class _Tiles:
    """Builds every tile from the leaf hashes and compares it with the stored one as soon as it is full."""

    def __init__(self, read: TileReader, report: Report) -> None:
        self._read = read
        self._report = report
        self._open: list[tuple[int, bytearray]] = []  # by level: the index and the hashes so far

    def add(self, level: int, hashed: bytes) -> None:
        """The next hash at a level."""
        if level == len(self._open):
            self._open.append((0, bytearray()))
        index, data = self._open[level]
        data += hashed
        if len(data) == TILE_WIDTH * len(hashed):
            self._compare(level, index, bytes(data))
            self._open[level] = (index + 1, bytearray())
            self.add(level + 1, node_from_tile(bytes(data), TILE_HEIGHT, 0))

    def finish(self) -> None:
        """Compare the partial tiles."""
        for level, (index, data) in enumerate(self._open):
            if data:
                self._compare(level, index, bytes(data))

    def _compare(self, level: int, index: int, data: bytes) -> None:
        self._report.tiles += 1
        stored = self._read(level, index)
        if stored is None:
            self._report.fault(f"tile {level}/{index}", "is missing")
        elif stored[: len(data)] != data:
            self._report.fault(f"tile {level}/{index}", "is not that of the stored entries")


class _Checkpoints:
    """Compares each checkpoint with the tree when it has just the checkpoint's size.

    All of them then are prefixes of one list of entries, which is what a consistency proof shows.
    """

    def __init__(self, notes: Iterator[StoredCheckpoint], key: VerifierKey, report: Report) -> None:
        self._notes = notes
        self._key = key
        self._report = report
        self._next = next(notes, None)
        while self._next is not None and self._next.size < 1:
            report.fault(f"checkpoint {self._next.size}", "is signed over nothing")
            self._next = next(notes, None)

    @property
    def awaited(self) -> int | None:
        """The size of the next checkpoint."""
        return None if self._next is None else self._next.size

    def reached(self, frontier: Frontier) -> None:
        """The tree has grown; at the size that is awaited it must be seen."""
        while self._next is not None and self._next.size <= frontier.size:
            self._check(self._next, frontier)
            self._next = next(self._notes, None)

    def finish(self, size: int) -> None:
        """There are no more entries."""
        while self._next is not None:
            self._report.fault(f"checkpoint {self._next.size}", f"is signed, but there are only {size} entries")
            self._next = next(self._notes, None)

    def _check(self, stored: StoredCheckpoint, frontier: Frontier) -> None:
        where = f"checkpoint {stored.size}"
        self._report.checkpoints += 1
        try:
            checkpoint: Checkpoint = open_checkpoint(stored.note, [self._key])
        except ValueError as error:
            self._report.fault(where, str(error))
            return
        if (checkpoint.origin, checkpoint.size) != (self._key.name, stored.size):
            self._report.fault(where, f"is signed for {checkpoint.origin} at {checkpoint.size}")
        elif stored.size != frontier.size or checkpoint.root != frontier.root():
            self._report.fault(where, "its root is not that of the stored entries")
        else:
            self._report.signed_size = stored.size


def _check_versions(versions: Iterable[Told], report: Report) -> None:
    """Every aggregate's versions are contiguous from 1."""
    for aggregate, found in groupby(versions, key=lambda told: told.aggregate):
        report.aggregates += 1
        expected = 1
        for told in found:
            if told.version < expected:
                report.fault(aggregate, f"version {told.version} is told twice, again by {told.event_id}")
                continue
            if told.version > expected:
                missing = str(expected) if told.version == expected + 1 else f"{expected} to {told.version - 1}"
                report.fault(aggregate, f"version {missing} is missing before {told.event_id}")
            expected = told.version + 1
