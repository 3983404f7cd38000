"""HTTP load: wrk sends prepared requests over 32 connections as fast as they are answered."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.figures import NoFigure

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 32
ANSWER_SECONDS = 15
"""How long wrk waits for an answer: a slow contestant is slow, not broken."""


@dataclass(frozen=True)
class Request:
    """A request as it is sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    def encode(self, host: str) -> bytes:
        """The bytes on the wire."""
        headers = {"Host": host, **self.headers}
        if self.method != "GET":
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(self.body))}
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Load:
    """What came of the requests: how many were answered within `seconds`, and p50, p95, p99 in ms.

    `acknowledged` are the contracts that successful answers were about; `sent` counts also what was on its way at the end.
    """

    requests: int
    sent: int
    seconds: float
    p50: float
    p95: float
    p99: float
    statuses: Mapping[str, int]
    acknowledged: tuple[str, ...]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def apply(host: str, requests: Iterable[Request], seconds: float, folder: Path, connections: int = CONNECTIONS) -> Load:
    """Send the requests to `host` (name:port) for so many seconds, none of them twice.

    Raises NoFigure when an answer is not 2xx, when a connection breaks, or when there were too few requests.
    """
    prepared, acknowledged = folder / "requests", folder / "acknowledged"
    keeps = write(prepared, host, requests)
    command = [
        "wrk",
        *("--threads", "1", "--connections", str(connections), "--duration", f"{round(seconds)}s"),
        *("--timeout", f"{ANSWER_SECONDS}s", "--script", str(SCRIPT), f"http://{host}/"),
        *("--", str(prepared), str(acknowledged) if keeps else "-"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not done.stdout:
        raise NoFigure(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    told = json.loads(done.stdout.splitlines()[-1])
    wrong = {status: count for status, count in told["statuses"].items() if not status.startswith("2")}
    if wrong or told.pop("broken"):
        raise NoFigure(f"{host} answered {told['statuses']}, and some connections broke" if not wrong else f"{wrong}")
    if told.pop("spent"):
        raise NoFigure(f"{told['sent']} prepared requests were not enough for {seconds:g} s")
    ids = tuple(acknowledged.read_text().split()) if keeps else ()
    return Load(**told, acknowledged=ids)


def write(file: Path, host: str, requests: Iterable[Request]) -> bool:
    """Write the requests as the script reads them; whether they are commands, of which the acknowledged ones count."""
    commands = False
    with file.open("wb") as out:
        for request in requests:
            encoded = request.encode(host)
            out.write(b"%d\n" % len(encoded) + encoded)
            commands = request.method != "GET"
    return commands
