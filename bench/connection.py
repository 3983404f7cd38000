"""One HTTP/1.1 connection that stays open, for clients that must cost next to nothing."""

import asyncio
from dataclasses import dataclass
from typing import Self

from bench.load import Request


class ConnectionLost(Exception):
    """The server closed the connection before it answered."""


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes


class Connection:
    """Sends one request after the other; answers must have a Content-Length."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = host
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, host: str) -> Self:
        """Connect to `host` (name:port)."""
        name, _, port = host.partition(":")
        return cls(host, *await asyncio.open_connection(name, int(port)))

    async def send(self, request: Request) -> Answer:
        """The answer to a request; raises ConnectionLost."""
        self._writer.write(request.encode(self._host))
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ConnectionLost(f"{self._host}: {error}") from error
        return Answer(int(first.split()[1]), body)

    def close(self) -> None:
        """Disconnect."""
        self._writer.close()
