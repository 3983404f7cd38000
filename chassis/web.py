"""HTTP on nameko and Werkzeug: one entrypoint that gets every request, and N processes that share a port (SO_REUSEPORT)."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

import eventlet
import orjson
from eventlet import wsgi
from eventlet.event import Event as Signal
from eventlet.greenio import GreenSocket
from eventlet.semaphore import Semaphore
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from werkzeug.wrappers import Request, Response

from chassis import metrics, settings
from chassis.logs import log

F = TypeVar("F", bound=Callable[..., Any])
IDLE_SECONDS = 30  # a client that sends nothing for so long is disconnected
MAX_CONNECTIONS = 2_000
LINE_LIMIT = 8_192  # bytes of the request line
LINGER_SECONDS = 1  # in which clients hear, with their next request, that we leave; a connection that just closes is an error to them
LONGEST_SECONDS = (
    11  # from the arrival of a request: whoever works on it has given up before, or hangs in looking up who asks
)
ROOM_SECONDS = 3  # that a request waits for a free worker before it is told to come back
ARRIVED = "callboard.arrived"  # in the environ: when the request came, seconds since the epoch; deadlines count from it


class _Protocol(wsgi.HttpProtocol):
    """HTTP/1.1 without the server's name and version."""

    server_version = "callboard"
    sys_version = ""

    def setup(self) -> None:
        """Answer at once: small answers must not wait for the peer's delayed acknowledgement (Nagle)."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class WebServer(ProviderCollector, SharedExtension):
    """Accepts connections and gives each request to the one registered entrypoint."""

    def setup(self) -> None:
        """Read where to listen."""
        config = settings.of(self.container)
        self._address = (config.http_host, config.http_port)
        self._connections: set[Any] = set()
        self._connected = metrics.PLACES_USED.labels("connections")
        metrics.PLACES.labels("connections").set(MAX_CONNECTIONS)
        self._busy = 0
        self._stopping = False

    def start(self) -> None:
        """Listen; other copies may listen on the same port."""
        self._socket = eventlet.listen(self._address, backlog=1024, reuse_port=True)
        self._socket.settimeout(None)
        self._server = wsgi.Server(
            self._socket,
            self._socket.getsockname(),
            self._application,
            protocol=_Protocol,
            log_output=False,
            debug=False,
            url_length_limit=LINE_LIMIT,
            socket_timeout=IDLE_SECONDS,
        )
        self.container.spawn_managed_thread(self._accept, "web.accept")

    def cease(self, seconds: float = 5) -> None:
        """Accept no more connections; wait for the requests at hand."""
        if self._stopping:
            return
        self._stopping = True
        self._server.keepalive = False
        with suppress(BlockingIOError):  # the kernel would reset whom it has accepted for us
            while True:
                connection, peer = self._socket.fd.accept()
                self._welcome(GreenSocket(connection), peer)
        self._socket.close()
        with eventlet.Timeout(seconds, False):
            while self._busy:
                eventlet.sleep(0.01)
        with eventlet.Timeout(LINGER_SECONDS, False):
            while self._connections:
                eventlet.sleep(0.01)

    def _accept(self) -> None:
        while not self._stopping:
            try:
                connection, peer = self._socket.accept()
            except OSError:
                eventlet.sleep(0.05)  # out of file descriptors, or closed because we stop
                continue
            self._welcome(connection, peer)

    def _welcome(self, connection: Any, peer: Any) -> None:
        if len(self._connections) >= MAX_CONNECTIONS:
            connection.close()
            return
        connection.settimeout(IDLE_SECONDS)
        self._connections.add(connection)
        self._connected.inc()
        eventlet.spawn_n(self._converse, connection, peer)

    def _converse(self, connection: Any, peer: Any) -> None:
        try:
            self._server.process_request([peer, connection, wsgi.STATE_IDLE])
        except (OSError, ValueError) as error:
            log.debug("connection_broken", error=type(error).__name__)
        finally:
            self._connections.discard(connection)
            self._connected.dec()

    def _application(self, environ: dict[str, Any], start_response: Any) -> Any:
        if self._stopping:  # a request on a connection that was open already
            return _leaving()(environ, start_response)
        environ[ARRIVED] = time.time()
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            # eventlet ends the stream itself; Werkzeug reads none of it otherwise
            environ["wsgi.input_terminated"] = True
        self._busy += 1
        try:
            (entrypoint,) = self._providers
            # Not known to its environ, which it knows: each request would be a cycle, and a tenth of the gateway's time collecting them.
            request = Request(environ, populate_request=False)
            return entrypoint.answer(request)(environ, start_response)
        except Exception as error:  # the entrypoint answers its own errors; this is the last resort
            log.error("web_failed", path=environ.get("PATH_INFO", "")[:200], exc_info=error)
            return Response(status=500)(environ, start_response)
        finally:
            self._busy -= 1


def _leaving() -> Response:
    """Come back in a second: another copy, or this one started anew, answers then."""
    response = _later("stopping", "This process is stopping; nothing was done, repeat the request.")
    response.headers["Connection"] = "close"
    return response


def _later(code: str, detail: str) -> Response:
    """Nothing was done; come back in a second."""
    response = _problem(503, code, detail)
    response.headers["Retry-After"] = "1"
    return response


def _problem(status: int, code: str, detail: str) -> Response:
    title = HTTPStatus(status).phrase
    problem = {"type": f"/docs/problems#{code}", "title": title, "status": status, "code": code, "detail": detail}
    return Response(orjson.dumps(problem), status, content_type="application/problem+json")


class Web(Entrypoint):
    """The nameko entrypoint behind `@web`: the method gets a Werkzeug request and returns a response."""

    server = WebServer()

    def setup(self) -> None:
        """Join the server."""
        self.server.register_provider(self)
        # Half of the workers: a request may wait for an operation that this same process serves.
        places = max(1, settings.of(self.container).max_workers // 2)
        self._room = Semaphore(places)
        self._taken = metrics.PLACES_USED.labels("requests")
        metrics.PLACES.labels("requests").set(places)

    def stop(self) -> None:
        """Finish the requests at hand."""
        self.server.cease()
        self.server.unregister_provider(self)

    def answer(self, request: Request) -> Response:
        """Run the method in a nameko worker and wait for its response; a 503 when there is no room for it in time."""
        if not self._room.acquire(timeout=ROOM_SECONDS):
            return _later("overloaded", "Too many requests are waiting; nothing was done, repeat the request.")
        self._taken.inc()
        try:
            done = Signal()
            self.container.spawn_worker(self, (request,), {}, handle_result=partial(_finished, done))
            while not done.ready():  # once more when a file came meanwhile: its end is when the request arrived
                left = request.environ[ARRIVED] + LONGEST_SECONDS - time.time()
                if left <= 0:
                    raise TimeoutError
                with eventlet.Timeout(left, False):
                    done.wait()
            response: Response = done.wait()
        except TimeoutError:
            said = "There was no answer in time; the outcome is unknown: repeat with the same Idempotency-Key."
            return _problem(504, "deadline-exceeded", said)
        finally:
            self._taken.dec()
            self._room.release()
        return response


def _finished(done: Signal, _context: Any, result: Any, exc_info: Any) -> Any:
    if exc_info is None:
        done.send(result)
    else:
        done.send_exception(*exc_info)  # with its traceback
    return result, exc_info


def web(method: F) -> F:
    """Bind a method to every HTTP request."""
    decorated: F = Web.decorator(method)
    return decorated
