"""Between the exchanges and the handlers' queues: every event arrives out of order, and some of them twice."""

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from amqp import Channel, Message

from chassis.amqp import open_connection
from deploy.local.stack import DEFINITIONS

WINDOW = 0.1  # seconds within which the order is lost
DUPLICATES = 0.05  # share of the events that come twice


@dataclass(frozen=True)
class Delivery:
    """A message on its way to a queue."""

    queue: str
    body: bytes
    message_id: str
    headers: dict[str, Any]


class Disorder:
    """Takes over the bindings of all handlers: gathers what comes within a moment, shuffles it, and passes it on."""

    def __init__(self, amqp_url: str, seed: int = 7) -> None:
        self.passed = 0
        self.doubled = 0
        self._url = amqp_url
        self._chance = random.Random(seed)
        self._bindings = [b for b in json.loads(DEFINITIONS.read_text())["bindings"] if b["source"].endswith(".events")]
        self._gathered: list[Delivery] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disorder")
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        self._connection = open_connection(self._url, "test.disorder")
        self._channel: Channel = self._connection.channel()
        for queue in {binding["destination"] for binding in self._bindings}:
            self._channel.queue_declare(_own(queue), durable=True, auto_delete=False)
        self._rebind(self._channel.queue_bind, _own)  # both take it for a moment: twice is better than never
        self._rebind(self._channel.queue_unbind, str)
        for queue in {binding["destination"] for binding in self._bindings}:
            self._channel.basic_consume(_own(queue), no_ack=True, callback=partial(self._gather, queue))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._rebind(self._channel.queue_bind, str)
        self._connection.close()
        if self._failure is not None:
            raise self._failure

    def _rebind(self, bind: Callable[..., Any], name: Callable[[str], str]) -> None:
        for binding in self._bindings:
            bind(name(binding["destination"]), binding["source"], binding["routing_key"])

    def _gather(self, queue: str, message: Message) -> None:
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        headers = message.properties.get("application_headers") or {}
        self._gathered.append(Delivery(queue, body, str(message.properties.get("message_id", "")), headers))

    def _run(self) -> None:
        try:
            while not (self._over.is_set() and not self._gathered):
                self._wait(WINDOW)
                self._pass_on()
        except BaseException as failure:
            self._failure = failure

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                self._connection.drain_events(timeout=left)
            except TimeoutError:
                return

    def _pass_on(self) -> None:
        gathered, self._gathered = self._gathered, []
        twice = [delivery for delivery in gathered if self._chance.random() < DUPLICATES]
        self._chance.shuffle(gathered)
        for delivery in gathered + twice:
            message = Message(
                delivery.body, delivery_mode=2, message_id=delivery.message_id, application_headers=delivery.headers
            )
            self._channel.basic_publish(message, "", delivery.queue)
        self.passed += len(gathered)
        self.doubled += len(twice)


def _own(queue: str) -> str:
    return f"disorder.{queue}"
