"""The checker: decides from the clients' files and from the databases whether anything was lost, doubled or made up.

An operation is a party's signature under a contract, `<contract id>/<party>`. What follows from it is looked for in every
database with the administrator's rights, past the code that is judged.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pymongo import MongoClient

from deploy.local.home import CHECKOUT
from deploy.local.stack import GATEWAY, PROCESSES, Stack
from tests.faults.history import Attempt, History, Strike

DEADLINE = 10.0
"""Seconds that a call may take (`gateway.front`)."""
GRACE = 2.0
"""Seconds by which an answer may come later than its deadline."""
SIGNATURE, ENTRY, BOOKING, RIGHTS = "signature", "ledger entry", "booking", "rights"
EFFECTS = {"agency": (SIGNATURE, ENTRY), "studio": (SIGNATURE, ENTRY, BOOKING, RIGHTS)}
"""What follows from each party's signature, exactly once."""
TOLD = {"talent.contract.party_signed.v1": "agency", "talent.contract.signed.v1": "studio"}
"""Whose signature an event is about: the studio signs last."""


@dataclass(frozen=True)
class Observed:
    """What the databases hold: how often each operation has each effect, and what is wrong with the whole."""

    effects: Mapping[str, Counter[str]]
    pending: int = 0
    """Documents with events that were not published."""
    parked: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    """Aggregates whose versions in the ledger are not contiguous from 1."""
    out_of_order: tuple[str, ...] = ()
    """Aggregates of which the ledger has a later version before an earlier one."""
    audit: str = ""
    """What the ledger's own auditor says when it is not whole."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong; nothing, when every field is empty."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    made_up: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    two_answers: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    out_of_order: tuple[str, ...] = ()
    parked: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()
    audit: tuple[str, ...] = ()

    @property
    def wrong(self) -> dict[str, int]:
        """How many things of each kind are wrong."""
        return {kind: len(found) for kind, found in vars(self).items() if found}

    def __str__(self) -> str:
        some = [f"{kind} {len(found)}, first {', '.join(found[:3])}" for kind, found in vars(self).items() if found]
        return "; ".join(some) or "nothing is wrong"


def decide(history: History, observed: Observed, judged_before: Collection[str] = ()) -> Verdict:
    """Acknowledged ⊆ effects ⊆ attempted, each exactly once; contracts in `judged_before` are left out."""
    lost, doubled, made_up = [], [], []
    acknowledged = history.acknowledged
    for kind, seen in observed.effects.items():
        expected = {op for op in acknowledged if kind in EFFECTS[op.partition("/")[2]]}
        lost += [f"{kind} of {op}" for op in sorted(expected - set(seen))]
        ours = {op: times for op, times in seen.items() if op.partition("/")[0] not in judged_before}
        doubled += [f"{times} x {kind} of {op}" for op, times in sorted(ours.items()) if times > 1]
        made_up += [f"{kind} of {op}" for op in sorted(set(ours) - history.attempted)]
    return Verdict(
        lost=tuple(lost),
        doubled=tuple(doubled),
        made_up=tuple(made_up),
        refused=tuple(history.refused),
        late=tuple(late(history)),
        two_answers=tuple(op for op, bodies in history.bodies.items() if len(bodies) > 1),
        gaps=observed.gaps,
        out_of_order=observed.out_of_order,
        parked=observed.parked,
        unpublished=(f"{observed.pending} documents",) if observed.pending else (),
        audit=(observed.audit,) if observed.audit else (),
    )


def late(history: History) -> list[str]:
    """The attempts that outlived their deadline by more than the grace.

    While the gateway stands still nobody can answer, and afterwards it has the grace for what waited.
    """
    still = [strike for strike in history.strikes if strike.fault == f"pause {GATEWAY}"]
    return [
        f"{attempt.op} after {attempt.seconds:.1f} s with {attempt.answer}"
        for attempt in history.attempts
        if attempt.seconds > DEADLINE + GRACE and attempt.seconds - _overlap(attempt, still) > DEADLINE + GRACE
    ]


def _overlap(attempt: Attempt, strikes: Collection[Strike]) -> float:
    ended = attempt.began + attempt.seconds
    return sum(max(0.0, min(ended, s.ended) - max(attempt.began, s.began)) for s in strikes)


@dataclass
class Checker:
    """Looks into every database, waits until all is drained, and decides."""

    stack: Stack
    judged_before: set[str] = field(default_factory=set)
    drained_after: float = 0.0
    """Seconds from the last strike (or the last signature) until nothing was missing or on its way."""

    def __post_init__(self) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(self.stack.mongo_url(), timeoutMS=120_000)

    def close(self) -> None:
        """Disconnect."""
        self._client.close()

    def verdict(self, history: History, seconds: float = 120) -> Verdict:
        """What is wrong once everything is drained, or `seconds` after the last strike and the last signature.

        What is judged now is left out of the next verdict about the same platform.
        """
        observed = self.drained(history, seconds)
        verdict = decide(history, observed, self.judged_before)
        self.judged_before |= {op.partition("/")[0] for op in history.attempted}
        return verdict

    def drained(self, history: History, seconds: float = 120) -> Observed:
        """What there is as soon as nothing is missing or on its way, or when the time is over."""
        ends = [s.ended for s in history.strikes] + [a.began + a.seconds for a in history.attempts]
        last = max(ends, default=time.time())
        while True:
            began = time.time()
            found = Observed(self.effects(), self.pending())
            self.drained_after = began - last
            missing = decide(history, found, self.judged_before).lost
            if (not missing and not found.pending) or began > last + seconds:
                return self.whole(found)
            time.sleep(max(0.2, time.time() - began))

    def whole(self, found: Observed) -> Observed:
        """The same with what takes long to look at: the order of the ledger, its audit, and what is parked."""
        gaps, out_of_order = self._versions()
        audit = self.verify()
        return Observed(
            found.effects,
            found.pending,
            tuple(
                f"{row['handler']}: {row['reason']}"
                for name in PROCESSES
                for row in self._client[name]["parked"].find()
            ),
            gaps,
            out_of_order,
            "" if audit.returncode == 0 else (audit.stdout + audit.stderr)[-2_000:],
        )

    def effects(self) -> dict[str, Counter[str]]:
        """How often each operation has each effect."""
        contracts = self._client["talent"]["contracts"].find(
            {"signatures.0": {"$exists": True}}, {"signatures.party": 1}
        )
        entries = self._client["compliance"]["ledger_entries"].find(
            {"type": {"$in": list(TOLD)}}, {"type": 1, "subject": 1}
        )
        schedules = self._client["production"]["schedules"].find({}, {"bookings.contract_id": 1})
        rights = self._client["distribution"]["rights"].find({}, {"_id": 1})
        return {
            SIGNATURE: Counter(f"{c['_id']}/{signed['party']}" for c in contracts for signed in c["signatures"]),
            ENTRY: Counter(f"{entry['subject']}/{TOLD[entry['type']]}" for entry in entries),
            BOOKING: Counter(f"{b['contract_id']}/studio" for schedule in schedules for b in schedule["bookings"]),
            RIGHTS: Counter(f"{right['_id']}/studio" for right in rights),
        }

    def pending(self) -> int:
        """Documents whose events wait for the relay."""
        return sum(
            self._client[name][collection].count_documents({"outbox.0": {"$exists": True}})
            for name in PROCESSES
            for collection in self._client[name].list_collection_names()
        )

    def verify(self) -> subprocess.CompletedProcess[str]:
        """The ledger's own auditor."""
        command = [sys.executable, "-m", "services.compliance.verify"]
        environment = self.stack.environment("compliance")
        return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)

    def _versions(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The aggregates with gaps, and those with a version after a later one."""
        seen: dict[str, list[int]] = {}
        for entry in (
            self._client["compliance"]["ledger_entries"].find({}, {"aggregate": 1, "version": 1}).sort("_id", 1)
        ):
            seen.setdefault(entry["aggregate"], []).append(entry["version"])
        gaps = [name for name, versions in seen.items() if sorted(versions) != list(range(1, len(versions) + 1))]
        out_of_order = [f"{name} {versions}" for name, versions in seen.items() if versions != sorted(versions)]
        return tuple(gaps), tuple(out_of_order)
