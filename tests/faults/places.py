"""The places of a process: connections, requests and uploads, as its metrics show them."""

import re
import socket
from contextlib import closing, suppress

from deploy.local.loopback import request
from deploy.local.stack import GATEWAY, Stack
from tests.faults.waiting import until

USED = re.compile(r'^places_used\{kind="(\w+)"\} (\S+)$', re.MULTILINE)
FREED_WITHIN = 15.0
"""Seconds: a request that was given up is noticed at once, or by its own deadline."""


def used(stack: Stack, process: str = GATEWAY) -> dict[str, float]:
    """How many places of each kind are taken."""
    text = request("GET", f"{stack.internal_url(process)}/metrics").body.decode()
    found = {kind: float(number) for kind, number in USED.findall(text)}
    assert found, f"{process} shows no places"
    return found


def all_free(stack: Stack, process: str = GATEWAY, connections: int = 0) -> None:
    """Wait until no place is taken but so many connections, which others keep open."""

    def free() -> bool:
        taken = used(stack, process)
        return taken.pop("connections", 0) <= connections and not any(taken.values())

    until(free, FREED_WITHIN, f"the places of {process} being free")


def say(address: tuple[str, int], data: bytes, *, reset: bool = False, source: str = "127.0.0.1") -> bytes:
    """Send bytes and no more: what is answered, or nothing when the connection is `reset` at once."""
    with closing(socket.create_connection(address, timeout=20, source_address=(source, 0))) as connection:
        connection.sendall(data)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return b""
        with suppress(OSError):  # it may be over already
            connection.shutdown(socket.SHUT_WR)
        return heard(connection)


def heard(connection: socket.socket) -> bytes:
    """Everything that comes until the other side closes."""
    pieces = []
    with suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)
