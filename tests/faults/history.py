"""What clients and nemesis did, in files that outlive the rig: a JSON line before everything they do, and one after it.

A client's attempt begins with `invoke` and ends with `ok` (acknowledged), `unknown` (no answer, or one that leaves it open: the
client repeats with the same key) or `refused` (it will never be done). A strike of the nemesis begins with `strike` and ends
with `over`.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NEMESIS = "nemesis"


class Recorder:
    """Appends to one actor's file; a line is with the kernel before the actor goes on."""

    def __init__(self, folder: Path, actor: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(folder / f"{actor}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, do: str, **facts: Any) -> None:
        """Append a line with the time; whole lines are written at once."""
        os.write(self._file, json.dumps({"do": do, "at": time.time(), **facts}).encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request for an operation: when it began (seconds since the epoch), how it ended, and after how many seconds."""

    op: str
    began: float
    seconds: float
    outcome: str
    answer: str
    """The HTTP status with the problem's code, or the error that came instead of an answer."""
    digest: str
    """A hash of the answer's body."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault: its name, and from when to when it lasted (seconds since the epoch)."""

    fault: str
    began: float
    ended: float


@dataclass
class History:
    """All of it, as read from the files. An operation that was begun and has no end is of unknown outcome."""

    attempts: list[Attempt] = field(default_factory=list)
    attempted: set[str] = field(default_factory=set)
    strikes: list[Strike] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> "History":
        """Read every file of a folder; the last line of an actor that was killed may be incomplete."""
        found = cls()
        for file in sorted(folder.glob("*.jsonl")):
            if file.stem == NEMESIS:
                found._strikes(_lines(file))
            else:
                found._attempts(_lines(file))
        return found

    @property
    def acknowledged(self) -> set[str]:
        """The operations that were answered as done at least once."""
        return {attempt.op for attempt in self.attempts if attempt.outcome == "ok"}

    @property
    def refused(self) -> list[str]:
        """The operations that were refused for good, with the answer."""
        return [f"{attempt.op}: {attempt.answer}" for attempt in self.attempts if attempt.outcome == "refused"]

    @property
    def answers(self) -> Counter[str]:
        """How often each answer was given."""
        return Counter(attempt.answer for attempt in self.attempts)

    @property
    def faults(self) -> Counter[str]:
        """How often each fault struck."""
        return Counter(strike.fault for strike in self.strikes)

    @property
    def bodies(self) -> Mapping[str, set[str]]:
        """The different acknowledging answers of each operation; one when a repeat is answered as the first time."""
        found: dict[str, set[str]] = {}
        for attempt in self.attempts:
            if attempt.outcome == "ok":
                found.setdefault(attempt.op, set()).add(attempt.digest)
        return found

    def _attempts(self, lines: Iterator[dict[str, Any]]) -> None:
        invoked: dict[str, Any] = {}
        for line in lines:
            if line["do"] == "invoke":
                invoked = line
                self.attempted.add(line["op"])
            else:
                seconds = line["at"] - invoked["at"]
                self.attempts.append(
                    Attempt(line["op"], invoked["at"], seconds, line["do"], line["answer"], line["digest"])
                )

    def _strikes(self, lines: Iterator[dict[str, Any]]) -> None:
        begun: dict[str, float] = {}
        for line in lines:
            if line["do"] == "strike":
                begun[line["fault"]] = line["at"]
            else:
                self.strikes.append(Strike(line["fault"], begun.pop(line["fault"]), line["at"]))


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    for text in file.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(text)
        except ValueError:
            return
