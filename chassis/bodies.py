"""The body of a request: what breaks off is the client's fault, whoever notices it, and a slow one is not waited for."""

import time
from collections.abc import Callable

from werkzeug.wrappers import Request

from chassis.channel import Channel
from chassis.errors import Problem
from chassis.parsing import END, Head

READ_AHEAD = 1 << 20  # bytes that are read before anybody works on the request
SECONDS = 10  # in which a body must come, and longer the more of it has come:
RATE = 4_096  # bytes a second
LONGEST_SECONDS = 60.0


class Body:
    """The body of one request as it comes, for `wsgi.input`. A broken one raises OSError, a malformed one ValueError."""

    def __init__(self, head: Head, channel: Channel, proceed: Callable[[], None]) -> None:
        self.longest = LONGEST_SECONDS  # more for a file
        self.whole = False
        self.held = 0  # bytes that came and were not read yet
        self.short = head.length is None or head.length <= READ_AHEAD  # announced to be, or not known
        self._channel = channel
        self._proceed = proceed
        self._pieces: list[bytes] = []
        self._received = 0
        self._began = 0.0
        self.take()

    def read(self, size: int) -> bytes:
        """Return so many bytes, fewer only at the end."""
        self.gather(size)
        data = b"".join(self._pieces)
        self._pieces = [data[size:]]
        self.held = len(self._pieces[0])
        return data[:size]

    def gather(self, size: int) -> None:
        """Wait until so many bytes are here, or all; raises TimeoutError when they come too slowly."""
        while not self.whole and self.held < size:
            self._channel.receive(self._deadline())
            self.take()

    def take(self) -> None:
        """Take what is here."""
        while not self.whole and (piece := self._channel.here()) is not None:
            assert isinstance(piece, bytes)
            self.whole = piece == END
            self._pieces.append(piece)
            self._received += len(piece)
            self.held += len(piece)

    def _deadline(self) -> float:
        if not self._began:
            self._began = time.monotonic()
            if not self._received:
                self._proceed()
        return self._began + min(SECONDS + self._received / RATE, self.longest)


def read(request: Request, most: int) -> bytes:
    """Up to `most` bytes of the body, empty at its end; raises Problem 400 when it is broken or malformed, 408 when it is slow."""
    try:
        return request.stream.read(most)
    except TimeoutError:
        raise too_slow() from None
    except (OSError, ValueError):
        raise incomplete() from None


def incomplete() -> Problem:
    """The body ended too early, or is none."""
    return Problem(400, "body-incomplete", "The body ended before its announced length.", "请求正文不完整。")


def too_slow() -> Problem:
    """The body did not come in time."""
    return Problem(408, "body-too-slow", "The body came too slowly.", "请求正文传输过慢。")
