"""Runs processes, each in a session of its own, and starts again what crashed, or runs without being able to work."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import records
from deploy.local.errors import UnknownProcess
from deploy.local.records import Record

FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
"""Seconds between a crash and the restart: the delay doubles with each crash in a row."""
STEADY_AFTER = 30.0
"""Seconds after which a process counts as steady: its next crash is the first one again."""
WATCH_INTERVAL = 0.05
EXAMINED_EVERY = 5.0
FAILURES_ALLOWED = 1
"""Examinations in a row that a process may fail before it is killed."""
LOG_LIMIT = 20 * 1024 * 1024
"""Bytes of a log file; one older generation is kept."""
LOG_CHECK_INTERVAL = 5.0

Report = Callable[[str, str], None]
"""Called with the name of a process and what happened to it."""


def silent(_name: str, _message: str) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class ProcessSpec:
    """What to run: a name, a command and its whole environment.

    ``fit`` tells of a running instance whether it can do its work; None when a process that cannot ends by itself.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    cwd: Path
    fit: Callable[[], bool] | None = None


class Child:
    """One supervised process: at most one instance of its command at a time."""

    def __init__(self, spec: ProcessSpec, run_folder: Path, log: Path) -> None:
        self.spec = spec
        self.log = log
        self.restarts = 0
        self.crashes_in_a_row = 0
        self.unfit_in_a_row = 0
        self.restart_at: float | None = None
        self._run_folder = run_folder
        self._start()

    @property
    def alive(self) -> bool:
        """Whether the instance runs."""
        return self._instance.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The instance's exit code, negative for a signal; None while it runs."""
        return self._instance.poll()

    def signal(self, number: int) -> None:
        """Signal the instance and everything in its session's group."""
        if self.alive:
            records.signal_group(self.record.pid, number)

    def restart(self) -> None:
        """Start the next instance."""
        self.restarts += 1
        self.restart_at = None
        self._start()

    def delay_after_crash(self) -> float:
        """Seconds to wait before the next start; counts the crash."""
        if time.monotonic() - self._since > STEADY_AFTER:
            self.crashes_in_a_row = 0
        self.crashes_in_a_row += 1
        return float(min(LONGEST_DELAY, FIRST_DELAY * 2 ** (self.crashes_in_a_row - 1)))

    def rotate_log(self) -> None:
        """Keep the log below its limit. The process goes on writing to the same file, which is emptied."""
        if self.log.stat().st_size > LOG_LIMIT:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)

    def _start(self) -> None:
        # The file is opened for appending, so that writing goes on at its start after it was emptied.
        with self.log.open("ab") as log:
            self._instance = subprocess.Popen(
                self.spec.command,
                env=dict(self.spec.environment),
                cwd=self.spec.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._since = time.monotonic()
        self.unfit_in_a_row = 0
        pid = self._instance.pid
        self.record = Record(self.spec.name, pid, records.started_at(pid), self.restarts)
        records.write(self._run_folder, self.record)


class Supervisor:
    """Starts, watches, restarts and stops processes; what it does to them is written to ``run_folder``."""

    def __init__(self, run_folder: Path, log_folder: Path, report: Report) -> None:
        self._run_folder = run_folder
        self._log_folder = log_folder
        self._report = report
        self._children: dict[str, Child] = {}
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, spec: ProcessSpec) -> None:
        """Run ``spec`` until it is stopped."""
        with self._lock:
            self._children[spec.name] = Child(spec, self._run_folder, self.log(spec.name))
            if not self._threads:
                self._threads = [threading.Thread(target=do, daemon=True) for do in (self._watch, self._examine)]
                for thread in self._threads:
                    thread.start()

    def stop(self, names: Iterable[str], grace: float) -> None:
        """Stop the named processes for good, all at once; after ``grace`` seconds with SIGKILL."""
        with self._lock:
            children = [self._children.pop(name) for name in names if name in self._children]
        records.stop(children, grace)
        records.remove(self._run_folder, [child.spec.name for child in children])

    def end(self) -> None:
        """Stop watching. Processes that were not stopped before go on without supervision."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def names(self) -> list[str]:
        """What is supervised, in the order of starting."""
        with self._lock:
            return list(self._children)

    def record(self, name: str) -> Record:
        """The present instance of a process: pid, start, restarts so far."""
        return self._child(name).record

    def exit_code(self, name: str) -> int | None:
        """How the present instance ended, negative for a signal; None while it runs."""
        return self._child(name).exit_code

    def kill(self, name: str, number: int) -> int:
        """Send a signal to the present instance and return its pid. It is started again when that ends it.

        After SIGKILL the instance is gone when this returns.
        """
        with self._lock:
            instance = self._child(name).record
            instance.signal(number)
        while number == signal.SIGKILL and instance.alive:
            time.sleep(WATCH_INTERVAL)
        return instance.pid

    def log(self, name: str) -> Path:
        """The file with everything that the process wrote."""
        return self._log_folder / f"{name}.log"

    def _child(self, name: str) -> Child:
        with self._lock:
            if name not in self._children:
                raise UnknownProcess(f"no process named {name} runs: there are {', '.join(self._children) or 'none'}")
            return self._children[name]

    def _watch(self) -> None:
        next_log_check = time.monotonic() + LOG_CHECK_INTERVAL
        while not self._ended.wait(WATCH_INTERVAL):
            with self._lock:
                for child in self._children.values():
                    self._revive(child)
                if time.monotonic() > next_log_check:
                    next_log_check = time.monotonic() + LOG_CHECK_INTERVAL
                    for child in self._children.values():
                        child.rotate_log()

    def _examine(self) -> None:
        """Kill what fails its examination: it is then started again like anything that crashed."""
        while not self._ended.wait(EXAMINED_EVERY):
            with self._lock:
                children = [child for child in self._children.values() if child.spec.fit is not None]
            for child in children:
                instance, fit = child.record, child.spec.fit
                if fit is None or not child.alive or fit():
                    child.unfit_in_a_row = 0
                    continue
                with self._lock:
                    child.unfit_in_a_row += 1
                    if child.unfit_in_a_row > FAILURES_ALLOWED and child.record == instance:
                        self._report(child.spec.name, "runs but cannot work, is killed")
                        child.signal(signal.SIGKILL)

    def _revive(self, child: Child) -> None:
        if child.alive:
            return
        if child.restart_at is None:
            delay = child.delay_after_crash()
            child.restart_at = time.monotonic() + delay
            self._report(child.spec.name, f"ended with {describe_exit(child.exit_code)}, starts again in {delay:g} s")
        elif time.monotonic() >= child.restart_at:
            child.restart()
            self._report(child.spec.name, f"started again, pid {child.record.pid}")


def describe_exit(code: int | None) -> str:
    """An exit code in words: ``exit code 1``, ``signal 9``."""
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
