"""What processes use: seconds of processor time, and resident memory."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psutil

INTERVAL = 0.5
"""Seconds between two looks at the memory."""
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Used:
    """Seconds of processor time, and the greatest and the last resident memory in MiB; of a process with its children."""

    cpu: float
    peak: float
    last: float


class Meter:
    """Measures named processes from entering to leaving; then `used` tells."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._families = {name: _family(pid) for name, pid in pids.items()}
        self._peaks = dict.fromkeys(pids, 0.0)
        self._before: dict[str, float] = {}
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="meter", daemon=True)
        self.used: dict[str, Used] = {}

    def __enter__(self) -> Self:
        self._before = {name: _cpu(family) for name, family in self._families.items()}
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._watcher.join()
        self._look()
        for name, family in self._families.items():
            self.used[name] = Used(_cpu(family) - self._before[name], self._peaks[name], _memory(family))

    def _watch(self) -> None:
        while not self._over.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        for name, family in self._families.items():
            self._peaks[name] = max(self._peaks[name], _memory(family))


def memory(pids: Mapping[str, int]) -> dict[str, float]:
    """The resident memory of each process now, in MiB, without its children."""
    return {name: _memory([psutil.Process(pid)]) for name, pid in pids.items()}


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _cpu(family: list[psutil.Process]) -> float:
    times = [process.cpu_times() for process in family if process.is_running()]
    return sum(time.user + time.system for time in times)


def _memory(family: list[psutil.Process]) -> float:
    return sum(float(process.memory_info().rss) for process in family if process.is_running()) / MEBIBYTE
