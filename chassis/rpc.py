"""Calls to a service: it listens for its gateways, runs each call in a worker, and answers what is ready together.

A call arrives at most once, and one whose deadline is over is not begun; a client repeats with its Idempotency-Key. While every
worker is busy nothing more is read, so that what waits stays with the gateway. A service that stops says goodbye: the gateway
sends no more, and what it had sent is answered.

On the wire (see `chassis.wire`): calls are `[id, operation, meta, path, query, body]`, answers
`[id, "ok", version, replayed, status, headers, body] | [id, "problem", {...}]`; bodies are bytes. A call that brings a file has
its size for a body, and the file follows in pieces (see `chassis.uploads.Incoming`).
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import eventlet
import orjson
from marshmallow import ValidationError
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from pymongo.errors import PyMongoError

from chassis import metrics, settings
from chassis.api import Answer, Call, Operation
from chassis.errors import Problem, StoreUnavailable, internal, invalid, problem_of, too_late
from chassis.logs import bound, log
from chassis.uploads import Incoming, Received, Spool
from chassis.wire import BROKEN, Wire, greet
from events.codecs import plain
from events.errors import RuleError
from events.schemas import load

F = TypeVar("F", bound=Callable[..., Any])
Reply = Callable[[list[Any]], Any]
PING = "ping"  # every service answers it, before any worker
GOODBYE = [0]  # instead of an answer: send no more calls
LEAVING_SECONDS = 2  # in which gateways hear the goodbye and send what was on its way
MOST_GATEWAYS = 64
META = ("tenant", "actor", "scopes", "if_match", "command_id", "fingerprint", "correlation_id", "traceparent", "deadline",
        "client_ip", "user_agent", "session")  # fmt: skip


class Serves(Entrypoint):
    """The nameko entrypoint behind `@serves(operation)`."""

    server: "RpcServer"

    def __init__(self, operation: Operation, **kwargs: Any) -> None:
        self.operation = operation
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Join the process's server."""
        self.server.register_provider(self)

    def stop(self) -> None:
        """Take no more calls; those at hand are finished by nameko before dependencies stop."""
        self.server.cease()
        self.server.unregister_provider(self)


class RpcServer(ProviderCollector, SharedExtension):
    """The service's side: a connection for each gateway, a nameko worker for each call."""

    def setup(self) -> None:
        """Read where to listen."""
        config = settings.of(self.container)
        self._url = next((url for url in config.call_urls if url.service == config.service), None)
        self._operations: dict[str, Serves] = {}
        self._gateways: set[_Gateway] = set()
        self._spool = Spool()
        self._socket: Any = None
        self._ceased = False

    def start(self) -> None:
        """Begin to take calls."""
        self._operations = {entry.operation.name: entry for entry in self._providers}
        if self._url is not None:
            self._socket = eventlet.listen((self._url.host, self._url.port), backlog=128)
            self.container.spawn_managed_thread(self._accept, "rpc.accept")

    def stop(self) -> None:
        """Send the last answers and disconnect."""
        for gateway in list(self._gateways):
            gateway.wire.flush(1)
            gateway.wire.abort()
        super().stop()

    @property
    def connected(self) -> bool:
        """Whether calls can arrive."""
        return self._url is None or self._socket is not None

    def cease(self) -> None:
        """Say goodbye to every gateway, once, and wait until none sends any more."""
        if self._ceased:
            return
        self._ceased = True
        if self._socket is not None:
            self._socket.close()
        for gateway in self._gateways:
            gateway.wire.put(GOODBYE)
        with eventlet.Timeout(LEAVING_SECONDS, False):
            while any(gateway.speaking for gateway in self._gateways):
                eventlet.sleep(0.01)

    def take(self, call: list[Any], reply: Reply) -> None:
        """Run a call in a worker and give its answer to `reply`; waits while every worker is busy."""
        body = call[-1]
        with ExitStack() as unless_taken:
            if isinstance(body, Received):
                unless_taken.enter_context(body)
                reply = _then(body.close, reply)
            self._take(call, reply)
            unless_taken.pop_all()

    def _take(self, call: list[Any], reply: Reply) -> None:
        number, name, meta, path, query, body = call
        known = dict(zip(META, meta, strict=True))
        if known["deadline"] < time.time():
            reply([number, "problem", too_late(self.container.service_name).to_wire()])  # nobody waits for it any more
            return
        if name == PING:
            reply([number, "ok", None, False, None, [], b""])
            return
        entry = self._operations.get(name)
        if entry is None:
            reply([number, "problem", internal().to_wire()])
            return
        started = time.monotonic()

        def finished(_context: Any, result: Any, exc_info: Any) -> Any:
            metrics.RPC_SERVED_SECONDS.labels(name).observe(time.monotonic() - started)
            reply([number, *_answer(entry.operation, result, exc_info)])
            return result, exc_info

        try:
            made = _call(entry.operation, known, path, query, body)
        except ValidationError as error:
            reply([number, "problem", invalid(error).to_wire()])
            return
        with bound(correlation_id=made.correlation_id, tenant=made.tenant):
            self.container.spawn_worker(entry, (made,), {}, handle_result=finished)

    def _accept(self) -> None:
        while not self._ceased:
            try:
                connection, peer = self._socket.accept()
            except OSError:
                eventlet.sleep(0.05)  # out of file descriptors, or closed because we stop
                continue
            if len(self._gateways) < MOST_GATEWAYS:
                eventlet.spawn_n(self._converse, connection, peer[0])
            else:
                connection.close()

    def _converse(self, connection: Any, peer: str) -> None:
        """Take a gateway's calls until it sends no more."""
        assert self._url is not None
        gateway = _Gateway(Wire(connection), self.container.service_name, self._gateways)
        incoming = Incoming(self._spool, gateway.drop)
        try:
            values = gateway.wire.values()
            greet(gateway.wire, values, self._url, caller=False)
            if self._ceased:
                gateway.wire.put(GOODBYE)
            for message in values:
                gateway.owed += len(message) != 2  # a piece belongs to a call
                try:
                    call = incoming.complete(message, _deadline, gateway.wire.put)
                except Problem as problem:
                    gateway.answer([message[0], "problem", problem.to_wire()])
                    continue
                if call is not None:
                    self.take(call, gateway.answer)
        except BROKEN as error:
            log.warning("gateway_lost", peer=peer, error=f"{type(error).__name__}: {error}"[:300])
            gateway.wire.abort()
        finally:
            incoming.close()
            gateway.fell_silent()


class _Gateway:
    """One gateway's connection, which lasts until all that it asked is answered."""

    def __init__(self, wire: Wire, service: str, all_of_them: "set[_Gateway]") -> None:
        self.wire = wire
        self._service = service
        self.owed = 0
        self.speaking = True
        self._all = all_of_them
        self._all.add(self)

    def answer(self, answer: list[Any]) -> None:
        """Send an answer."""
        self.owed -= 1
        self.wire.put(answer)
        if not self.speaking and not self.owed:
            eventlet.spawn_n(self._hang_up)

    def drop(self, number: int) -> None:
        """Answer a call whose file did not come."""
        self.answer([number, "problem", too_late(self._service).to_wire()])

    def fell_silent(self) -> None:
        """It sends no more."""
        self.speaking = False
        if not self.owed:
            self._hang_up()

    def _hang_up(self) -> None:
        self.wire.flush(1)
        self.wire.close()
        self._all.discard(self)


def _deadline(call: list[Any]) -> float:
    deadline: float = call[2][META.index("deadline")]
    return deadline


def _then(end: Callable[[], None], reply: Reply) -> Reply:
    def replying(answer: list[Any]) -> Any:
        end()
        return reply(answer)

    return replying


def _call(
    operation: Operation, meta: dict[str, Any], path: dict[str, str], query: bytes, body: bytes | Received
) -> Call:
    return Call(
        operation=operation.name,
        tenant=meta["tenant"],
        actor=meta["actor"],
        scopes=frozenset(meta["scopes"]),
        path=path,
        query=load(operation.query, orjson.loads(query), sent=True) if operation.query else None,
        body=_body(operation, body),
        if_match=meta["if_match"],
        command_id=meta["command_id"],
        fingerprint=meta["fingerprint"],
        correlation_id=meta["correlation_id"],
        traceparent=meta["traceparent"],
        deadline=meta["deadline"],
        client_ip=meta["client_ip"],
        user_agent=meta["user_agent"],
        received_at=datetime.now(UTC),
        session=meta["session"],
    )


def _body(operation: Operation, body: bytes | Received) -> Any:
    if isinstance(body, Received):
        return body
    if operation.request is None:
        return None
    return (
        UncheckedBody(operation.request, body)
        if operation.by_link
        else load(operation.request, orjson.loads(body), sent=True)
    )


class UncheckedBody:
    """A body from whoever has a link: its shape is checked when it is first looked at, after the link was looked up.

    Raises marshmallow's ValidationError then, which is answered like that of any other body.
    """

    def __init__(self, shape: type, body: bytes) -> None:
        self._shape = shape
        self._bytes = body

    @cached_property
    def _content(self) -> Any:
        return load(self._shape, orjson.loads(self._bytes), sent=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)


def _answer(operation: Operation, result: Any, exc_info: Any) -> Sequence[Any]:
    if exc_info is not None:
        error = exc_info[1]
        if isinstance(error, Problem):
            return ["problem", error.to_wire()]
        if isinstance(error, PyMongoError):
            error = StoreUnavailable()
        if isinstance(error, ValidationError):
            return ["problem", invalid(error).to_wire()]
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
