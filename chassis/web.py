"""HTTP on nameko and Werkzeug: one entrypoint that gets every request, and N processes that share a port (SO_REUSEPORT)."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import eventlet
from cachetools import TTLCache
from eventlet.event import Event as Signal
from eventlet.greenio import GreenSocket
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from werkzeug.wrappers import Request, Response

from chassis import metrics, refusals, settings
from chassis.addresses import Proxies, party
from chassis.bodies import Body
from chassis.channel import Channel
from chassis.conversation import ARRIVED, Conversation
from chassis.errors import Problem
from chassis.logs import Sparing, log
from chassis.parsing import MALFORMED, Head
from chassis.places import NoPlace, Places

F = TypeVar("F", bound=Callable[..., Any])
MAX_CONNECTIONS = 2_000
SLOW_BODIES, OF_ONE = 128, 32  # bodies that are waited for: of all, and of one address
REFUSALS, WITHIN = 200, 10  # so many refused requests in so many seconds, and an address is not listened to
LEAVING_SECONDS = 1  # in which clients learn, with their next request, that we leave; a connection that just closes is an error to them
LONGEST_SECONDS = (
    11  # from the arrival of a request: whoever works on it has given up before, or hangs in looking up who asks
)
ROOM_SECONDS = 3  # that a request waits for a free worker before it is told to come back
PARTY = "callboard.party"  # in the environ: who is limited together, see `chassis.addresses.party`
PLACE = "callboard.place"  # in the environ: the request's place, which may be lent while it waits for what needs none


class WebServer(ProviderCollector, SharedExtension):
    """Accepts connections and gives each request to the one registered entrypoint."""

    def setup(self) -> None:
        """Read where to listen, and whom to believe."""
        config = settings.of(self.container)
        self._address = (config.http_host, config.http_port)
        self._proxies = Proxies(config.trusted_proxies, config.forwarded_field)
        self._of_one = config.connections_per_address
        self._forwarded = f"HTTP_{config.forwarded_field.upper().replace('-', '_')}"
        self._connections: set[Any] = set()
        self._connected: Counter[str] = Counter()  # by party
        self._places = Places("connections", MAX_CONNECTIONS)
        self._slow_bodies = Places("bodies", SLOW_BODIES, share=OF_ONE)
        self._refusals: TTLCache[str, int] = TTLCache(10_000, WITHIN)
        self._sparing = Sparing()
        self._busy = 0
        self._stopping = False

    def start(self) -> None:
        """Listen; other copies may listen on the same port."""
        self._socket = eventlet.listen(self._address, backlog=1024, reuse_port=True)
        self._socket.settimeout(None)
        host, port = self._socket.getsockname()[:2]
        self._environ = {
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SCRIPT_NAME": "",
            "wsgi.url_scheme": "http",
            "wsgi.input_terminated": True,  # the body's end is known, also of one in chunks
        }
        self.container.spawn_managed_thread(self._accept, "web.accept")

    def cease(self, seconds: float = 5) -> None:
        """Accept no more connections; wait for the requests at hand."""
        if self._stopping:
            return
        self._stopping = True
        with suppress(BlockingIOError):  # the kernel would reset whom it has accepted for us
            while True:
                connection, peer = self._socket.fd.accept()
                self._welcome(GreenSocket(connection), peer)
        self._socket.close()
        with eventlet.Timeout(seconds, False):
            while self._busy:
                eventlet.sleep(0.01)
        with eventlet.Timeout(LEAVING_SECONDS, False):
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
        """Listen to a client, unless it has too many connections already or sends what is no request."""
        client = party(peer[0])
        direct = not self._proxies.trusted(peer[0])
        try:
            if direct and (self._connected[client] >= self._of_one or self._refusals.get(client, 0) >= REFUSALS):
                raise NoPlace
            self._places.take(client)
        except NoPlace:
            self._count("no-place")
            connection.close()
            return
        self._connections.add(connection)
        self._connected[client] += 1
        eventlet.spawn_n(self._converse, connection, peer[0], client, direct)

    def _converse(self, connection: Any, peer: str, client: str, direct: bool) -> None:
        try:
            Conversation(
                Channel(connection),
                partial(self._environ_of, peer),
                self._serve,
                self._waiting,
                partial(self._refused, client, direct),
            ).run()
        except OSError as error:  # already gone
            log.debug("connection_broken", error=type(error).__name__)
        finally:
            connection.close()
            self._connections.discard(connection)
            self._connected[client] -= 1
            if not self._connected[client]:
                del self._connected[client]
            self._places.give_back(client)

    def _environ_of(self, peer: str, head: Head, body: Body) -> dict[str, Any]:
        """The WSGI environ of a request (PEP 3333)."""
        environ = self._environ | {
            "REQUEST_METHOD": head.method,
            "PATH_INFO": head.path,
            "QUERY_STRING": head.query,
            "SERVER_PROTOCOL": f"HTTP/{head.version}",
            "wsgi.input": body,
        }
        for name, value in head.fields:
            if "_" in name:  # would be taken for the name with hyphens
                continue
            key = name.upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                key = f"HTTP_{key}"
            environ[key] = f"{environ[key]}{'; ' if name == 'cookie' else ','}{value}" if key in environ else value
        client = self._proxies.client(peer, environ.get(self._forwarded, ""))
        environ["REMOTE_ADDR"] = client
        environ[PARTY] = party(client)
        return environ

    @contextmanager
    def _waiting(self, environ: dict[str, Any]) -> Iterator[None]:
        """Have one of the places of bodies that are waited for; raises Problem 503."""
        try:
            self._slow_bodies.take(environ[PARTY], ROOM_SECONDS)
        except NoPlace:
            raise refusals.overloaded() from None
        try:
            yield
        finally:
            self._slow_bodies.give_back(environ[PARTY])

    def _refused(self, client: str, direct: bool, problem: Problem) -> bool:
        """Count what is no request; returns whether it is answered. Those of a proxy are its clients', and always are."""
        self._count(problem.code)
        if not direct or problem.code not in MALFORMED:
            return True
        count = self._refusals[client] = self._refusals.get(client, 0) + 1
        return count < REFUSALS

    def _count(self, reason: str) -> None:
        metrics.HTTP_REFUSED.labels(reason).inc()
        self._sparing.warning("request_refused", reason)

    def _serve(self, request: Request) -> Response:
        if self._stopping:  # a request on a connection that was open already
            return _closing(refusals.respond(refusals.stopping()))
        self._busy += 1
        try:
            (entrypoint,) = self._providers
            response: Response = entrypoint.answer(request)
        except Exception as error:  # the entrypoint answers its own errors; this is the last resort
            log.error("web_failed", exc_info=error)
            response = refusals.respond(refusals.broken())
        finally:
            self._busy -= 1
        return _closing(response) if self._stopping else response


def _closing(response: Response) -> Response:
    response.headers["Connection"] = "close"
    return response


class Web(Entrypoint):
    """The nameko entrypoint behind `@web`: the method gets a Werkzeug request and returns a response."""

    server = WebServer()

    def setup(self) -> None:
        """Join the server."""
        self.server.register_provider(self)
        # Half of the workers: a request may wait for an operation that this same process serves. A quarter is for others.
        most = max(1, settings.of(self.container).max_workers // 2)
        self._places = Places("requests", most, share=most - most // 4)

    def stop(self) -> None:
        """Finish the requests at hand."""
        self.server.cease()
        self.server.unregister_provider(self)

    def answer(self, request: Request) -> Response:
        """Run the method in a nameko worker and wait for its response; a 503 when there is no room for it in time."""
        try:
            with self._places.taken(request.environ[PARTY], ROOM_SECONDS) as request.environ[PLACE]:
                return self._run(request)
        except NoPlace:
            return refusals.respond(refusals.overloaded())
        except TimeoutError:
            return refusals.respond(refusals.too_late())

    def _run(self, request: Request) -> Response:
        done = Signal()
        self.container.spawn_worker(self, (request,), {}, handle_result=partial(_finished, done))
        while not done.ready():  # once more when a file came meanwhile: its end is when the request arrived
            left = request.environ[ARRIVED] + LONGEST_SECONDS - time.time()
            if left <= 0:
                raise TimeoutError
            with eventlet.Timeout(left, False):
                done.wait()
        response: Response = done.wait()
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
