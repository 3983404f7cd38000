"""Events for the ledger's subscriber: `python -m bench.peers.faststream.fill 50000`."""

import asyncio
import sys
from itertools import islice

import uvloop

from bench.peers import contracts
from bench.peers.faststream.broker import make_broker, queue

WINDOW = 1000  # unconfirmed messages at once


async def fill(count):
    """Publish the events to the ledger's queue alone."""
    async with make_broker() as broker:
        await broker.declare_queue(queue("ledger"))
        events = contracts.prepared_events(count)
        while window := list(islice(events, WINDOW)):
            await asyncio.gather(*(broker.publish(event, queue("ledger").name, persist=True) for event in window))


if __name__ == "__main__":
    uvloop.run(fill(int(sys.argv[1])))
