"""The internal port of every process: `/livez`, `/readyz` and `/metrics`, never reachable from outside."""

from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import orjson
from eventlet import wsgi
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chassis.mongo import Document

Check = Callable[[], bool]


class _Quiet(wsgi.HttpProtocol):
    """HTTP without lines on standard error for what is no request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


class InternalServer:
    """Serves the process's own health and metrics; ready means that every named check holds."""

    def __init__(self, host: str, port: int, checks: dict[str, Check]) -> None:
        self._checks = checks
        self._socket = eventlet.listen((host, port))
        self._thread = eventlet.spawn(
            wsgi.server,
            self._socket,
            self._answer,
            protocol=_Quiet,
            log_output=False,
            keepalive=False,
            max_size=16,
        )

    @property
    def port(self) -> int:
        """The port in use."""
        port: int = self._socket.getsockname()[1]
        return port

    def stop(self) -> None:
        """Stop answering."""
        self._thread.kill()
        self._socket.close()

    def _answer(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/livez":
            start("200 OK", [("Content-Type", "application/json")])
            return [b'{"alive":true}']
        if path == "/readyz":
            states = {name: check() for name, check in self._checks.items()}
            status = "200 OK" if all(states.values()) else "503 Service Unavailable"
            start(status, [("Content-Type", "application/json")])
            return [orjson.dumps(states)]
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"/livez, /readyz and /metrics are here\n"]


def database_answers(database: Database[Document]) -> Check:
    """A check that the database answers within a second."""

    def check() -> bool:
        try:
            with eventlet.Timeout(1):
                database.command("ping")
            return True
        except (PyMongoError, eventlet.Timeout):
            return False

    return check
