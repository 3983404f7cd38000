"""A client's socket with its parser: what comes is waited for until a deadline, what is sent leaves at once."""

import socket
import time
from contextlib import suppress
from typing import Any

from chassis.parsing import Head, Parser

PIECE = 65_536  # bytes
WRITE_SECONDS = 30  # after which a client that takes nothing of its answer is disconnected
LINGER_SECONDS = 2  # in which a client that still sends can read the answer: a reset would destroy it


class Disconnected(OSError):
    """The client has closed its side."""


class Channel:
    """One connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._parser = Parser()
        self._receiving = False
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # small answers wait for no acknowledgement

    @property
    def between(self) -> bool:
        """Whether nothing of a next request has come."""
        return self._parser.between and not self._parser.found

    @property
    def last(self) -> bool:
        """Whether no request can follow the ones that are here."""
        return self._parser.ended

    def here(self) -> Head | bytes | None:
        """The next head or piece of a body that has come; None when there is none. Raises Malformed."""
        if self._parser.found:
            return self._parser.found.popleft()
        if self._parser.fault is not None:
            raise self._parser.fault
        return None

    def receive(self, deadline: float) -> None:
        """Wait for more, until a moment of time.monotonic; raises Disconnected or TimeoutError."""
        self._connection.settimeout(max(deadline - time.monotonic(), 0.001))
        self._receiving = True
        try:
            piece = self._connection.recv(PIECE)
        finally:
            self._receiving = False
        if not piece:
            raise Disconnected
        self._parser.feed(piece)

    def write(self, data: bytes) -> None:
        """Send; raises OSError."""
        self._connection.settimeout(WRITE_SECONDS)
        self._connection.sendall(data)

    def linger(self) -> None:
        """Say that no more will come, and drop what the client still sends."""
        if self._receiving:  # somebody has given up waiting for one who still reads
            return
        deadline = time.monotonic() + LINGER_SECONDS
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
            while (left := deadline - time.monotonic()) > 0:
                self._connection.settimeout(left)
                if not self._connection.recv(PIECE):
                    return

    def close(self) -> None:
        """Give the socket back."""
        self._connection.close()
