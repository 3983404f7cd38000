"""The suite of the chassis runs as its services do: patched for eventlet, on a real broker and a real database."""

import os
import warnings

warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

import eventlet  # noqa: E402 - patching comes first

eventlet.monkey_patch()  # before anything else is imported

import json  # noqa: E402
import logging  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402

from chassis import logs  # noqa: E402
from tests.mailbox import Mailbox  # noqa: E402
from tests.service.place import Place, Servers  # noqa: E402

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """One RabbitMQ and one MongoDB for the suite."""
    logs.configure("test")
    logging.getLogger("nameko").setLevel(logging.CRITICAL + 1)  # as in chassis.run
    command = (sys.executable, "-m", "tests.servers", str(tmp_path_factory.mktemp("servers")))
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line, "the servers did not start: their log is above"
        yield Servers(**json.loads(line))
        child.stdin.close()
        child.wait(30)


@pytest.fixture
def place(servers: Servers) -> Iterator[Place]:
    """A virtual host and a database for one test."""
    here = Place(servers)
    here.open()
    try:
        yield here
    finally:
        here.close()


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """A mail server."""
    with Mailbox(tmp_path_factory.mktemp("mail")) as running:
        yield running
