"""Waiting for a condition, with a deadline."""

import time
from collections.abc import Callable
from typing import Any

import eventlet


def until(condition: Callable[[], Any], seconds: float = 10, what: str = "it") -> Any:
    """The first true value of `condition`; fails when there is none within `seconds`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:g} s"
        eventlet.sleep(0.01)
    return value
