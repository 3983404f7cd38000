"""Event handlers: a quorum queue each, four outcomes (ok, retry, parked, duplicate), and nothing is acknowledged early.

`@handles(ContractSigned, batch=128)` gives the method a list of envelopes and takes a list of outcomes (or None: all ok);
without `batch` it gets one envelope. An error sends the event up the ladder of delays, ten attempts in all; a `Permanent`
error parks it at once. When a batch fails it is tried by halves, so that one poison message stops no other.
"""

import inspect
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import eventlet
import orjson
from amqp import Channel, Connection, Message
from eventlet.event import Event as Signal
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR, Entrypoint, ProviderCollector, SharedExtension

from chassis import metrics, settings
from chassis.amqp import BROKEN, Link, Outgoing, Publisher
from chassis.batching import rest
from chassis.logs import bound, log
from chassis.mongo import Duplicate
from chassis.topology import LADDER, HandlerQueue, delay_name, handler_queue, parked_queue, service_topology
from events.envelope import Envelope, EnvelopeInvalid, Event, attributes, from_wire

F = TypeVar("F", bound=Callable[..., Any])
ATTEMPTS = 10
_ATTEMPT_HEADER = "callboard-attempts"


class Permanent(Exception):
    """Trying again cannot help: park the message at once."""


class Everything:
    """What the ledger listens to: every event of the named services, whole and untyped (`RawEvent`)."""

    def __init__(self, *services: str) -> None:
        self.services = services


class RawEvent:
    """A message that is an event in form, with the exact bytes that were published."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.attributes = attributes(_parse(body))


class Handles(Entrypoint):
    """The nameko entrypoint behind `@handles`."""

    def __init__(
        self, *heard: Any, batch: int = 0, single_active: bool = False, rest: float = 1, **kwargs: Any
    ) -> None:
        self.heard = heard
        self.batch = batch
        self.single_active = single_active
        self.rest = rest
        super().__init__(**kwargs)

    consumer: "Consumer"

    def setup(self) -> None:
        """Join the process's one consuming connection."""
        self.consumer.register_provider(self)

    def stop(self) -> None:
        """Finish the batch at hand and acknowledge it; the rest goes back to the queue."""
        self.consumer.drain(self)
        self.consumer.unregister_provider(self)

    @property
    def queue(self) -> str:
        """The handler's queue."""
        return handler_queue(self.container.service_name, self.method_name)

    def declaration(self, method_name: str) -> HandlerQueue:
        """What the handler listens to; the queue is named after the method."""
        sources: list[tuple[str, str]] = []
        for heard in self.heard:
            if isinstance(heard, Everything):
                sources += [(service, "#") for service in heard.services]
            else:
                sources.append((heard.publisher(), heard.routing_key()))
        return HandlerQueue(method_name, tuple(sources), self.single_active)

    def decode(self, body: bytes) -> Envelope[Event] | RawEvent:
        """The message as the handler wants it; raises EnvelopeInvalid."""
        raw = any(isinstance(heard, Everything) for heard in self.heard)
        return RawEvent(body) if raw else from_wire(_parse(body))


class _Delivery:
    """A message at hand: its tag and, once looked at, what it says and what became of it."""

    def __init__(self, message: Message) -> None:
        self.tag: int = message.delivery_tag
        self.body: bytes = message.body if isinstance(message.body, bytes) else message.body.encode()
        headers = message.properties.get("application_headers") or {}
        self.message_id: str = str(message.properties.get("message_id") or "")
        self.attempts = int(headers.get(_ATTEMPT_HEADER, 0)) if str(headers.get(_ATTEMPT_HEADER, 0)).isdigit() else 0
        self.reason = headers.get("x-first-death-reason", "")
        self.event: Any = None
        self.outcome = ""
        self.error: BaseException | None = None


class _Line:
    """One handler's channel and what has been delivered on it."""

    def __init__(self, handler: "Handles") -> None:
        self.handler = handler
        self.batch = handler.batch or 16
        self.channel: Channel | None = None
        self.waiting: deque[_Delivery] = deque()
        self.wake = Signal()
        self.stopping = False
        self.thread: Any = None
        self.epoch = 0  # of the connection: a tag of an earlier one must not be acknowledged

    def notify(self) -> None:
        if not self.wake.ready():
            self.wake.send()


class Consumer(ProviderCollector, SharedExtension):
    """The process's consuming connection: a channel and a worker greenthread for each handler."""

    def setup(self) -> None:
        """Make the links; handlers register themselves before `start`."""
        config = settings.of(self.container)
        self._service = config.service
        self._lines: dict[Handles, _Line] = {}
        self._link = Link(config.amqp_url, f"{config.service}.consumer", self._opened, self._closed)
        self._publisher = Publisher(config.amqp_url, f"{config.service}.redelivery")
        self._parking = self.container.config["parking"]
        self._broker_parked: Channel = None

    def start(self) -> None:
        """Declare the topology and begin to consume."""
        for handler in self._providers:
            line = _Line(handler)
            self._lines[handler] = line
            line.thread = self.container.spawn_managed_thread(partial(self._work, line), handler.queue)
        self._publisher.start()
        self._link.start()

    def stop(self) -> None:
        """Close the connections; every handler has drained by now."""
        self._link.stop()
        self._publisher.stop()
        super().stop()

    @property
    def connected(self) -> bool:
        """Whether handlers receive messages right now."""
        return self._link.connected

    def drain(self, handler: Handles) -> None:
        """Stop one handler after the batch that it is working on."""
        line = self._lines.get(handler)
        if line is None:
            return
        line.stopping = True
        line.notify()
        with eventlet.Timeout(6, False):
            line.thread.wait()

    # The connection

    def _opened(self, connection: Connection) -> None:
        channel = connection.channel()
        service_topology(self._service, tuple(h.declaration(h.method_name) for h in self._lines)).declare(channel)
        channel.close()
        for line in self._lines.values():
            if not line.stopping:
                line.channel = connection.channel()
                line.channel.basic_qos(0, line.batch * 2, False)
                line.channel.basic_consume(line.handler.queue, callback=partial(self._delivered, line))
        self._broker_parked = connection.channel()
        self._broker_parked.basic_qos(0, 10, False)
        self._broker_parked.basic_consume(parked_queue(self._service), callback=self._given_up_by_broker)

    def _closed(self) -> None:
        for line in self._lines.values():
            line.channel = None
            line.epoch += 1
            line.waiting.clear()

    def _delivered(self, line: _Line, message: Message) -> None:
        line.waiting.append(_Delivery(message))
        line.notify()

    # The work

    def _work(self, line: _Line) -> None:
        while not line.stopping:
            if not line.waiting:
                line.wake.wait()
                line.wake = Signal()
                continue
            began = time.monotonic()
            self._work_off(line)
            if line.handler.batch and len(line.waiting) < line.batch and not line.stopping:
                rest(time.monotonic() - began, line.handler.rest)

    def _work_off(self, line: _Line) -> None:
        """One batch of what waits. It is let go of on return: a line that waits for its next one holds no events."""
        batch = [line.waiting.popleft() for _ in range(min(line.batch, len(line.waiting)))]
        epoch = line.epoch
        with metrics.HANDLING_SECONDS.labels(line.handler.queue).time():
            self._handle(line.handler, batch)
        settled = self._settle(line.handler.queue, batch)
        self._acknowledge(line, epoch, batch, settled)

    def _handle(self, handler: Handles, batch: list[_Delivery]) -> None:
        good = []
        for delivery in batch:
            try:
                delivery.event = handler.decode(delivery.body)
                good.append(delivery)
            except EnvelopeInvalid as error:
                delivery.outcome, delivery.error = "parked", error
        if handler.batch:
            self._try(handler, good)
        else:
            for delivery in good:
                self._try(handler, [delivery])

    def _try(self, handler: Handles, deliveries: list[_Delivery]) -> None:
        """Handle events together; when that fails by halves, so that one that is poison costs the others few calls."""
        if not deliveries:
            return
        first = deliveries[0]
        try:
            self._call(handler, deliveries)
        except Exception as error:
            if len(deliveries) > 1:
                log.warning("batch_failed", handler=handler.queue, size=len(deliveries), error=_describe(error))
                half = len(deliveries) // 2
                self._try(handler, deliveries[:half])
                self._try(handler, deliveries[half:])
            elif isinstance(error, Duplicate):
                first.outcome = "duplicate"
            else:
                first.error = error
                given_up = isinstance(error, Permanent) or first.attempts + 1 >= ATTEMPTS
                first.outcome = "parked" if given_up else "retry"

    def _call(self, handler: Handles, deliveries: list[_Delivery]) -> None:
        """Run the method in a nameko worker and note the outcomes; raises what it raises."""
        events = [d.event for d in deliveries]
        done = Signal()

        def finished(_context: Any, result: Any, exc_info: Any) -> Any:
            if exc_info is None:
                done.send(result)
            else:
                done.send_exception(*exc_info)  # with its traceback
            return result, exc_info

        first = events[0]
        known = {"handler": handler.queue}
        if isinstance(first, Envelope) and len(events) == 1:
            known |= {"correlation_id": first.correlation_id, "tenant": first.tenant}
        with bound(**known):
            argument = events if handler.batch else events[0]
            self.container.spawn_worker(handler, (argument,), {}, handle_result=finished)
            outcomes: Sequence[str] | None = done.wait()
        for delivery, outcome in zip(deliveries, outcomes or ["ok"] * len(deliveries), strict=True):
            delivery.outcome = outcome

    def _settle(self, queue: str, batch: list[_Delivery]) -> list[_Delivery]:
        """Bring the failed ones to safety; returns those that may be acknowledged."""
        retries = [d for d in batch if d.outcome == "retry"]
        copies = [
            Outgoing(
                delay_name(LADDER[min(d.attempts, len(LADDER) - 1)]),
                queue,
                d.body,
                d.message_id,
                {_ATTEMPT_HEADER: d.attempts + 1},
            )
            for d in retries
        ]
        self._publisher.publish(copies)  # confirmed before the original is acknowledged
        safe = {id(d) for d, copy in zip(retries, copies, strict=True) if copy.outcome == "confirmed"}
        for delivery in batch:
            if (delivery.outcome == "parked" and self._park(queue, delivery)) or delivery.outcome in (
                "ok",
                "duplicate",
            ):
                safe.add(id(delivery))
            if id(delivery) in safe:
                metrics.EVENTS_HANDLED.labels(queue, delivery.outcome).inc()
            if delivery.error is not None:
                text = _describe(delivery.error)
                log.warning("event_failed", handler=queue, event_id=delivery.message_id, outcome=delivery.outcome,
                            attempt=delivery.attempts + 1, error=text)  # fmt: skip
        return [d for d in batch if id(d) in safe]

    def _park(self, queue: str, delivery: _Delivery) -> bool:
        error = delivery.error
        reason = _describe(error) if error else f"the broker gave it up: {delivery.reason}"
        detail = "".join(traceback.format_exception(error)) if error else ""
        kind = delivery.event.type if isinstance(delivery.event, Envelope) else ""
        about = {"message_id": delivery.message_id, "type": kind}
        try:
            self._parking.park(queue, reason, detail, delivery.attempts + 1, delivery.body, about)
            return True
        except Exception as failure:  # not parked, so not acknowledged: it comes again
            log.error("parking_failed", handler=queue, error=_describe(failure))
            return False

    def _acknowledge(self, line: _Line, epoch: int, batch: list[_Delivery], settled: list[_Delivery]) -> None:
        channel = line.channel
        if channel is None or epoch != line.epoch:
            return  # the broker delivers them again; the handler is idempotent
        try:
            if len(settled) == len(batch):
                with self._link.writing:
                    channel.basic_ack(batch[-1].tag, multiple=True)
                return
            for delivery in settled:
                with self._link.writing:
                    channel.basic_ack(delivery.tag)
            left = [d for d in batch if d not in settled]
            eventlet.sleep(0.5)  # neither handled nor brought to safety: do not spin
            for delivery in left:
                with self._link.writing:
                    channel.basic_reject(delivery.tag, requeue=True)
        except BROKEN:
            self._link.abort()

    def _given_up_by_broker(self, message: Message) -> None:
        """The broker dead-lettered a message (a crash loop): move it to where the other parked ones are."""

        channel = self._broker_parked

        def move() -> None:
            delivery = _Delivery(message)
            headers = message.properties.get("application_headers") or {}
            queue = str(headers.get("x-first-death-queue", parked_queue(self._service)))
            while not self._park(queue, delivery):
                eventlet.sleep(0.5)
            metrics.EVENTS_HANDLED.labels(queue, "parked").inc()
            with suppress(*BROKEN), self._link.writing:  # on another connection by now: it comes again, updates its row
                channel.basic_ack(message.delivery_tag)

        eventlet.spawn_n(move)


def _parse(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise EnvelopeInvalid(f"the body is not JSON: {error}") from error


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def declarations(service: type) -> tuple[HandlerQueue, ...]:
    """What the handlers of a service class listen to, without starting it."""
    found = []
    for method_name, method in inspect.getmembers(service, inspect.isfunction):
        for entrypoint in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ()):
            if isinstance(entrypoint, Handles):
                found.append(entrypoint.declaration(method_name))
    return tuple(found)


Handles.consumer = Consumer()


def handles(*heard: Any, batch: int = 0, single_active: bool = False, rest: float = 1) -> Callable[[F], F]:
    """Bind a method to events: `heard` are event classes, or one `Everything`.

    A handler that nobody waits for may `rest` many times as long as a batch took: its batches are larger, and cost less.
    """
    decorated: Callable[[F], F] = Handles.decorator(*heard, batch=batch, single_active=single_active, rest=rest)
    return decorated
