"""The publisher's confirms and the supervised connection, on a real broker and through a proxy that goes half-open."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import eventlet
import pytest

from chassis import amqp
from chassis.amqp import Link, Outgoing, Publisher, nodes
from tests.service.place import Place
from tests.service.proxy import Proxy
from tests.service.waiting import until


@pytest.fixture
def publisher(place: Place) -> Iterator[Publisher]:
    """A publisher that is connected."""
    made = Publisher(place.amqp_url, "test.publisher")
    made.start()
    until(lambda: made.connected)
    yield made
    made.stop()


@pytest.fixture
def proxy(place: Place) -> Iterator[Proxy]:
    """A proxy in front of the broker."""
    made = Proxy(place.amqp_url)
    yield made
    made.close()


@pytest.fixture
def quick_heartbeat(monkeypatch: pytest.MonkeyPatch) -> float:
    """Heartbeats every second instead of every ten."""
    monkeypatch.setattr(amqp, "HEARTBEAT", 1)
    return 1.0


def test_no_message_takes_the_confirm_of_another(place: Place, publisher: Publisher) -> None:
    """An unroutable message is never called confirmed because another's ack came in (*measured* 40 of 40 by default)."""
    place.declare_queue("there")
    wrong: list[str] = []

    def publish_pair(number: int) -> None:
        pair = [Outgoing("", "there", b"x", f"a{number}"), Outgoing("", "nowhere", b"x", f"b{number}")]
        publisher.publish(pair if number % 2 else pair[::-1])
        outcomes = {message.routing_key: message.outcome for message in pair}
        if outcomes != {"there": "confirmed", "nowhere": "returned"}:
            wrong.append(str(outcomes))

    pool = eventlet.GreenPool(30)
    for number in range(300):
        pool.spawn(publish_pair, number)
    pool.waitall()
    assert wrong == []
    assert place.depth("there") == 300


def test_two_messages_of_one_id_are_told_apart(place: Place, publisher: Publisher) -> None:
    """Two handlers may send one event on at once: the return of one copy is not taken for the other's."""
    place.declare_queue("there")
    there, nowhere = Outgoing("", "there", b"x", "evt_1"), Outgoing("", "nowhere", b"x", "evt_1")
    both = [eventlet.spawn(publisher.publish, [message]) for message in (nowhere, there)]
    for thread in both:
        thread.wait()
    assert (there.outcome, nowhere.outcome) == ("confirmed", "returned")


def test_large_messages_from_many_greenthreads_stay_whole(place: Place, publisher: Publisher) -> None:
    """Frames of messages larger than the socket's buffer do not mix on the wire."""
    place.declare_queue("there")
    bodies = [bytes([number]) * 700_000 for number in range(12)]
    messages = [Outgoing("", "there", body, f"m{n}") for n, body in enumerate(bodies)]
    pool = eventlet.GreenPool(12)
    for message in messages:
        pool.spawn(publisher.publish, [message])
    pool.waitall()
    assert {message.outcome for message in messages} == {"confirmed"}
    assert sorted(place.messages("there")) == bodies


def test_a_stopped_broker_does_not_hold_the_publisher(place: Place, publisher: Publisher) -> None:
    """Publishing to a broker that stands still returns by its timeout and says so; afterwards it works again."""
    place.declare_queue("there")
    message = Outgoing("", "there", b"x", "m1")
    with place.servers.broker_stopped():
        began = time.monotonic()
        publisher.publish([message], timeout=1)
        took = time.monotonic() - began
        assert 0.9 < took < 2
        assert message.outcome == "timeout"
        began = time.monotonic()
        publisher.publish([Outgoing("", "there", b"x", "m2")], timeout=1)
        assert time.monotonic() - began < 2, "without a connection"
    until(lambda: publisher.connected, 20)
    again = Outgoing("", "there", b"x", "m3")
    publisher.publish([again])
    assert again.outcome == "confirmed"


def test_a_full_socket_does_not_hold_the_publisher(place: Place, publisher: Publisher) -> None:
    """Also a broker that no longer reads, so that the write itself waits, is given up by the timeout."""
    place.declare_queue("there")
    messages = [Outgoing("", "there", b"x" * 900_000, f"m{n}") for n in range(20)]
    with place.servers.broker_stopped():
        began = time.monotonic()
        publisher.publish(messages, timeout=1)
        assert time.monotonic() - began < 2
    assert {message.outcome for message in messages} == {"timeout"}
    until(lambda: publisher.connected, 20)


def test_an_aborted_connection_is_always_noticed(place: Place) -> None:
    """Breaking a connection wakes its reader each time: a closed socket alone leaves it asleep in eventlet's poll."""
    opened: list[Any] = []
    closed: list[int] = []
    link = Link(place.amqp_url, "test.link", opened.append, lambda: closed.append(1))
    link.start()
    for number in range(10):
        until(lambda: link.connected, what=f"connection {number}")
        link.abort()
        assert not link.connected, "whoever publishes next waits for the next connection"
        until(lambda: len(closed) == len(opened), 2, what=f"the end of connection {number}")
    assert len(opened) == 10
    link.stop()


def test_who_waits_for_the_broker_hears_when_it_is_there(place: Place) -> None:
    """A wait that began during a failed attempt to connect ends with the next successful one."""
    proxy = Proxy(place.amqp_url)
    url = proxy.url()
    proxy.close()
    link = Link(url, "test.link", lambda connection: None)
    link.start()
    waiting = eventlet.spawn(link.wait, 20)
    eventlet.sleep(0)  # the first attempt begins, with an address where nobody listens
    link.url = place.amqp_url
    began = time.monotonic()
    assert waiting.wait()
    assert time.monotonic() - began < 10
    link.stop()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("amqp://u:p@a:1/v", ["amqp://u:p@a:1/v"]),
        ("amqp://u:p,@a:1,b:2/v", ["amqp://u:p,@a:1/v", "amqp://u:p,@b:2/v"]),
        ("amqps://a,b", ["amqps://a", "amqps://b"]),
    ],
)
def test_a_url_names_every_node_of_a_cluster(url: str, expected: list[str]) -> None:
    """Hosts are separated by commas; credentials and virtual host are those of each."""
    assert nodes(url) == expected


def test_a_node_that_is_gone_is_passed_by(place: Place) -> None:
    """However often one connects to a cluster of which nodes are gone, it is to a node that is there."""
    proxy = Proxy(place.amqp_url)
    gone = proxy.url().rpartition("@")[2].partition("/")[0]
    proxy.close()
    credentials, _, there = place.amqp_url.rpartition("@")
    opened: list[Any] = []
    for _ in range(10):
        link = Link(f"{credentials}@{gone},{gone},{there}", "test.link", opened.append)
        began = time.monotonic()
        link.start()
        until(partial(getattr, link, "connected"), 2)
        assert time.monotonic() - began < 1
        link.stop()
    assert len(opened) == 10


@pytest.mark.parametrize("way", ["swallow", "stop_reading"])
def test_a_half_open_connection_is_noticed(place: Place, proxy: Proxy, quick_heartbeat: float, way: str) -> None:
    """A connection on which nothing arrives any more is found by its heartbeat in about two intervals and replaced."""
    opened: list[Any] = []
    closed: list[float] = []
    link = Link(proxy.url(), "test.link", opened.append, lambda: closed.append(time.monotonic()))
    link.start()
    until(lambda: link.connected)
    getattr(proxy, way)()
    began = time.monotonic()
    until(lambda: closed, 8 * quick_heartbeat, "the end of the half-open connection")
    assert closed[0] - began < 5 * quick_heartbeat
    if way == "stop_reading":
        proxy.read_on()
    until(lambda: link.connected and len(opened) == 2, 10)
    link.stop()


def test_a_writer_that_waits_does_not_hide_a_half_open_connection(
    place: Place, proxy: Proxy, quick_heartbeat: float
) -> None:
    """While a publish fills the socket of a peer that no longer reads, the heartbeat still ends the connection."""
    publisher = Publisher(proxy.url(), "test.publisher")
    publisher.start()
    until(lambda: publisher.connected)
    proxy.stop_reading()
    messages = [Outgoing("", "nowhere", b"x" * 900_000, f"m{n}") for n in range(20)]
    began = time.monotonic()
    publisher.publish(messages, timeout=30)
    assert time.monotonic() - began < 6 * quick_heartbeat
    publisher.stop()
