"""A full disk under the database or the broker: refused clearly, nothing acknowledged is lost, and room is all it takes."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local import mongodb, rabbitmq
from deploy.local.stack import Stack
from tests.faults.clients import LIMITS_OFF
from tests.faults.faults import Fault
from tests.faults.rig import Checker, Nemesis, Studio, check
from tests.faults.size import size
from tests.faults.small_disk import MayNotMount, SmallDisk
from tests.faults.waiting import until

pytestmark = pytest.mark.slow

SECONDS = {mongodb.SERVER: size(10, 60), rabbitmq.NODE: size(3, 60)}
"""For which the disk stays full once it is noticed: longer than an operation of the database may take."""
ROUNDS = size(1, 3)
MEGABYTES = {mongodb.SERVER: 2_000, rabbitmq.NODE: 400}
"""mongod keeps a log file of 100 MB for every start until it can write a checkpoint, and recovers into new files: that takes room too."""
RESERVE = 20 * 1_000_000
"""Bytes that are left to the broker: less than the 50 MB at which it raises its alarm, because it does not survive with none."""
RETRYABLE = ("200", "503 ", "504 ")


@dataclass(frozen=True)
class DatabaseFull:
    """There is no byte left on the database's disk for some seconds."""

    disk: SmallDisk
    name: str = "no space left for mongod"

    def strike(self, stack: Stack) -> None:
        """Fill it until the next checkpoint finds no room, and free it later; nobody repairs anything."""
        before = stack.record(mongodb.SERVER).restarts
        self.disk.fill()
        try:
            # A checkpoint comes every minute by itself; the log file that is at hand has room for longer.
            with MongoClient[Any](stack.mongo_url(), timeoutMS=10_000) as client, suppress(PyMongoError):
                client.admin.command("fsync")
            until(lambda: stack.record(mongodb.SERVER).restarts > before, 90, "the database noticing")
            threading.Event().wait(SECONDS[mongodb.SERVER])
        finally:
            self.disk.free()
        stack.wait_ready(mongodb.SERVER)
        stack.wait_all_ready()


@dataclass(frozen=True)
class BrokerFull:
    """The broker's disk is as full as it lets it become, for some seconds: its log takes the rest, and it may go down."""

    disk: SmallDisk
    name: str = "no space left for rabbitmq"

    def strike(self, stack: Stack) -> None:
        """Fill it until the broker raises its alarm, and free it later; nobody repairs anything."""
        self.disk.fill(leave=RESERVE)
        try:
            until(stack.rabbitmq.alarmed, 60, "the alarm")
            threading.Event().wait(SECONDS[rabbitmq.NODE])
        finally:
            self.disk.free()
        until(lambda: not stack.rabbitmq.alarmed(), 120, "the end of the alarm")
        stack.wait_all_ready()


@pytest.fixture(params=MEGABYTES)
def server(request: pytest.FixtureRequest) -> str:
    """The server whose disk fills up."""
    name: str = request.param
    return name


@pytest.fixture
def disk(server: str, tmp_path: Path) -> Iterator[SmallDisk]:
    """The small disk that holds its data."""
    folder = Stack(tmp_path / "home").home.data("mongodb" if server == mongodb.SERVER else server)
    with ExitStack() as mounted:
        try:
            made = mounted.enter_context(SmallDisk(folder, MEGABYTES[server]))
        except (MayNotMount, FileNotFoundError) as error:
            pytest.skip(f"a small disk cannot be mounted here: {error}")
        yield made


@pytest.fixture
def stack(disk: SmallDisk, tmp_path: Path) -> Iterator[Stack]:
    """The platform with one server on the small disk."""
    with Stack(tmp_path / "home", extra_env=LIMITS_OFF) as running:
        yield running


def test_a_full_disk_loses_nothing_that_was_acknowledged(
    stack: Stack, studio: Studio, checker: Checker, disk: SmallDisk, server: str
) -> None:
    """The disk is full while contracts are signed: answers are good or to be repeated; with room again all goes on."""
    full: Fault = DatabaseFull(disk) if server == mongodb.SERVER else BrokerFull(disk)
    nemesis = Nemesis(stack, [full], studio.folder)
    with studio.signing(seconds=(SECONDS[server] + 120) * ROUNDS, thinking=0.2):
        for fault in nemesis.plan(ROUNDS):
            nemesis.strike(fault)
    nemesis.close()
    history = studio.history
    assert not [answer for answer in history.answers if not answer.startswith(RETRYABLE)], history.answers
    if server == mongodb.SERVER:
        assert "503 store-unavailable" in history.answers, "the fault was not there"
    check(studio, checker, f"full disk of {server}")
