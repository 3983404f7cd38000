"""A stack: what it starts, with which settings, and what it does when something goes wrong."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from deploy.local import records, status
from deploy.local import stack as stacks
from deploy.local.errors import AlreadyRunning, NotReady, NotRunning, PortTaken, ProcessExited
from deploy.local.home import CHECKOUT
from deploy.local.loopback import LOOPBACK, answers_ok
from deploy.local.stack import Stack
from tests.unit.local.stand_ins import make_stack, until


def settings_of(stack: Stack, name: str) -> dict[str, str]:
    """The environment that a stand-in found."""
    first_line = stack.log(name).read_text().splitlines()[0]
    environment: dict[str, str] = json.loads(first_line)["environment"]
    return {key: value for key, value in environment.items() if key.startswith("CALLBOARD_")}


def test_every_process_is_ready_when_start_returns(stack: Stack) -> None:
    """Who has a started stack can use the gateway at once."""
    assert answers_ok(stack.gateway_url)
    assert all(stack.is_ready(name) for name in ("talent", "gateway"))


def test_secrets_are_given_as_private_files(stack: Stack) -> None:
    """The environment, which others may read, has only the paths; each process has keys of its own."""
    talent, gateway = settings_of(stack, "talent"), settings_of(stack, "gateway")
    assert Path(talent["CALLBOARD_AMQP_URL_FILE"]).read_text() == "amqp://somewhere.invalid/"
    assert Path(talent["CALLBOARD_MONGO_URL_FILE"]).read_text() == "mongodb://somewhere.invalid/"
    for settings in (talent, gateway):
        for name in settings:
            if name.endswith("_FILE"):
                assert stat.S_IMODE(Path(settings[name]).stat().st_mode) == 0o600
    assert talent["CALLBOARD_MASTER_KEY_FILE"] != gateway["CALLBOARD_MASTER_KEY_FILE"]
    assert stat.S_IMODE(stack.home.path.stat().st_mode) == 0o700


def test_keys_are_given_only_to_those_who_need_them(tmp_path: Path) -> None:
    """The ledger's key is compliance's, the seal's is talent's, the token keys are the gateway's, distribution encrypts nothing."""
    with make_stack(tmp_path, processes=stacks.PROCESSES) as stack:
        holders = {
            key: {name for name in stacks.PROCESSES if f"CALLBOARD_{key}_FILE" in settings_of(stack, name)}
            for key in ("LEDGER_KEY", "SEAL_KEY", "TOKEN_KEYS", "MASTER_KEY")
        }
    assert holders == {
        "LEDGER_KEY": {"compliance"},
        "SEAL_KEY": {"talent"},
        "TOKEN_KEYS": {"gateway"},
        "MASTER_KEY": {"talent", "production", "compliance", "gateway"},
    }


def test_settings_of_the_user_that_the_stack_decides_are_not_inherited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value of the user would win over the file of the stack; what the stack does not decide passes."""
    monkeypatch.setenv("CALLBOARD_AMQP_URL", "amqp://elsewhere/")
    monkeypatch.setenv("CALLBOARD_LOG_LEVEL", "debug")
    with make_stack(tmp_path, extra_env={"talent": {"CALLBOARD_MAX_WORKERS": "7"}}) as stack:
        settings = settings_of(stack, "talent")
        assert "CALLBOARD_AMQP_URL" not in settings
        assert settings["CALLBOARD_LOG_LEVEL"] == "debug"
        assert settings["CALLBOARD_MAX_WORKERS"] == "7"
        assert "CALLBOARD_MAX_WORKERS" not in settings_of(stack, "gateway")


def test_copies_of_the_gateway_share_its_port(tmp_path: Path) -> None:
    """A second copy runs the same service with the same public port and an internal port of its own."""
    with make_stack(tmp_path, processes=("gateway", "gateway-2")) as stack:
        one, two = settings_of(stack, "gateway"), settings_of(stack, "gateway-2")
        assert one["CALLBOARD_HTTP_PORT"] == two["CALLBOARD_HTTP_PORT"]
        assert one["CALLBOARD_INTERNAL_PORT"] != two["CALLBOARD_INTERNAL_PORT"]
        assert json.loads(stack.log("gateway-2").read_text().splitlines()[0])["arguments"] == ["gateway"]


def test_two_homes_run_side_by_side(tmp_path: Path) -> None:
    """Two checkouts do not get in each other's way, also when they start at the same time."""
    with make_stack(tmp_path / "one") as one, make_stack(tmp_path / "two") as two:
        assert one.gateway_url != two.gateway_url
        assert answers_ok(one.gateway_url)
        assert answers_ok(two.gateway_url)


def test_a_home_has_one_supervisor(stack: Stack) -> None:
    """A second start says that the first one runs, and disturbs nothing."""
    with pytest.raises(AlreadyRunning, match="is running already"):
        make_stack(stack.home.path).start()
    assert answers_ok(stack.gateway_url)


def test_a_process_that_ends_at_the_start_fails_the_start(tmp_path: Path) -> None:
    """The error names the process and its log, and nothing is left running."""
    stack = make_stack(tmp_path, extra_env={"gateway": {"STAND_IN": "fail"}})
    with pytest.raises(ProcessExited, match="gateway ended with exit code 3") as failure:
        stack.start()
    assert failure.value.log is not None
    assert "CALLBOARD_SOMETHING is not set" in failure.value.log.read_text()
    assert records.read(stack.home.run) == {}


def test_a_process_that_never_becomes_ready_fails_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting has a deadline."""
    monkeypatch.setattr(stacks, "START_SECONDS", 0.3)
    with pytest.raises(NotReady, match="talent was not ready"):
        make_stack(tmp_path, extra_env={"talent": {"STAND_IN": "starting"}}).start()


def test_a_taken_port_that_was_asked_for_is_an_error(tmp_path: Path) -> None:
    """The user chose the port; another one would be a surprise."""
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} is in use"):
            make_stack(tmp_path, http_port=port).start()


def test_a_killed_process_becomes_ready_again(stack: Stack) -> None:
    """What fault tests do: kill, wait, go on."""
    killed = stack.kill("talent", signal.SIGKILL)
    stack.wait_ready("talent", 10)
    assert stack.record("talent").pid != killed
    assert stack.record("talent").restarts == 1


def test_a_stopped_process_stays_down_until_it_is_started(stack: Stack) -> None:
    """What rolling restarts do."""
    stack.stop_process("talent")
    assert not stack.is_ready("talent")
    stack.start_process("talent")
    stack.wait_ready("talent", 10)


def test_stopping_is_quick_and_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with processes that ignore SIGTERM everything is gone within the sum of the graces."""
    monkeypatch.setattr(stacks, "GATEWAY_GRACE", 0.2)
    monkeypatch.setattr(stacks, "SERVICE_GRACE", 0.2)
    deaf = {"STAND_IN": "deaf"}
    stack = make_stack(tmp_path, extra_env={"talent": deaf, "gateway": deaf})
    stack.start()
    instances = [stack.record(name) for name in ("talent", "gateway")]
    began = time.monotonic()
    stack.stop()
    assert time.monotonic() - began < 3
    assert not any(instance.alive for instance in instances)
    assert records.read(stack.home.run) == {}


def test_the_gateway_stops_before_the_services(stack: Stack) -> None:
    """It still needs them for the requests that it finishes."""
    stack.start_process("production")
    stack.wait_ready("production", 10)
    stack.stop()
    written = {name: stack.log(name).stat().st_mtime_ns for name in ("talent", "production", "gateway")}
    assert min(written, key=lambda name: written[name]) == "gateway"


def test_the_graces_add_up_to_less_than_ten_seconds() -> None:
    """Ctrl-C ends everything within 10 s, whatever a process does."""
    assert stacks.GATEWAY_GRACE + stacks.SERVICE_GRACE + stacks.SERVER_GRACE < 10


def test_what_a_killed_supervisor_left_is_found_and_stopped(tmp_path: Path) -> None:
    """After kill -9 of the supervisor its processes run on; status shows them, the next start replaces them."""
    script = (
        "import signal, sys; from pathlib import Path; from tests.unit.local.stand_ins import make_stack\n"
        "make_stack(Path(sys.argv[1])).start(); print('up', flush=True); signal.pause()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "up\n"
        supervisor.kill()
    left = [record for name, record in records.read(tmp_path / "run").items() if name != stacks.SUPERVISOR]
    assert [record.alive for record in left] == [True, True]
    assert {row.state for row in status.of_stack(make_stack(tmp_path))} == {"left over"}
    with make_stack(tmp_path) as stack:
        assert not any(record.alive for record in left)
        assert all(stack.is_ready(name) for name in ("talent", "gateway"))


def test_status_shows_each_process(stack: Stack) -> None:
    """From another process, with nothing but the home."""
    rows = {row.name: row for row in status.of_stack(make_stack(stack.home.path))}
    assert set(rows) == {"supervisor", "talent", "gateway"}
    assert rows["supervisor"].pid == os.getpid()
    assert rows["gateway"].address == stack.gateway_url
    assert rows["talent"].ready is True
    stack.stop_process("talent")
    records.write(stack.home.run, records.Record("talent", rows["talent"].pid, 0.0, 4))
    crashed = next(row for row in status.of_stack(make_stack(stack.home.path)) if row.name == "talent")
    assert (crashed.state, crashed.restarts, crashed.ready, crashed.uptime) == ("restarting", 4, False, None)


def test_attaching_needs_a_running_stack(tmp_path: Path) -> None:
    """Commands that need the stack say how to start it."""
    with pytest.raises(NotRunning, match=r"start it with \./callboard up"):
        make_stack(tmp_path).attach()


def test_attaching_learns_the_addresses(stack: Stack) -> None:
    """Another terminal finds the gateway."""
    assert make_stack(stack.home.path).attach().gateway_url == stack.gateway_url


@pytest.mark.parametrize(("seconds", "text"), [(59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (11100, "3 h 05 min")])
def test_a_duration_is_short(seconds: float, text: str) -> None:
    """Uptimes are read at a glance."""
    assert status.duration(seconds) == text


def test_nothing_of_the_stand_ins_is_left(tmp_path: Path) -> None:
    """After leaving the context no process is a child of this one any more."""
    with make_stack(tmp_path):
        pass
    until(lambda: not psutil.Process().children())
