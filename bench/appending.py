"""B5: what `bench.ledger`, a process of its own, measures of the ledger."""

from bench.apart import told_by
from bench.figures import Figure, Result, Target, percentile
from bench.run import Run

AT_SCALE = 1_000_000
"""The length for which the time of an audit is a target."""


def measure(run: Run) -> Result:
    """Append, prove and audit once: the length stands in for repetitions."""
    run.say(f"{run.scale.entries:,} entries")
    told = told_by(run, "bench.ledger", run.scale.entries)
    subject = f"{told['entries']:,} entries"
    appended = Figure(subject, "append", "entries/s", (told["entries"] / told["append_seconds"],))
    proof = Figure(subject, "inclusion proof p99", "ms", (percentile(told["proof_seconds"], 99) * 1000,))
    entry = Figure(subject, "finding an entry p99", "ms", (percentile(told["entry_seconds"], 99) * 1000,))
    audited = Figure(subject, "audit", "s", (told["audit_seconds"],))
    unclean = Figure(subject, "ledgers that are not whole", "", (float(not told["whole"]),))
    targets = [
        Target("entries appended a second", appended, "at least", 15_000),
        Target("inclusion proof p99, ms", proof, "at most", 2),
        Target(unclean.what, unclean, "at most", 0),
    ]
    if told["entries"] >= AT_SCALE:
        targets.append(Target("audit, s", audited, "at most", 60))
    return Result((appended, entry, proof, audited, unclean), tuple(targets))
