"""The record of a run: what was measured, on which machine, from which commit."""

import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import psutil

from bench.figures import Figure, Result, Target
from deploy.local.home import CHECKOUT


@dataclass(frozen=True)
class Record:
    """A measurement of the run: its result, or why there is none; and the seconds that it took."""

    key: str
    title: str
    seconds: float
    result: Result | None
    failure: str | None = None

    @property
    def holds(self) -> bool:
        """Whether there is a result, and every target is met."""
        return self.result is not None and self.result.holds

    def plain(self) -> dict[str, Any]:
        """The record, ready for JSON."""
        told: dict[str, Any] = {"key": self.key, "title": self.title, "seconds": round(self.seconds, 1)}
        if self.result is None:
            return told | {"failure": self.failure}
        return told | {
            "holds": self.holds,
            "figures": [_figure(figure) for figure in self.result.figures],
            "targets": [_target(target) for target in self.result.targets],
            "notes": list(self.result.notes),
            "charts": [asdict(chart) for chart in self.result.charts],
        }


@dataclass(frozen=True)
class Circumstances:
    """When, from which commit, how much and where."""

    at: datetime
    commit: str
    scale: str
    processor: str
    cores: int
    memory_gib: float
    system: str
    python: str

    @classmethod
    def now(cls, scale: str) -> Self:
        """Those of this moment."""
        return cls(
            at=datetime.now(UTC),
            commit=_commit(),
            scale=scale,
            processor=_processor(Path("/proc/cpuinfo")),
            cores=os.cpu_count() or 1,
            memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
            system=f"{platform.system()} {platform.release()}",
            python=platform.python_version(),
        )

    def plain(self) -> Mapping[str, Any]:
        """The circumstances, ready for JSON."""
        return {**asdict(self), "at": self.at.isoformat(timespec="seconds")}


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "subject": figure.subject,
        "what": figure.what,
        "unit": figure.unit,
        "median": figure.median,
        "low": figure.low,
        "high": figure.high,
        "repetitions": list(figure.values),
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "what": target.what,
        "sense": target.sense,
        "bound": target.bound,
        "measured": target.figure.median,
        "holds": target.holds,
    }


def _commit() -> str:
    """The commit that is checked out, with "-dirty" when there are changes; empty outside a repository."""
    command = ["git", "--no-optional-locks", "describe", "--always", "--dirty", "--abbrev=12"]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False).stdout.strip()


def _processor(information: Path) -> str:
    lines = information.read_text().splitlines() if information.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
