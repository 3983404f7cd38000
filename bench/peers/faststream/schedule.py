"""Every signed contract is booked.

What can go wrong: a process that dies after its write and before the acknowledgement does it again. What raises is tried
again at once, for ever.
"""

from typing import Any

import uvloop
from faststream import AckPolicy, FastStream

from bench.peers import contracts
from bench.peers.faststream.broker import EVENTS, connect, make_broker, queue

broker = make_broker()
database = connect()


@broker.subscriber(queue("schedule"), EVENTS, ack_policy=AckPolicy.NACK_ON_ERROR)
async def book_talent(event: dict[str, Any]) -> None:
    """Book the performer's days."""
    production, booking = contracts.booking(event, contracts.now())
    await database.schedules.update_one(production, booking, upsert=True)


if __name__ == "__main__":
    uvloop.run(FastStream(broker, logger=None).run())
