"""Clients that break off anywhere, at both hops: 400 or nothing, no stack trace, and every place is given back."""

import itertools
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.loopback import request
from deploy.local.stack import GATEWAY, PROCESSES, Stack
from tests.examples import EXAMPLES
from tests.faults.calling_by_hand import Caller
from tests.faults.clients import UNLIMITED
from tests.faults.places import all_free, say

UPLOADS = 8
"""How many files a process takes at once."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One platform for the module: each test ends with every place free."""
    limits = UNLIMITED | {"CALLBOARD_ANONYMOUS_RATE_LIMIT": "1000000/second"}
    with Stack(tmp_path_factory.mktemp("home"), extra_env=dict.fromkeys(PROCESSES, limits)) as running:
        yield running


@pytest.fixture(scope="module")
def key(stack: Stack) -> str:
    """A producer's API key."""
    with Client(stack.gateway_url, accounts.office_key(stack)) as office:
        made = accounts.admit_studio(office, "横店晨光影业", "Hengdian", {"林晓": ["producer"]})
    (member,) = made["members"].values()
    return str(member["api_key"])


JSON = json.dumps(EXAMPLES["register_production"]).encode()
BODIES = {
    "json": ("/v1/productions", "application/json", JSON),
    "json in chunks": ("/v1/productions", "application/json", JSON),
    "form": ("/oauth/token", "application/x-www-form-urlencoded", b"grant_type=client_credentials&client_id=crd_1"),
    "file": ("/public/documents/verify", "application/pdf", b"%PDF-1.7 no more than this"),
    "file in chunks": ("/v1/imports/people", "application/octet-stream", b"names.legal\nnobody\n"),
}


def written(kind: str, key: str) -> bytes:
    """A whole request."""
    path, media_type, body = BODIES[kind]
    head = f"POST {path} HTTP/1.1\r\nHost: callboard\r\nAuthorization: Bearer {key}\r\nContent-Type: {media_type}\r\n"
    if "chunks" not in kind:
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    halves = (body[: len(body) // 2], body[len(body) // 2 :], b"")
    return f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + b"".join(
        b"%x\r\n%b\r\n" % (len(half), half) for half in halves
    )


def upload(stack: Stack) -> int:
    """The status of an upload by a stranger."""
    host = urlsplit(stack.gateway_url)
    answer = say((host.hostname or "", host.port or 0), written("file", ""))
    return int(answer.split()[1])


def unharmed(stack: Stack) -> None:
    """All places are free, an upload is taken, and nothing was our fault."""
    all_free(stack)
    assert upload(stack) in (200, 422), "it is received, and no good PDF"
    counted = request("GET", f"{stack.internal_url(GATEWAY)}/metrics").body.decode()
    assert 'status="500"' not in counted
    for process in PROCESSES:
        assert "Traceback" not in stack.log(process).read_text()


@pytest.mark.parametrize("kind", BODIES)
def test_a_request_may_break_off_at_any_byte(stack: Stack, key: str, kind: str) -> None:
    """The client closes its side, or resets the connection, after each byte: 400 or no answer at all."""
    whole = written(kind, key)
    host = urlsplit(stack.gateway_url)
    for length, reset in itertools.product(range(len(whole)), (False, True)):
        answer = say((host.hostname or "", host.port or 0), whole[:length], reset=reset)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400 "), (length, answer)
    unharmed(stack)


def test_announced_and_not_sent(stack: Stack) -> None:
    """Eight strangers that announce 1,000 bytes and send six took the places of every upload, for good."""
    host = urlsplit(stack.gateway_url)
    begun = written("file", "").replace(b"Content-Length: 26", b"Content-Length: 1000")[:-20]
    for _ in range(2 * UPLOADS):
        assert say((host.hostname or "", host.port or 0), begun).startswith(b"HTTP/1.1 400 ")
    unharmed(stack)


def test_a_call_may_break_off_at_any_byte(stack: Stack) -> None:
    """Between gateway and service likewise: half a greeting, half a call, half a file."""
    talent = Caller(stack, "talent")
    whole = talent.call_with_file(100)
    for length in range(68):
        talent.say(b"", greeting=length)
    for length, reset in itertools.product(range(len(whole) + 1), (False, True)):
        talent.say(whole[:length], reset=reset)
    all_free(stack, "talent")
    unharmed(stack)
