"""B4: how long after the answer to the last signature both effects can be seen, at half of what a contestant can do.

Signings are sent at fixed times whether or not the one before was answered. The effects are seen by MongoDB's change
streams, in the same thread that sends: no other thread's work lies between an answer and the look at the clock.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pymongo import AsyncMongoClient

from bench.connection import Connection
from bench.contestants import Contestant, Effects
from bench.figures import Figure, NoFigure, Result, Target, percentile
from bench.load import Request
from bench.run import OURS, Run

SHARE = 0.5
MOST_CONNECTIONS = 256
PATIENCE = 10.0
POLL = 0.05

Times = dict[str, float]


@dataclass(frozen=True)
class Seen:
    """Milliseconds from each answer to the signing's entry, to its booking and to both, and from the request to both.

    `missing` signings lack one of the two.
    """

    entry: list[float]
    booking: list[float]
    both: list[float]
    since_request: list[float]
    missing: int


def measure(run: Run) -> Result:
    """Every contestant in every repetition, one after the other."""
    contestants = run.signing()
    done: dict[str, list[Seen]] = {contestant.name: [] for contestant in contestants}
    rates = {contestant.name: run.rate(contestant) * SHARE for contestant in contestants}
    for repetition in range(run.scale.repetitions):
        for contestant in contestants:
            name = contestant.name
            run.say(f"{repetition + 1} of {run.scale.repetitions}: {contestant.title} signs {rates[name]:.0f}/s")
            done[name].append(watch(run, contestant, rates[name]))
    figures = {c.name: figures_of(c.title, rates[c.name], done[c.name]) for c in contestants}
    p50, p99, *_ = figures[OURS]
    targets = [Target("p50, ms", p50, "at most", 30), Target("p99, ms", p99, "at most", 150)]
    for contestant in contestants[1:]:
        their_p50, their_p99, *_ = figures[contestant.name]
        targets.append(Target(f"p50, ms, against {contestant.title}", p50, "less than", their_p50.median))
        targets.append(Target(f"p99, ms, against {contestant.title}", p99, "less than", their_p99.median))
    unseen = {c.title: sum(seen.missing for seen in done[c.name]) for c in contestants}
    notes = [
        f"{title}: the effects of {number:,} signings were never seen." for title, number in unseen.items() if number
    ]
    return Result(tuple(figure for found in figures.values() for figure in found), tuple(targets), tuple(notes))


def figures_of(title: str, rate: float, done: list[Seen]) -> list[Figure]:
    """p50, p99 and p95 to both effects, the same from the request, the rate that was asked for, and p50 to each effect."""

    def figure(what: str, percent: float, waits: list[list[float]], detail: bool = False) -> Figure:
        return Figure(title, what, "ms", tuple(percentile(each, percent) for each in waits), detail)

    both = [seen.both for seen in done]
    return [
        figure("p50", 50, both),
        figure("p99", 99, both),
        figure("p95", 95, both),
        figure("p50 from the request", 50, [seen.since_request for seen in done]),
        figure("p99 from the request", 99, [seen.since_request for seen in done]),
        Figure(title, "signings", "/s", (rate,)),
        figure("p50 to the ledger entry", 50, [seen.entry for seen in done], True),
        figure("p50 to the booking", 50, [seen.booking for seen in done], True),
    ]


def watch(run: Run, contestant: Contestant, rate: float) -> Seen:
    """Sign for a while at a steady rate and watch the effects."""
    assert contestant.pool is not None
    wanted = int(rate * run.scale.effects)
    seeds = contestant.pool.waiting(wanted)[:wanted]
    requests = {seed.contract_id: contestant.signing(seed) for seed in seeds}
    run.course.mark(run.signed)
    seen = asyncio.run(_sign_and_watch(run.stack.mongo_url(), contestant, requests, rate))
    contestant.readable.extend(seed.contract_id for seed in contestant.pool.use(wanted))
    if contestant.name == OURS:
        run.signed += len(seen.both) + seen.missing
        run.course.mark(run.signed)
    return seen


@dataclass(frozen=True)
class Moments:
    """When each contract's request was sent and answered, and when its entry and its booking were first seen."""

    sent: Times = field(default_factory=dict)
    answered: Times = field(default_factory=dict)
    entered: Times = field(default_factory=dict)
    booked: Times = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all effects of what was answered were seen."""
        return self.answered.keys() <= self.entered.keys() and self.answered.keys() <= self.booked.keys()

    def waits(self) -> Seen:
        """How long those who signed waited."""
        whole = self.answered.keys() & self.entered.keys() & self.booked.keys()
        last = {i: max(self.entered[i], self.booked[i]) for i in whole}
        return Seen(
            [_wait(self.answered[i], self.entered[i]) for i in whole],
            [_wait(self.answered[i], self.booked[i]) for i in whole],
            [_wait(self.answered[i], last[i]) for i in whole],
            [_wait(self.sent[i], last[i]) for i in whole],
            len(self.answered) - len(whole),
        )


def _wait(since: float, until: float) -> float:
    """Milliseconds; none when the effect was there before."""
    return max(0.0, until - since) * 1000


async def _sign_and_watch(mongo_url: str, contestant: Contestant, requests: Mapping[str, Request], rate: float) -> Seen:
    effects = contestant.effects
    assert effects is not None
    moments = Moments()
    async with AsyncMongoClient[dict[str, Any]](mongo_url) as client:
        entries = client[effects.entries.database.name][effects.entries.name]
        schedules = client[effects.schedules.database.name][effects.schedules.name]
        async with (
            _watching(entries, _inserted(effects), effects.contract_field, moments.entered),
            _watching(schedules, [], "contract_id", moments.booked),
        ):
            await _send(contestant.host, requests, rate, moments)
            await _until_seen(moments)
    return moments.waits()


@asynccontextmanager
async def _watching(collection: Any, pipeline: list[Any], name: str, seen: Times) -> AsyncIterator[None]:
    """Note when each contract is first named by a change of the collection, from now on."""
    async with await collection.watch(pipeline) as stream:

        async def note() -> None:
            async for change in stream:
                moment = time.monotonic()
                for contract_id in named(change, name):
                    seen.setdefault(contract_id, moment)

        noting = asyncio.create_task(note())
        try:
            yield
        finally:
            noting.cancel()
            with suppress(asyncio.CancelledError):
                await noting


def _inserted(effects: Effects) -> list[Any]:
    which = {f"fullDocument.{name}": value for name, value in effects.of_signings.items()}
    return [
        {"$match": {"operationType": "insert", **which}},
        {"$project": {f"fullDocument.{effects.contract_field}": 1}},
    ]


def named(change: Mapping[str, Any], name: str) -> Iterator[str]:
    """The contracts that a change of a document is about: the new document's, and those of its new or changed bookings."""
    document = change.get("fullDocument") or {}
    updated = (change.get("updateDescription") or {}).get("updatedFields", {})
    changed = [document, *document.get("bookings", ()), *updated.values()]
    for item in changed:
        for each in item if isinstance(item, list) else [item]:
            if isinstance(each, dict) and each.get(name):
                yield each[name]


async def _send(host: str, requests: Mapping[str, Request], rate: float, moments: Moments) -> None:
    """Send the requests at their times, and note when each one was answered. Raises NoFigure when one is refused."""
    refused: list[str] = []
    idle: list[Connection] = []
    free = asyncio.Semaphore(MOST_CONNECTIONS)

    async def one(contract_id: str, request: Request) -> None:
        async with free:
            connection = idle.pop() if idle else await Connection.open(host)
            moments.sent[contract_id] = time.monotonic()
            answer = await connection.send(request)
            moments.answered[contract_id] = time.monotonic()
            idle.append(connection)
        if answer.status // 100 != 2:
            refused.append(f"{host} answered {answer.status}: {answer.body[:200].decode(errors='replace')}")

    started = time.monotonic()
    async with asyncio.TaskGroup() as sending:
        for number, (contract_id, request) in enumerate(requests.items()):
            await asyncio.sleep(started + number / rate - time.monotonic())
            sending.create_task(one(contract_id, request))
    for connection in idle:
        connection.close()
    if refused:
        raise NoFigure(f"{len(refused)} of {len(requests)} signings: {refused[0]}")


async def _until_seen(moments: Moments) -> None:
    """Wait for all effects, as long as any come."""
    latest, progress = 0, time.monotonic()
    while not moments.complete:
        if (count := len(moments.entered) + len(moments.booked)) != latest:
            latest, progress = count, time.monotonic()
        if time.monotonic() - progress > PATIENCE:
            return
        await asyncio.sleep(POLL)
