"""Hostile clients without credentials: `python -m tests.faults.strangers KIND HOST PORT SECONDS`, each from an address of its own.

They run in a process of their own, so that what they cost themselves does not slow who measures.
"""

import random
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

ADDRESS = "127.0.0.66"
HOST = b"Host: callboard\r\n"
POST = b"POST /public/documents/verify HTTP/1.1\r\n" + HOST + b"Content-Type: application/pdf\r\n"
FLOODERS = 4
"""Threads of those that send as fast as they can."""


@dataclass(frozen=True)
class Gateway:
    """Whom they attack, and until when."""

    host: str
    port: int
    until: float

    def connect(self) -> socket.socket:
        """A new connection from the strangers' address."""
        return socket.create_connection((self.host, self.port), timeout=5, source_address=(ADDRESS, 0))

    @property
    def going_on(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self.until


def holding(gateway: Gateway, count: int, begin: bytes, trickle: bytes) -> None:
    """Keep so many connections: each begins, then sends a byte of `trickle` a second; one that is closed is opened again."""
    held: list[socket.socket] = []
    while gateway.going_on:
        with suppress(OSError):
            while len(held) < count and gateway.going_on:
                connection = gateway.connect()
                connection.sendall(begin)
                connection.setblocking(False)
                held.append(connection)
        time.sleep(1)
        held = [connection for connection in held if alive(connection, trickle)]
    for connection in held:
        connection.close()


def alive(connection: socket.socket, trickle: bytes) -> bool:
    """Whether the connection is still open after one byte more."""
    try:
        if trickle:
            connection.send(trickle[:1])
            return bool(connection.recv(1_000))
    except BlockingIOError:
        return True
    except OSError:
        connection.close()
        return False
    return True


def flooding(gateway: Gateway, requests: Callable[[], Iterator[bytes]], *, reading: bool = True) -> None:
    """Send as fast as the other side takes it, each on a connection of its own."""

    def flood(_: int) -> None:
        while gateway.going_on:
            for data in requests():
                with suppress(OSError), gateway.connect() as connection:
                    connection.sendall(data)
                    if reading:
                        connection.recv(1_000)
                    else:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with ThreadPoolExecutor(FLOODERS) as pool:
        list(pool.map(flood, range(FLOODERS)))


def malformed() -> Iterator[bytes]:
    """Requests that are none, with a secret in their path."""
    path = b"GET /sign/" + b"s" * 43 + b" HTTP/1.1\r\n"
    yield path + b"no colon\r\n\r\n"
    yield path + HOST + HOST + b"\r\n"
    yield path + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield random.randbytes(200)
    yield b"GET /" + b"a" * 20_000


def asking(path: str, *fields: str) -> Callable[[], Iterator[bytes]]:
    """One good request."""
    lines = (f"GET {path} HTTP/1.1", "Host: callboard", "Connection: close", *fields, "", "")
    data = "\r\n".join(lines).encode()
    return lambda: iter([data])


def pipelined() -> Iterator[bytes]:
    """A thousand requests in one piece."""
    yield b"GET /openapi.json HTTP/1.1\r\n" + HOST + b"\r\n" + (b"GET /docs HTTP/1.1\r\n" + HOST + b"\r\n") * 1_000


def broken() -> Iterator[bytes]:
    """Half a body."""
    yield POST + b"Content-Length: 1000\r\n\r\n%PDF-"


KINDS: dict[str, Callable[[Gateway], None]] = {
    "bodies that do not come": lambda gateway: holding(gateway, 200, POST + b"Content-Length: 1000\r\n\r\n", b""),
    "files that trickle": lambda gateway: holding(gateway, 40, POST + b"Content-Length: 9000000\r\n\r\n%PDF-", b"x"),
    "heads that trickle": lambda gateway: holding(gateway, 200, b"GET / HTTP/1.1\r\nX: ", b"x"),
    "connections": lambda gateway: holding(gateway, 2_500, b"", b""),
    "answers that are not read": lambda gateway: holding(gateway, 200, next(pipelined()), b""),
    "malformed requests": lambda gateway: flooding(gateway, malformed),
    "broken bodies": lambda gateway: flooding(gateway, broken, reading=False),
    "more requests than allowed": lambda gateway: flooding(gateway, asking("/sign/" + "s" * 43)),
    "wrong keys": lambda gateway: flooding(gateway, asking("/v1/people", "Authorization: Bearer cbk_" + "0" * 43)),
}


if __name__ == "__main__":
    kind, host, port, seconds = sys.argv[1:]
    KINDS[kind](Gateway(host, int(port), time.monotonic() + float(seconds)))
