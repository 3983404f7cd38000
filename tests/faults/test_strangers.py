"""Hostile clients of every kind, while honest ones sign, read and send files: these notice nothing, and all places are free afterwards."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlsplit

import pytest

from deploy.local.home import CHECKOUT
from deploy.local.stack import GATEWAY, PROCESSES, Stack
from tests.faults import strangers
from tests.faults.clients import PARTIES, UNLIMITED, Signer, Studio
from tests.faults.places import all_free, say, used

SECONDS = 7.0
"""Of each kind of stranger."""
PAUSE = 0.02
"""Seconds between an honest client's requests."""
P99 = 1.0
"""Seconds."""
OTHER_ADDRESS = "127.0.0.77"
"""Of an honest client without credentials."""
LOG_LIMIT = 50_000
"""Bytes that a kind of stranger may write into the gateway's log."""
PDF = b"POST /public/documents/verify HTTP/1.1\r\nHost: a\r\nContent-Type: application/pdf\r\nConnection: close\r\nContent-Length: 5\r\n\r\n%PDF-"  # fmt: skip


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One platform for the module: each test ends with every place free. Strangers have the limits that they always have."""
    with Stack(tmp_path_factory.mktemp("home"), extra_env=dict.fromkeys(PROCESSES, UNLIMITED)) as running:
        yield running


@pytest.fixture
def studio(stack: Stack) -> Iterator[Studio]:
    """A studio with two clients."""
    made = Studio(stack, clients=2)
    yield made
    made.close()


def timed(work: Callable[[], object]) -> float:
    """The seconds that it takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def honest_work(studio: Studio) -> Iterator[float]:
    """Sign and read in turn, and send a file now and then; the seconds of each step."""
    signer, reader = studio.clients
    host = urlsplit(studio.stack.gateway_url)
    address = (host.hostname or "", host.port or 0)
    for number, contract in enumerate(studio.prepare(2_000)):
        yield timed(partial(sign, studio, signer, contract))
        yield timed(partial(reader.get, f"/v1/contracts/{contract['contract_id']}"))
        if number % 20 == 0:
            status = int(say(address, PDF, source=OTHER_ADDRESS).split()[1])
            assert status in (200, 422), "an honest stranger's file is received"
        time.sleep(PAUSE)


def sign(studio: Studio, signer: Signer, contract: object) -> None:
    """The first party signs, at the first attempt."""
    assert studio.sign(signer, contract, PARTIES[0], patient=False).text == "200"


@pytest.mark.parametrize("kind", strangers.KINDS)
def test_honest_clients_do_not_notice(stack: Stack, studio: Studio, kind: str) -> None:
    """99 of 100 steps of a signer and a reader take less than a second, none fails; the log stays small and tells no secret."""
    work = honest_work(studio)
    next(work)
    log = stack.log(GATEWAY)
    before = log.stat().st_size
    host = urlsplit(stack.gateway_url)
    command = (sys.executable, "-m", "tests.faults.strangers", kind, str(host.hostname), str(host.port), str(SECONDS))
    with subprocess.Popen(command, cwd=CHECKOUT) as hostile:
        time.sleep(1)
        took = sorted(step for step, _ in zip(work, iter(hostile.poll, 0), strict=False))
        assert hostile.wait(30) == 0
    assert len(took) > 20
    assert took[int(len(took) * 0.99)] < P99, f"{len(took)} steps, the slowest of them {took[-5:]}"
    written = log.read_bytes()[before:]
    assert len(written) < LOG_LIMIT
    assert b"s" * 43 not in written
    all_free(stack, connections=len(studio.clients) + 1)
    assert used(stack, "talent")["uploads"] == 0
