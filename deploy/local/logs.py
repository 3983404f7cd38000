"""Reads the logs of a stack: JSON lines of several processes merged by time, as lines for people."""

from __future__ import annotations

import heapq
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

POLL_INTERVAL = 0.2
STANDARD = ("time", "level", "service", "event")


@dataclass(frozen=True, order=True)
class Line:
    """One entry of a log. ``time`` is ISO 8601 in UTC; a line without one has that of the line before it."""

    time: str
    process: str
    level: str
    text: str


class LogFile:
    """A log file that is read bit by bit while it grows, and again from its start when it was emptied."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0
        self._time = ""

    def lines(self) -> Iterator[Line]:
        """The complete lines that were written since the last call."""
        if not self._path.exists():
            return
        if self._path.stat().st_size < self._position:
            self._position = 0
        with self._path.open("rb") as file:
            file.seek(self._position)
            for raw in file:
                if not raw.endswith(b"\n"):
                    break
                self._position += len(raw)
                line = parse(raw.decode(errors="replace").rstrip("\n"), self._path.stem, self._time)
                self._time = line.time
                yield line


def parse(raw: str, process: str, last_time: str = "") -> Line:
    """A line as a process wrote it: one of ours, one of mongod's, or plain text such as a traceback."""
    try:
        entry = json.loads(raw)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        return Line(last_time, process, "", raw)
    if "t" in entry and "msg" in entry:
        details = json.dumps(entry["attr"], ensure_ascii=False) if "attr" in entry else ""
        return Line(utc(entry["t"]["$date"]), process, mongod_level(entry["s"]), f"{entry['msg']} {details}".rstrip())
    details = " ".join(f"{name}={value}" for name, value in entry.items() if name not in STANDARD)
    text = f"{entry.get('event', '')}  {details}".strip()
    return Line(utc(entry.get("time", last_time)), process, entry.get("level", ""), text)


def utc(moment: str) -> str:
    """An ISO 8601 time in UTC in the one form that sorts: ``2026-11-22T13:46:57.319``."""
    return moment.replace("Z", "").replace("+00:00", "")


def mongod_level(severity: str) -> str:
    """mongod's one-letter severity in our words."""
    return {"F": "critical", "E": "error", "W": "warning", "I": "info"}.get(severity, "debug")


def merged(files: Iterable[LogFile]) -> Iterator[Line]:
    """What is new in all files, by time."""
    return heapq.merge(*(list(file.lines()) for file in files), key=lambda line: line.time)


def follow(files: Iterable[LogFile]) -> Iterator[Line]:
    """Everything in all files by time, then what is added, for ever."""
    opened = list(files)
    while True:
        yield from merged(opened)
        time.sleep(POLL_INTERVAL)


def last_lines(path: Path, count: int) -> list[str]:
    """The end of a log, for an error message."""
    if not path.exists():
        return []
    return path.read_text(errors="replace").splitlines()[-count:]
