"""A stack without a terminal: a process of its own that tells how the start went, and goes on alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from typing import IO

from deploy.local import signals
from deploy.local.errors import StackError, StartFailed
from deploy.local.home import CHECKOUT
from deploy.local.records import Record
from deploy.local.stack import SUPERVISOR, Stack
from deploy.local.supervisor import Report

READY = "ready"
FAILED = "failed"
STOP_SECONDS = 15.0


def start(stack: Stack, arguments: Iterable[str], report: Report) -> None:
    """Run ``python -m deploy.local supervise`` detached and return when its stack is ready. Raises StartFailed."""
    stack.home.create()
    reading, writing = os.pipe()
    log = stack.home.logs / f"{SUPERVISOR}.log"
    with log.open("ab") as output:
        subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "supervise", "--report-to", str(writing), *arguments],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[writing],
            start_new_session=True,
        )
    os.close(writing)
    with os.fdopen(reading) as progress:
        for line in progress:
            name, message = json.loads(line)
            if name == READY:
                return
            if name == FAILED:
                raise StartFailed(message["error"], message["log"])
            report(name, message)
    raise StartFailed("the supervisor ended without a word", log)


def run(stack: Stack, progress: IO[str] | None) -> None:
    """Be the supervisor: start the stack, say so on ``progress``, and run it until a signal ends it."""
    signals.interrupt_once()
    try:
        try:
            stack.start()
        except StackError as error:
            tell(progress, FAILED, {"error": str(error), "log": str(error.log) if error.log else None})
            sys.exit(1)
        tell(progress, READY, "")
        if progress is not None:
            progress.close()
        while True:
            signal.pause()
    except KeyboardInterrupt:
        stack.stop()


def tell(progress: IO[str] | None, name: str, message: object) -> None:
    """One line for the process that started this one."""
    if progress is not None and not progress.closed:
        progress.write(json.dumps([name, message]) + "\n")
        progress.flush()


def stop(stack: Stack, supervisor: Record) -> None:
    """Ask the supervisor of a stack to stop everything; one that does not obey is killed, and what it left stopped."""
    os.kill(supervisor.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while supervisor.alive:
        if time.monotonic() > deadline:
            os.kill(supervisor.pid, signal.SIGKILL)
        time.sleep(0.05)
    stack.stop_leftovers()
