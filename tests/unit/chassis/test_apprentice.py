"""An apprentice: started when there is work, replaced when it is gone, ended when nobody needs it."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from chassis import apprentice as apprentices
from chassis.apprentice import Apprentice, WorkRefused
from chassis.errors import WorkLost


@pytest.fixture
def apprentice() -> Iterator[Apprentice]:
    """One that does odd jobs."""
    made = Apprentice("tests.unit.chassis.odd_jobs")
    yield made
    made.stop()


def gone(pid: int) -> bool:
    """Whether the process ends within some seconds; one that nobody has waited for yet has ended too."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.01)
                continue
        return True
    return False


def test_it_answers_one_request_after_the_other(apprentice: Apprentice) -> None:
    """By one process, also what is larger than a socket takes at once."""
    long = os.urandom(3 << 20)
    assert apprentice.ask(long) == long[::-1]
    assert apprentice.ask(b"") == b""
    assert apprentice.ask(b"who") == apprentice.ask(b"who")


def test_it_says_why_it_cannot(apprentice: Apprentice) -> None:
    """And goes on with the next request."""
    with pytest.raises(WorkRefused, match=r"^ValueError: that is no job$"):
        apprentice.ask(b"fail")
    assert apprentice.ask(b"abc") == b"cba"


def test_it_says_why_it_does_not_begin(apprentice: Apprentice, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of its refusal."""
    monkeypatch.setenv("ODD_JOBS_REFUSE", "no tools")
    with pytest.raises(WorkRefused, match=r"^no tools$"):
        apprentice.start()


def test_one_that_falls_over_at_its_start_is_lost(apprentice: Apprentice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks hears that work was lost, not of a socket."""
    monkeypatch.setenv("ODD_JOBS_FALL", "1")
    with pytest.raises(WorkLost):
        apprentice.ask(b"abc")


def test_one_that_was_killed_is_replaced(apprentice: Apprentice) -> None:
    """Who asks notices nothing."""
    first = int(apprentice.ask(b"who"))
    os.kill(first, signal.SIGKILL)
    assert int(apprentice.ask(b"who")) != first


def test_a_request_that_kills_it_is_given_up(apprentice: Apprentice) -> None:
    """After a second try; the next request finds a new one."""
    with pytest.raises(WorkLost):
        apprentice.ask(b"fall")
    assert apprentice.ask(b"abc") == b"cba"


def test_one_that_is_too_slow_is_ended(apprentice: Apprentice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it, and it uses nothing any more."""
    monkeypatch.setattr(apprentices, "PATIENCE", 2)
    slow = int(apprentice.ask(b"who"))
    with pytest.raises(WorkLost):
        apprentice.ask(b"sleep")
    assert gone(slow)


def test_one_with_nothing_to_do_ends(apprentice: Apprentice, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives its memory back, and another comes when there is work."""
    monkeypatch.setenv("ODD_JOBS_IDLE", "0.1")
    first = int(apprentice.ask(b"who"))
    assert gone(first)
    assert int(apprentice.ask(b"who")) != first


def test_it_goes_with_who_started_it(apprentice: Apprentice) -> None:
    """Without being told: the line is closed when a process dies."""
    pid = int(apprentice.ask(b"who"))
    assert apprentice._line is not None
    apprentice._line.close()
    assert gone(pid)
