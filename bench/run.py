"""The context of a run: the stack, the contestants, and how much of everything is measured."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from pymongo import MongoClient

from bench import load
from bench.contestants import Contestant, Effects, Outcome, Tally
from bench.course import Course
from bench.figures import NoFigure
from bench.load import Load
from bench.peering import Peering, database
from bench.peers import PEERS, Peer
from bench.scale import Scale
from bench.seeding import Pool, Studio, bare
from bench.usage import Meter, Used
from chassis.outbox import INDEX
from deploy.local import mongodb, rabbitmq
from deploy.local.stack import GATEWAY, PROCESSES, Stack, service_of
from services.production.productions import schedule_id

OURS = "callboard"
SIGNED = "talent.contract.signed.v1"
SERVERS = (mongodb.SERVER, rabbitmq.NODE)
OUTBOX = INDEX.document["name"]
"""The index of documents with events to tell; without it, a look at a million contracts takes seconds."""
WARM_SECONDS = 2.0
FIRST_RATE = 1_000.0
"""Signings a second for which contracts are prepared as long as a contestant's own rate is not known."""
HEADROOM = 1.6
"""How many more contracts are prepared than the last rate asks for."""
READINGS = 12_000
"""Readings a second that are prepared: more than bare HTTP answers."""
UNLIMITED = {name: {"CALLBOARD_RATE_LIMIT": "1000000/second"} for name in (*PROCESSES, *(f"{p}-2" for p in PROCESSES))}


@dataclass(frozen=True)
class Signings:
    """What a load of signings came to; `seconds` are those of the load and those until the last effect was there."""

    load: Load
    seconds: float
    outcome: Outcome
    used: Mapping[str, Used]

    @property
    def rate(self) -> float:
        """Signings a second with both effects."""
        return len(self.load.acknowledged) / self.seconds

    def cpu(self, *names: str) -> float:
        """Milliseconds of processor time for each signing, of the named processes or of all."""
        used = sum(used.cpu for name, used in self.used.items() if not names or name in names)
        return used * 1000 / len(self.load.acknowledged)


@dataclass(eq=False)
class Run:
    """What every measurement gets. Contestants are started when they are asked for."""

    stack: Stack
    scale: Scale
    mongo: MongoClient[dict[str, Any]]
    peering: Peering
    tell: Callable[[str], None]
    """Shows a person what is done now."""
    measured: str = ""
    """The key of the measurement that is made now."""
    void: list[str] = field(default_factory=list)
    """Why loads had to be repeated, until somebody takes note."""
    rates: dict[str, list[float]] = field(default_factory=dict)
    """Signings a second of each contestant, every time it signed."""
    signed: int = 0
    """Signings of ours so far."""
    peers: tuple[Peer, ...] = PEERS

    def __post_init__(self) -> None:
        self.copies: tuple[str, ...] = ()
        self._studio: Studio | None = None
        self._contestants: dict[str, Contestant] = {}
        self.course = Course(self.own_processes)

    @property
    def folder(self) -> Path:
        """Where files of the run may be."""
        return self.stack.home.path

    # -- contestants ---------------------------------------------------------------------------------------------

    @property
    def studio(self) -> Studio:
        """The studio whose contracts are signed, admitted the first time."""
        if self._studio is None:
            self._studio = Studio(self.stack, "partially_signed")
        return self._studio

    @property
    def ours(self) -> Contestant:
        """The platform."""
        if OURS not in self._contestants:
            self._contestants[OURS] = self._warmed(self._ours())
        return self._contestants[OURS]

    def contestant(self, peer: Peer) -> Contestant:
        """A peer, running and warm."""
        if peer.name not in self._contestants:
            self.say(f"starting {peer.title}")
            self.peering.start(peer)
            self._contestants[peer.name] = self._warmed(self._theirs(peer))
        return self._contestants[peer.name]

    def signing(self) -> list[Contestant]:
        """Ours and every peer that signs."""
        return [self.ours, *(self.contestant(peer) for peer in self.peers if peer.serves_signing)]

    def peer(self, name: str) -> Peer | None:
        """The peer of a name, when there is one."""
        return next((peer for peer in self.peers if peer.name == name), None)

    def alone(self) -> None:
        """Stop every peer: what follows is about the platform."""
        for peer in self.peers:
            if self._contestants.pop(peer.name, None) is not None:
                self.peering.stop(peer)

    def own_processes(self) -> dict[str, int]:
        """The pids of the platform's own processes, and of second copies that run."""
        return {name: self.stack.record(name).pid for name in (*self.stack.processes, *self.copies)}

    def start_copies(self) -> None:
        """Start a second copy of every process, known to both gateways, and return when all are ready."""
        self.copies = tuple(f"{name}-2" for name in self.stack.processes)
        for name in self.copies:
            self.stack.start_process(name)
        self._restart_gateway()
        for name in self.copies:
            self.stack.wait_ready(name)

    def stop_copies(self) -> None:
        """Stop the second copies, when there are any."""
        copies, self.copies = self.copies, ()
        if not copies:
            return
        for name in copies:
            self.stack.stop_process(name)
        self._restart_gateway()

    def _restart_gateway(self) -> None:
        """A gateway asks the copies that run when it starts."""
        self.stack.stop_process(GATEWAY)
        self.stack.start_process(GATEWAY)
        self.stack.wait_ready(GATEWAY)

    def servers(self) -> dict[str, int]:
        """The pids of mongod and RabbitMQ."""
        return {name: self.stack.record(name).pid for name in SERVERS}

    def _ours(self) -> Contestant:
        effects = Effects(
            entries=self.mongo["compliance"]["ledger_entries"],
            contract_field="subject",
            of_signings={"type": SIGNED},
            schedules=self.mongo["production"]["schedules"],
            schedule_id=schedule_id,
            numbered=True,
        )
        pool = Pool(self.studio, self.mongo["talent"]["contracts"])
        headers = self.studio.headers
        return Contestant(OURS, "Callboard", self.studio.host, "/v1", headers, self.own_processes, pool, effects)

    def _theirs(self, peer: Peer) -> Contestant:
        stored = self.mongo[database(peer)]
        effects = Effects(stored["entries"], "contract_id", {}, stored["schedules"])
        pool = Pool(self.studio, stored["contracts"], bare)
        return Contestant(
            peer.name,
            peer.title,
            self.peering.host(peer),
            "",
            {},
            lambda: self.peering.processes(peer),
            pool if peer.serves_signing else None,
            effects if peer.serves_signing else None,
        )

    def _warmed(self, contestant: Contestant) -> Contestant:
        """The contestant after a first load that is not measured: code is loaded, connections are open."""
        if contestant.pool is None:
            contestant.readable.append("ctr_00000000000000000000000000")
            self.read(contestant, WARM_SECONDS)
        else:
            self.say(f"warming up {contestant.title}")
            self.sign(contestant, WARM_SECONDS)
            self.rates.pop(contestant.name)
        return contestant

    def say(self, line: str) -> None:
        """Tell what is done now."""
        self.tell(f"{self.measured}  {line}")

    # -- loads ---------------------------------------------------------------------------------------------------

    def sign(self, contestant: Contestant, seconds: float) -> Signings:
        """Let a contestant sign as fast as it can, and wait for the effects.

        When it refuses any, the load is void and repeated; raises NoFigure when it refuses again.
        """
        try:
            return self._sign(contestant, seconds)
        except NoFigure as refusal:
            self.void.append(f"{contestant.title} had to sign again: {refusal}.")
            return self._sign(contestant, seconds)

    def _sign(self, contestant: Contestant, seconds: float) -> Signings:
        if contestant.pool is None or contestant.effects is None:
            raise NoFigure(f"{contestant.title} signs nothing")
        best = max(self.rates.get(contestant.name, [FIRST_RATE]))
        wanted = int(best * seconds * HEADROOM) + 2 * load.CONNECTIONS
        seeds = contestant.pool.waiting(wanted)
        tally = Tally(contestant.effects, seeds)
        requests = [contestant.signing(seed) for seed in seeds]
        self.course.mark(self.signed)
        with Meter({**contestant.processes(), **self.servers()}) as meter:
            try:
                done = load.apply(contestant.host, requests, seconds, self.folder)
            except NoFigure:
                contestant.pool.use(len(seeds))  # nobody knows which of them are signed now
                raise
            drained, outcome = tally.settle(done.acknowledged)
        contestant.readable.extend(seed.contract_id for seed in contestant.pool.use(done.sent))
        signings = Signings(done, done.seconds + drained, outcome, meter.used)
        self.rates.setdefault(contestant.name, []).append(signings.rate)
        if contestant.name == OURS:
            self.signed += len(done.acknowledged)
            self.course.mark(self.signed)
        return signings

    def read(self, contestant: Contestant, seconds: float) -> Load:
        """Let a contestant show contracts as fast as it can; raises NoFigure when it refuses any."""
        return load.apply(contestant.host, contestant.readings(int(READINGS * seconds)), seconds, self.folder)

    def rate(self, contestant: Contestant) -> float:
        """How many signings a second a contestant does: as measured before, else now."""
        if contestant.name not in self.rates:
            self.sign(contestant, self.scale.signing)
        return median(self.rates[contestant.name])

    def settle(self) -> None:
        """Wait until the platform has nothing to do any more: every outbox is empty."""
        deadline = time.monotonic() + 60
        while any(self._pending(service_of(name)) for name in self.stack.processes):
            if time.monotonic() > deadline:
                raise NoFigure("the platform does not come to rest")
            time.sleep(0.2)

    def _pending(self, service: str) -> bool:
        stored = self.mongo[service]
        collections = [stored[name] for name in stored.list_collection_names()]
        tell = [each for each in collections if OUTBOX in each.index_information()]
        return any(each.find_one({"outbox.0": {"$exists": True}}, {"_id": 1}, hint=OUTBOX) for each in tell)
