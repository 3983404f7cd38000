"""docs/events.md: every event with its publisher, its listeners, its fields and its golden message."""

import dataclasses
import json
import typing
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin

from deploy.reference.asyncapi import sample
from deploy.reference.json_schema import nested_shapes
from deploy.reference.listeners import ListeningQueue, published
from events.codecs import bare_type, optional
from events.envelope import Event
from events.shapes import Items, Number, Text

_HEAD = """# Events

Generated from the code by `python -m deploy.reference`: do not edit. The same as AsyncAPI 3: [asyncapi.json](asyncapi.json).

An event is a frozen fact in the past tense, published on `<service>.events` as CloudEvents 1.0 in JSON. Beside the
standard attributes the envelope carries `tenant`, `actor`, `aggregateid`, `aggregateversion` (contiguous from 1),
`correlationid`, `causationid` and `traceparent`. Consumers ignore fields that they do not know. A new optional field keeps
the version; any other change is a `v2` beside the `v1`. How to add one: [adding-a-service.md](adding-a-service.md).
"""
_TYPES = {
    bool: "boolean",
    int: "integer",
    Decimal: "decimal in a string",
    date: "date",
    datetime: "time (UTC)",
    str: "text",
}


def page(heard: list[ListeningQueue]) -> str:
    """The page as Markdown."""
    said = {service: events for service, events in published().items() if events}
    parts = [_HEAD, _index(said, heard)]
    for service, events in said.items():
        parts.append(f"## {service}\n")
        parts += [_event(event, _queues(event, heard)) for event in events]
        nested = {shape.__name__: shape for event in events for shape in nested_shapes(event)}
        parts += [f"### {name}\n\n{_doc(shape)}\n\n{_fields(shape)}" for name, shape in nested.items()]
    return "\n".join(parts).rstrip() + "\n"


def _index(said: dict[str, list[type[Event]]], heard: list[ListeningQueue]) -> str:
    lines = ["| event | type | handled by |", "|---|---|---|"]
    for events in said.values():
        for event in events:
            by = ", ".join(f"`{name}`" for name in _queues(event, heard))
            lines.append(f"| [{event.__name__}](#{event.__name__.lower()}) | `{event.TYPE}` | {by} |")
    return "\n".join(lines) + "\n"


def _queues(event: type[Event], heard: list[ListeningQueue]) -> list[str]:
    return [listener.queue.name for listener in heard if event in listener.heard]


def _event(event: type[Event], queues: list[str]) -> str:
    golden = json.dumps(sample(event), indent=2, ensure_ascii=False)
    return f"""### {event.__name__}

{_doc(event)}

- type `{event.TYPE}`, subject `{event.SUBJECT}`
- routing key `{event.routing_key()}` on `{event.publisher()}.events`
- handled by {", ".join(f"`{name}`" for name in queues)}

{_fields(event)}
<details><summary>golden message</summary>

```json
{golden}
```
</details>
"""


def _doc(shape: type) -> str:
    return " ".join((shape.__doc__ or "").split())


def _fields(shape: type) -> str:
    hints = typing.get_type_hints(shape, include_extras=True)
    lines = ["| field | type | limits |", "|---|---|---|"]
    for item in dataclasses.fields(shape):
        kind, limits = described(hints[item.name])
        lines.append(f"| `{item.name}` | {kind} | {limits} |")
    return "\n".join(lines) + "\n"


def described(hint: Any) -> tuple[str, str]:
    """A field's type and its limits, in words."""
    bare, limits = bare_type(hint)
    if (inner := optional(bare)) is not None:
        kind, words = described(Annotated[inner, limits] if limits else inner)
        return f"{kind} or null", words
    if get_origin(bare) is tuple:
        kind, words = described(get_args(bare)[0])
        items: Items = limits or Items()
        count = f"{items.min} to {items.max} items" if items.min else f"at most {items.max} items"
        return f"list of {kind}", f"{count}; {words}" if words else count
    if get_origin(bare) is Literal:
        return "text", " or ".join(f"`{choice}`" for choice in get_args(bare))
    if dataclasses.is_dataclass(bare):
        name = typing.cast(type, bare).__name__
        return f"[{name}](#{name.lower()})", ""
    return _TYPES[bare], _limits(bare, limits)


def _limits(bare: type, limits: Text | Number | None) -> str:
    if isinstance(limits, Text):
        return limits.expected or limits.doc or f"{limits.min} to {limits.max} characters"
    if isinstance(limits, Number):
        words = [f"from {limits.min}"] if limits.min is not None else []
        words += [f"to {limits.max:,}"] if limits.max is not None else []
        words += [f"at most {limits.places} decimal places"] if bare is Decimal else []
        return ", ".join(words)
    return ""
