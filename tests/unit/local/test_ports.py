"""Ports are chosen once and kept, unless somebody else took them."""

import socket
from pathlib import Path

from deploy.local import ports
from deploy.local.loopback import LOOPBACK, is_free, is_open, reserve


def test_chosen_ports_are_remembered(tmp_path: Path) -> None:
    """The second start uses the ports of the first, so addresses stay the same."""
    first = ports.choose(["amqp", "http"], tmp_path / "ports.json")
    assert len(set(first.values())) == 2
    assert ports.choose(["http", "amqp"], tmp_path / "ports.json") == first


def test_a_name_asked_for_later_gets_a_port_of_its_own(tmp_path: Path) -> None:
    """A start with fewer processes does not forget, and gives nobody else's port away."""
    file = tmp_path / "ports.json"
    first = ports.choose(["amqp"], file)
    second = ports.choose(["http"], file, {"http": first["amqp"]})
    assert second["http"] != first["amqp"]
    assert ports.remembered(file) == first | second


def test_a_port_that_was_taken_is_chosen_anew(tmp_path: Path) -> None:
    """A program that listens on our remembered port does not keep the stack from starting."""
    chosen = ports.choose(["http"], tmp_path / "ports.json")
    with socket.socket() as other:
        other.bind((LOOPBACK, chosen["http"]))
        other.listen()
        assert ports.choose(["http"], tmp_path / "ports.json") != chosen


def test_the_preferred_port_is_used_when_it_is_free(tmp_path: Path) -> None:
    """The gateway gets its usual port; a second checkout that finds it taken gets another."""
    wish = ports.choose(["any"], tmp_path / "any.json")["any"]
    assert ports.choose(["http"], tmp_path / "one.json", {"http": wish}) == {"http": wish}
    with reserve(wish):
        assert ports.choose(["http"], tmp_path / "two.json", {"http": wish})["http"] != wish


def test_a_reserved_port_is_kept_for_copies_of_the_gateway(tmp_path: Path) -> None:
    """Between choosing the port and the gateway's listening nobody else can take it; the gateway can."""
    port = ports.choose(["http"], tmp_path / "ports.json")["http"]
    with reserve(port):
        assert not is_free(port)
        with socket.socket() as gateway:
            gateway.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            gateway.bind((LOOPBACK, port))
            gateway.listen()
            assert is_open(port)
    assert is_free(port)
