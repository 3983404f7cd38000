"""A TCP proxy on the loopback address that can go half-open: it keeps the connection and loses what is sent on it."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import eventlet


class Proxy:
    """Forwards to the server of `url` until it is told not to."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._listening = eventlet.listen(("127.0.0.1", 0))
        self._pairs: list[tuple[Any, Any]] = []
        self._threads = [eventlet.spawn(self._accept)]
        self._swallowing: set[int] = set()
        self._reading = eventlet.event.Event()
        self._reading.send()

    @property
    def connections(self) -> int:
        """Connections so far."""
        return len(self._pairs)

    def url(self) -> str:
        """The server's URL by way of this proxy."""
        credentials = self._target.netloc.rpartition("@")[0]
        port = self._listening.getsockname()[1]
        return urlunsplit(self._target._replace(netloc=f"{credentials}@127.0.0.1:{port}"))

    def swallow(self) -> None:
        """From now on lose everything on the present connections, in both directions; new ones work."""
        self._swallowing = {id(end) for pair in self._pairs for end in pair}

    def stop_reading(self) -> None:
        """From now on read nothing any more, so that the sender's buffers fill up."""
        self._reading = eventlet.event.Event()

    def read_on(self) -> None:
        """Undo `stop_reading`."""
        self._reading.send()

    def close(self) -> None:
        """Close every connection."""
        for thread in self._threads:
            thread.kill()
        for pair in self._pairs:
            for end in pair:
                end.close()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            near, _ = self._listening.accept()
            far = eventlet.connect((self._target.hostname, self._target.port))
            self._pairs.append((near, far))
            self._threads += [eventlet.spawn(self._forward, near, far), eventlet.spawn(self._forward, far, near)]

    def _forward(self, source: Any, sink: Any) -> None:
        try:
            while True:
                self._reading.wait()
                data = source.recv(65_536)
                if not data:
                    break
                self._reading.wait()
                if id(source) not in self._swallowing:
                    sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            if id(source) not in self._swallowing:
                try:
                    end.shutdown(2)
                except OSError:
                    continue
