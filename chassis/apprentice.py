"""A process that works for a service, for what needs a processor or memory for long: the service itself stays small and quick.

It is started when there is work and ends when there was none for a while. Both sides are here: `Apprentice` is the service's,
`serve` the apprentice's. They speak over one socket: a request or an answer is its length, how it went, and its bytes.
"""

import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

from chassis.errors import WorkLost

IDLE = 30.0  # seconds without work after which an apprentice ends and gives its memory back
PATIENCE = 9.0  # seconds for an answer: who waits behind the service gives up after ten
_HEAD = struct.Struct(">IB")
_DONE, _FAILED = 0, 1

Task = Callable[[bytes], bytes]


class WorkRefused(Exception):
    """The apprentice says that it cannot do this, and why."""


class Apprentice:
    """A process that runs `python -m module`, which calls `serve`."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def start(self) -> None:
        """Start the process and wait until it is ready. Raises WorkRefused with the reason that it gives, WorkLost."""
        self.stop()
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                (sys.executable, "-W", "ignore", "-m", self._module), stdin=theirs.fileno(), env=environment
            )
        self._line = ours
        try:
            self._exchange(ours)
        except ConnectionError:  # it fell over before it could say why
            self.stop()
            raise WorkLost from None

    def ask(self, request: bytes) -> bytes:
        """What the apprentice makes of a request, one after the other. Raises WorkRefused, WorkLost."""
        if self._line is not None:
            with suppress(ConnectionError):  # it had nothing to do and went, perhaps just now
                return self._exchange(self._line, request)
        self.start()
        assert self._line is not None
        try:
            return self._exchange(self._line, request)
        except ConnectionError:
            self.stop()
            raise WorkLost from None

    def stop(self) -> None:
        """End the process."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._line = self._process = None

    def _exchange(self, line: socket.socket, request: bytes | None = None) -> bytes:
        """What comes after a request, or by itself; raises ConnectionError when the process is gone."""
        try:
            if request is not None:
                _send(line, _DONE, request)
            how, answer = _receive(line)
        except TimeoutError:
            self.stop()
            raise WorkLost from None
        if how == _FAILED:
            raise WorkRefused(answer.decode())
        return answer


def serve(prepare: Callable[[], Task]) -> None:
    """The apprentice's side: prepare a task, then do it for every request.

    What the preparation refuses with SystemExit, and whatever the task raises, is told to the other side. Ends when that
    side does, or has asked for nothing for a while.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the service from a terminal: we go when it does
    with socket.socket(fileno=0) as line, suppress(ConnectionError, TimeoutError):
        line.settimeout(IDLE)
        try:
            task = prepare()
        except SystemExit as refusal:
            return _send(line, _FAILED, str(refusal).encode())
        _send(line, _DONE, b"")
        while True:
            _, request = _receive(line)
            try:
                how, answer = _DONE, task(request)
            except Exception as error:
                how, answer = _FAILED, f"{type(error).__name__}: {error}".encode()
            _send(line, how, answer)


def _send(line: socket.socket, how: int, body: bytes) -> None:
    line.sendall(_HEAD.pack(len(body), how) + body)


def _receive(line: socket.socket) -> tuple[int, bytes]:
    """What came; raises ConnectionError when the other side is gone, TimeoutError."""
    length, how = _HEAD.unpack(_exactly(line, _HEAD.size))
    return how, _exactly(line, length)


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        if not (part := line.recv(min(size - len(parts), 1 << 18))):
            raise ConnectionResetError
        parts += part
    return bytes(parts)
