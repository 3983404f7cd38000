"""The HTTP server by itself: what clients can do to it, and what it keeps for the others."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import eventlet
import orjson
import pytest
from nameko.containers import ServiceContainer
from prometheus_client import REGISTRY
from werkzeug.wrappers import Request, Response

from chassis import bodies, conversation, web
from chassis.addresses import parse_networks
from chassis.settings import Settings
from chassis.web import PLACE, ROOM_SECONDS, WebServer
from tests.service.place import toy_url
from tests.service.waiting import until

SETTINGS = Settings("echo", "", "", (), "", "", 0, "INFO", 16, "127.0.0.1", 0, "")
GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"
STRANGER, NEIGHBOUR = "127.0.0.66", "127.0.0.77"


class Echo:
    """Tells what it was asked."""

    name = "echo"

    @web.web
    def answer(self, request: Request) -> Response:
        """Do what the path says."""
        if request.path == "/slow":
            eventlet.sleep(0.3)
        if request.path == "/lent":
            with request.environ[PLACE].lent(ROOM_SECONDS):
                eventlet.sleep(0.3)
        if request.path == "/pieces":
            return Response(iter([b"one ", b"", b"two"]))
        if request.path == "/broken":
            raise ZeroDivisionError("a secret")
        body = bodies.read(request, 10_000_000)
        seen = {"client": request.remote_addr, "path": request.path, "query": request.query_string.decode()}
        return Response(orjson.dumps({**seen, "size": len(body), "cookie": request.headers.get("Cookie", "")}))


@pytest.fixture
def running() -> Iterator[Callable[..., tuple[str, int]]]:
    """Start a server with settings of its own; returns its address."""
    containers = []

    def run(**changed: Any) -> tuple[str, int]:
        config = replace(SETTINGS, http_port=toy_url().port, **changed)
        container = ServiceContainer(Echo, {"settings": config, "max_workers": config.max_workers})
        container.start()
        containers.append(container)
        (server,) = (it for it in container.extensions if isinstance(it, WebServer))
        host, port = server._socket.getsockname()
        return host, port

    yield run
    for container in containers:
        container.stop()
    for kind in ("connections", "bodies", "requests"):
        until(partial(none, kind), what=f"no more {kind}")


@pytest.fixture
def address(running: Callable[..., tuple[str, int]]) -> tuple[str, int]:
    """The address of a server."""
    return running()


def none(kind: str) -> bool:
    """Whether no place of a kind is taken."""
    return used(kind) == 0


def used(kind: str) -> float:
    """How many places of a kind are taken."""
    return REGISTRY.get_sample_value("places_used", {"kind": kind}) or 0


def connect(address: tuple[str, int], source: str = STRANGER) -> Any:
    """A connection from an address."""
    connection = eventlet.connect(address, bind=(source, 0))
    connection.settimeout(5)
    return connection


def talk(address: tuple[str, int], data: bytes, source: str = STRANGER) -> bytes:
    """All that is answered to some bytes."""
    with contextlib.closing(connect(address, source)) as connection:
        connection.sendall(data)
        return rest(connection)


def rest(connection: Any) -> bytes:
    """What comes until the connection is closed."""
    pieces = []
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


def closing(request: bytes) -> bytes:
    """A request without a body that is the last one."""
    return request + b"Connection: close\r\n\r\n"


def told(answer: bytes) -> Any:
    """The JSON at the end of an answer."""
    return orjson.loads(answer.rpartition(b"\r\n\r\n")[2])


def test_requests_are_answered_in_turn(address: tuple[str, int]) -> None:
    """Several on one connection, also in one piece, with and without bodies; the last one closes."""
    length = POST + b"Content-Length: 3\r\n\r\nabc"
    chunks = POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"
    answers = talk(
        address, length + chunks + closing(b"GET /a%20b?c=d HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\ncookie: b=2\r\n")
    )
    one, two, three = (
        orjson.loads(answer.partition(b"\r\n\r\n")[2]) for answer in answers.split(b"HTTP/1.1 200 OK")[1:]
    )
    assert (one["size"], two["size"], one["client"]) == (3, 4, STRANGER)
    assert (three["path"], three["query"], three["cookie"]) == ("/a b", "c=d", "a=1; b=2")
    assert answers.count(b"Connection: close") == 1


def test_answers_have_the_form_that_the_client_reads(address: tuple[str, int]) -> None:
    """Pieces in chunks for HTTP/1.1, until the end for HTTP/1.0; nothing but the head for HEAD; go on for who asks first."""
    assert talk(address, closing(b"GET /pieces HTTP/1.1\r\nHost: a\r\n")).endswith(
        b"\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n"
    )
    assert talk(address, b"GET /pieces HTTP/1.0\r\n\r\n").endswith(b"\r\n\r\none two")
    assert talk(address, closing(b"HEAD / HTTP/1.1\r\nHost: a\r\n")).endswith(b"\r\n\r\n")
    with contextlib.closing(connect(address)) as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")
        assert connection.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert told(rest(connection))["size"] == 3


def test_what_breaks_is_not_told(address: tuple[str, int]) -> None:
    """An error that nobody foresaw is a 500 without its text."""
    answer = talk(address, closing(b"GET /broken HTTP/1.1\r\nHost: a\r\n"))
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"secret" not in answer


@pytest.mark.parametrize(
    "data",
    [
        GET + b"no colon\r\n\r\n",
        GET + b"Foo : bar\r\n\r\n",
        GET + b"Host: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET //v1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /v1%2fpeople HTTP/1.1\r\nHost: a\r\n\r\n",
        GET + b"Foo: a\rb\r\n\r\n",
        GET + b"Foo: a\0b\r\n\r\n",
        POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(address: tuple[str, int], data: bytes) -> None:
    """RFC 9112: 400, and the connection is closed with what was hidden behind."""
    answer = talk(address, data + GET + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"Connection: close\r\n" in answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert told(answer)["code"] in ("malformed-request", "body-incomplete")


def test_a_slow_head_is_not_waited_for(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """It has one deadline, however many bytes come meanwhile; a client that sends nothing has a longer one."""
    monkeypatch.setattr(conversation, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(conversation, "IDLE_SECONDS", 1.5)
    began = time.monotonic()
    with contextlib.closing(connect(address)) as slow, contextlib.closing(connect(address)) as silent:
        slow.sendall(GET)
        for _ in range(4):
            eventlet.sleep(0.2)
            with contextlib.suppress(OSError):
                slow.sendall(b"a")
        assert rest(slow).startswith((b"HTTP/1.1 408 ", b""))
        assert time.monotonic() - began < 1.4
        assert rest(silent) == b""
        assert time.monotonic() - began < 2.5


def test_a_slow_body_is_not_waited_for(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time grows with what has come of it, so that a large one that flows is taken and a trickle is not."""
    monkeypatch.setattr(bodies, "SECONDS", 0.5)
    monkeypatch.setattr(bodies, "RATE", 1_000)
    with contextlib.closing(connect(address)) as flowing, contextlib.closing(connect(address)) as trickling:
        for connection in (flowing, trickling):
            connection.sendall(POST + b"Connection: close\r\nContent-Length: 4000\r\n\r\n")
        for _ in range(8):
            flowing.sendall(b"x" * 500)
            with contextlib.suppress(OSError):
                trickling.sendall(b"x")
            eventlet.sleep(0.2)
        assert told(rest(flowing))["size"] == 4_000
        assert told(rest(trickling))["code"] == "body-too-slow"


def test_bodies_that_do_not_come_hold_no_place(address: tuple[str, int]) -> None:
    """A hundred requests that announce a body and send none: everybody else is answered, also from the same address."""
    with contextlib.ExitStack() as held:
        for _ in range(100):
            held.enter_context(contextlib.closing(connect(address))).sendall(POST + b"Content-Length: 10\r\n\r\n")
        until(lambda: used("bodies") == web.OF_ONE, what="the places for slow bodies of one address")
        assert used("requests") == 0
        for source in (STRANGER, NEIGHBOUR):
            assert talk(address, closing(GET), source).startswith(b"HTTP/1.1 200 ")
        slow = POST + b"Content-Length: 3\r\nConnection: close\r\n\r\n"
        with contextlib.closing(connect(address, NEIGHBOUR)) as neighbour:
            neighbour.sendall(slow)
            eventlet.sleep(0.1)
            neighbour.sendall(b"abc")
            assert told(rest(neighbour))["size"] == 3


def test_one_address_does_not_have_all_places(address: tuple[str, int]) -> None:
    """Of eight places two are for others, who need not wait for the queue of the first one."""
    threads = [eventlet.spawn(talk, address, closing(b"GET /slow HTTP/1.1\r\nHost: a\r\n")) for _ in range(30)]
    until(lambda: used("requests") == 6, what="what one address may have")
    began = time.monotonic()
    assert talk(address, closing(GET), NEIGHBOUR).startswith(b"HTTP/1.1 200 ")
    assert time.monotonic() - began < 0.25
    assert all(thread.wait().startswith(b"HTTP/1.1 200 ") for thread in threads), "they are answered in their turn"


def test_a_place_can_be_lent(running: Callable[..., tuple[str, int]]) -> None:
    """Who waits for what needs no place lends it: two requests get through one place at once."""
    address = running(max_workers=3)
    began = time.monotonic()
    lending = eventlet.spawn(talk, address, closing(b"GET /lent HTTP/1.1\r\nHost: a\r\n"))
    eventlet.sleep(0.05)
    assert used("requests") == 0
    assert talk(address, closing(GET)).startswith(b"HTTP/1.1 200 ")
    assert time.monotonic() - began < 0.25
    assert lending.wait().startswith(b"HTTP/1.1 200 ")


def test_one_address_has_so_many_connections(running: Callable[..., tuple[str, int]]) -> None:
    """One more is closed; others are not affected."""
    address = running(connections_per_address=5)
    with contextlib.ExitStack() as held:
        for _ in range(5):
            held.enter_context(contextlib.closing(connect(address)))
        until(lambda: used("connections") == 5)
        assert talk(address, b"") == b""
        assert talk(address, closing(GET), NEIGHBOUR).startswith(b"HTTP/1.1 200 ")


def test_trusted_proxies_are_believed(running: Callable[..., tuple[str, int]]) -> None:
    """They say for whom they ask, and may have any number of connections; nobody else is believed."""
    address = running(trusted_proxies=parse_networks("127.0.0.77/32"), connections_per_address=2)
    forwarded = closing(GET + b"X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\n")
    assert told(talk(address, forwarded, NEIGHBOUR))["client"] == "192.0.2.7"
    assert told(talk(address, forwarded, STRANGER))["client"] == STRANGER
    with contextlib.ExitStack() as held:
        for _ in range(5):
            held.enter_context(contextlib.closing(connect(address, NEIGHBOUR)))
        assert told(talk(address, forwarded, NEIGHBOUR))["client"] == "192.0.2.7"


def test_malformed_requests_count(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """After so many their address is not listened to for a while; the log has a line for all, and no path."""
    monkeypatch.setattr(web, "REFUSALS", 20)
    bad = b"GET /sign/" + b"s" * 43 + b" HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"
    answers = [talk(address, bad) for _ in range(30)]
    assert [answer[:12] for answer in answers].count(b"HTTP/1.1 400") == 19
    assert answers[-1] == b""
    assert talk(address, closing(GET)) == b""
    assert talk(address, closing(GET), NEIGHBOUR).startswith(b"HTTP/1.1 200 ")
    written = capfd.readouterr().err
    assert written.count("request_refused") <= 2
    assert "sss" not in written
