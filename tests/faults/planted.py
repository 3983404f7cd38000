"""A service with bugs planted in it, to see that the checker catches them: `python -m tests.faults.planted SERVICE`.

`RIG_PLANTED` names the bugs, with commas between. They are put into the running process, over functions of `chassis` and
`services`; what production runs, `chassis.run`, knows neither this module nor the variable.
"""

# ruff: noqa: B010 - an assignment to a function of somebody else's is a type error, and here the purpose

import os
import sys

from chassis import run  # patches the standard library, so it comes first

# isort: split

import signal
from collections.abc import Callable, Sequence
from typing import Any

import eventlet
from pymongo import ReplaceOne

from chassis.aggregates import Aggregates
from chassis.amqp import Publisher
from chassis.cause import new_id
from chassis.documents import now
from chassis.handlers import Consumer
from chassis.outbox import Relay
from services.compliance.ledger import Plan, Tree
from services.compliance.log import HEAD, entry_document, tile_id
from services.compliance.sequencer import Sequencer
from services.production import bookings
from tests.faults.planting import PLANTED

LATE = 2.0  # seconds


def acknowledge_before_commit() -> None:
    """A command is answered as done, and stored two seconds later."""
    save = Aggregates._save

    def later(self: Any, *change: Any) -> bool:
        eventlet.spawn_after(LATE, save, self, *change)
        return True

    setattr(Aggregates, "_save", later)


def no_inbox() -> None:
    """Booking a contract's days does not find out that they are booked already: every time is the first."""
    setattr(bookings, "contract_booking_id", lambda _: new_id("bkg"))


def ignored_return() -> None:
    """A message that no queue takes counts as published, because the broker acknowledges it."""
    setattr(Publisher, "_returned", lambda *_: None)


def sweeper_off() -> None:
    """Nobody looks for events that a process stored and did not live to publish."""
    setattr(Relay, "_sweep", lambda _: None)


def error_acknowledged() -> None:
    """An event whose handler failed is acknowledged like any other: nameko's default."""
    handle = Consumer._handle

    def forgiving(self: Any, handler: Any, batch: list[Any]) -> None:
        handle(self, handler, batch)
        for delivery in batch:
            delivery.outcome = "ok"

    setattr(Consumer, "_handle", forgiving)


def unfenced_sequencer() -> None:
    """The lease is all that keeps two sequencers apart: what is stored is not asked whether it is still the expected head."""

    def commit(self: Sequencer, _tree: Tree, plan: Plan) -> None:
        self._log.vault.prepare_to_seal([entry.key for entry in plan.entries])
        entries = [entry_document(entry, self._seal(entry), now()) for entry in plan.entries]
        self._log.entries.bulk_write([ReplaceOne({"_id": entry["_id"]}, entry, upsert=True) for entry in entries])
        tiles = [
            ReplaceOne({"_id": tile_id(t.level, t.index)}, {"level": t.level, "index": t.index, "data": t.data}, True)
            for t in plan.tiles
        ]
        self._log.tiles.bulk_write(tiles)
        frontier = plan.tree.frontier
        head = {"size": frontier.size, "root": frontier.root(), "frontier": list(frontier.hashes)}
        self._log.heads.update_one({"_id": HEAD}, {"$set": head})

    setattr(Sequencer, "_commit", commit)


def stops_before_commit() -> None:
    """No bug but the worst moment: after SIGUSR1 the next batch makes the process stop itself, just before it is stored."""
    commit = Sequencer._commit
    armed = [False]
    signal.signal(signal.SIGUSR1, lambda *_: armed.__setitem__(0, True))

    def stopping(self: Sequencer, tree: Tree, plan: Plan) -> None:
        if armed[0]:
            armed[0] = False
            os.kill(os.getpid(), signal.SIGSTOP)
        commit(self, tree, plan)

    setattr(Sequencer, "_commit", stopping)


BUGS: Sequence[Callable[[], None]] = (
    acknowledge_before_commit,
    no_inbox,
    ignored_return,
    sweeper_off,
    error_acknowledged,
    unfenced_sequencer,
    stops_before_commit,
)


def main(service: str) -> int:
    """Plant what the environment names, in this order, and run the service."""
    known = {bug.__name__: bug for bug in BUGS}
    for name in filter(None, os.environ.get(PLANTED, "").split(",")):
        known[name]()
    return run.main(service)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
