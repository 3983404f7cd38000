"""The rig: studios that keep signing, a nemesis that kills, and a checker that counts what came of it.

The clients speak HTTP like any studio: a command has an Idempotency-Key and is repeated until it is answered. The checker
looks into the databases from outside: what was acknowledged must be there, everything exactly once.
"""

import itertools
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pymongo import MongoClient

from deploy.local import accounts
from deploy.local.client import ApiProblem, Client
from deploy.local.home import CHECKOUT
from deploy.local.stack import PROCESSES, Stack
from tests import examples

PATIENCE = 120.0  # seconds a client repeats one command
UNLIMITED = {name: {"CALLBOARD_RATE_LIMIT": "1000000/second"} for name in PROCESSES}
CONTRACTS_PER_PRODUCTION = 50


@dataclass
class Journal:
    """What the clients tried and what was acknowledged to them."""

    attempted: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)


class Studio:
    """One studio with contracts that wait for signatures."""

    def __init__(self, stack: Stack, clients: int = 16) -> None:
        with Client(stack.gateway_url, accounts.office_key(stack), patience=PATIENCE) as office:
            made = accounts.admit_studio(office, "横店晨光影业", "Hengdian", {"林晓": ["producer"]})
        (member,) = made["members"].values()
        self.clients = [Client(stack.gateway_url, member["api_key"], patience=PATIENCE) for _ in range(clients)]
        self.journal = Journal()
        self._lock = threading.Lock()

    def prepare(self, count: int) -> list[Any]:
        """Contracts that were sent out, spread over productions and people with permits."""
        client = self.clients[0]
        groups = range(-(-count // CONTRACTS_PER_PRODUCTION))
        productions = [
            client.post("/v1/productions", examples.EXAMPLES["register_production"])["production_id"] for _ in groups
        ]
        people = [self._person(client) for _ in groups]
        places = list(itertools.islice(itertools.cycle(zip(productions, people, strict=True)), count))
        return self.at_once(lambda client, place: self._sent(client, *place), places)

    def at_once(self, work: Callable[[Client, Any], Any], items: Sequence[Any]) -> list[Any]:
        """`work` on every item, by all clients at once."""
        lanes = [items[n :: len(self.clients)] for n in range(len(self.clients))]

        def lane(number: int) -> list[Any]:
            return [work(self.clients[number], item) for item in lanes[number]]

        with ThreadPoolExecutor(len(self.clients)) as pool:
            return [result for results in pool.map(lane, range(len(self.clients))) for result in results]

    def execute(self, client: Client, contract: Any) -> None:
        """Both parties sign; every step is repeated until it is answered."""
        contract_id = contract["contract_id"]
        with self._lock:
            self.journal.attempted.add(contract_id)
        try:
            for party in ("performer", "studio"):
                key = f"{party}-{contract_id}"
                signed = client.post(
                    f"/v1/contracts/{contract_id}/signatures", examples.signature(contract, party), key=key
                )
            assert signed["state"] == "executed"
        except ApiProblem as problem:
            with self._lock:
                self.journal.refused.append(f"{contract_id}: {problem}")
        else:
            with self._lock:
                self.journal.acknowledged.add(contract_id)

    def _person(self, client: Client) -> str:
        person = str(client.post("/v1/people", examples.person())["person_id"])
        client.post(f"/v1/people/{person}/permits", examples.permit())
        return person

    def _sent(self, client: Client, production: str, person: str) -> Any:
        drafted = client.post("/v1/contracts", examples.contract(production, person))
        return client.post(f"/v1/contracts/{drafted['contract_id']}/dispatch", examples.dispatch())


class Nemesis:
    """Kills processes and servers, one after the other, as long as it is asked to."""

    def __init__(self, stack: Stack, targets: Sequence[str], number: int = signal.SIGKILL, seed: int = 7) -> None:
        self.kills: Counter[str] = Counter()
        self._stack = stack
        self._number = number
        self._rounds = self._plan(targets, random.Random(seed))
        self._over = threading.Event()

    @staticmethod
    def _plan(targets: Sequence[str], chance: random.Random) -> Iterator[str]:
        while True:
            yield from chance.sample(list(targets), len(targets))

    def strike(self, seconds_between: float) -> None:
        """Kill the next one every few seconds, when the last one is ready again, until `stop`."""
        while not self._over.is_set():
            target = next(self._rounds)
            self._stack.kill(target, self._number)
            self.kills[target] += 1
            self._stack.wait_ready(target, 60)
            self._over.wait(seconds_between)

    def stop(self) -> None:
        """No further kill."""
        self._over.set()

    @contextmanager
    def striking(self, seconds_between: float) -> Iterator[None]:
        """Strike in the background; what goes wrong there is raised at the end."""
        with ThreadPoolExecutor(1) as pool:
            strikes = pool.submit(self.strike, seconds_between)
            try:
                yield
            finally:
                self.stop()
                strikes.result()


@dataclass
class Effects:
    """How often each contract has each effect."""

    entries: Counter[str]
    bookings: Counter[str]
    rights: Counter[str]
    pending: int
    parked: list[str]

    @property
    def settled(self) -> bool:
        """Whether nothing is on its way any more, as far as the databases can tell."""
        return self.pending == 0


class Checker:
    """Looks into every database with the administrator's rights."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._client: MongoClient[dict[str, Any]] = MongoClient(stack.mongo_url(), timeoutMS=20_000)

    def close(self) -> None:
        """Disconnect."""
        self._client.close()

    def effects(self) -> Effects:
        """What there is now."""
        entries = self._client["compliance"]["ledger_entries"].find(
            {"type": "talent.contract.signed.v1"}, {"subject": 1}
        )
        bookings = self._client["production"]["schedules"].find({}, {"bookings.contract_id": 1})
        rights = self._client["distribution"]["rights"].find({}, {"_id": 1})
        return Effects(
            Counter(entry["subject"] for entry in entries),
            Counter(booking["contract_id"] for schedule in bookings for booking in schedule["bookings"]),
            Counter(right["_id"] for right in rights),
            sum(self._pending(name) for name in PROCESSES),
            [f"{row['handler']}: {row['reason']}" for name in PROCESSES for row in self._client[name]["parked"].find()],
        )

    def drained(self, contracts: set[str], seconds: float) -> Effects:
        """The effects once every contract has all of them, or as they are after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.effects()
            everywhere = all(contracts <= set(seen) for seen in (found.entries, found.bookings, found.rights))
            if (everywhere and found.settled) or time.monotonic() > deadline:
                return found
            time.sleep(0.5)

    def verify(self) -> subprocess.CompletedProcess[str]:
        """The ledger's own auditor."""
        command = [sys.executable, "-m", "services.compliance.verify"]
        environment = self._stack.environment("compliance")
        return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)

    def _pending(self, name: str) -> int:
        database = self._client[name]
        return sum(
            database[collection].count_documents({"outbox.0": {"$exists": True}})
            for collection in database.list_collection_names()
        )


def check(studio: Studio, checker: Checker, drain_seconds: float = 120) -> None:
    """Acknowledged ⊆ effects ⊆ attempted, each effect exactly once, nothing parked, the ledger whole."""
    journal = studio.journal
    found = checker.drained(journal.acknowledged, drain_seconds)
    for name, seen in (("ledger entry", found.entries), ("booking", found.bookings), ("rights", found.rights)):
        lost = journal.acknowledged - set(seen)
        doubled = {contract: count for contract, count in seen.items() if count > 1}
        invented = set(seen) - journal.attempted
        assert not lost, f"{name}: {len(lost)} lost, first {sorted(lost)[:3]}"
        assert not doubled, f"{name}: doubled {doubled}"
        assert not invented, f"{name}: {len(invented)} without a signing"
    assert found.settled, f"{found.pending} documents still have unpublished events"
    assert found.parked == []
    audit = checker.verify()
    assert audit.returncode == 0, audit.stdout + audit.stderr
