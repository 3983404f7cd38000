"""Stacks of processes that stand in for services, and a way to wait."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.stack import Stack

STAND_IN = Path(__file__).with_name("stand_in.py")


def stand_in_command(service: str) -> tuple[str, ...]:
    """How the stand-in for a service is run."""
    return (sys.executable, "-S", str(STAND_IN), service)


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition; fail the test when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.01)


def make_stack(home: Path, **options: object) -> Stack:
    """A stack of stand-ins that starts no servers."""
    settings: dict[str, object] = {
        "processes": ("talent", "gateway"),
        "amqp_url": "amqp://somewhere.invalid/",
        "mongo_url": "mongodb://somewhere.invalid/",
        "definitions": None,
        "command": stand_in_command,
    }
    return Stack(home, **(settings | options))  # type: ignore[arg-type]
