"""B5: the ledger alone: how fast entries are appended, an entry is proved, and the whole is audited.

Runs the sequencer, the proofs and the auditor of the compliance service on a database of their own, with events as they
come from the broker: their bytes and parsed attributes. Run as a process of its own: `python -m bench.ledger ENTRIES`
with the database's URL in BENCH_MONGO_URL prints the figures as JSON.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator

import orjson

from chassis import logs, mongo
from chassis.vault import Vault
from deploy.local.home import CHECKOUT
from services.compliance.checkpoint import SigningKey
from services.compliance.gaps import Gaps
from services.compliance.ledger import Heard
from services.compliance.log import Log
from services.compliance.sequencer import Sequencer
from services.compliance.verify import audit_stored

DATABASE = "bench_ledger"
SAMPLE = CHECKOUT / "events" / "samples" / "talent.contract.signed.v1.json"
BATCH = 1_024  # what the handler takes from its queue at once
PROOFS = 500
EVENTS_PER_AGGREGATE = 5
STUDIOS = 50


def events(count: int) -> Iterator[list[Heard]]:
    """`count` different events of a signing, in batches, of aggregates with five versions each."""
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    for begin in range(0, count, BATCH):
        yield [_event(sample, number) for number in range(begin, min(begin + BATCH, count))]


def _event(sample: dict[str, object], number: int) -> Heard:
    contract, version = divmod(number, EVENTS_PER_AGGREGATE)
    message = {
        **sample,
        "id": f"evt_{number:026d}",
        "subject": f"ctr_{contract:026d}",
        "aggregateid": f"contracts/ctr_{contract:026d}",
        "aggregateversion": version + 1,
        "tenant": f"stu_{contract % STUDIOS:026d}",
    }
    return Heard(orjson.dumps(message), message)


def measure(url: str, count: int, told: Callable[[str], None]) -> dict[str, object]:
    """Append `count` entries, prove some at random and audit all; `told` hears how far it is. Times in seconds."""
    database = mongo.connect(url, DATABASE, "bench")
    database.client.drop_database(DATABASE)
    key = SigningKey.generate("bench.example/ledger")
    log = Log(database, Vault(database, os.urandom(32)), key.verifier)
    log.ensure_indexes()
    Gaps(log).ensure_indexes()
    sequencer = Sequencer(log, key)
    spent, appended = 0.0, 0
    for batch in events(count):
        started = time.perf_counter()
        sequencer.append(batch)
        spent += time.perf_counter() - started
        appended += len(batch)
        if appended // 50_000 > (appended - len(batch)) // 50_000:
            told(f"{appended:,} entries, {appended / spent:,.0f}/s")
    looked_up, proofs = zip(*(_prove(log, random.randrange(count)) for _ in range(PROOFS)), strict=True)
    told("auditing")
    started = time.perf_counter()
    report = audit_stored(log)
    audited = time.perf_counter() - started
    database.client.drop_database(DATABASE)
    return {"entries": report.entries, "append_seconds": spent, "entry_seconds": looked_up, "proof_seconds": proofs, "audit_seconds": audited,
            "whole": report.whole and report.entries == count}  # fmt: skip


def _prove(log: Log, index: int) -> tuple[float, float]:
    """How long it takes to find and open an entry, and to prove it."""
    started = time.perf_counter()
    entry = log.entry({"_id": index})
    found = time.perf_counter()
    assert entry is not None
    log.inclusion(entry)
    return found - started, time.perf_counter() - found


if __name__ == "__main__":
    logs.configure("bench")  # standard output is for the figures
    figures = measure(os.environ["BENCH_MONGO_URL"], int(sys.argv[1]), lambda line: print(line, file=sys.stderr))
    print(json.dumps(figures))
