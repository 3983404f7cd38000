"""A TCP proxy on the loopback address, in a process of its own: `python -m tests.faults.proxy NAME=PORT ...`.

Each NAME is a link to a server's PORT and gets a port of its own; the first line of output is a JSON object of these. Then every
line of input, `["NAME", "MODE", SECONDS]`, changes a link and is answered with a line:

    pass    forward, each piece SECONDS late: 0 for at once
    hold    take nothing from either side: what is on its way arrives when the link passes again, as over a dead network
    cut     break every connection and refuse new ones

It ends with its input.
"""

import asyncio
import json
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

LOOPBACK = "127.0.0.1"
PIECE = 65_536  # bytes
PIECES = 256  # on their way at most


class Link:
    """Connections to one server."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._delay = 0.0
        self._cut = False
        self._passing = asyncio.Event()
        self._passing.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self) -> int:
        """Begin to accept; returns the port."""
        server = await asyncio.start_server(self._join, LOOPBACK, 0)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def change(self, mode: str, seconds: float) -> None:
        """Go over to `pass`, `hold` or `cut`."""
        self._cut = mode == "cut"
        self._delay = seconds
        if mode == "hold":
            self._passing.clear()
        else:
            self._passing.set()
        if self._cut:
            for end in self._ends:
                end.transport.abort()

    async def _join(self, near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        await self._passing.wait()
        if self._cut:
            near.transport.abort()
            return
        try:
            far_reader, far = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            near.transport.abort()
            return
        ends = {near, far}
        self._ends |= ends
        try:
            await asyncio.gather(self._forward(near_reader, far), self._forward(far_reader, near))
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(PIECES)
        delivery = self._spawn(self._deliver(late, sink))
        clock = asyncio.get_running_loop().time
        data = b" "
        while data:
            with suppress(OSError):
                data = b""
                data = await source.read(PIECE)
            await late.put((clock() + self._delay, data))
        await delivery

    async def _deliver(self, late: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due, data = await late.get()
            if due > clock():
                await asyncio.sleep(due - clock())
            await self._passing.wait()
            if not data:
                sink.transport.close()
                return
            with suppress(OSError):
                sink.write(data)
                await sink.drain()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def main(targets: dict[str, int]) -> None:
    """Forward, and obey the lines of standard input until its end."""
    links = {name: Link(port) for name, port in targets.items()}
    print(json.dumps({name: await link.listen() for name, link in links.items()}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name, mode, seconds = json.loads(line)
        links[name].change(mode, seconds)
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main({name: int(port) for name, _, port in (word.partition("=") for word in sys.argv[1:])}))
