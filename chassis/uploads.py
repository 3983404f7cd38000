"""Files that clients send: on disk from their first pieces on, a few at a time, never whole in memory.

They lie without a name in the folder for temporary files (`TMPDIR`) and are gone when they are closed, also by a crash.
"""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any, BinaryIO, NamedTuple, Self

import eventlet
from werkzeug.wrappers import Request

from chassis import bodies, refusals
from chassis.conversation import ARRIVED
from chassis.errors import Problem
from chassis.places import NoPlace, Places
from chassis.web import PLACE, ROOM_SECONDS

PIECE = 65_536  # bytes
MOST_AT_ONCE = 8  # in a process
SECONDS = 120  # in which a file must have come


class Received:
    """A file that came in; `sha256` is that of all its bytes. Its end, of whatever kind, gives its place back."""

    def __init__(self, done: Callable[[], None] = lambda: None) -> None:
        self.file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who is given it
        self.size = 0
        self._hash = hashlib.sha256()
        self._done = done

    @property
    def sha256(self) -> str:
        """64 lower-case hexadecimal digits."""
        return self._hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, piece: bytes) -> None:
        """Append the next bytes; raises Problem 503 when the disk takes no more."""
        try:
            self.file.write(piece)
            self.file.flush()
        except OSError:
            raise _full() from None
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
            with suppress(OSError):  # what the disk did not take
                self.file.close()
            self._done()


class Spool:
    """Room for a few files at once: one party has at most `share` of it, and `keep` places are for who is known."""

    def __init__(self, share: int | None = None, keep: int = 0) -> None:
        self._places = Places("uploads", MOST_AT_ONCE, share, keep)

    def open(self, party: str = "", seconds: float = 0, *, known: bool = True) -> Received:
        """A new file, which its caller closes; raises Problem 503 when there is no room for it within so many seconds."""
        try:
            self._places.take(party, seconds, known=known)
        except NoPlace:
            raise Problem(
                503, "overloaded", "Too many files are being received; repeat in a moment.",
                "正在接收的文件过多；请稍后重试。", retry_after=5,
            ) from None  # fmt: skip
        try:
            return Received(partial(self._places.give_back, party))
        except OSError:
            self._places.give_back(party)
            raise _full() from None


def receive(spool: Spool, request: Request, most_bytes: int, party: str, *, known: bool) -> Received:
    """The body of a request as a file; raises Problem 400, 408, 413 or 503. The request's deadline counts from its end.

    While the file comes, the request's own place is lent to others.
    """
    if (request.content_length or 0) > most_bytes:
        raise _too_large(most_bytes)
    request.environ[ARRIVED] = time.time() + SECONDS
    request.environ["wsgi.input"].longest = SECONDS
    try:
        with ExitStack() as unless_whole:
            with request.environ[PLACE].lent(ROOM_SECONDS):
                received = unless_whole.enter_context(spool.open(party, ROOM_SECONDS, known=known))
                while piece := bodies.read(request, PIECE):
                    received.add(piece)
                    if received.size > most_bytes:
                        raise _too_large(most_bytes)
            unless_whole.pop_all()
            return received
    except NoPlace:
        raise refusals.overloaded() from None
    finally:
        request.environ[ARRIVED] = time.time()


class Incoming:
    """The files that come with calls on one connection, in pieces: `[id, piece]` each, after `[id, "more"]` asked for it.

    A call whose body is a number brings a file of so many bytes. One that is not whole when the connection or the time of
    its call is over is dropped, and `dropped` gets its id.
    """

    def __init__(self, spool: Spool, dropped: Callable[[int], None]) -> None:
        self._spool = spool
        self._dropped = dropped
        self._open: dict[int, _Partial] = {}

    def complete(
        self, message: list[Any], deadline_of: Callable[[list[Any]], float], ask: Callable[[list[Any]], None]
    ) -> list[Any] | None:
        """The call with its whole body, or None while pieces are missing; raises Problem when there is no room."""
        if len(message) == 2:
            return self._piece(message[0], message[1], ask)
        if not isinstance(message[-1], int):
            return message
        number = message[0]
        received = self._spool.open()
        expiry = eventlet.spawn_after(max(deadline_of(message) - time.time(), 0), self._give_up, number)
        self._open[number] = _Partial(message, received, expiry)
        return self._piece(number, b"", ask)

    def _piece(self, number: int, piece: bytes, ask: Callable[[list[Any]], None]) -> list[Any] | None:
        if number not in self._open:
            return None  # nobody waits for it any more
        call, received, expiry = self._open[number]
        try:
            received.add(piece)
        except Problem:
            self._drop(number)
            raise
        if received.size < call[-1]:
            ask([number, "more"])
            return None
        del self._open[number]
        expiry.cancel()
        return [*call[:-1], received]

    def close(self) -> None:
        """Drop what is not whole: the connection is over."""
        for number in list(self._open):
            self._give_up(number)

    def _give_up(self, number: int) -> None:
        self._drop(number)
        self._dropped(number)

    def _drop(self, number: int) -> None:
        partial = self._open.pop(number)
        partial.expiry.cancel()
        partial.received.close()


class _Partial(NamedTuple):
    """A call whose file is still coming."""

    call: list[Any]
    received: Received
    expiry: Any


def _too_large(most_bytes: int) -> Problem:
    most = most_bytes >> 20
    return Problem(413, "body-too-large", f"The file is larger than {most} MiB.", f"文件超过 {most} MiB。")


def _full() -> Problem:
    return Problem(
        503, "overloaded", "There is no room for the file right now; repeat in a moment.",
        "当前没有空间存放该文件；请稍后重试。", retry_after=5,
    )  # fmt: skip
