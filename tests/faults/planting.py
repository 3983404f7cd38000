"""How the rig plants a bug: the command that runs a service with `planted`, and the variable that tells it which."""

import sys
from collections.abc import Sequence

from tests.faults.wired import Wired

PLANTED = "RIG_PLANTED"
"""Bugs with commas between; read by `tests.faults.planted` alone."""


def command(service: str) -> Sequence[str]:
    """How a service is run so that bugs can be planted in it."""
    return (sys.executable, "-m", "tests.faults.planted", service)


def plant(stack: Wired, process: str, *bugs: str) -> None:
    """Start a process of the stack anew with these bugs; with none, it is sound."""
    stack.stop_process(process)
    stack.extra_env[process][PLANTED] = ",".join(bugs)
    stack.start_process(process)
    stack.wait_ready(process)
