"""Runs B3's service as every service is run: `python -m bench.run_drained`."""

import sys

from chassis import run

run.PROCESSES["drained"] = "bench.drained:Drained"

if __name__ == "__main__":
    sys.exit(run.main("drained"))
