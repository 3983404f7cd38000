"""A gateway made by hand: the bytes that it sends to a service, so that they can be cut anywhere (see `chassis.wire`)."""

import hmac
import secrets
import socket
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import msgpack

from chassis.rpc import META
from chassis.wire import CallUrl
from deploy.local.settings import GATEWAY
from deploy.local.stack import Stack


class Caller:
    """Calls one service with its password."""

    def __init__(self, stack: Stack, service: str) -> None:
        urls = Path(stack.environment(GATEWAY)["CALLBOARD_CALL_URLS_FILE"]).read_text().split()
        (self._url,) = (url for url in map(CallUrl.parse, urls) if url.service == service)

    def call_with_file(self, size: int, seconds: float = 10) -> bytes:
        """A call whose file has so many bytes, and the first half of the file."""
        meta: dict[str, Any] = dict.fromkeys(META, "") | {
            "scopes": [],
            "if_match": None,
            "deadline": time.time() + seconds,
        }
        call = [1, "verify_document", [meta[name] for name in META], {}, b"", size]
        return bytes(msgpack.packb(call) + msgpack.packb([1, bytes(size // 2)]))

    def say(self, data: bytes, greeting: int = 1_000, *, reset: bool = False) -> None:
        """Greet (with the first `greeting` bytes only), send `data`, wait for an answer if one can come, and hang up."""
        with closing(socket.create_connection((self._url.host, self._url.port), timeout=20)) as connection:
            unpacker = msgpack.Unpacker()
            mine = msgpack.packb(secrets.token_bytes(32))
            connection.sendall(mine[:greeting])
            while (challenge := next(unpacker, None)) is None:
                unpacker.feed(connection.recv(1_000))
            proof = msgpack.packb(
                hmac.digest(
                    self._url.password.encode(), b"caller " + self._url.service.encode() + b" " + challenge, "sha256"
                )
            )
            connection.sendall(proof[: max(greeting - len(mine), 0)] + data)
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
