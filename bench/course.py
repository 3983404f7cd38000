"""The course of memory: what each process of the platform has resident as signings go on."""

import bisect
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import psutil

from bench import usage

INTERVAL = 1.0

Point = tuple[float, float]


class Course:
    """Looks at the processes every second, from `start` to `stop`; `mark` says how many signings there were by then."""

    def __init__(self, pids: Callable[[], Mapping[str, int]]) -> None:
        self._pids = pids
        self._samples: list[tuple[float, Mapping[str, float]]] = []
        self._marks: list[Point] = []
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="course", daemon=True)

    def start(self) -> None:
        """Look from now on."""
        self._watcher.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        if self._watcher.is_alive():
            self._watcher.join()

    def mark(self, signings: int) -> None:
        """There were so many signings at this moment."""
        self._marks.append((time.monotonic(), signings))

    def points(self) -> dict[str, list[Point]]:
        """For each process (signings so far, MiB resident) in order of time."""
        found: dict[str, list[Point]] = {}
        for moment, resident in list(self._samples):
            for name, mebibytes in resident.items():
                found.setdefault(name, []).append((between(self._marks, moment), mebibytes))
        return found

    def _watch(self) -> None:
        while not self._over.wait(INTERVAL):
            try:
                self._samples.append((time.monotonic(), usage.memory(self._pids())))
            except psutil.NoSuchProcess:
                continue  # it ended between the two lines


def between(marks: Sequence[Point], x: float) -> float:
    """The y at x on the lines from mark to mark; before the first and after the last it is theirs."""
    if not marks:
        return 0.0
    after = bisect.bisect_right(marks, (x, float("inf")))
    if after == 0:
        return marks[0][1]
    if after == len(marks):
        return marks[-1][1]
    (left, low), (right, high) = marks[after - 1], marks[after]
    return low if right == left else low + (high - low) * (x - left) / (right - left)
