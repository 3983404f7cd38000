"""B3: one handler process that drains a full queue, with one majority write for each event."""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
from pymongo.collection import Collection

from bench.figures import Figure, NoFigure, Result, Target, ratio
from bench.peering import database
from bench.peers import Peer, contracts
from bench.peers.filling import fill
from bench.run import OURS, Run
from deploy.local.errors import NotReady
from deploy.local.home import CHECKOUT
from deploy.local.supervisor import ProcessSpec, Supervisor, silent

DATABASE = "bench_drained"
PROCESS = "drained"
QUEUE = "drained.keep"
SHARES = {"nameko": 20, "raw": 2}
"""The peers of the targets get a part of the events: their rate shows as well, in that part of the time."""
PATIENCE = 120.0
POLL = 0.01


def measure(run: Run) -> Result:
    """Ours and every peer's handler that keeps events, one after the other in every repetition."""
    peers = [peer for name in SHARES if (peer := run.peer(name))]
    run.alone()
    ours = _Ours(run)
    rates: dict[str, list[float]] = {OURS: [], **{peer.name: [] for peer in peers}}
    try:
        for peer in peers:
            assert peer.ledger is not None, "only peers with a handler of their own are asked"
            run.peering.start(peer, [peer.ledger])  # declares its queue
            run.peering.stop(peer)
        for repetition in range(run.scale.repetitions):
            run.say(f"{repetition + 1} of {run.scale.repetitions}: Callboard drains a queue")
            rates[OURS].append(ours.drain(run.scale.events))
            for peer in peers:
                run.say(f"{repetition + 1} of {run.scale.repetitions}: {peer.title} drains a queue")
                rates[peer.name].append(_peer_drains(run, peer))
    finally:
        ours.end()
    own = Figure("Callboard", "rate", "events/s", tuple(rates[OURS]))
    theirs = {peer.name: Figure(peer.title, "rate", "events/s", tuple(rates[peer.name])) for peer in peers}
    ratios = {name: ratio(own, figure) for name, figure in theirs.items()}
    bounds = {"nameko": ("against plain nameko's handler", 6.0), "raw": ("against the raw loop", 0.6)}
    targets = [
        Target(what, ratios[name], "at least", least) for name, (what, least) in bounds.items() if name in ratios
    ]
    return Result((own, *theirs.values(), *ratios.values()), tuple(targets))


class _Ours:
    """The chassis with a service of one handler (`bench.drained`)."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._supervisor = Supervisor(run.folder / "peers", run.stack.home.logs, silent)
        self._kept: Collection[dict[str, object]] = run.mongo[DATABASE]["entries"]
        self._start()  # declares its queue
        _until(lambda: run.peering.consumed([QUEUE]), run.stack.home.logs / f"{PROCESS}.log")
        self._stop()

    def drain(self, count: int) -> float:
        """Events a second."""
        self._kept.delete_many({})
        bodies = (orjson.dumps(event) for event in contracts.prepared_events(count))
        fill(self._run.stack.amqp_url(), QUEUE, ((body, {}) for body in bodies), exists=True)
        self._start()
        try:
            return _rate(self._kept, count)
        finally:
            self._stop()

    def end(self) -> None:
        """Stop, and leave nothing behind."""
        self._stop()
        self._supervisor.end()
        self._run.mongo.drop_database(DATABASE)

    def _start(self) -> None:
        stack = self._run.stack
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "CALLBOARD_AMQP_URL": stack.amqp_url(),
            "CALLBOARD_MONGO_URL": stack.mongo_url(),
            "CALLBOARD_CALL_URLS": "call://nobody:none@127.0.0.1:9",  # it has no operations
            "CALLBOARD_DATABASE": DATABASE,
            "CALLBOARD_LOG_LEVEL": "warning",
        }
        command = (sys.executable, "-W", "ignore", "-m", "bench.run_drained")
        self._supervisor.start(ProcessSpec(PROCESS, command, environment, CHECKOUT))

    def _stop(self) -> None:
        if PROCESS in self._supervisor.names():
            self._supervisor.stop([PROCESS], 10)


def _peer_drains(run: Run, peer: Peer) -> float:
    """Events a second of a peer's ledger process."""
    assert peer.ledger is not None
    count = run.scale.events // SHARES[peer.name]
    entries: Collection[dict[str, object]] = run.mongo[database(peer)]["entries"]
    entries.delete_many({})
    run.peering.run(peer, *peer.fill, str(count))
    try:
        with ThreadPoolExecutor(1) as pool:
            rate = pool.submit(_rate, entries, count)  # it may be done before it is known to be ready
            run.peering.start(peer, [peer.ledger])
            return rate.result()
    finally:
        run.peering.stop(peer)


def _rate(kept: Collection[dict[str, object]], count: int) -> float:
    """How many are kept a second, from the first that are seen; raises NoFigure when they do not come."""
    _until(lambda: kept.estimated_document_count() > 0)
    first, began = kept.estimated_document_count(), time.perf_counter()
    _until(lambda: kept.estimated_document_count() >= count)
    return (count - first) / (time.perf_counter() - began)


def _until(true: Callable[[], bool], log: Path | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            if log is not None:
                raise NotReady("the handler was not ready", log)
            raise NoFigure(f"the queue was not drained in {PATIENCE:g} s")
        time.sleep(POLL)
