"""Stands in for a service: answers 200 on its ports, notes what it was told, ends on SIGTERM.

What it does is chosen by the setting STAND_IN: ``fail`` ends at once, ``deaf`` ignores SIGTERM, ``starting`` is never
ready, ``orphan`` leaves a child behind.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading

MODE = os.environ.get("STAND_IN", "")


def listen(port: int) -> socket.socket:
    """Take a port; connections wait until they are answered."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def answer(listener: socket.socket) -> None:
    """Answer every request."""
    status = b"503 Not yet" if MODE == "starting" else b"200 OK"
    while True:
        client, _ = listener.accept()
        # A client that only knocks must not end the stand-in.
        with client, contextlib.suppress(OSError):
            client.recv(4096)
            client.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def main() -> None:
    """Be the process."""
    if MODE == "fail":
        print("callboard: CALLBOARD_SOMETHING is not set", flush=True)
        sys.exit(3)
    if MODE == "orphan":
        subprocess.Popen([sys.executable, "-S", "-c", "import signal; signal.pause()"])
    ended = threading.Event()
    signal.signal(signal.SIGTERM, signal.SIG_IGN if MODE == "deaf" else lambda *_: ended.set())
    print(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ)}), flush=True)
    # The internal port comes last: who is ready takes requests.
    names = [name for name in ("CALLBOARD_HTTP_PORT", "CALLBOARD_INTERNAL_PORT") if name in os.environ]
    for listener in [listen(int(os.environ[name])) for name in names]:
        threading.Thread(target=answer, args=[listener], daemon=True).start()
    ended.wait()
    print("drained", flush=True)


main()
