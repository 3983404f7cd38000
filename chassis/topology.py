"""The broker's topology: what each service declares when it starts, and exports to `deploy/rabbitmq/definitions.json`.

Queue arguments cannot change after declaration (the broker answers 406), so numbers that may change are policies
(`POLICIES`), applied by the launcher or the operator. Holds on RabbitMQ 3.10 and 4.x; see docs/architecture.md.
"""

from dataclasses import dataclass, field
from typing import Any

LADDER = (500, 5_000, 30_000, 120_000, 600_000, 3_600_000)  # milliseconds a failed message waits before it comes back
PARKED = "parked"
DELIVERY_LIMIT = 20
MAX_LENGTH = 1_000_000

POLICIES: tuple[dict[str, Any], ...] = (
    {
        "name": "handlers",
        "pattern": r"^(talent|production|distribution|compliance|gateway)\.(?!parked$)",
        "apply-to": "queues",
        "priority": 1,
        "definition": {"max-length": MAX_LENGTH},
    },
)


@dataclass(frozen=True)
class Binding:
    """A queue bound to an exchange by a routing key."""

    exchange: str
    routing_key: str


@dataclass(frozen=True)
class Queue:
    """A queue with its arguments and bindings."""

    name: str
    arguments: dict[str, Any]
    bindings: tuple[Binding, ...] = ()


@dataclass(frozen=True)
class Topology:
    """What one service needs of the broker."""

    exchanges: tuple[tuple[str, str], ...]  # name, type
    queues: tuple[Queue, ...] = field(default=())

    def declare(self, channel: Any) -> None:
        """Declare everything; the broker refuses (406) what already exists with other arguments."""
        for name, kind in self.exchanges:
            channel.exchange_declare(name, kind, durable=True, auto_delete=False)
        for queue in self.queues:
            channel.queue_declare(queue.name, durable=True, auto_delete=False, arguments=queue.arguments)
            for binding in queue.bindings:
                channel.queue_bind(queue.name, binding.exchange, binding.routing_key)


def events_exchange(service: str) -> str:
    """The topic exchange on which a service publishes."""
    return f"{service}.events"


def delay_name(milliseconds: int) -> str:
    """The name of a delay's exchange and of its queue."""
    return f"delay.{milliseconds}"


def parked_queue(service: str) -> str:
    """The queue of what the broker itself gave up on."""
    return f"{service}.parked"


def handler_queue(service: str, handler: str) -> str:
    """The queue of one handler."""
    return f"{service}.{handler}"


def handler_arguments(service: str, single_active: bool) -> dict[str, Any]:
    """The arguments of a handler's quorum queue."""
    arguments: dict[str, Any] = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": PARKED,
        "x-dead-letter-routing-key": parked_queue(service),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    if single_active:
        arguments["x-single-active-consumer"] = True
    return arguments


def _delay_queue(milliseconds: int) -> Queue:
    return Queue(
        delay_name(milliseconds),
        {
            "x-queue-type": "quorum",
            "x-message-ttl": milliseconds,
            "x-dead-letter-exchange": "",  # no routing key: the message returns to the queue that it was published for
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
        (Binding(delay_name(milliseconds), ""),),
    )


@dataclass(frozen=True)
class HandlerQueue:
    """What a handler listens to: (publisher, routing key) pairs; ("talent", "#") is everything that talent says."""

    handler: str
    sources: tuple[tuple[str, str], ...]
    single_active: bool = False


def service_topology(service: str, handlers: tuple[HandlerQueue, ...]) -> Topology:
    """Everything a service declares: its own exchange, the ladder, parking, its handlers' queues.

    The exchanges that it listens to belong to others. The whole topology (`definitions`) is in place before the first
    service starts, so that nothing is published before every queue that wants it is bound.
    """
    exchanges = [(events_exchange(service), "topic")]
    exchanges += [(delay_name(step), "fanout") for step in LADDER]
    exchanges.append((PARKED, "direct"))
    queues = [_delay_queue(step) for step in LADDER]
    queues.append(Queue(parked_queue(service), {"x-queue-type": "quorum"}, (Binding(PARKED, parked_queue(service)),)))
    queues += [
        Queue(
            handler_queue(service, handler.handler),
            handler_arguments(service, handler.single_active),
            tuple(Binding(events_exchange(publisher), key) for publisher, key in handler.sources),
        )
        for handler in handlers
    ]
    return Topology(tuple(exchanges), tuple(queues))


def definitions(topologies: list[Topology], vhost: str) -> dict[str, Any]:
    """The same topology in the format of RabbitMQ's definitions import."""
    exchanges = {name: kind for t in topologies for name, kind in t.exchanges}
    queues = {queue.name: queue for t in topologies for queue in t.queues}
    return {
        "vhosts": [{"name": vhost}],
        "exchanges": [
            {
                "name": n,
                "vhost": vhost,
                "type": k,
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
            for n, k in sorted(exchanges.items())
        ],
        "queues": [
            {"name": q.name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": q.arguments}
            for _, q in sorted(queues.items())
        ],
        "bindings": [
            {
                "source": b.exchange,
                "vhost": vhost,
                "destination": q.name,
                "destination_type": "queue",
                "routing_key": b.routing_key,
                "arguments": {},
            }
            for _, q in sorted(queues.items())
            for b in q.bindings
        ],
        "policies": [{"vhost": vhost, **policy} for policy in POLICIES],
    }
