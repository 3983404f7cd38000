"""Timers: a run comes in its turn, also after one that failed, and rests for as long as it was told to."""

import time
from itertools import pairwise

import eventlet
import pytest

from chassis.timers import every
from tests.service.place import Place
from tests.service.waiting import until


def times(place: Place, seconds: float, rest: float, takes: float, fails: bool = False) -> list[float]:
    """When three runs of a timer began, each of which takes so many seconds."""
    began: list[float] = []

    class Clockwork:
        name = "clockwork"

        @every(seconds, rest)
        def tick(self) -> None:
            began.append(time.monotonic())
            eventlet.sleep(takes)
            if fails:
                raise ArithmeticError("a tooth is missing")

    container = place.run(Clockwork)
    until(lambda: len(began) >= 3)
    place.stop(container)
    return began


@pytest.mark.parametrize(
    ("rest", "takes", "fails", "least", "most"),
    [
        (0, 0, False, 0.05, 0.3),
        (0, 0, True, 0.05, 0.3),
        (0, 0.2, False, 0.25, 0.6),  # a long run delays the next
        (3, 0.2, False, 0.8, 1.6),  # and a longer rest still more
        (3, 0, False, 0.05, 0.3),
    ],
)
def test_when_the_next_run_comes(
    place: Place, rest: float, takes: float, fails: bool, least: float, most: float
) -> None:
    """After its interval, or its rest when that is longer; an error changes nothing."""
    began = times(place, 0.05, rest, takes, fails)
    assert least <= min(after - before for before, after in pairwise(began)) < most
