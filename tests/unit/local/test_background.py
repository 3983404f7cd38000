"""A detached stack tells how its start went, runs on alone, and stops when it is told to."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import background, records
from deploy.local.errors import NotRunning
from deploy.local.home import CHECKOUT
from deploy.local.loopback import answers_ok
from tests.unit.local.stand_ins import make_stack, until

SCRIPT = """
import json, os, sys
from pathlib import Path
from deploy.local import background
from tests.unit.local.stand_ins import make_stack
options = json.loads(sys.argv[3])
with os.fdopen(int(sys.argv[2]), "w") as progress:
    stack = make_stack(Path(sys.argv[1]), report=lambda *said: background.tell(progress, *said), **options)
    background.run(stack, progress)
"""


def supervise(home: Path, **options: object) -> tuple[subprocess.Popen[bytes], list[list[object]]]:
    """Run a supervisor process; everything that it told until it was ready or failed."""
    reading, writing = os.pipe()
    command = [sys.executable, "-c", SCRIPT, str(home), str(writing), json.dumps(options)]
    process = subprocess.Popen(command, cwd=CHECKOUT, pass_fds=[writing], start_new_session=True)
    os.close(writing)
    with os.fdopen(reading) as progress:
        return process, [json.loads(line) for line in progress]


def test_it_tells_its_progress_and_runs_on(tmp_path: Path) -> None:
    """Who waits learns of each step and of the end of the start; the stack goes on until it is stopped."""
    process, told = supervise(tmp_path)
    assert ["talent", "starting"] in told
    assert told[-1] == [background.READY, ""]
    stack = make_stack(tmp_path).attach()
    assert answers_ok(stack.gateway_url)
    supervisor = stack.supervisor()
    assert supervisor is not None
    background.stop(stack, supervisor)
    assert process.wait(10) == 0
    assert records.read(tmp_path / "run") == {}
    with pytest.raises(NotRunning):
        stack.attach()


def test_it_tells_why_it_could_not_start(tmp_path: Path) -> None:
    """The message and the log that explains it arrive; the exit code is not 0."""
    process, told = supervise(tmp_path, extra_env={"talent": {"STAND_IN": "fail"}})
    name, message = told[-1]
    assert name == background.FAILED
    assert message == {
        "error": "talent ended with exit code 3 instead of becoming ready",
        "log": str(tmp_path / "logs" / "talent.log"),
    }
    assert process.wait(10) == 1


def test_a_supervisor_that_does_not_obey_is_killed_and_cleaned_up_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`down` succeeds also when the supervisor hangs."""
    process, _ = supervise(tmp_path)
    stack = make_stack(tmp_path)
    supervisor = stack.supervisor()
    assert supervisor is not None
    left = [record for name, record in records.read(tmp_path / "run").items() if name != "supervisor"]
    monkeypatch.setattr(background, "STOP_SECONDS", 0.2)
    os.kill(process.pid, signal.SIGSTOP)
    background.stop(stack, supervisor)
    assert process.wait(10) == -signal.SIGKILL
    assert not any(record.alive for record in left)


def test_a_second_signal_does_not_interrupt_stopping(tmp_path: Path) -> None:
    """Ctrl-C pressed twice stops as cleanly as pressed once."""
    process, _ = supervise(tmp_path, extra_env={"talent": {"STAND_IN": "deaf"}})
    os.kill(process.pid, signal.SIGINT)
    until(lambda: "gateway" not in records.read(tmp_path / "run"))
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(20) == 0
    assert records.read(tmp_path / "run") == {}
