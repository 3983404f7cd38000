"""The faults: each has a name and strikes once, and when `strike` returns it is over and its victim works again.

A new one is a class of ten lines like these; the nemesis takes any of them.
"""

import signal
import threading
from dataclasses import dataclass
from typing import Protocol

from deploy.local.stack import Stack
from tests.faults.wired import Wired
from tests.faults.witness import lease_holder

READY_SECONDS = 60.0


class Fault(Protocol):
    """Something that goes wrong and ends."""

    @property
    def name(self) -> str:
        """What goes wrong, for the report."""

    def strike(self, stack: Stack) -> None:
        """Do it, and return when the victim is well again."""


@dataclass(frozen=True)
class Kill:
    """A process or server dies at once."""

    target: str

    @property
    def name(self) -> str:
        """As a shell would say it."""
        return f"kill -9 {self.target}"

    def strike(self, stack: Stack) -> None:
        """SIGKILL; the supervisor starts it again."""
        stack.kill(self.target, signal.SIGKILL)
        stack.wait_ready(self.target, READY_SECONDS)


@dataclass(frozen=True)
class KillSequencer:
    """Of the copies of compliance, the one that appends to the ledger dies at once."""

    name: str = "kill -9 sequencer"

    def strike(self, stack: Stack) -> None:
        """SIGKILL to whoever holds the lease."""
        Kill(lease_holder(stack)).strike(stack)


@dataclass(frozen=True)
class Restart:
    """A process is asked to stop and is started again."""

    target: str

    @property
    def name(self) -> str:
        """As a shell would say it."""
        return f"kill -TERM {self.target}"

    def strike(self, stack: Stack) -> None:
        """SIGTERM, and its time to drain."""
        stack.stop_process(self.target, grace=12)
        stack.start_process(self.target)
        stack.wait_ready(self.target, READY_SECONDS)


@dataclass(frozen=True)
class Pause:
    """A process or server stands still for some seconds, as on a machine that is out of breath."""

    target: str
    seconds: float

    @property
    def name(self) -> str:
        """The same however long it lasts."""
        return f"pause {self.target}"

    def strike(self, stack: Stack) -> None:
        """SIGSTOP, later SIGCONT."""
        stack.kill(self.target, signal.SIGSTOP)
        try:
            threading.Event().wait(self.seconds)
        finally:
            stack.kill(self.target, signal.SIGCONT)
        stack.wait_ready(self.target, READY_SECONDS)


@dataclass(frozen=True)
class Wire:
    """A link goes wrong for some seconds: `cut`, `hold`, or `pass` with every piece `late` seconds late."""

    link: str
    mode: str
    seconds: float
    late: float = 0.0

    @property
    def name(self) -> str:
        """The same however long it lasts."""
        return f"{'delay' if self.mode == 'pass' else self.mode} {self.link}"

    def strike(self, stack: Stack) -> None:
        """Change the link and change it back."""
        assert isinstance(stack, Wired)
        with stack.changed(self.link, self.mode, self.late):
            threading.Event().wait(self.seconds)
        stack.wait_ready(self.link.partition("-to-")[0], READY_SECONDS)
