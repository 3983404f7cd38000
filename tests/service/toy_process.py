"""The toy service as a process of its own, started as every service is: `python -m tests.service.toy_process`."""

import sys

from chassis import run

run.PROCESSES["toy"] = "tests.service.toys:Toy"

if __name__ == "__main__":
    sys.exit(run.main("toy"))
