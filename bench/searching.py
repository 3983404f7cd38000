"""TALENT: what `bench.people`, a process of its own, measures of finding people."""

import base64
import os

from bench.apart import told_by
from bench.figures import Figure, Result, Target, percentile
from bench.run import Run

LIMIT = 100.0
"""Milliseconds."""


def measure(run: Run) -> Result:
    """Store the people once and ask: the number of questions stands in for repetitions."""
    run.say(f"{run.scale.people:,} people")
    key = base64.b64encode(os.urandom(32)).decode()
    told = told_by(run, "bench.people", run.scale.people, CALLBOARD_MASTER_KEY=key)
    figures, targets = [], []
    for name, seconds in told["seconds"].items():
        p50, p99 = (Figure(name, f"p{percent}", "ms", (percentile(seconds, percent) * 1000,)) for percent in (50, 99))
        figures += [p50, p99]
        targets.append(Target(f"{name}, p99, ms", p99, "less than", LIMIT))
    return Result(tuple(figures), tuple(targets), (f"{told['people']:,} people of one studio.",))
