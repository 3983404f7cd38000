"""The clients: a studio that signs contracts over HTTP like any other, and writes down what it tried and what it was told."""

import hashlib
import json
import select
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pymongo import MongoClient

from bench import seeding
from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.stack import PROCESSES, Stack
from tests import examples
from tests.faults.history import History, Recorder

PATIENCE = 120.0  # seconds a client repeats one command
PAUSE = 0.2  # seconds between two attempts
TOO_LONG = 90.0
"""Seconds after which a client gives a request up: far beyond every deadline, so that breaking one shows."""
UNLIMITED = {"CALLBOARD_RATE_LIMIT": "1000000/second"}
LIMITS_OFF = dict.fromkeys(PROCESSES, UNLIMITED)
PARTIES = ("agency", "studio")
"""In the order in which they sign; with the last signature a contract is executed."""
OPEN = (408, 429, 502, 503, 504)
"""What a client repeats: nothing was done, or nobody knows."""


@dataclass(frozen=True)
class Reply:
    """An answer; status 0 when there was none, and then the body is the error's name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def outcome(self) -> str:
        """What it says of the operation: ok, unknown or refused."""
        if 200 <= self.status < 300:
            return "ok"
        return "unknown" if self.status in (0, *OPEN) else "refused"

    @property
    def text(self) -> str:
        """The status with the problem's code, or the error that came instead."""
        if self.status == 0:
            return self.body.decode()
        if self.outcome == "ok":
            return str(self.status)
        try:
            return f"{self.status} {json.loads(self.body)['code']}"
        except (ValueError, KeyError):
            return str(self.status)


class Signer(Client):
    """One client: prepares with patience, and signs one attempt at a time on a connection of its own, writing each down."""

    def __init__(self, url: str, api_key: str, recorder: Recorder) -> None:
        super().__init__(url, api_key, patience=PATIENCE)
        self._key = api_key
        self._recorder = recorder
        self._wire: HTTPConnection | None = None

    def close(self) -> None:
        """Disconnect."""
        self._hang_up()
        self.session.close()
        self._recorder.close()

    def attempt(self, op: str, path: str, body: Any, key: str) -> Reply:
        """One request for an operation, whatever comes of it."""
        self._recorder.write("invoke", op=op)
        reply = self._send(path, json.dumps(body).encode(), key)
        digest = hashlib.sha256(reply.body).hexdigest()[:16]
        self._recorder.write(reply.outcome, op=op, answer=reply.text, digest=digest)
        return reply

    def settle(self, op: str, path: str, body: Any, key: str) -> Reply:
        """Repeat a request until it is done or refused, or patience is at its end."""
        deadline = time.monotonic() + self.patience
        while True:
            reply = self.attempt(op, path, body, key)
            if reply.outcome != "unknown" or time.monotonic() > deadline:
                return reply
            time.sleep(PAUSE)

    def _send(self, path: str, body: bytes, key: str) -> Reply:
        wire = self._connection()
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            wire.request("POST", path, body, headers)
            response = wire.getresponse()
            reply = Reply(response.status, dict(response.getheaders()), response.read())
        except (OSError, HTTPException) as error:
            self._hang_up()
            return Reply(0, {}, type(error).__name__.encode())
        if response.will_close:
            self._hang_up()
        return reply

    def _connection(self) -> HTTPConnection:
        """The connection at hand, unless the other side has closed it meanwhile; else a new one."""
        if self._wire is not None and self._wire.sock is not None and select.select([self._wire.sock], [], [], 0)[0]:
            self._hang_up()
        if self._wire is None:
            self._wire = HTTPConnection(urlsplit(self.url).netloc, timeout=TOO_LONG)
        return self._wire

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None


class Studio:
    """One studio with contracts that wait for signatures, and clients that sign them; their histories are in `folder`."""

    def __init__(self, stack: Stack, clients: int = 16, folder: Path | None = None) -> None:
        with Client(stack.gateway_url, accounts.office_key(stack), patience=PATIENCE) as office:
            made = accounts.admit_studio(
                office, "横店晨光影业", "Hengdian", {"林晓": ["producer"]}, examples.legal_details()
            )
        (member,) = made["members"].values()
        self.stack = stack
        self.folder = folder or stack.home.path / f"history-{uuid.uuid4().hex[:8]}"
        recorders = [Recorder(self.folder, f"client-{number:02}") for number in range(clients)]
        self.clients = [Signer(stack.gateway_url, member["api_key"], recorder) for recorder in recorders]

    def close(self) -> None:
        """Disconnect every client."""
        for client in self.clients:
            client.close()

    @property
    def history(self) -> History:
        """What the files say now."""
        return History.read(self.folder)

    def prepare(self, count: int) -> list[Any]:
        """Contracts that wait for every signature: one of each production went through the API, the others are its copies."""
        with MongoClient[dict[str, Any]](self.stack.mongo_url(), timeoutMS=60_000) as database:
            contracts = database["talent"]["contracts"]
            sent = self.at_once(lambda client, _: self._sent(client), range(-(-count // seeding.PER_PRODUCTION)))
            templates = list(contracts.find({"_id": {"$in": [contract["contract_id"] for contract in sent]}}))
            copies = list(seeding.store(contracts, templates, count - len(sent)))
        return sent + [asdict(copy) for copy in copies]

    def at_once(self, work: Callable[[Signer, Any], Any], items: Sequence[Any]) -> list[Any]:
        """`work` on every item, by all clients at once."""
        lanes = [items[n :: len(self.clients)] for n in range(len(self.clients))]

        def lane(number: int) -> list[Any]:
            return [work(self.clients[number], item) for item in lanes[number]]

        with ThreadPoolExecutor(len(self.clients)) as pool:
            return [result for results in pool.map(lane, range(len(self.clients))) for result in results]

    def execute(self, client: Signer, contract: Any) -> None:
        """All parties sign; every step is repeated until it is answered."""
        for party in PARTIES:
            if self.sign(client, contract, party).outcome != "ok":
                return

    def sign(self, client: Signer, contract: Any, party: str, patient: bool = True) -> Reply:
        """One party signs; `patient` repeats until it is answered. The key is the same whoever repeats it."""
        contract_id = contract["contract_id"]
        send = client.settle if patient else client.attempt
        return send(
            f"{contract_id}/{party}",
            f"/v1/contracts/{contract_id}/signatures",
            examples.signature(contract, party),
            f"{party}-{contract_id}",
        )

    @contextmanager
    def signing(self, seconds: float, thinking: float) -> Iterator[None]:
        """All clients execute contracts until the end of the block, which must come within so many seconds.

        Each waits `thinking` seconds between two contracts.
        """
        left = iter(self.prepare(int(len(self.clients) * seconds / thinking)))
        going_on = threading.Event()
        going_on.set()
        lock = threading.Lock()

        def lane(client: Signer) -> None:
            while going_on.is_set():
                with lock:
                    contract = next(left)
                self.execute(client, contract)
                time.sleep(thinking)

        with ThreadPoolExecutor(len(self.clients)) as pool:
            lanes = [pool.submit(lane, client) for client in self.clients]
            try:
                yield
            finally:
                going_on.clear()
            for each in lanes:
                each.result()

    def _sent(self, client: Client) -> Any:
        """A contract that was sent out, of a new production with a new person who has a permit."""
        production = client.post("/v1/productions", examples.EXAMPLES["register_production"])["production_id"]
        person = client.post("/v1/people", examples.person())["person_id"]
        client.post(f"/v1/people/{person}/permits", examples.permit())
        drafted = client.post("/v1/contracts", examples.between_companies(production, person))
        return client.post(f"/v1/contracts/{drafted['contract_id']}/dispatch", examples.dispatch())
