"""What a contestant is: something that signs and shows contracts over HTTP, with two effects in the database."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo.collection import Collection

from bench.load import Request
from bench.seeding import Document, Pool, Seed
from tests import examples

POLL = 0.05
PATIENCE = 10.0
"""Seconds without any progress after which an effect that is missing counts as lost."""
LAST_PARTY = "studio"


@dataclass(frozen=True)
class Effects:
    """Where the effects of a signing are: an entry that names the contract, and a booking in the production's schedule."""

    entries: Collection[Document]
    contract_field: str
    of_signings: Mapping[str, Any]
    schedules: Collection[Document]
    schedule_id: Callable[[str], str] = str
    numbered: bool = False
    """Whether the entries' ids are numbers in order, so that only the new ones need to be looked at."""


@dataclass(frozen=True, eq=False)
class Contestant:
    """One of those who are measured. `host` is name:port, `prefix` comes before the paths, `headers` say who asks."""

    name: str
    title: str
    host: str
    prefix: str
    headers: Mapping[str, str]
    processes: Callable[[], Mapping[str, int]]
    """The pids of its own processes by name."""
    pool: Pool | None = None
    """Contracts that wait for the last signature; None for one that signs nothing."""
    effects: Effects | None = None
    readable: list[str] = field(default_factory=list)
    """Contracts that can be read."""

    def signing(self, seed: Seed) -> Request:
        """The last signature under a contract."""
        path = f"{self.prefix}/contracts/{seed.contract_id}/signatures"
        headers = {**self.headers, "Idempotency-Key": f"sign-{seed.contract_id}"}
        body = examples.signature({"document_sha256": seed.document_sha256}, LAST_PARTY)
        return Request("POST", path, headers, json.dumps(body).encode())

    def readings(self, number: int) -> Iterable[Request]:
        """So many readings of contracts at random."""
        for contract_id in random.choices(self.readable, k=number):
            yield Request("GET", f"{self.prefix}/contracts/{contract_id}", self.headers)


@dataclass(frozen=True)
class Outcome:
    """What acknowledged signings have brought about: contracts without an effect, and with one of them twice."""

    lost: int
    doubled: int

    @property
    def right(self) -> bool:
        """Whether every effect is there once."""
        return not self.lost and not self.doubled


class Tally:
    """Counts the effects of signings that are about to begin."""

    def __init__(self, effects: Effects, seeds: Sequence[Seed]) -> None:
        self._effects = effects
        self._schedules = {"_id": {"$in": sorted({effects.schedule_id(seed.production_id) for seed in seeds})}}
        self._entries = dict(effects.of_signings)
        if effects.numbered:
            last = effects.entries.find_one({}, {"_id": 1}, sort=[("_id", -1)])
            self._entries["_id"] = {"$gt": last["_id"] if last else -1}
        self._before = self._counts()

    def settle(self, acknowledged: Sequence[str]) -> tuple[float, Outcome]:
        """Wait for the effects of the acknowledged signings: the seconds it took, and what came of them."""
        started = progress = time.monotonic()
        latest = (0, 0)
        while True:
            counts = self._counts()
            now = time.monotonic()
            since = (counts[0] - self._before[0], counts[1] - self._before[1])
            outcome = self.outcome(acknowledged) if min(since) >= len(acknowledged) else None
            if outcome is not None and not outcome.lost:
                return now - started, outcome
            if since != latest:
                latest, progress = since, now
            if now - progress > PATIENCE:
                return progress - started, self.outcome(acknowledged)
            time.sleep(POLL)

    def outcome(self, acknowledged: Sequence[str]) -> Outcome:
        """How many of the acknowledged signings lack an effect now, and how many contracts have one twice."""
        name = self._effects.contract_field
        entries = Counter(row[name] for row in self._effects.entries.find(self._entries, {name: 1, "_id": 0}))
        schedules = self._effects.schedules.find(self._schedules, {"bookings.contract_id": 1})
        bookings = Counter(booking["contract_id"] for row in schedules for booking in row.get("bookings", ()))
        lost = {contract for contract in acknowledged if not entries[contract] or not bookings[contract]}
        doubled = {contract for seen in (entries, bookings) for contract, number in seen.items() if number > 1}
        return Outcome(len(lost), len(doubled))

    def _counts(self) -> tuple[int, int]:
        size = {"$sum": {"$size": {"$ifNull": ["$bookings", []]}}}
        found = list(
            self._effects.schedules.aggregate([{"$match": self._schedules}, {"$group": {"_id": 0, "n": size}}])
        )
        return self._effects.entries.count_documents(self._entries), found[0]["n"] if found else 0
