"""This machine's loopback address: the only one on which the stack listens and is spoken to."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on ``port`` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def is_open(port: int) -> bool:
    """Whether a server answers on ``port``."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def reserve(port: int) -> socket.socket:
    """Keep ``port`` for processes of this user that listen with ``SO_REUSEPORT``; others find it taken.

    The socket never listens, so the kernel gives it no connection. Raises ``OSError`` when the port is in use.
    """
    reservation = socket.socket()
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        reservation.bind((LOOPBACK, port))
    except OSError:
        reservation.close()
        raise
    return reservation


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: its status and its body."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300


def request(
    method: str,
    url: str,
    *,
    user: tuple[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    seconds: float = 5.0,
) -> Answer:
    """One HTTP request on a connection of its own, past any proxy of the user; ``body`` is sent as JSON.

    Raises OSError or http.client.HTTPException when there is no answer.
    """
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=seconds)
    headers = {"Content-Type": "application/json", "Connection": "close"}
    if user is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()
    try:
        connection.request(
            method,
            parts._replace(scheme="", netloc="").geturl(),
            json.dumps(body) if body is not None else None,
            headers,
        )
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    finally:
        connection.close()


def answers_ok(url: str) -> bool:
    """Whether a GET of ``url`` is answered with 200."""
    try:
        return request("GET", url, seconds=2.0).status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
