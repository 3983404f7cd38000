"""What the platform is compared with: other ways to do the same work, on the same servers.

Each peer is written as its users would write it, in a folder with its locked requirements, and runs in an environment of
its own. A peer's process is started in the checkout as ``python`` and the arguments given here, and reads

    PEER_AMQP_URL, PEER_MONGO_URL    the servers, with all rights
    PEER_DATABASE                    has ``contracts``; gets ``entries`` and ``schedules``
    PEER_HTTP_PORT                   where the process that answers HTTP listens, on 127.0.0.1

The same for all: quorum queues, persistent messages, an event that was confirmed before a signing is answered, writes
with ``w: majority, j: true``. None authenticates, limits rates, encrypts, or keeps an event together with its state.
"""

from dataclasses import dataclass
from pathlib import Path

Arguments = tuple[str, ...]


@dataclass(frozen=True)
class Peer:
    """One of the others.

    ``processes``       what runs, by name, as arguments of the environment's python
    ``queues``          the queues that have a consumer once a process is ready, for each process that consumes
    ``serves_signing``  answers ``POST /contracts/{id}/signatures`` and does both effects
    ``serves_reading``  answers ``GET /contracts/{id}``
    ``ledger``          the process that enters events alone, from the first of its queues; None when there is none
    ``fill``            what puts events into that queue and ends when all are confirmed; their number is to be added
    """

    name: str
    title: str
    folder: str
    processes: tuple[tuple[str, Arguments], ...]
    queues: tuple[tuple[str, Arguments], ...]
    serves_signing: bool
    serves_reading: bool
    ledger: str | None = None
    fill: Arguments = ()

    @property
    def requirements(self) -> Path:
        """The locked requirements, with hashes."""
        return Path(__file__).with_name(self.folder) / "requirements.txt"

    def queues_of(self, process: str) -> Arguments:
        """The queues that have a consumer once the process is ready; none for one that only answers HTTP."""
        return dict(self.queues).get(process, ())


def module(name: str, *arguments: str) -> Arguments:
    """The arguments that run a module of this package."""
    return ("-m", f"bench.peers.{name}", *arguments)


def nameko_service(name: str) -> Arguments:
    """The arguments that run a nameko service of this package, given as module:Class."""
    return module("nameko.run", f"bench.peers.{name}")


def celery_worker(queue: str) -> Arguments:
    """The arguments of a Celery worker for one queue, without the chatter between workers that know each other."""
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")
    command = ("-m", "celery", "-A", "bench.peers.celery.tasks", "worker")
    return (*command, "-Q", queue, "-n", f"{queue}@%h", *quiet)


NAMEKO_SIGNED = "evt-contracts-contract_signed--"

PEERS = (
    Peer(
        name="nameko",
        title="plain nameko",
        folder="nameko",
        processes=(
            ("ledger", nameko_service("nameko.services:Ledger")),
            ("schedule", nameko_service("nameko.services:Schedule")),
            ("contracts", nameko_service("nameko.services:Contracts")),
            ("gateway", nameko_service("nameko.services:Gateway")),
        ),
        queues=(
            ("ledger", (f"{NAMEKO_SIGNED}ledger.append_to_ledger",)),
            ("schedule", (f"{NAMEKO_SIGNED}schedule.book_talent",)),
            ("contracts", ("rpc-contracts",)),
        ),
        serves_signing=True,
        serves_reading=True,
        ledger="ledger",
        fill=module("nameko.fill"),
    ),
    Peer(
        name="faststream",
        title="FastAPI + FastStream",
        folder="faststream",
        processes=(
            ("ledger", module("faststream.ledger")),
            ("schedule", module("faststream.schedule")),
            ("gateway", module("faststream.gateway")),
        ),
        queues=(("ledger", ("faststream.ledger",)), ("schedule", ("faststream.schedule",))),
        serves_signing=True,
        serves_reading=True,
        ledger="ledger",
        fill=module("faststream.fill"),
    ),
    Peer(
        name="celery",
        title="FastAPI + Celery",
        folder="celery",
        processes=(
            ("ledger", celery_worker("celery.ledger")),
            ("schedule", celery_worker("celery.schedule")),
            ("gateway", module("celery.gateway")),
        ),
        queues=(("ledger", ("celery.ledger",)), ("schedule", ("celery.schedule",))),
        serves_signing=True,
        serves_reading=True,
        ledger="ledger",
        fill=module("celery.fill"),
    ),
    Peer(
        name="bare",
        title="bare nameko HTTP",
        folder="raw",
        processes=(("gateway", nameko_service("raw.http:Bare")),),
        queues=(),
        serves_signing=False,
        serves_reading=True,
    ),
    Peer(
        name="raw",
        title="raw py-amqp loop",
        folder="raw",
        processes=(("ledger", module("raw.drain")),),
        queues=(("ledger", ("raw.ledger",)),),
        serves_signing=False,
        serves_reading=False,
        ledger="ledger",
        fill=module("raw.fill"),
    ),
)
