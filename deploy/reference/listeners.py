"""Who hears what: the queue of every handler of every process, with the events that are bound to it."""

from dataclasses import dataclass
from typing import Any

from chassis.handlers import declarations
from chassis.run import PROCESSES, load
from chassis.topology import Binding, Queue, service_topology
from events.envelope import REGISTRY, Event


@dataclass(frozen=True)
class ListeningQueue:
    """A handler's queue, what the handler does (its docstring's first line), and the events that reach it."""

    service: str
    queue: Queue
    purpose: str
    heard: tuple[type[Event], ...]


def queues() -> list[ListeningQueue]:
    """The handler queues of every process, in the order of the processes; also fills `events.envelope.REGISTRY`."""
    classes = {service: load(service) for service in PROCESSES}
    return [found for service, made in classes.items() for found in _of(service, made)]


def _of(service: str, made: Any) -> list[ListeningQueue]:
    handlers = declarations(made)
    declared = {queue.name: queue for queue in service_topology(service, handlers).queues}
    found = []
    for handler in handlers:
        queue = declared[f"{service}.{handler.handler}"]
        purpose = (getattr(made, handler.handler).__doc__ or "").strip().splitlines()[0]
        heard = tuple(event for event in _events() if any(_reaches(b, event) for b in queue.bindings))
        found.append(ListeningQueue(service, queue, purpose, heard))
    return found


def _reaches(binding: Binding, event: type[Event]) -> bool:
    return binding.exchange == f"{event.publisher()}.events" and binding.routing_key in ("#", event.routing_key())


def published() -> dict[str, list[type[Event]]]:
    """Every event of every publisher, module by module as declared there; `queues` must have been called."""
    found: dict[str, list[type[Event]]] = {service: [] for service in PROCESSES}
    for event in _events():
        found[event.publisher()].append(event)
    return found


def _events() -> list[type[Event]]:
    """Module by module, whichever was imported first."""
    return sorted(REGISTRY.values(), key=lambda event: event.__module__)
