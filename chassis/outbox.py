"""The outbox: events are stored with the state that they tell of, and only the relay publishes them.

A write hands its events to the relay of its own process, which publishes with pipelined confirms and then removes them
from the documents in bulk. The sweeper finds what a crashed process or an absent broker left behind.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import eventlet
import orjson
from eventlet.event import Event as Signal
from pymongo import IndexModel, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from chassis import metrics
from chassis.amqp import Outgoing, Publisher
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import OutboxOverdue
from chassis.logs import log
from chassis.mongo import Document
from chassis.settings import OUTBOX_LIMIT
from chassis.topology import events_exchange
from events.envelope import Envelope, Event, to_wire

BATCH = 256
QUEUE_LIMIT = 20_000  # what does not fit is left to the sweeper
CLEAR_SECONDS = 0.5
SWEEP_SECONDS = 2.0
SWEEP_AGE = timedelta(seconds=5)
LEFT_AGE = timedelta(seconds=2)  # of an event that no longer is just on its way
REFUSED_SECONDS = 30  # how long a refused client is asked to wait

# The one write that need not survive: what a crash brings back into an outbox is published again, a harmless duplicate.
_UNAWAITED = WriteConcern(w=1, j=False)

INDEX = IndexModel([("outbox.at", 1)], partialFilterExpression={"outbox.0": {"$exists": True}}, name="outbox")


@dataclass(frozen=True)
class Pending:
    """A stored event on its way to the broker: where its document is, and the message."""

    collection: str
    document_id: Any
    event_id: str
    routing_key: str
    body: bytes


def seal(event: Event, service: str, tenant: str, aggregate_id: str, version: int, cause: Cause) -> Document:
    """The outbox entry of a new event: the message as it will be published. Raises EnvelopeInvalid."""
    envelope = Envelope(
        id=new_id("evt"),
        type=event.TYPE,
        source=f"/callboard/{service}",
        subject=getattr(event, event.SUBJECT),
        time=now(),
        tenant=tenant,
        actor=cause.actor,
        aggregate_id=aggregate_id,
        version=version,
        correlation_id=cause.correlation_id,
        causation_id=cause.causation_id,
        traceparent=cause.traceparent,
        data=event,
    )
    body = bytes(memoryview(orjson.dumps(to_wire(envelope))))  # it waits for a while, and orjson's own copy keeps 8 KiB
    return {"id": envelope.id, "at": envelope.time, "key": event.routing_key(), "body": body}


class Relay:
    """Publishes what is offered, in order, and clears it from the documents once the broker has confirmed it."""

    def __init__(self, service: str, amqp_url: str, limit: float = OUTBOX_LIMIT) -> None:
        self._exchange = events_exchange(service)
        self._limit = limit
        self._oldest: datetime | None = None
        self.left = datetime.min.replace(tzinfo=UTC)
        """When an event was last left to the sweeper: what follows it must not leave before it does."""
        self._publisher = Publisher(amqp_url, f"{service}.relay")
        self._collections: dict[str, Collection[Document]] = {}
        self._waiting: deque[Pending] = deque()
        self._in_flight: set[str] = set()
        self._wake = Signal()
        self._threads: list[Any] = []
        self._stopping = False
        self._confirmed: list[Pending] = []
        self._clearing = False

    @property
    def connected(self) -> bool:
        """Whether the broker is there right now."""
        return self._publisher.connected

    def watch(self, collection: Collection[Document]) -> None:
        """Sweep this collection too."""
        self._collections[collection.name] = collection

    def start(self) -> None:
        """Begin publishing and sweeping."""
        self._publisher.start()
        self._threads = [eventlet.spawn(self._publish), eventlet.spawn(self._sweep)]

    def stop(self, timeout: float = 4) -> None:
        """Publish what is waiting, for `timeout` seconds at most; the rest stays stored for the sweeper."""
        self._stopping = True
        self._notify()
        with eventlet.Timeout(timeout, False):
            self._threads[0].wait()
        for thread in self._threads:
            thread.kill()
        self._publisher.stop()

    def recover(self) -> None:
        """Offer what an earlier process left behind; called before anything new is written, so that a document's events leave in order."""
        for name, collection in self._collections.items():
            left = collection.find({"outbox.0": {"$exists": True}}, {"outbox": 1}).sort("outbox.at", 1).hint("outbox")
            for document in left.limit(QUEUE_LIMIT):
                self.offer(name, document["_id"], document["outbox"])

    def offer(self, collection: str, document_id: Any, entries: Iterable[Document]) -> None:
        """Publish these stored events of a document soon; returns at once. Those that do not fit are left to the sweeper."""
        for entry in entries:
            if len(self._waiting) >= QUEUE_LIMIT:
                self.left = now()
                break
            if entry["id"] not in self._in_flight:
                self._in_flight.add(entry["id"])
                self._waiting.append(Pending(collection, document_id, entry["id"], entry["key"], bytes(entry["body"])))
        self._notify()

    def left_in(self, outbox: Sequence[Document]) -> list[Document]:
        """What a document has had to tell for a while, because nobody learned that it was stored or there was no room.

        Whoever changes the document offers this together with the new events: what does not fit is not overtaken by them.
        """
        before = max(now() - LEFT_AGE, self.left)
        return [entry for entry in outbox if entry["at"] <= before]

    def require_timely(self) -> None:
        """Raises OutboxOverdue while an event has waited longer than the limit: what nobody is told must not pile up."""
        if self._age() > self._limit:
            raise OutboxOverdue(limit=self._limit, retry_after=REFUSED_SECONDS)

    def _age(self) -> float:
        """Seconds that the oldest event which the last sweep found has waited by now."""
        return (now() - self._oldest).total_seconds() if self._oldest else 0.0

    def _notify(self) -> None:
        if not self._wake.ready():
            self._wake.send()

    def _publish(self) -> None:
        while self._waiting or not self._stopping:
            if not self._waiting:
                self._wake.wait()
                self._wake = Signal()
                continue
            batch = self._take()
            messages = [Outgoing(self._exchange, p.routing_key, p.body, p.event_id) for p in batch]
            self._publisher.publish(messages)
            confirmed = [p for p, m in zip(batch, messages, strict=True) if m.outcome == "confirmed"]
            self._confirmed += confirmed
            if self._confirmed and not self._clearing:
                self._clearing = True
                eventlet.spawn_n(self._clear_all)
            if len(confirmed) < len(batch):
                self._keep(batch, messages)
        while self._clearing:
            eventlet.sleep(0.01)

    def _take(self) -> list[Pending]:
        """The next to publish: of each document only one, lest what the broker refuses is overtaken by what follows it."""
        batch: list[Pending] = []
        held: list[Pending] = []
        documents = set()
        while self._waiting and len(batch) < BATCH and len(held) < BATCH:
            pending = self._waiting.popleft()
            document = (pending.collection, pending.document_id)
            (held if document in documents else batch).append(pending)
            documents.add(document)
        self._waiting.extendleft(reversed(held))
        return batch

    def _keep(self, batch: Sequence[Pending], messages: Sequence[Outgoing]) -> None:
        """Try in the same order again what the broker may not have; leave to the sweeper what no queue takes."""
        again = [p for p, m in zip(batch, messages, strict=True) if m.outcome in ("timeout", "nacked")]
        returned = {
            (p.collection, p.document_id) for p, m in zip(batch, messages, strict=True) if m.outcome == "returned"
        }
        log.warning("relay_unconfirmed", unanswered=len(again), returned=len(returned))
        self._waiting.extendleft(reversed(again))
        if returned:  # with all that follows it in its document
            left = [p for p in (*batch, *self._waiting) if (p.collection, p.document_id) in returned]
            self._in_flight.difference_update(p.event_id for p in left)
            self._waiting = deque(p for p in self._waiting if p.event_id in self._in_flight)
            self.left = now()
        eventlet.sleep(0.2)

    def _clear_all(self) -> None:
        """Clear what is confirmed, in few large writes: nobody waits for it, and a crash before it only repeats events."""
        try:
            while self._confirmed:
                confirmed, self._confirmed = self._confirmed, []
                self._clear(confirmed)
                if not self._stopping:
                    eventlet.sleep(CLEAR_SECONDS)
                # Not before: for a moment a majority read still shows the sweeper what is cleared.
                self._in_flight.difference_update(p.event_id for p in confirmed)
        finally:
            self._clearing = False

    def _clear(self, confirmed: Sequence[Pending]) -> None:
        updates: dict[str, dict[Any, list[str]]] = {}
        for pending in confirmed:
            updates.setdefault(pending.collection, {}).setdefault(pending.document_id, []).append(pending.event_id)
        try:
            for name, documents in updates.items():
                published = [event_id for ids in documents.values() for event_id in ids]
                self._collections[name].with_options(write_concern=_UNAWAITED).update_many(
                    {"_id": {"$in": list(documents)}}, {"$pull": {"outbox": {"id": {"$in": published}}}}
                )
        except PyMongoError as error:
            log.warning("relay_clear_failed", count=len(confirmed), error=type(error).__name__)

    def _sweep(self) -> None:
        while True:
            try:
                self._sweep_once(now() - SWEEP_AGE)
            except PyMongoError as error:
                log.warning("sweep_failed", error=type(error).__name__)
            eventlet.sleep(SWEEP_SECONDS)

    def _sweep_once(self, before: datetime) -> None:
        pending, oldest = 0, None
        for name, collection in self._collections.items():
            stale = {"outbox.0": {"$exists": True}, "outbox.at": {"$lt": before}}
            found = collection.find(stale, {"outbox": 1}).sort("outbox.at", 1).hint("outbox").limit(1_000)
            for document in found:
                entries = [e for e in document["outbox"] if e["at"] < before]
                pending += len(entries)
                oldest = min([e["at"] for e in entries] + ([oldest] if oldest else []))
                if self._publisher.connected:
                    self.offer(name, document["_id"], entries)
        metrics.OUTBOX_PENDING.set(pending + len(self._waiting))
        self._oldest = oldest
        metrics.OUTBOX_OLDEST_AGE.set(self._age())
