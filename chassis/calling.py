"""The gateway's side of calls: finds the service, waits for the answer, and says in time when none will come.

Calls go straight to the service, not through the broker: what a studio signs is accepted while the broker is full, slow
or away. Of several copies of a service the first that has room is asked, so that
batches stay large; when all are full, the one with the fewest calls at hand. A call is sent at most once; when
its answer is lost the client repeats it with its Idempotency-Key.
"""

import itertools
import socket
import time
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet import tpool
from eventlet.event import Event as Signal

from chassis import metrics, settings
from chassis.api import Answer
from chassis.errors import Problem, too_late, unavailable
from chassis.extensions import DependencyProvider
from chassis.logs import log
from chassis.rpc import GOODBYE, META, PING, RpcServer
from chassis.uploads import Received
from chassis.wire import BROKEN, CallUrl, Wire, greet

SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 0.25  # seconds between two attempts to connect
RESOLVE_SECONDS = 5  # after which a name is looked up again: copies come and go
CONNECT_SECONDS = 5
ROOM = 16  # calls that one copy gets before the next: what is done together costs less than what is spread


class RpcClient(DependencyProvider):
    """`self.rpc.call(service, operation, call meta, path, query, body)` waits for the answer."""

    own = RpcServer()  # for what the process serves itself

    def setup(self) -> None:
        """Read who is where."""
        config = settings.of(self.container)
        self._ids = itertools.count(1)
        self._own_service = config.service
        self._services: dict[str, _Service] = {}
        for url in config.call_urls:
            self._services.setdefault(url.service, _Service()).urls.append(url)

    def start(self) -> None:
        """Connect to every copy of every service."""
        for service in self._services.values():
            service.start()

    def stop(self) -> None:
        """Disconnect; nobody waits any more."""
        for service in self._services.values():
            service.stop()

    @property
    def connected(self) -> bool:
        """Whether every service has been there once: what can be asked later is not this process's to say."""
        return all(service.met for service in self._services.values())

    def get_dependency(self, worker_ctx: Any) -> "RpcClient":
        """The client itself: it is shared by all workers."""
        return self

    def call(
        self,
        service: str,
        operation: str,
        meta: dict[str, Any],
        path: dict[str, str],
        query: bytes,
        body: bytes | Received,
    ) -> Answer:
        """The service's answer; raises Problem, at the latest when `meta["deadline"]` (seconds since the epoch) is over."""
        number = next(self._ids)
        done = Signal()
        started = time.monotonic()
        outcome = "ok"
        copy = None
        try:
            call: list[Any] = [number, operation, [meta[name] for name in META], path, query, body]
            if service == self._own_service:
                eventlet.spawn_n(self.own.take, call, done.send)
            else:
                copy = self._services[service].choose() if service in self._services else None
                if copy is None:
                    raise unavailable(service)
                if isinstance(body, Received):
                    call[-1] = body.size
                copy.ask(call, service, done)
            with eventlet.Timeout(max(meta["deadline"] - time.time(), 0.001), too_late(service)):
                answer: list[Any] = done.wait()
                if copy is not None and isinstance(body, Received):
                    answer = _hand_over(copy, service, body, answer)
            if answer[1] == "problem":
                raise Problem.from_wire(answer[2])
            version, replayed, status, headers, content = answer[2:]
            return Answer(content, version, replayed, status, tuple((k, v) for k, v in headers))
        except Problem as problem:
            outcome = problem.code
            raise
        finally:
            if copy is not None:
                copy.forget(number)
            metrics.RPC_CALLS.labels(operation, outcome).inc()
            metrics.RPC_SECONDS.labels(operation).observe(time.monotonic() - started)

    def answers(self, service: str, seconds: float = 1) -> bool:
        """Whether the service answers a ping."""
        meta = dict.fromkeys(META, "") | {"deadline": time.time() + seconds}
        try:
            self.call(service, PING, meta, {}, b"", b"")
            return True
        except Problem:
            return False


class _Service:
    """The copies of one service, by address."""

    def __init__(self) -> None:
        self.urls: list[CallUrl] = []
        self.met = False
        self._copies: dict[tuple[str, int], _Copy] = {}
        self._thread: Any = None

    def start(self) -> None:
        self._thread = eventlet.spawn(self._follow)

    def stop(self) -> None:
        self._thread.kill()
        for copy in self._copies.values():
            copy.stop()

    def choose(self) -> "_Copy | None":
        """The first copy that has room, else the one with the fewest calls; one that is silent only when there is no other."""
        there = [copy for copy in self._copies.values() if copy.there]
        return min(there, key=lambda copy: (copy.silent, max(copy.busy, ROOM - 1)), default=None)

    def _follow(self) -> None:
        """Keep one connection to every address that the URLs' names have now."""
        while True:
            found: dict[tuple[str, int], CallUrl] = {}
            for url in self.urls:
                try:
                    for host in _addresses(url):
                        found[host, url.port] = url
                except OSError as error:
                    log.warning("service_not_found", service=url.service, host=url.host, error=str(error))
                    found |= {address: url for address, copy in self._copies.items() if copy.url == url}
            for address in self._copies.keys() - found.keys():
                self._copies.pop(address).stop()
            for address in found.keys() - self._copies.keys():
                self._copies[address] = _Copy(found[address], address, self._meet)
            if all(_numeric(url.host) for url in self.urls):
                return
            eventlet.sleep(RESOLVE_SECONDS)

    def _meet(self) -> None:
        self.met = True


class _Copy:
    """One copy of a service: a supervised connection and the calls that wait for their answers on it."""

    def __init__(self, url: CallUrl, address: tuple[str, int], met: Callable[[], None]) -> None:
        self.url = url
        self.there = False
        self.silent = False  # the last call was not answered in time
        self._address = address
        self._met = met
        self._wire: Wire | None = None
        self._waiting: dict[int, Signal] = {}
        self._thread = eventlet.spawn(self._supervise)

    @property
    def busy(self) -> int:
        """How many calls are at hand."""
        return len(self._waiting)

    def ask(self, call: list[Any], service: str, done: Signal) -> None:
        """Send a call; `done` gets the answer or the problem."""
        if self._wire is None:  # gone between two pieces of a file
            raise unavailable(service)
        self._waiting[call[0]] = done
        self._wire.put(call)

    def forget(self, number: int) -> None:
        """Nobody waits for this call any more."""
        if self._waiting.pop(number, None) is not None:
            self.silent = True

    def stop(self) -> None:
        """Disconnect, and end."""
        self._thread.kill()
        self._end()

    def _supervise(self) -> None:
        pause, said = SHORTEST_PAUSE, ""
        while True:
            try:
                with eventlet.Timeout(CONNECT_SECONDS, OSError("no connection in time")):
                    self._wire = Wire(eventlet.connect(self._address))
                values = self._wire.values()
                greet(self._wire, values, self.url, caller=True)
                self.there, self.silent = True, False
                self._met()
                pause, said = SHORTEST_PAUSE, ""
                for answer in values:
                    self._hear(answer)
            except BROKEN as error:
                if (text := f"{type(error).__name__}: {error}") != said:
                    log.warning("service_not_reached", service=self.url.service, error=text[:300])
                    said = text
            finally:
                self._end()
            eventlet.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _hear(self, answer: list[Any]) -> None:
        self.silent = False
        if answer == GOODBYE:
            self.there = False
            assert self._wire is not None
            eventlet.spawn_n(self._wire.finish)  # what was sent is still answered
        elif (done := self._waiting.pop(answer[0], None)) is not None:
            done.send(answer)

    def _end(self) -> None:
        """The connection is over: what was not sent was not done, and nobody knows about the rest."""
        self.there = False
        wire, self._wire = self._wire, None
        if wire is None:
            return
        wire.close()
        unsent = {call[0] for call in wire.unsent if isinstance(call, list)}
        waiting, self._waiting = self._waiting, {}
        for number, done in waiting.items():
            done.send_exception((unavailable if number in unsent else too_late)(self.url.service))


def _hand_over(copy: _Copy, service: str, file: Received, answer: list[Any]) -> list[Any]:
    """Send a file piece by piece, each when it is asked for, so that one is in memory; the answer that comes in the end."""
    pieces = file.pieces()
    while answer[1] == "more":
        done = Signal()
        copy.ask([answer[0], next(pieces)], service, done)
        answer = done.wait()
    return answer


def _numeric(host: str) -> bool:
    return host.replace(".", "").isdigit() or ":" in host


def _addresses(url: CallUrl) -> list[str]:
    """The addresses of a host; a name is looked up in a thread, for the system's resolver blocks."""
    if _numeric(url.host):
        return [url.host]
    found = tpool.execute(socket.getaddrinfo, url.host, url.port, socket.AF_INET, socket.SOCK_STREAM)
    return sorted({address[4][0] for address in found})
