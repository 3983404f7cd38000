"""The AsyncAPI 3 document: exchanges and handler queues as channels, events as messages, who sends and who receives."""

import json
from pathlib import Path
from typing import Any

from deploy.rabbitmq.export import VHOST
from deploy.reference.json_schema import nested_shapes, object_schema
from deploy.reference.listeners import ListeningQueue, published
from events.envelope import CONTENT_TYPE, Event
from gateway.openapi import VERSION

SAMPLES = Path(__file__).parents[2] / "events" / "samples"
_BINDING_VERSION = "0.3.0"
_DESCRIPTION = (
    "What the services of Callboard say to each other: CloudEvents 1.0 in JSON, structured mode, over RabbitMQ. Every "
    "publisher has a topic exchange, every handler a quorum queue of its own. A consumer ignores fields that it does "
    "not know."
)
_TEXT = {"type": "string"}
_ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": "The CloudEvents 1.0 envelope with our extension attributes.",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _TEXT | {"description": "unique for ever: a repeated message has the same id"},
        "source": _TEXT | {"format": "uri-reference", "description": "the publishing service"},
        "type": _TEXT,
        "subject": _TEXT | {"description": "the id of what the event is about"},
        "time": _TEXT | {"format": "date-time", "description": "when it happened, UTC"},
        "datacontenttype": {"const": "application/json"},
        "tenant": _TEXT | {"description": "the studio"},
        "actor": _TEXT | {"description": "the member or service that caused it"},
        "aggregateid": _TEXT | {"description": "the document whose change this is"},
        "aggregateversion": {
            "type": "integer",
            "minimum": 1,
            "description": "the versions of one aggregate are contiguous from 1",
        },
        "correlationid": _TEXT | {"description": "the whole story: the request that began it"},
        "causationid": _TEXT | {"description": "the step before: a request or an event"},
        "traceparent": _TEXT | {"description": "W3C Trace Context"},
        "data": {"type": "object"},
    },
}
_ENVELOPE["required"] = [name for name in _ENVELOPE["properties"] if name != "datacontenttype"]


def document(heard: list[ListeningQueue]) -> dict[str, Any]:
    """The whole document as JSON-ready values."""
    events = {service: said for service, said in published().items() if said}
    every = [event for said in events.values() for event in said]
    shapes = {shape.__name__: shape for event in every for shape in (event, *nested_shapes(event))}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Callboard events",
            "version": VERSION,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {f"{service}.events": _exchange(service, said) for service, said in events.items()}
        | {listener.queue.name: _queue(listener) for listener in heard},
        "operations": {f"{service}.publish": _send(service, said) for service, said in events.items()}
        | {listener.queue.name: _receive(listener) for listener in heard},
        "components": {
            "messages": {event.__name__: _message(event) for event in every},
            "schemas": {"CloudEvent": _ENVELOPE} | {name: object_schema(shape) for name, shape in shapes.items()},
        },
    }


def _exchange(service: str, said: list[type[Event]]) -> dict[str, Any]:
    name = f"{service}.events"
    return {
        "address": name,
        "description": f"Everything that {service} says; the routing key is the event's type without the service.",
        "messages": _references(said),
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": name, "type": "topic", "durable": True, "autoDelete": False, "vhost": VHOST},
                "bindingVersion": _BINDING_VERSION,
            }
        },
    }


def _queue(listener: ListeningQueue) -> dict[str, Any]:
    name = listener.queue.name
    return {
        "address": name,
        "description": f"The quorum queue of {name}.",
        "messages": _references(listener.heard),
        "bindings": {
            "amqp": {
                "is": "queue",
                "queue": {"name": name, "durable": True, "exclusive": False, "autoDelete": False, "vhost": VHOST},
                "bindingVersion": _BINDING_VERSION,
            }
        },
        "x-bindings": [{"exchange": b.exchange, "routingKey": b.routing_key} for b in listener.queue.bindings],
    }


def _send(service: str, said: list[type[Event]]) -> dict[str, Any]:
    return {
        "action": "send",
        "summary": f"{service}'s relay publishes what its outboxes hold; a message leaves the outbox once it is confirmed.",
        "channel": {"$ref": f"#/channels/{service}.events"},
        "messages": [{"$ref": f"#/channels/{service}.events/messages/{event.__name__}"} for event in said],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "bindingVersion": _BINDING_VERSION}},
    }


def _receive(listener: ListeningQueue) -> dict[str, Any]:
    name = listener.queue.name
    return {
        "action": "receive",
        "summary": listener.purpose,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{event.__name__}"} for event in listener.heard],
        "bindings": {"amqp": {"ack": True, "bindingVersion": _BINDING_VERSION}},
    }


def _references(events: list[type[Event]] | tuple[type[Event], ...]) -> dict[str, Any]:
    return {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"} for event in events}


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": event.TYPE,
        "title": event.__name__,
        "summary": " ".join((event.__doc__ or "").split()),
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEvent"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": event.TYPE},
                        "data": {"$ref": f"#/components/schemas/{event.__name__}"},
                    },
                },
            ]
        },
        "bindings": {"amqp": {"messageType": event.TYPE, "bindingVersion": _BINDING_VERSION}},
        "examples": [{"name": "golden", "payload": sample(event)}],
        "x-routing-key": event.routing_key(),
    }


def sample(event: type[Event]) -> dict[str, Any]:
    """The golden message of an event type."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{event.TYPE}.json").read_text(encoding="utf-8"))
    return found
