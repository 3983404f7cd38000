"""Where a stack keeps its things: the folder ``.callboard/`` of the checkout."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
"""The top folder of the checkout that this package belongs to."""


@dataclass(frozen=True)
class Home:
    """The folders and files of one stack. Two stacks with two homes do not see each other."""

    path: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Home:
        """``CALLBOARD_HOME`` when set, else ``.callboard`` in the checkout."""
        return cls(Path(environment.get("CALLBOARD_HOME") or CHECKOUT / ".callboard").absolute())

    @property
    def credentials(self) -> Path:
        """Passwords and keys, readable by their owner only."""
        return self.path / "credentials"

    @property
    def logs(self) -> Path:
        """One file per process, and the supervisor's own."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """What runs now: one record per process, and the lock of the stack."""
        return self.path / "run"

    @property
    def ports_file(self) -> Path:
        """The ports chosen at the first start."""
        return self.path / "ports.json"

    @property
    def demo_marker(self) -> Path:
        """Exists once the demo alliance has been loaded into this stack."""
        return self.path / "demo-loaded"

    def data(self, server: str) -> Path:
        """The data folder of a server of the stack."""
        return self.path / server

    def create(self) -> None:
        """Make the folders; nobody but the owner may look inside."""
        for folder in (self.path, self.credentials, self.logs, self.run):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
