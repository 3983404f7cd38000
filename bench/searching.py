"""TALENT: what `bench.people`, a process of its own, measures of finding people."""

import base64
import json
import os
import subprocess
import sys

from bench.figures import Figure, NoFigure, Result, Target, percentile
from bench.run import Run
from deploy.local.home import CHECKOUT

LIMIT = 100.0
"""Milliseconds."""


def measure(run: Run) -> Result:
    """Store the people once and ask: the number of questions stands in for repetitions."""
    run.say(f"{run.scale.people:,} people")
    key = base64.b64encode(os.urandom(32)).decode()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.people", str(run.scale.people)],
        cwd=CHECKOUT,
        env=os.environ | {"BENCH_MONGO_URL": run.stack.mongo_url(), "CALLBOARD_MASTER_KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NoFigure(f"bench.people failed: {done.stderr.strip()[-500:]}")
    told = json.loads(done.stdout)
    figures, targets = [], []
    for name, seconds in told["seconds"].items():
        p50, p99 = (Figure(name, f"p{percent}", "ms", (percentile(seconds, percent) * 1000,)) for percent in (50, 99))
        figures += [p50, p99]
        targets.append(Target(f"{name}, p99, ms", p99, "less than", LIMIT))
    return Result(tuple(figures), tuple(targets), (f"{told['people']:,} people of one studio.",))
