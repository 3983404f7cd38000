"""Every signed contract is entered.

What can go wrong: a process that dies after its write and before the acknowledgement does it again. What raises is tried
again at once, for ever.
"""

from typing import Any

import uvloop
from faststream import AckPolicy, FastStream
from faststream.rabbit import RabbitMessage

from bench.peers import contracts
from bench.peers.faststream.broker import EVENTS, connect, make_broker, queue

broker = make_broker()
database = connect()


@broker.subscriber(queue("ledger"), EVENTS, ack_policy=AckPolicy.NACK_ON_ERROR)
async def append_to_ledger(event: dict[str, Any], message: RabbitMessage) -> None:
    """Enter the event."""
    await database.entries.insert_one(contracts.entry(event, message.body, contracts.now()))


if __name__ == "__main__":
    uvloop.run(FastStream(broker, logger=None).run())
