"""What can go wrong with the embedded stack. Every message is one line that a person can act on."""

from __future__ import annotations

from pathlib import Path


class StackError(Exception):
    """The stack cannot do what was asked; ``log`` is the file that says more, when there is one."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log


class AlreadyRunning(StackError):
    """Another supervisor runs the stack of this home."""


class CredentialsLost(StackError):
    """A server's data exists, but the password that opens it does not."""


class NotRunning(StackError):
    """The stack of this home does not run."""


class NotReady(StackError):
    """A process runs but did not become ready in time."""


class PackageMissing(StackError):
    """The system lacks a package, and it could not be installed."""


class PortTaken(StackError):
    """The port that was asked for is in use by another program."""


class ProcessExited(StackError):
    """A process ended where it should have become ready."""


class StartFailed(StackError):
    """The detached stack did not become ready."""


class BrokerRefused(StackError):
    """The broker refuses a user, a permission or the committed topology."""


class UnknownProcess(StackError):
    """The stack has no process of that name."""
