"""The loop that a queue can be drained with: read what is there, one bulk write, one acknowledgement for all of it.

What can go wrong: what was written and not acknowledged when the process dies is written again.
"""

import os
import select

import orjson
from pymongo import MongoClient

from bench.peers import contracts
from bench.peers.filling import connect

QUEUE = "raw.ledger"
PREFETCH, BATCH = 2000, 500
READ_AHEAD = 16_384  # bytes; left alone, py-amqp takes each frame in three system calls


def drain():
    """Consume for ever."""
    client = MongoClient(os.environ["PEER_MONGO_URL"], w="majority", journal=True)
    entries = client[os.environ["PEER_DATABASE"]].entries
    connection = connect(os.environ["PEER_AMQP_URL"])
    transport = connection.transport
    transport._quick_recv = lambda _wanted, receive=transport.sock.recv: receive(READ_AHEAD)
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.basic_qos(0, PREFETCH, False)
    messages = []
    channel.basic_consume(QUEUE, callback=messages.append)
    while True:
        connection.drain_events()
        while len(messages) < BATCH and more_is_there(transport):
            connection.drain_events()
        at = contracts.now()
        entries.insert_many([contracts.entry(orjson.loads(m.body), as_bytes(m.body), at) for m in messages])
        channel.basic_ack(messages[-1].delivery_tag, multiple=True)
        messages.clear()


def more_is_there(transport):
    """Whether a frame can be read without waiting."""
    return transport._read_buffer or select.select([transport.sock], [], [], 0)[0]


def as_bytes(body):
    """A body; py-amqp decodes one that names its encoding."""
    return body.encode() if isinstance(body, str) else body


if __name__ == "__main__":
    drain()
