"""Measurements in a process of their own: a module that prints its figures as JSON and tells its progress on standard error."""

import json
import os
import subprocess
import sys
from typing import Any

from bench.figures import NoFigure
from bench.run import Run
from deploy.local.home import CHECKOUT


def told_by(run: Run, module: str, count: int, **environment: str) -> Any:
    """What `python -m module count` prints, with the database's URL in BENCH_MONGO_URL; raises NoFigure when it fails."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, str(count)],
        cwd=CHECKOUT,
        env=os.environ | {"BENCH_MONGO_URL": run.stack.mongo_url()} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NoFigure(f"{module} failed: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)
