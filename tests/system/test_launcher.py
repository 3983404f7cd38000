"""The launcher as a person uses it, and the servers that it starts."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from amqp import AccessRefused, Connection
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local import mongodb, rabbitmq, records
from deploy.local.home import CHECKOUT
from deploy.local.loopback import request
from deploy.local.stack import Stack

COMMANDS = ("up", "down", "status", "logs", "demo", "mail", "test", "lint", "lock")


def callboard(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher with a home of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CALLBOARD_")}
    return subprocess.run(
        [CHECKOUT / "callboard", *arguments],
        cwd=home,
        env=environment | {"CALLBOARD_HOME": str(home)} | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# -- the commands --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    """--help works for each command, from any folder, without a running stack."""
    answer = callboard(tmp_path, command, "--help")
    assert answer.returncode == 0
    assert answer.stdout.startswith(f"Usage: ./callboard {command}")


def test_the_overview_lists_every_command(tmp_path: Path) -> None:
    """A newcomer finds the first command to try; what is for the launcher itself is not shown."""
    overview = callboard(tmp_path, "--help").stdout
    assert "./callboard up" in overview
    listed = {line.split()[0] for line in overview.partition("Commands:")[2].splitlines() if line.strip()}
    assert set(COMMANDS) <= listed
    assert "supervise" not in listed


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["frobnicate"], 2, "Error: No such command 'frobnicate'."),
        (["logs", "talnet"], 2, "Error: there is no log of talnet"),
        (["status"], 1, "Nothing runs. Start with: ./callboard up"),
        (["demo"], 1, "start it with ./callboard up"),
        (["test", "unti"], 1, "callboard: there is no suite unti: choose from"),
    ],
)
def test_a_mistake_is_one_readable_line(tmp_path: Path, arguments: list[str], code: int, message: str) -> None:
    """The last line says what is wrong and what to do, the exit code is not 0, and there is no traceback."""
    answer = callboard(tmp_path, *arguments)
    assert answer.returncode == code
    assert message in answer.stderr.strip().splitlines()[-1]
    assert "Traceback" not in answer.stderr


def test_a_wrong_setting_is_one_readable_line(tmp_path: Path) -> None:
    """The variable is named."""
    answer = callboard(tmp_path, "up", CALLBOARD_HTTP_PORT="http")
    assert answer.returncode == 2
    assert "CALLBOARD_HTTP_PORT must be a port number, not http" in answer.stderr


def test_stopping_what_does_not_run_is_no_error(tmp_path: Path) -> None:
    """`down` describes the state that is wanted."""
    answer = callboard(tmp_path, "down")
    assert answer.returncode == 0
    assert "Nothing runs." in answer.stderr


def test_another_python_is_refused_in_one_line(tmp_path: Path) -> None:
    """A Python that is too old is refused, and the launcher says what it needs."""
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.2 && exit\nexit 1\n')
    old.chmod(0o755)
    answer = callboard(tmp_path, "status", CALLBOARD_PYTHON=str(old))
    assert answer.returncode == 1
    assert answer.stderr.startswith("callboard: needs Python 3.11 or newer, found Python 3.9.2: install python3.11")
    assert len(answer.stderr.splitlines()) == 1


# -- the servers ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A RabbitMQ and a mongod without services."""
    with Stack(tmp_path_factory.mktemp("home"), processes=(), definitions=None) as stack:
        yield stack


def amqp(stack: Stack, user: str) -> Connection:
    """A connection with the rights of a user."""
    parts = urlsplit(stack.amqp_url(user))
    connection = Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=parts.username,
        password=parts.password,
        virtual_host=parts.path[1:],
    )
    connection.connect()
    return connection


def mongo(url: str) -> MongoClient[dict[str, Any]]:
    """A client that gives up in time."""
    return MongoClient(url, timeoutMS=10_000)


def test_everything_listens_on_the_loopback_address_only(servers: Stack) -> None:
    """Nothing of the embedded stack can be reached from another machine."""
    for name in (rabbitmq.NODE, rabbitmq.NAME_SERVER, mongodb.SERVER):
        listening = [c for c in psutil.Process(servers.record(name).pid).net_connections("tcp") if c.status == "LISTEN"]
        assert listening
        assert {connection.laddr.ip for connection in listening} <= {"127.0.0.1", "::1"}


def test_a_service_declares_its_own_topology(servers: Stack) -> None:
    """What a service needs, its broker user may do: declare, bind to another's events, publish, consume."""
    with amqp(servers, "production") as connection:
        connection.channel().exchange_declare("production.events", "topic", durable=True, auto_delete=False)
    with amqp(servers, "talent") as connection:
        channel = connection.channel()
        channel.exchange_declare("talent.events", "topic", durable=True, auto_delete=False)
        channel.exchange_declare("delay.500", "fanout", durable=True, auto_delete=False)
        channel.exchange_declare("parked", "direct", durable=True, auto_delete=False)
        dead_letters = {"x-queue-type": "quorum", "x-dead-letter-exchange": "parked"}
        channel.queue_declare("talent.book", durable=True, auto_delete=False, arguments=dead_letters)
        channel.queue_bind("talent.book", "production.events", "#")
        back = {"x-queue-type": "quorum", "x-dead-letter-exchange": "", "x-message-ttl": 500}
        channel.queue_declare("delay.500", durable=True, auto_delete=False, arguments=back)
        channel.queue_bind("delay.500", "delay.500", "")
        channel.basic_consume("talent.book")


@pytest.mark.parametrize(
    "forbidden",
    [
        lambda channel: channel.queue_declare("production.book", durable=True),
        lambda channel: channel.queue_declare("anything", durable=True),
        lambda channel: channel.exchange_declare("production.events", "topic", durable=True, auto_delete=False),
        lambda channel: channel.exchange_delete("production.events"),
        lambda channel: channel.queue_bind("production.parked", "talent.events", "#"),
        lambda channel: channel.basic_consume("production.parked"),
        lambda channel: channel.queue_purge("production.parked"),
    ],
)
def test_a_service_cannot_touch_what_belongs_to_another(servers: Stack, forbidden: object) -> None:
    """The broker itself refuses, also when the service's code is wrong or taken over."""
    assert callable(forbidden)
    with amqp(servers, "talent") as connection, pytest.raises(AccessRefused):
        forbidden(connection.channel())


def test_a_service_is_not_an_administrator(servers: Stack) -> None:
    """Its user cannot see the broker's management."""
    parts = urlsplit(servers.amqp_url("talent"))
    user = (str(parts.username), str(parts.password))
    assert request("GET", f"{servers.rabbitmq.management_url}/overview", user=user).status == 401


def test_a_service_uses_its_own_database_only(servers: Stack) -> None:
    """It reads and writes its own; another's is refused, and so is a client without a password."""
    with mongo(servers.mongo_url("talent")) as client:
        client.talent.contracts.insert_one({"_id": "ctr_1"})
        client.talent.contracts.create_index("state")
        for refused in (client.production, client.admin):
            with pytest.raises(OperationFailure, match="not authorized"):
                refused.contracts.find_one()
    with (
        mongo(f"mongodb://{servers.mongodb.address}/?directConnection=true") as stranger,
        pytest.raises(OperationFailure, match="requires authentication"),
    ):
        stranger.talent.contracts.find_one()


@pytest.mark.parametrize("server", [rabbitmq.NODE, mongodb.SERVER])
def test_a_killed_server_comes_back_with_its_data(servers: Stack, server: str) -> None:
    """kill -9 loses nothing that was confirmed, and nobody has to do anything."""
    with mongo(servers.mongo_url("talent")) as client:
        client.talent.people.replace_one({"_id": server}, {"state": "kept"}, upsert=True)
    killed = servers.kill(server, signal.SIGKILL)
    servers.wait_ready(server)
    assert servers.record(server).pid != killed
    with mongo(servers.mongo_url("talent")) as client:
        assert client.talent.people.find_one({"_id": server}) == {"_id": server, "state": "kept"}
    with amqp(servers, "talent") as connection:
        connection.channel().queue_declare("talent.parked", durable=True, auto_delete=False)


def test_the_servers_stop_cleanly_and_continue_where_they_were(tmp_path: Path) -> None:
    """Data survives a restart, also when the ports had to be chosen anew; nothing runs in between."""
    with Stack(tmp_path, processes=(), definitions=None) as first:
        with mongo(first.mongo_url("talent")) as client:
            client.talent.people.insert_one({"_id": "prs_1"})
        began = time.monotonic()
        first.stop()
        assert time.monotonic() - began < 10
    assert records.read(tmp_path / "run") == {}
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(p.info["cmdline"] or [])]
    assert '"exitCode":0' in first.log(mongodb.SERVER).read_text()
    first.home.ports_file.unlink()
    with Stack(tmp_path, processes=(), definitions=None) as second:
        assert second.mongo_url() != first.mongo_url()
        with mongo(second.mongo_url("talent")) as client:
            assert client.talent.people.find_one() == {"_id": "prs_1"}
