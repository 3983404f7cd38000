"""`python -m services.compliance.verify`: audits the stored ledger, prints what it found, and exits with 1 if it is not whole.

Reads the settings of the compliance service. It may run while the service works: what is appended meanwhile is left out.
"""

import sys
from base64 import b64decode
from collections.abc import Iterator
from functools import partial

import pymongo

from chassis import mongo
from chassis.settings import setting
from chassis.vault import Vault
from services.compliance.audit import Report, StoredCheckpoint, StoredHead, StoredLeaf, Told, audit
from services.compliance.checkpoint import SigningKey, VerifierKey
from services.compliance.log import HEAD, Log, tile_id, unseal
from services.compliance.merkle import EMPTY_ROOT
from services.compliance.tiles import TILE_HEIGHT, TILE_WIDTH

_CHUNK = 500
_SAID = ("event_id", "type", "tenant", "subject", "aggregate", "version", "correlation_id")


def main() -> int:
    """Audit the ledger that the environment names; returns the exit code."""
    url = setting("CALLBOARD_MONGO_URL", str, "mongodb://user:password@host:port/?replicaSet=name")
    name = setting("CALLBOARD_DATABASE", str, "a database name", "compliance")
    key = setting("CALLBOARD_LEDGER_KEY", SigningKey.parse, "PRIVATE+KEY+<name>+<id>+<base64>").verifier
    master_key = setting("CALLBOARD_MASTER_KEY", b64decode, "base64 of 32 random bytes")
    database = mongo.connect(url, name, "compliance")
    report = audit_stored(Log(database, Vault(database, master_key), key))
    print(describe(report, key))
    return 0 if report.whole else 1


def audit_stored(log: Log) -> Report:
    """Audit a stored ledger as it is at this moment."""
    with pymongo.timeout(0):  # it takes as long as it takes; None would leave the client's own limit
        furthest = list(_furthest(log))
        # Read after what must not lie beyond it: the ledger may grow meanwhile.
        head = log.heads.find_one({"_id": HEAD}) or {"size": 0, "root": EMPTY_ROOT}
        size: int = head["size"]
        return audit(
            log=log.key.name,
            key=log.key,
            head=StoredHead(size, bytes(head["root"])),
            entries=_entries(log, size),
            read_tile=partial(_tile, log),
            checkpoints=_checkpoints(log, size),
            versions=_versions(log, size),
            strays=[where for where, reaches in furthest if reaches > size],
        )


def _furthest(log: Log) -> Iterator[tuple[str, int]]:
    """The last of everything, and the size of the smallest tree that has it."""
    for last in log.entries.find({}, {"_id": 1}).sort("_id", -1).limit(1):
        yield f"entry {last['_id']}", last["_id"] + 1
    for last in log.checkpoints.find({}, {"_id": 1}).sort("_id", -1).limit(1):
        yield f"checkpoint {last['_id']}", last["_id"]
    for last in log.tiles.aggregate([{"$group": {"_id": "$level", "index": {"$max": "$index"}}}]):
        level, index = last["_id"], last["index"]
        yield f"tile {level}/{index}", (index * TILE_WIDTH + 1) << TILE_HEIGHT * level


def _entries(log: Log, size: int) -> Iterator[StoredLeaf]:
    """All entries below the head, in order."""
    for begin in range(0, size, _CHUNK):
        rows = list(log.entries.find({"_id": {"$gte": begin, "$lt": min(begin + _CHUNK, size)}}).sort("_id", 1))
        log.vault.prepare_to_open([row["key"] for row in rows])
        for row in rows:
            said = {name: row[name] for name in _SAID}
            yield StoredLeaf(row["_id"], bytes(row["leaf"]), bytes(row["leaf_hash"]), said, unseal(log.vault, row))


def _tile(log: Log, level: int, index: int) -> bytes | None:
    row = log.tiles.find_one({"_id": tile_id(level, index)})
    return None if row is None else bytes(row["data"])


def _checkpoints(log: Log, size: int) -> Iterator[StoredCheckpoint]:
    for row in log.checkpoints.find({"_id": {"$lte": size}}).sort("_id", 1):
        yield StoredCheckpoint(row["_id"], row["note"])


def _versions(log: Log, size: int) -> Iterator[Told]:
    rows = log.entries.find({"_id": {"$lt": size}}, {"aggregate": 1, "version": 1, "event_id": 1})
    for row in rows.sort([("aggregate", 1), ("version", 1)]).allow_disk_use(True):
        yield Told(row["aggregate"], row["version"], row["event_id"])


def describe(report: Report, key: VerifierKey) -> str:
    """The report for a person to read."""
    lines = [
        f"The ledger {key.name}",
        f"  {report.entries:>12,} entries, root {report.root.hex()}",
        f"  {report.opened:>12,} with their events, {report.forgotten:,} forgotten",
        f"  {report.tiles:>12,} tiles",
        f"  {report.checkpoints:>12,} checkpoints, the latest over {report.signed_size:,} entries",
        f"  {report.aggregates:>12,} aggregates with all their versions"
        if report.whole
        else f"  {report.aggregates:>12,} aggregates",
    ]
    lines += [f"  WRONG: {fault.where}: {fault.what}" for fault in report.faults]
    if report.more_faults:
        lines.append(f"  and {report.more_faults:,} more faults")
    lines.append("is whole." if report.whole else "is NOT whole.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
