"""When each contract's effects became visible, as MongoDB's change streams tell it."""

import re
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, Self

from pymongo import MongoClient
from pymongo.collection import Collection

EFFECTS = (("compliance", "ledger_entries"), ("production", "schedules"), ("distribution", "rights"))
_CONTRACT = re.compile(r"ctr_[0-9A-Z]{26}")


class Sightings:
    """Watches ledger, schedules and rights; for each of them the first sight of a contract (monotonic seconds)."""

    def __init__(self, mongo_url: str) -> None:
        self.seen: dict[str, dict[str, float]] = {collection: {} for _, collection in EFFECTS}
        self._client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
        self._over = threading.Event()
        self._watching: list[threading.Thread] = []

    def __enter__(self) -> Self:
        for database, collection in EFFECTS:
            ready = threading.Event()
            arguments = (self._client[database][collection], ready)
            self._watching.append(threading.Thread(target=self._watch, args=arguments, name=f"watch-{collection}"))
            self._watching[-1].start()
            assert ready.wait(20), f"{collection} cannot be watched"
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._watching:
            thread.join()
        self._client.close()

    def missing(self, contracts: Iterable[str]) -> Mapping[str, set[str]]:
        """By collection, which of these contracts were not seen yet."""
        wanted = set(contracts)
        return {collection: missing for collection, seen in self.seen.items() if (missing := wanted - seen.keys())}

    def latencies(self, since: Mapping[str, float]) -> list[float]:
        """Seconds from each contract's time in `since` to the last of its effects, ascending."""
        return sorted(max(seen[contract] for seen in self.seen.values()) - at for contract, at in since.items())

    def _watch(self, collection: Collection[dict[str, Any]], ready: threading.Event) -> None:
        seen = self.seen[collection.name]
        # A signing is an insert of an entry with its type, a booking an update that names the contract.
        signed = [{"$match": {"fullDocument.type": "talent.contract.signed.v1"}}]
        with collection.watch(signed if collection.name == "ledger_entries" else [], max_await_time_ms=200) as changes:
            ready.set()
            while not self._over.is_set():
                change = changes.try_next()
                if change is not None:
                    told = str(change.get("fullDocument") or change.get("updateDescription"))
                    for contract in _CONTRACT.findall(told):
                        seen.setdefault(contract, time.monotonic())


def percentile(ascending: list[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]
