"""A supervised process is started again when it ends, until it is stopped."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local import records, supervisor
from deploy.local.errors import UnknownProcess
from deploy.local.records import Record
from deploy.local.supervisor import ProcessSpec, Supervisor
from tests.unit.local.stand_ins import STAND_IN, until


class Bench:
    """A supervisor, and everything it reported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports: list[tuple[str, str]] = []
        self.supervisor = Supervisor(folder, folder, lambda name, message: self.reports.append((name, message)))

    def start(self, name: str, mode: str = "", fit: Callable[[], bool] | None = None) -> None:
        """Supervise a stand-in."""
        command = (sys.executable, "-S", str(STAND_IN), name)
        self.supervisor.start(ProcessSpec(name, command, {"STAND_IN": mode}, self.folder, fit))
        if mode != "fail":
            until(lambda: "environment" in self.log(name))

    def log(self, name: str) -> str:
        """What the process wrote so far."""
        return self.supervisor.log(name).read_text()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A supervisor whose processes are all stopped at the end."""
    made = Bench(tmp_path)
    yield made
    made.supervisor.stop(made.supervisor.names(), 5)
    made.supervisor.end()


def test_a_killed_process_is_started_again_and_reported(bench: Bench) -> None:
    """The next instance has another pid, the record on disk counts the restart, and the report says why."""
    bench.start("talent")
    killed = bench.supervisor.kill("talent", signal.SIGKILL)
    until(lambda: records.read(bench.folder)["talent"].restarts == 1)
    now = bench.supervisor.record("talent")
    assert now.pid != killed
    assert now.alive
    assert records.read(bench.folder)["talent"] == now
    until(lambda: len(bench.reports) == 2)
    assert bench.reports == [
        ("talent", "ended with signal 9, starts again in 0.2 s"),
        ("talent", f"started again, pid {now.pid}"),
    ]


def test_after_kill_minus_9_the_instance_is_gone(bench: Bench) -> None:
    """Who waits for readiness after a kill waits for the next instance, never sees the old one."""
    bench.start("talent")
    instance = bench.supervisor.record("talent")
    bench.supervisor.kill("talent", signal.SIGKILL)
    assert not instance.alive


def test_what_runs_but_cannot_work_is_killed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """After two failed examinations in a row, not after one; the next instance is examined anew."""
    monkeypatch.setattr(supervisor, "EXAMINED_EVERY", 0.02)
    answers = iter([False, True, False, False])
    bench.start("broker", fit=lambda: next(answers, True))
    until(lambda: len(bench.reports) == 3)
    assert bench.reports[:2] == [
        ("broker", "runs but cannot work, is killed"),
        ("broker", "ended with signal 9, starts again in 0.2 s"),
    ]
    assert bench.supervisor.record("broker").restarts == 1


def test_the_delay_doubles_with_each_crash_in_a_row(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that cannot start does not burn the machine; the delay is capped."""
    monkeypatch.setattr(supervisor, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(supervisor, "LONGEST_DELAY", 0.04)
    bench.start("talent", "fail")
    until(lambda: len(bench.reports) >= 10)
    delays = [message.split()[-2] for _, message in bench.reports if message.startswith("ended")]
    assert delays[:4] == ["0.01", "0.02", "0.04", "0.04"]
    assert "ended with exit code 3" in bench.reports[0][1]


def test_a_process_that_ran_steadily_starts_again_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crashes that are far apart do not add up."""
    monkeypatch.setattr(supervisor, "STEADY_AFTER", 0.0)
    bench.start("talent")
    for restarts in (1, 2, 3):
        bench.supervisor.kill("talent", signal.SIGKILL)
        until(lambda wanted=restarts: bench.supervisor.record("talent").restarts == wanted)  # type: ignore[misc]
    assert [message for _, message in bench.reports if message.startswith("ended")] == [
        "ended with signal 9, starts again in 0.2 s"
    ] * 3


def test_stopping_drains_and_stays_down(bench: Bench) -> None:
    """SIGTERM lets the process finish; nothing starts it again and its record is gone."""
    bench.start("talent")
    instance = bench.supervisor.record("talent")
    bench.supervisor.stop(["talent"], 5)
    assert not instance.alive
    assert bench.log("talent").endswith("drained\n")
    assert records.read(bench.folder) == {}
    with pytest.raises(UnknownProcess, match="no process named talent"):
        bench.supervisor.record("talent")
    assert bench.reports == []


def test_a_process_that_ignores_sigterm_is_killed_after_the_grace(bench: Bench) -> None:
    """Stopping has a deadline."""
    bench.start("talent", "deaf")
    instance = bench.supervisor.record("talent")
    bench.supervisor.stop(["talent"], 0.2)
    assert not instance.alive


def test_what_a_process_started_goes_with_it(bench: Bench) -> None:
    """A process is signalled with its whole group, so it leaves no child behind."""
    bench.start("talent", "orphan")
    [child] = psutil.Process(bench.supervisor.record("talent").pid).children()
    bench.supervisor.stop(["talent"], 5)
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_the_terminals_ctrl_c_does_not_reach_a_process(bench: Bench) -> None:
    """Each process has a session of its own: the supervisor alone decides in which order they stop."""
    bench.start("talent")
    pid = bench.supervisor.record("talent").pid
    assert os.getsid(pid) == pid


def test_a_log_that_grew_too_long_is_moved_aside(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process goes on writing to the same file, which starts empty; one older generation is kept."""
    monkeypatch.setattr(supervisor, "LOG_CHECK_INTERVAL", 0.01)
    bench.start("talent")
    monkeypatch.setattr(supervisor, "LOG_LIMIT", 10)
    old = bench.folder / "talent.log.1"
    until(lambda: old.exists() and bench.log("talent") == "")
    assert "environment" in old.read_text()
    monkeypatch.setattr(supervisor, "LOG_LIMIT", 1_000_000)
    bench.supervisor.stop(["talent"], 5)
    assert bench.log("talent") == "drained\n"


def test_a_reused_pid_is_not_taken_for_ours(bench: Bench) -> None:
    """The start time tells two processes with one pid apart, so a stranger is never signalled."""
    bench.start("talent")
    ours = bench.supervisor.record("talent")
    stranger = Record("talent", ours.pid, ours.started - 3600)
    assert not stranger.alive
    stranger.signal(signal.SIGKILL)
    assert ours.alive


def test_an_unreadable_record_is_none(tmp_path: Path) -> None:
    """A supervisor that was killed while it wrote does not keep the next one from starting."""
    (tmp_path / "talent.json").write_text('{"name": "tal')
    (tmp_path / "gateway.json").write_text('{"pid": 1}')
    assert records.read(tmp_path) == {}
