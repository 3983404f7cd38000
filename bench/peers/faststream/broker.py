"""What the processes share: the broker, the exchange, and the database."""

import os

from faststream.rabbit import Channel, ExchangeType, QueueType, RabbitBroker, RabbitExchange, RabbitQueue
from pymongo import AsyncMongoClient

SIGNED = "contract.signed"
EVENTS = RabbitExchange("faststream.events", type=ExchangeType.TOPIC, durable=True)
PREFETCH = 200  # events at once in a process, each a task of its own


def make_broker():
    """A broker whose publishes are confirmed and raise when no queue takes the message."""
    channel = Channel(prefetch_count=PREFETCH, publisher_confirms=True, on_return_raises=True)
    return RabbitBroker(os.environ["PEER_AMQP_URL"], default_channel=channel, logger=None)


def queue(name):
    """The durable queue of a handler."""
    return RabbitQueue(f"faststream.{name}", queue_type=QueueType.QUORUM, routing_key=SIGNED)


def connect():
    """The database; the client connects at the first operation, in the loop that then runs."""
    client = AsyncMongoClient(os.environ["PEER_MONGO_URL"], w="majority", journal=True)
    return client[os.environ["PEER_DATABASE"]]
