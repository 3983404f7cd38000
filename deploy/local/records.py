"""Records of what a stack started: they let another process find, show and stop it.

A process is recognised by its pid and its start time, never by its name: a pid is used again, a pair is not.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import psutil

START_TIME_TOLERANCE = 2.0
"""Seconds. The kernel counts from boot, and the clock that dates the boot may be set while the process runs."""


@dataclass(frozen=True)
class Record:
    """A process as it was started: who it is, since when (seconds since the epoch), how often it was restarted."""

    name: str
    pid: int
    started: float
    restarts: int = 0

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < START_TIME_TOLERANCE
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def signal(self, number: int) -> None:
        """Send a signal to the process and to what it started."""
        if self.alive:
            signal_group(self.pid, number)


class Running(Protocol):
    """Something that runs and can be signalled."""

    @property
    def alive(self) -> bool:
        """Whether it still runs."""

    def signal(self, number: int) -> None:
        """Send it a signal."""


def signal_group(pid: int, number: int) -> None:
    """Signal the process group that ``pid`` leads; nothing happens when it is gone."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def stop(processes: Sequence[Running], grace: float) -> None:
    """SIGTERM to all at once; what still runs after ``grace`` seconds gets SIGKILL."""
    for process in processes:
        process.signal(signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(process.alive for process in processes):
        if time.monotonic() > deadline:
            for process in processes:
                process.signal(signal.SIGKILL)
            deadline = float("inf")
        time.sleep(0.02)


def started_at(pid: int) -> float:
    """When the process ``pid`` started, in seconds since the epoch; now, when it is already gone."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return time.time()


def write(folder: Path, record: Record) -> None:
    """Store a record in ``<folder>/<name>.json``."""
    draft = folder / f"{record.name}.new"
    draft.write_text(json.dumps(asdict(record)) + "\n")
    draft.replace(folder / f"{record.name}.json")


def read(folder: Path) -> dict[str, Record]:
    """All records in ``folder`` by name; an unreadable file is none (its writer was killed)."""
    found = {}
    for file in sorted(folder.glob("*.json")):
        try:
            found[file.stem] = Record(**json.loads(file.read_text()))
        except (ValueError, TypeError, FileNotFoundError):
            continue
    return found


def remove(folder: Path, names: Iterable[str]) -> None:
    """Forget the records of ``names``."""
    for name in names:
        (folder / f"{name}.json").unlink(missing_ok=True)
