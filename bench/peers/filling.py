"""Puts messages into a quorum queue as fast as the broker takes them: confirms are counted, not waited for one by one."""

from collections.abc import Iterable
from typing import Any

import amqp
from kombu.utils.url import parse_url

WINDOW = 2000  # unconfirmed messages at once

Prepared = tuple[bytes, dict[str, Any]]
"""A body and its AMQP properties."""


def connect(url: str) -> amqp.Connection:
    """An open connection to the broker of an amqp:// URL."""
    parts = parse_url(url)
    connection = amqp.Connection(
        f"{parts['hostname']}:{parts['port']}", parts["userid"], parts["password"], virtual_host=parts["virtual_host"]
    )
    connection.connect()
    return connection


def fill(url: str, queue: str, messages: Iterable[Prepared], exists: bool = False) -> None:
    """Declare the queue, unless it `exists`, and publish the messages to it alone, persistent.

    Returns when all are confirmed; raises TimeoutError when the broker confirms nothing for 30 s.
    """
    connection = connect(url)
    channel = connection.channel()
    quorum = {"x-queue-type": "quorum"}
    channel.queue_declare(queue, passive=exists, durable=True, auto_delete=False, arguments=quorum)
    channel.confirm_select()
    unconfirmed: set[int] = set()

    def confirm(tag: int, multiple: bool) -> None:
        unconfirmed.difference_update([t for t in unconfirmed if t <= tag] if multiple else [tag])

    channel.events["basic_ack"].add(confirm)
    for tag, (body, properties) in enumerate(messages, start=1):
        unconfirmed.add(tag)
        channel.basic_publish(amqp.Message(body, delivery_mode=2, **properties), routing_key=queue)
        while len(unconfirmed) >= WINDOW:
            connection.drain_events(timeout=30)
    while unconfirmed:
        connection.drain_events(timeout=30)
    connection.close()
