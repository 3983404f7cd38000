"""What is said on one connection: requests in, answers out, each with a deadline. A slow client holds the connection and no more."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.utils import formatdate
from typing import Any

from werkzeug.wrappers import Request, Response

from chassis import bodies, refusals
from chassis.bodies import READ_AHEAD, Body
from chassis.channel import PIECE, Channel, Disconnected
from chassis.errors import Problem
from chassis.logs import log
from chassis.parsing import Head, Malformed

IDLE_SECONDS = 30  # without a request, after which a client is disconnected
HEAD_SECONDS = 10  # in which the whole head of a request must come
ARRIVED = (
    "callboard.arrived"  # in the environ: when the request was there, seconds since the epoch; deadlines count from it
)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_BODYLESS = ("204", "304")


class Conversation:
    """One client's requests, in turn.

    `environ_of` makes what a request is answered from, `serve` answers it, `waiting` is entered by bodies that are waited for,
    `refused` is told of what never became a request.
    """

    def __init__(
        self,
        channel: Channel,
        environ_of: Callable[[Head, Body], dict[str, Any]],
        serve: Callable[[Request], Response],
        waiting: Callable[[dict[str, Any]], Any],
        refused: Callable[[Problem], bool],
    ) -> None:
        self._channel = channel
        self._environ_of = environ_of
        self._serve = serve
        self._waiting = waiting
        self._refused = refused

    def run(self) -> None:
        """Go on until one of both ends it."""
        try:
            while (head := self._next_head()) is not None:
                if not self._exchange(head):
                    break
        except Malformed as fault:
            self._refuse(refusals.malformed(fault.status, fault.code, str(fault)))
        except OSError as error:
            log.debug("connection_broken", error=type(error).__name__)

    def _next_head(self) -> Head | None:
        """The next request's head; None when there is none, or not all of it in time."""
        began = 0.0
        while (head := self._channel.here()) is None:
            if self._channel.last:
                return None
            try:
                if self._channel.between:
                    self._channel.receive(time.monotonic() + IDLE_SECONDS)
                else:
                    began = began or time.monotonic()
                    self._channel.receive(began + HEAD_SECONDS)
            except TimeoutError:
                if began:
                    self._refuse(refusals.too_slow())
                return None
            except Disconnected:
                return None
        assert isinstance(head, Head)
        return head

    def _exchange(self, head: Head) -> bool:
        """Answer one request; returns whether another may come."""
        body = Body(head, self._channel, lambda: self._proceed(head))
        environ = self._environ_of(head, body)
        with ExitStack() as waiting:
            if body.short and not body.whole:
                try:
                    waiting.enter_context(self._waiting(environ))
                    body.gather(READ_AHEAD + 1)
                except Problem as problem:
                    return self._refuse(problem)
                except TimeoutError:
                    return self._refuse(bodies.too_slow())
                except Disconnected:
                    return self._refuse(bodies.incomplete())
                if body.held <= PIECE:
                    waiting.close()
            environ[ARRIVED] = time.time()
            response = self._serve(Request(environ, populate_request=False))
        stay = (
            head.keep_alive and body.whole and not self._channel.last and response.headers.get("Connection") != "close"
        )
        self._answer(response, environ, stay)
        if not body.whole:
            self._channel.linger()
        return stay

    def _proceed(self, head: Head) -> None:
        if any(name == "expect" and value.lower() == "100-continue" for name, value in head.fields):
            self._channel.write(_CONTINUE)

    def _refuse(self, problem: Problem) -> bool:
        """Answer what is no request, or never became whole, and hang up."""
        if self._refused(problem):
            self._answer(
                refusals.respond(problem), {"REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1"}, stay=False
            )
            self._channel.linger()
        return False

    def _answer(self, response: Response, environ: dict[str, Any], stay: bool) -> None:
        pieces, status, headers = response.get_wsgi_response(environ)
        try:
            self._send(iter(pieces), status, headers, environ, stay)
        finally:
            if (close := getattr(pieces, "close", None)) is not None:
                close()

    def _send(
        self, pieces: Iterator[bytes], status: str, headers: list[tuple[str, str]], environ: dict[str, Any], stay: bool
    ) -> None:
        """Write an answer; the first piece leaves with the head."""
        known = {name.lower() for name, _ in headers}
        bodyless = environ["REQUEST_METHOD"] == "HEAD" or status[:3] in _BODYLESS
        endless = not bodyless and "content-length" not in known
        chunked = endless and environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        lines = [
            f"HTTP/1.1 {status}",
            *(f"{name}: {value}" for name, value in headers),
            f"Date: {formatdate(usegmt=True)}",
        ]
        if chunked:
            lines.append("Transfer-Encoding: chunked")
        if not stay and "connection" not in known:
            lines.append("Connection: close")
        piece = next(pieces, b"")
        head = "\r\n".join((*lines, "", "")).encode("latin-1")
        if not chunked:
            self._channel.write(head if bodyless else head + piece)
            for piece in () if bodyless else pieces:
                self._channel.write(piece)
            return
        while piece:
            self._channel.write(b"%b%x\r\n%b\r\n" % (head, len(piece), piece))
            head = b""
            piece = next(filter(None, pieces), b"")
        self._channel.write(head + b"0\r\n\r\n")
