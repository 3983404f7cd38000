"""Connections to the broker: supervised links, and a publisher that never takes another message's confirm for its own."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import eventlet
from amqp import Channel, Connection, Message
from amqp.exceptions import AMQPError
from eventlet.event import Event
from eventlet.semaphore import Semaphore
from kombu.utils.url import parse_url

from chassis import metrics
from chassis.logs import log

HEARTBEAT = 10  # seconds
READ_AHEAD = 16_384  # bytes
CONFIRM_TIMEOUT = 10  # seconds after which an unconfirmed publish is doubted and its socket closed
BROKEN = (OSError, AMQPError, EOFError)


def nodes(url: str) -> list[str]:
    """The URL of each node of a cluster: `amqp://user:password@a:5672,b:5672/vhost` names two."""
    scheme, _, rest = url.partition("://")
    authority, slash, vhost = rest.partition("/")
    credentials, at, hosts = authority.rpartition("@")
    return [f"{scheme}://{credentials}{at}{host}{slash}{vhost}" for host in hosts.split(",")]


def open_connection(url: str, name: str, timeout: float = 5) -> Connection:
    """A connected AMQP connection named `name` in the broker's management pages; raises OSError or AMQPError.

    Of several nodes the first that answers is taken, tried in random order, so that connections spread over a cluster.
    Each node has twice `timeout` seconds to answer.
    """
    candidates = nodes(url)
    random.shuffle(candidates)
    for node in candidates[:-1]:
        with suppress(*BROKEN):
            return _connect(node, name, timeout)
    return _connect(candidates[-1], name, timeout)


def _connect(url: str, name: str, timeout: float) -> Connection:
    parts = parse_url(url)
    connection = Connection(
        host=f"{parts['hostname']}:{parts['port'] or 5672}",
        userid=parts["userid"] or "guest",
        password=parts["password"] or "guest",
        virtual_host=parts["virtual_host"] or "/",
        ssl=parts["transport"] == "amqps",
        heartbeat=HEARTBEAT,
        connect_timeout=timeout,
        client_properties={"connection_name": name},
    )
    with eventlet.Timeout(timeout * 2, OSError(f"no answer from the broker in {timeout * 2:g} s")):
        connection.connect()
    # With this capability on, py-amqp reads inside basic_publish: a second reader on the socket that `Link` reads.
    connection.client_properties["capabilities"]["connection.blocked"] = False
    if parts["transport"] != "amqps":
        # py-amqp reads each frame's header, body and end with a system call of its own; what is read too much it keeps.
        transport = connection._transport
        transport._quick_recv = lambda _wanted, receive=transport.sock.recv: receive(READ_AHEAD)
    return connection


class Link:
    """One supervised connection: connects, calls `opened`, drains it; when it breaks calls `closed` and tries again."""

    def __init__(
        self, url: str, name: str, opened: Callable[[Connection], None], closed: Callable[[], None] = lambda: None
    ) -> None:
        self.url = url
        self.name = name
        self.up = Event()
        self.writing = Semaphore()  # frames of two writers must not mix, nor the order of sequence numbers change
        self._opened = opened
        self._closed = closed
        self._connection: Connection | None = None
        self._stopping = False
        self._thread: Any = None

    @property
    def connected(self) -> bool:
        """Whether the broker is there right now."""
        return bool(self.up.ready())

    @property
    def connection(self) -> Connection | None:
        """The present connection, None when there is none."""
        return self._connection if self.connected else None

    def start(self) -> None:
        """Begin connecting, in the background."""
        self._thread = eventlet.spawn(self._supervise)

    def stop(self) -> None:
        """Close the connection and end.

        Waits up to a second for the broker's close-ok: when the socket is gone first, it drops acknowledgements that its
        channel has not come to yet, and delivers once more what was handled.
        """
        self._stopping = True
        connection = self._connection
        if connection is not None and self.connected:
            with suppress(*BROKEN), eventlet.Timeout(1, False):
                connection.send_method((10, 50), "BsBB", (200, "bye", 0, 0))  # connection.close
                self._thread.wait()  # who reads the close-ok and ends
        self.abort()
        if self._thread is not None:
            self._thread.kill()
        self._close()

    def abort(self) -> None:
        """Shut the socket down hard: the only way off a broker that no longer reads. Whoever reads it sees its end."""
        if self._connection is not None and self._connection._transport is not None:
            with suppress(*BROKEN):
                self._connection._transport.sock.shutdown(2)
        if self.up.ready():
            self.up = Event()  # from now on one waits for the next connection

    def _close(self) -> None:
        """Give the socket back. Only when nobody waits on it any more: eventlet does not wake who reads or writes a
        socket that is closed, but it does wake them when it is shut down (`abort`)."""
        if self._connection is not None and self._connection._transport is not None:
            with suppress(*BROKEN):
                self._connection._transport.sock.close()

    def wait(self, timeout: float) -> bool:
        """Whether the link is up within `timeout` seconds."""
        with eventlet.Timeout(timeout, False):
            self.up.wait()
        return self.connected

    def _supervise(self) -> None:
        pause = 0.1
        while not self._stopping:
            try:
                self._connection = open_connection(self.url, self.name)
                self._opened(self._connection)
                self.up.send()
                pause = 0.1
                self._drain(self._connection)
            except BROKEN as error:
                if not self._stopping:
                    log.warning("broker_link_broken", link=self.name, error=f"{type(error).__name__}: {error}"[:300])
            finally:
                self.abort()
                self._closed()
            if not self._stopping:
                eventlet.sleep(pause)
                self._close()
                pause = min(pause * 2, 5)

    def _drain(self, connection: Connection) -> None:
        beats = eventlet.spawn(self._beat, connection)
        try:
            while connection.connected:  # until the broker's close-ok
                connection.drain_events()
        finally:
            beats.kill()

    def _beat(self, connection: Connection) -> None:
        with suppress(*BROKEN):
            while True:
                eventlet.sleep(HEARTBEAT / 4)
                with eventlet.Timeout(HEARTBEAT, OSError("the broker no longer reads")), self.writing:
                    connection.heartbeat_tick(rate=2)
        self.abort()


@contextmanager
def corked(connection: Connection | None) -> Iterator[None]:
    """What is published inside leaves in one system call at the end; hold the link's `writing` meanwhile."""
    if connection is None:
        raise OSError("the link broke")
    transport = connection._transport
    frames: list[bytes] = []
    write, transport._write = transport._write, lambda frame: frames.append(bytes(frame))
    try:
        yield
    finally:
        transport._write = write
    transport.write(b"".join(frames))


@dataclass
class Outgoing:
    """A message to publish, and (after `Publisher.publish`) what the broker said of it."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: Mapping[str, Any] = field(default_factory=dict)
    content_type: str = "application/cloudevents+json"
    outcome: str = "unknown"  # confirmed | returned | nacked | timeout


class Publisher:
    """Publishes persistent, mandatory messages with pipelined confirms on an own connection and channel.

    Confirms are matched by sequence number; a message that the broker returned (no queue took it) is not confirmed by
    the acknowledgement that follows the return.
    """

    def __init__(self, url: str, name: str) -> None:
        self._link = Link(url, name, self._opened, self._closed)
        self._channel: Channel | None = None
        self._sequence = 0
        self._pending: dict[int, tuple[Outgoing, _Latch]] = {}
        self.start = self._link.start
        self.stop = self._link.stop

    @property
    def connected(self) -> bool:
        """Whether the broker is there right now."""
        return self._link.connected

    def publish(self, messages: Sequence[Outgoing], timeout: float = CONFIRM_TIMEOUT) -> None:
        """Publish and wait for every confirm; each message's `outcome` says what happened. Never raises."""
        deadline = time.monotonic() + timeout
        for message in messages:
            message.outcome = "timeout"
        if not messages or not self._link.wait(timeout):
            return
        latch = _Latch(len(messages))
        try:
            with eventlet.Timeout(max(deadline - time.monotonic(), 0.001)):
                with self._link.writing, corked(self._link.connection):
                    for message in messages:
                        self._send(message, latch)
                latch.wait()
        except (eventlet.Timeout, *BROKEN):
            # Nobody can say which of these the broker has: doubt them all, on a new socket.
            self._link.abort()
        for message in messages:
            metrics.RELAY_CONFIRMS.labels(message.outcome).inc()

    def _send(self, message: Outgoing, latch: "_Latch") -> None:
        channel = self._channel
        if channel is None:
            raise OSError("the link broke")
        self._sequence += 1
        self._pending[self._sequence] = (message, latch)
        properties = {
            "delivery_mode": 2,
            "content_type": message.content_type,
            "message_id": message.message_id,
            "application_headers": dict(message.headers),
        }
        channel.basic_publish(
            Message(message.body, **properties), message.exchange, message.routing_key, mandatory=True
        )

    def _opened(self, connection: Connection) -> None:
        channel = connection.channel()
        channel.events["basic_ack"].add(self._acked)
        channel.events["basic_nack"].add(self._nacked)
        channel.events["basic_return"].add(self._returned)
        channel.confirm_select()
        self._sequence = 0
        self._channel = channel

    def _closed(self) -> None:
        self._channel = None
        pending, self._pending = self._pending, {}
        for _, latch in pending.values():
            latch.fail()

    def _returned(self, _error: Any, exchange: str, routing_key: str, message: Message) -> None:
        """A return names no sequence number. Two handlers of a process may send the same event on to their own queues."""
        returned = (exchange, routing_key, message.properties.get("message_id", ""))
        for mine, _ in self._pending.values():
            if (mine.exchange, mine.routing_key, mine.message_id) == returned:
                mine.outcome = "returned"

    def _acked(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple, "confirmed")

    def _nacked(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple, "nacked")

    def _settle(self, tag: int, multiple: bool, outcome: str) -> None:
        for number in [n for n in self._pending if n <= tag] if multiple else [tag]:
            entry = self._pending.pop(number, None)
            if entry is not None:
                message, latch = entry
                if message.outcome != "returned":
                    message.outcome = outcome
                latch.count_down()


class _Latch:
    """Opens when `count` confirms have come, or breaks when the link does."""

    def __init__(self, count: int) -> None:
        self._left = count
        self._done = Event()

    def count_down(self) -> None:
        self._left -= 1
        if self._left == 0 and not self._done.ready():
            self._done.send()

    def fail(self) -> None:
        if not self._done.ready():
            self._done.send_exception(OSError("the link broke"))

    def wait(self) -> None:
        self._done.wait()
