"""A file from anybody is read in a process of its own with so much memory and time: what it breaks there is nobody else's."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import BinaryIO

MEMORY = 512 << 20  # bytes of address space


class TookTooLong(Exception):
    """The machine is too busy: time was over before the file was read."""


class FellOver(Exception):
    """There is no answer: the file broke the process, or needed (`starved`) more than it may have."""

    def __init__(self, starved: bool) -> None:
        super().__init__(starved)
        self.starved = starved


def ask(module: str, file: BinaryIO, **environment: str) -> bytes:
    """What `python -m module`, which calls `answer`, says of a file. Raises TookTooLong, FellOver."""
    file.flush()
    file.seek(0)
    done = subprocess.run(  # noqa: S603 - our own module
        (sys.executable, "-W", "ignore", "-m", module),
        stdin=file,
        capture_output=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path), **environment},
        check=False,
    )
    if done.returncode == -signal.SIGALRM:
        raise TookTooLong
    if done.returncode != 0:
        raise FellOver(starved=done.returncode < 0)
    return done.stdout


def answer(tell: Callable[[BinaryIO], bytes], processor_seconds: int, seconds: int) -> None:
    """In that process: say of the file on standard input what `tell` does, within these limits and MEMORY."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))
    signal.alarm(seconds)
    with os.fdopen(0, "rb") as file:
        told = tell(file)
    sys.stdout.buffer.write(told)
