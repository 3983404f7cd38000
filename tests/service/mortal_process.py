"""Two hundred commands in a process that ends as by kill -9 when it moves commands out of a document.

    python -m tests.service.mortal_process <url> <database> <collection or -> <started|succeeded>

It ends when its first write to that collection is about to leave, or was just acknowledged: of the document's own
collection, the first write after the move.
"""

import os
import signal
import sys
from typing import Any

from pymongo import monitoring

from chassis import mongo
from chassis.outbox import Relay
from tests.service.toys import ToyRepository, call_of, count, view

COMMANDS = 200


class Death(monitoring.CommandListener):
    """Ends this process at one step of moving commands."""

    def __init__(self, collection: str, step: str) -> None:
        self._at = (collection, step)
        self._moved = False
        self._writes: dict[int, str] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """A command is about to be sent."""
        if event.command_name == "update":
            collection = str(event.command["update"])
            self._writes[event.request_id] = collection
            self._step(collection, "started")

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """A command was acknowledged."""
        collection = self._writes.pop(event.request_id, "")
        self._step(collection, "succeeded")
        self._moved = self._moved or collection == "commands"

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing."""

    def _step(self, collection: str, step: str) -> None:
        if (collection, step) == self._at and (collection != "tallies" or self._moved):
            os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, name: str, collection: str, step: str) -> Any:
    """Do them all, also those that an earlier process has done."""
    monitoring.register(Death(collection, step))
    toys = ToyRepository("toy", mongo.connect(url, name, "toy"), Relay("toy", "amqp://nobody"))
    for number in range(COMMANDS):
        toys.tallies.change(call_of(key=f"k{number}"), "tly_1", count, view)


if __name__ == "__main__":
    main(*sys.argv[1:])
