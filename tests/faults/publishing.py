"""The chassis' publisher in a process of its own, patched as a service is: `python -m tests.faults.publishing URL COUNT`.

Publishes COUNT messages from thirty greenthreads in batches of one to seven, every other one to a queue that does not
exist, and prints one JSON line: how many had which outcome, and the ids of those that the queue really holds.
"""

import os
import warnings

warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

import eventlet  # noqa: E402 - patching comes first

eventlet.monkey_patch()

import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
from collections import Counter  # noqa: E402

from chassis.amqp import Outgoing, Publisher, open_connection  # noqa: E402

WRITERS = 30
THERE, NOWHERE = "there", "nowhere"


def publish(publisher: Publisher, count: int) -> list[Outgoing]:
    """The messages with their outcomes."""
    messages = [Outgoing("", THERE if n % 2 else NOWHERE, b"x", f"m{n}") for n in range(count)]
    chance = random.Random(11)
    pool = eventlet.GreenPool(WRITERS)
    start = 0
    while start < count:
        size = chance.randint(1, 7)
        pool.spawn(publisher.publish, messages[start : start + size], 30)
        start += size
    pool.waitall()
    return messages


def main(url: str, count: int) -> None:
    """Publish, then look into the queue."""
    connection = open_connection(url, "test")
    channel = connection.channel()
    channel.queue_declare(THERE, durable=True, auto_delete=False)
    publisher = Publisher(url, "test.publisher")
    publisher.start()
    messages = publish(publisher, count)
    publisher.stop()
    stored = []
    while (message := channel.basic_get(THERE, no_ack=True)) is not None:
        stored.append(message.properties["message_id"])
    connection.close()
    outcomes = Counter(f"{message.routing_key}: {message.outcome}" for message in messages)
    confirmed = [message.message_id for message in messages if message.outcome == "confirmed"]
    print(json.dumps({"outcomes": outcomes, "confirmed": confirmed, "stored": stored}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
