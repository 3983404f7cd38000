"""A loopback proxy that understands AMQP 0-9-1 just enough to hold back the acknowledgement that follows a return."""

import asyncio
import random
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

HEADER = struct.Struct(">BHI")  # frame type, channel, size of the payload; one byte ends the frame
METHOD_FRAME = 1
BASIC_RETURN = struct.pack(">HH", 60, 50)
BASIC_ACK = struct.pack(">HH", 60, 80)


class LateAcks:
    """Forwards to the broker of `url`; an ack that comes after a return is held for up to `longest` seconds.

    What follows it is not held: other messages' acks overtake it, which tempts a publisher to take one for another's.
    """

    def __init__(self, url: str, longest: float, seed: int = 7) -> None:
        self.returns = 0
        self.held = 0
        self._target = urlsplit(url)
        self._longest = longest
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="late-acks")
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._accept, "127.0.0.1", 0))
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """The broker's URL by way of this proxy."""
        credentials = self._target.netloc.rpartition("@")[0]
        port = self._server.sockets[0].getsockname()[1]
        return urlunsplit(self._target._replace(netloc=f"{credentials}@127.0.0.1:{port}"))

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _close(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        near, far = (reader, writer), await asyncio.open_connection(self._target.hostname, self._target.port)
        self._writers |= {writer, far[1]}
        for task in (self._forward(near[0], far[1]), self._watch(far[0], near[1])):
            self._keep(task)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """To the broker everything goes as it comes."""
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.transport.abort()

    async def _watch(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From the broker frame by frame."""
        returned = 0
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                header = await reader.readexactly(HEADER.size)
                kind, _, size = HEADER.unpack(header)
                rest = await reader.readexactly(size + 1)
                method = rest[:4] if kind == METHOD_FRAME else b""
                if method == BASIC_RETURN:
                    returned += 1
                    self.returns += 1
                if method == BASIC_ACK and returned:
                    returned -= 1
                    self.held += 1
                    self._loop.call_later(self._chance.uniform(0, self._longest), writer.write, header + rest)
                else:
                    writer.write(header + rest)
        writer.transport.abort()
