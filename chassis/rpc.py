"""Calls from the gateway to a service over the broker, with smart batching and deadlines.

What waits goes out as one transient message, and the answers come back the same way on an exclusive, no-ack reply queue.
A call is taken at most once: its message is acknowledged before the work, so a crash never repeats a command; a client
repeats with its Idempotency-Key. No answer in time is a 504, no service there is a 503, both without waiting for ever.

On the wire (MessagePack): calls are `[[id, operation, meta, path, query, body], ...]`, answers
`[[id, "ok", version, replayed, status, headers, body] | [id, "problem", {...}], ...]`; bodies are bytes.
"""

import itertools
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import eventlet
import msgpack
import orjson
from amqp import Channel, Connection, Message
from eventlet.event import Event as Signal
from marshmallow import ValidationError
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from pymongo.errors import PyMongoError

from chassis import metrics, settings
from chassis.amqp import BROKEN, Link
from chassis.api import Answer, Call, Operation
from chassis.cause import new_id
from chassis.errors import Problem, StoreUnavailable, invalid, problem_of
from chassis.extensions import DependencyProvider
from chassis.logs import bound, log
from events.codecs import plain
from events.errors import RuleError
from events.schemas import load

F = TypeVar("F", bound=Callable[..., Any])
BATCH = 64
PING = "ping"  # every service answers it, before any worker
_META = ("tenant", "actor", "scopes", "if_match", "command_id", "fingerprint", "correlation_id", "traceparent", "deadline",
         "client_ip", "user_agent")  # fmt: skip


def call_queue(service: str) -> str:
    """The queue on which a service takes calls."""
    return f"rpc.{service}"


def unavailable(service: str) -> Problem:
    """Nobody is there to answer."""
    return Problem(503, "service-unavailable", f"The {service} service is not there right now; repeat in a moment.",
                   f"{service} 服务暂不可用；请稍后重试。", retry_after=1)  # fmt: skip


def too_late(service: str) -> Problem:
    """No answer came before the deadline."""
    return Problem(504, "deadline-exceeded",
                   f"The {service} service did not answer in time; the outcome is unknown: repeat with the same Idempotency-Key.",
                   f"{service} 服务未能及时答复；结果未知，请使用相同的 Idempotency-Key 重试。")  # fmt: skip


def internal() -> Problem:
    """Something broke that the client cannot mend."""
    return Problem(
        500, "internal-error", "Something went wrong on our side; we have been told.", "系统内部错误，我们已收到通知。"
    )


class _Outbound:
    """Sends what waits as one message per destination, on the link's channel, in an own greenthread."""

    def __init__(self) -> None:
        self.channel: Channel | None = None
        self.writing: Any = None  # the link's lock: two writers must not mix their frames
        self._waiting: dict[str, deque[Any]] = {}
        self._busy = False

    def put(self, queue: str, item: Any) -> None:
        """Send `item` to `queue` with whatever else waits."""
        self._waiting.setdefault(queue, deque()).append(item)
        if not self._busy:
            self._busy = True
            eventlet.spawn_n(self._send_all)

    def flush(self, timeout: float) -> None:
        """Wait until everything is on its way, `timeout` seconds at most."""
        with eventlet.Timeout(timeout, False):
            while self._busy:
                eventlet.sleep(0.005)

    def properties(self, queue: str, items: list[Any]) -> dict[str, Any]:
        """The message's properties."""
        return {}

    def lost(self, queue: str, items: list[Any]) -> None:
        """The items did not leave."""

    def _send_all(self) -> None:
        try:
            while self._waiting:
                queue, waiting = next(iter(self._waiting.items()))
                items = [waiting.popleft() for _ in range(min(BATCH, len(waiting)))]
                if not waiting:
                    del self._waiting[queue]
                self._send(queue, items)
        finally:
            self._busy = False

    def _send(self, queue: str, items: list[Any]) -> None:
        channel = self.channel
        try:
            if channel is None:
                raise OSError("no link")
            properties = {"delivery_mode": 1, "content_type": "application/msgpack", **self.properties(queue, items)}
            with self.writing:
                channel.basic_publish(Message(msgpack.packb(items), **properties), "", queue, mandatory=True)
        except BROKEN:
            self.lost(queue, items)


class RpcClient(DependencyProvider):
    """The gateway's side: `self.rpc(service, operation, call meta, path, query, body)` waits for the answer."""

    def setup(self) -> None:
        """Name the reply queue of this process."""
        config = settings.of(self.container)
        self._reply_queue = f"reply.{config.service}.{new_id('r')[2:]}"
        self._ids = itertools.count(1)
        self._calls: dict[int, tuple[str, Signal]] = {}
        self._out = _CallsOut(self._calls, self._reply_queue)
        self._link = Link(config.amqp_url, f"{config.service}.rpc", self._opened, self._closed)
        self._out.writing = self._link.writing

    def start(self) -> None:
        """Connect."""
        self._link.start()

    def stop(self) -> None:
        """Disconnect; nobody waits any more."""
        self._link.stop()

    @property
    def connected(self) -> bool:
        """Whether calls can leave right now."""
        return self._link.connected

    def get_dependency(self, worker_ctx: Any) -> "RpcClient":
        """The client itself: it is shared by all workers."""
        return self

    def call(
        self, service: str, operation: str, meta: dict[str, Any], path: dict[str, str], query: bytes, body: bytes
    ) -> Answer:
        """The service's answer; raises Problem, at the latest when `meta["deadline"]` (seconds since the epoch) is over."""
        number = next(self._ids)
        done = Signal()
        started = time.monotonic()
        outcome = "ok"
        try:
            if not self._link.connected and not self._link.wait(min(1.0, meta["deadline"] - time.time())):
                raise unavailable(service)
            self._calls[number] = (service, done)
            self._out.put(call_queue(service), [number, operation, [meta[name] for name in _META], path, query, body])
            with eventlet.Timeout(max(meta["deadline"] - time.time(), 0.001), too_late(service)):
                answer: list[Any] = done.wait()
            if answer[1] == "problem":
                raise Problem.from_wire(answer[2])
            version, replayed, status, headers, content = answer[2:]
            return Answer(content, version, replayed, status, tuple((k, v) for k, v in headers))
        except Problem as problem:
            outcome = problem.code
            raise
        finally:
            self._calls.pop(number, None)
            metrics.RPC_CALLS.labels(operation, outcome).inc()
            metrics.RPC_SECONDS.labels(operation).observe(time.monotonic() - started)

    def answers(self, service: str, seconds: float = 1) -> bool:
        """Whether the service answers a ping."""
        meta = dict.fromkeys(_META, "") | {"deadline": time.time() + seconds}
        try:
            self.call(service, PING, meta, {}, b"", b"")
            return True
        except Problem:
            return False

    def _opened(self, connection: Connection) -> None:
        channel = connection.channel()
        channel.events["basic_return"].add(self._returned)
        channel.queue_declare(self._reply_queue, durable=False, exclusive=True, auto_delete=True)
        channel.basic_consume(self._reply_queue, no_ack=True, exclusive=True, callback=self._answered)
        self._out.channel = channel

    def _closed(self) -> None:
        """The link broke: a call that was sent may have been done, and its answer is lost with the reply queue."""
        self._out.channel = None
        for service, done in list(self._calls.values()):
            if not done.ready():
                done.send_exception(too_late(service))

    def _answered(self, message: Message) -> None:
        for answer in msgpack.unpackb(message.body):
            waiting = self._calls.get(answer[0])
            if waiting is not None and not waiting[1].ready():
                waiting[1].send(answer)

    def _returned(self, _error: Any, _exchange: str, _queue: str, message: Message) -> None:
        for item in msgpack.unpackb(message.body):
            self._out.refuse(item[0])


class _CallsOut(_Outbound):
    def __init__(self, calls: dict[int, tuple[str, Signal]], reply_queue: str) -> None:
        super().__init__()
        self._calls = calls
        self._reply_queue = reply_queue

    def properties(self, queue: str, items: list[Any]) -> dict[str, Any]:
        left = max(item[2][_META.index("deadline")] for item in items) - time.time()
        return {"reply_to": self._reply_queue, "expiration": str(max(int(left * 1000), 1))}

    def lost(self, queue: str, items: list[Any]) -> None:
        for item in items:
            self.refuse(item[0])

    def refuse(self, number: int) -> None:
        """Nobody takes this call."""
        waiting = self._calls.get(number)
        if waiting is not None and not waiting[1].ready():
            waiting[1].send_exception(unavailable(waiting[0]))


class Serves(Entrypoint):
    """The nameko entrypoint behind `@serves(operation)`."""

    server: "RpcServer"

    def __init__(self, operation: Operation, **kwargs: Any) -> None:
        self.operation = operation
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Join the process's call queue."""
        self.server.register_provider(self)

    def stop(self) -> None:
        """Take no more calls; those at hand are finished by nameko before dependencies stop."""
        self.server.cease()
        self.server.unregister_provider(self)


class RpcServer(ProviderCollector, SharedExtension):
    """The service's side: takes batches of calls, runs each in a nameko worker, sends the answers that wait together."""

    def setup(self) -> None:
        """Make the link."""
        config = settings.of(self.container)
        self._service = config.service
        self._queue = call_queue(config.service)
        self._channel: Channel | None = None
        self._tag = ""
        self._ceased = False
        self._operations: dict[str, Serves] = {}
        self._out = _Outbound()
        self._arrived: deque[Message] = deque()
        self._wake = Signal()
        self._link = Link(config.amqp_url, f"{config.service}.rpc", self._opened, self._closed)
        self._out.writing = self._link.writing

    def start(self) -> None:
        """Begin to take calls."""
        self._operations = {entry.operation.name: entry for entry in self._providers}
        self.container.spawn_managed_thread(self._dispatch, "rpc.dispatch")
        self._link.start()

    def stop(self) -> None:
        """Send the last answers and disconnect."""
        self._out.flush(1)
        self._link.stop()
        super().stop()

    @property
    def connected(self) -> bool:
        """Whether calls arrive right now."""
        return self._link.connected

    def cease(self) -> None:
        """Stop taking calls, once."""
        if not self._ceased and self._channel is not None:
            self._ceased = True
            try:
                with self._link.writing:
                    self._channel.basic_cancel(self._tag, nowait=True)
            except BROKEN:
                self._link.abort()
            self._take_waiting()

    def _opened(self, connection: Connection) -> None:
        if self._ceased:
            return
        channel = connection.channel()
        # Durable, so that it needs no transient queue (gone in RabbitMQ 4.3), and gone with its last consumer, so that
        # the gateway hears at once (mandatory) that nobody is there.
        channel.queue_declare(self._queue, durable=True, auto_delete=True)
        channel.basic_qos(0, 16, False)
        channel.events["basic_return"].add(lambda *_: None)  # the caller is gone; nobody to tell
        self._tag = channel.basic_consume(self._queue, callback=self._arrive)
        self._channel = self._out.channel = channel

    def _closed(self) -> None:
        self._channel = self._out.channel = None
        self._arrived.clear()

    def _arrive(self, message: Message) -> None:
        self._arrived.append(message)
        if not self._wake.ready():
            self._wake.send()

    def _dispatch(self) -> None:
        while True:
            self._wake.wait()
            self._wake = Signal()
            self._take_waiting()

    def _take_waiting(self) -> None:
        while self._arrived:
            message = self._arrived.popleft()
            try:
                if self._channel is not None:
                    with self._link.writing:
                        self._channel.basic_ack(message.delivery_tag)
            except BROKEN:
                return
            if message.delivery_info.get("redelivered"):
                continue  # a process that died may have begun it: at most once, the caller hears 504 and repeats
            reply_to = message.properties.get("reply_to", "")
            for item in msgpack.unpackb(message.body):
                self._spawn(item, reply_to)  # waits while every worker is busy: the prefetch is the only queue

    def _spawn(self, item: list[Any], reply_to: str) -> None:
        number, name, meta, path, query, body = item
        known = dict(zip(_META, meta, strict=True))
        if known["deadline"] < time.time():
            return  # nobody waits for it any more
        if name == PING:
            self._out.put(reply_to, [number, "ok", None, False, None, [], b""])
            return
        entry = self._operations.get(name)
        if entry is None:
            self._out.put(reply_to, [number, "problem", internal().to_wire()])
            return
        started = time.monotonic()

        def finished(_context: Any, result: Any, exc_info: Any) -> Any:
            metrics.RPC_SERVED_SECONDS.labels(name).observe(time.monotonic() - started)
            self._out.put(reply_to, [number, *_answer(entry.operation, result, exc_info)])
            return result, exc_info

        try:
            call = _call(entry.operation, known, path, query, body)
        except ValidationError as error:
            self._out.put(reply_to, [number, "problem", invalid(error).to_wire()])
            return
        with bound(correlation_id=call.correlation_id, tenant=call.tenant):
            self.container.spawn_worker(entry, (call,), {}, handle_result=finished)


def _call(operation: Operation, meta: dict[str, Any], path: dict[str, str], query: bytes, body: bytes) -> Call:
    return Call(
        operation=operation.name,
        tenant=meta["tenant"],
        actor=meta["actor"],
        scopes=frozenset(meta["scopes"]),
        path=path,
        query=load(operation.query, orjson.loads(query)) if operation.query else None,
        body=load(operation.request, orjson.loads(body)) if operation.request else None,
        if_match=meta["if_match"],
        command_id=meta["command_id"],
        fingerprint=meta["fingerprint"],
        correlation_id=meta["correlation_id"],
        traceparent=meta["traceparent"],
        deadline=meta["deadline"],
        client_ip=meta["client_ip"],
        user_agent=meta["user_agent"],
        received_at=datetime.now(UTC),
    )


def _answer(operation: Operation, result: Any, exc_info: Any) -> Sequence[Any]:
    if exc_info is not None:
        error = exc_info[1]
        if isinstance(error, Problem):
            return ["problem", error.to_wire()]
        if isinstance(error, PyMongoError):
            error = StoreUnavailable()
        if isinstance(error, RuleError):
            return ["problem", problem_of(error).to_wire()]
        log.error("operation_failed", operation=operation.name, exc_info=exc_info)
        return ["problem", internal().to_wire()]
    answer = result if isinstance(result, Answer) else Answer(result)
    return ["ok", answer.version, answer.replayed, answer.status, list(answer.headers), encode(answer.body)]


def encode(body: Any) -> bytes:
    """An answer's body as bytes: bytes as they are, anything else as JSON."""
    if isinstance(body, bytes):
        return body
    return b"" if body is None else orjson.dumps(plain(body))


Serves.server = RpcServer()


def serves(operation: Operation) -> Callable[[F], F]:
    """Bind a method to an operation: it gets the `Call` and returns an `Answer`, a shape's object or bytes."""
    decorated: Callable[[F], F] = Serves.decorator(operation)
    return decorated
