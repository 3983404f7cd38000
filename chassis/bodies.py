"""Reading the body of a request: what breaks off is the client's fault, whoever notices it."""

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request

from chassis.errors import Problem


def read(request: Request, most: int) -> bytes:
    """Up to `most` bytes of the body, empty at its end; raises Problem 400 when it ends before its announced length."""
    try:
        return request.stream.read(most)
    except (ClientDisconnected, OSError, ValueError):  # gone; broken or too slow; chunks that are none
        raise incomplete() from None


def incomplete() -> Problem:
    """The body ended too early."""
    return Problem(400, "body-incomplete", "The body ended before its announced length.", "请求正文不完整。")
