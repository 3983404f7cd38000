"""Files that clients send: on disk from their first pieces on, a few at a time, never whole in memory.

They lie without a name in the folder for temporary files (`TMPDIR`) and are gone when they are closed, also by a crash.
"""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import eventlet
from werkzeug.wrappers import Request

from chassis.errors import Problem
from chassis.web import ARRIVED

PIECE = 65_536  # bytes
MOST_AT_ONCE = 8  # in a process
SECONDS = 120  # in which a file must have come


class Received:
    """A file that came in; `sha256` is that of all its bytes."""

    def __init__(self, done: Callable[[], None] = lambda: None) -> None:
        self.file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who is given it
        self.size = 0
        self._hash = hashlib.sha256()
        self._done = done

    @property
    def sha256(self) -> str:
        """64 lower-case hexadecimal digits."""
        return self._hash.hexdigest()

    def add(self, piece: bytes) -> None:
        """The next bytes."""
        self.file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    def pieces(self) -> Iterator[bytes]:
        """The file from its beginning, a piece at a time."""
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece

    def close(self) -> None:
        """Give the disk back."""
        if not self.file.closed:
            self.file.close()
            self._done()


class Spool:
    """Room for a few files at once."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._left = most

    def open(self) -> Received:
        """A new file; raises Problem 503 when there is no room."""
        if not self._left:
            raise Problem(
                503, "overloaded", "Too many files are being received; repeat in a moment.",
                "正在接收的文件过多；请稍后重试。", retry_after=5,
            )  # fmt: skip
        self._left -= 1
        return Received(self._closed)

    def _closed(self) -> None:
        self._left += 1


def receive(spool: Spool, request: Request, most_bytes: int) -> Received:
    """The body of a request as a file; raises Problem 400, 408, 413 or 503. The request's deadline counts from its end."""
    if (request.content_length or 0) > most_bytes:
        raise _too_large(most_bytes)
    received = spool.open()
    request.environ[ARRIVED] = time.time() + SECONDS
    try:
        with eventlet.Timeout(SECONDS, _too_slow()):
            while piece := request.stream.read(PIECE):
                received.add(piece)
                if received.size > most_bytes:
                    raise _too_large(most_bytes)
        if received.size < (request.content_length or 0):
            raise _incomplete()
    except Problem:
        received.close()
        raise
    except (OSError, ValueError):
        received.close()
        raise _incomplete() from None
    finally:
        request.environ[ARRIVED] = time.time()
    return received


class Incoming:
    """The files that come with calls on one connection, in pieces: `[id, piece]` each, after `[id, "more"]` asked for it.

    A call whose body is a number brings a file of so many bytes.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._open: dict[int, tuple[list[Any], Received]] = {}

    def complete(
        self, message: list[Any], deadline_of: Callable[[list[Any]], float], ask: Callable[[list[Any]], None]
    ) -> list[Any] | None:
        """The call with its whole body, or None while pieces are missing; raises Problem when there is no room."""
        if len(message) == 2:
            return self._piece(message[0], message[1], ask)
        if not isinstance(message[-1], int):
            return message
        now = time.time()
        for number in [n for n, (call, _) in self._open.items() if deadline_of(call) < now]:
            self._open.pop(number)[1].close()
        received = self._spool.open()
        self._open[message[0]] = (message, received)
        return self._piece(message[0], b"", ask)

    def _piece(self, number: int, piece: bytes, ask: Callable[[list[Any]], None]) -> list[Any] | None:
        if number not in self._open:
            return None  # nobody waits for it any more
        call, received = self._open[number]
        received.add(piece)
        if received.size < call[-1]:
            ask([number, "more"])
            return None
        del self._open[number]
        return [*call[:-1], received]

    def close(self) -> None:
        """The connection is over."""
        for _, received in self._open.values():
            received.close()
        self._open.clear()


def _too_large(most_bytes: int) -> Problem:
    most = most_bytes >> 20
    return Problem(413, "body-too-large", f"The file is larger than {most} MiB.", f"文件超过 {most} MiB。")


def _too_slow() -> Problem:
    return Problem(
        408, "body-too-slow", f"The file did not come within {SECONDS} s.", f"文件未能在 {SECONDS} 秒内传完。"
    )


def _incomplete() -> Problem:
    return Problem(400, "body-incomplete", "The body ended before its announced length.", "请求正文不完整。")
