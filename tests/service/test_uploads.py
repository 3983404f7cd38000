"""Files on their way from a gateway to a service: whatever becomes of them, their places are free afterwards."""

import time
from functools import partial
from typing import Any

import eventlet
import pytest

from chassis.rpc import META, RpcServer
from chassis.uploads import MOST_AT_ONCE
from chassis.wire import Wire, greet
from tests.service.place import Place
from tests.service.toys import Toy
from tests.service.waiting import until


@pytest.fixture
def server(place: Place) -> RpcServer:
    """The service's side of a running toy."""
    place.declare_exchange("toy.events")
    return next(it for it in place.run(Toy).extensions if isinstance(it, RpcServer))


def gateway(place: Place) -> tuple[Wire, Any]:
    """A gateway's connection, and what comes on it."""
    wire = Wire(eventlet.connect((place.toy.host, place.toy.port)))
    values = wire.values()
    greet(wire, values, place.toy, caller=True)
    return wire, values


def call(number: int, seconds: float = 5) -> list[Any]:
    """A call with a file of a hundred bytes."""
    meta: dict[str, Any] = dict.fromkeys(META, "") | {"scopes": [], "if_match": None, "deadline": time.time() + seconds}
    return [number, "count", [meta[name] for name in META], {"tally_id": "tly_1"}, b"{}", 100]


def test_a_gateway_that_is_lost_takes_nothing_with_it(place: Place, server: RpcServer) -> None:
    """Calls whose files are not whole are over with their connection: the service forgets both."""
    for _ in range(3):
        wire, values = gateway(place)
        for number in range(1, MOST_AT_ONCE + 1):
            wire.put(call(number))
            assert next(values) == [number, "more"]
        wire.abort()
        until(lambda: not server._gateways, what="the end of the connection")


def test_a_file_that_does_not_come_is_not_waited_for(place: Place, server: RpcServer) -> None:
    """Its place is given back when the time of its call is over, and the call is answered."""
    wire, values = gateway(place)
    for number in range(1, MOST_AT_ONCE + 1):
        wire.put(call(number, seconds=0.5))
        assert next(values) == [number, "more"]
    wire.put(call(99))
    assert next(values)[2]["code"] == "overloaded"
    assert {next(values)[2]["code"] for _ in range(MOST_AT_ONCE)} == {"deadline-exceeded"}
    wire.put(call(100))
    assert next(values) == [100, "more"]
    wire.close()


def test_a_disk_that_is_full_is_said(place: Place, server: RpcServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be stored is refused as no room, and its place is free."""
    wire, values = gateway(place)
    monkeypatch.setattr("chassis.uploads.tempfile.TemporaryFile", partial(open, "/dev/full", "r+b"))
    for number in range(1, 2 * MOST_AT_ONCE):
        wire.put(call(number))
        assert next(values) == [number, "more"]
        wire.put([number, b"x" * 100])
        refused = next(values)[2]
        assert (refused["status"], refused["code"], refused["retry_after"]) == (503, "overloaded", 5)
        assert "no room for the file" in refused["en"]
    wire.close()
