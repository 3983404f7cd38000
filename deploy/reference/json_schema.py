"""The JSON Schema (draft 7, as AsyncAPI takes it) of a shape's wire form; it allows unknown fields, as a consumer must."""

import dataclasses
import typing
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin

from events.codecs import DATE, DECIMAL, TIME, bare_type, optional
from events.shapes import Items, Number, Text

_PLAIN: dict[Any, dict[str, Any]] = {
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date", "pattern": f"^{DATE.pattern}$"},
    datetime: {"type": "string", "format": "date-time", "pattern": f"^{TIME.pattern}$"},
}


def object_schema(shape: type) -> dict[str, Any]:
    """The schema of one dataclass; other dataclasses in it are references to `#/components/schemas`."""
    hints = typing.get_type_hints(shape, include_extras=True)
    properties = {item.name: field_schema(hints[item.name]) for item in dataclasses.fields(shape)}
    required = [item.name for item in dataclasses.fields(shape) if item.default is dataclasses.MISSING]
    return {
        "type": "object",
        "description": " ".join((shape.__doc__ or "").split()),
        "required": required,
        "properties": properties,
    }


def field_schema(hint: Any) -> dict[str, Any]:
    """The schema of one field by its type and limits."""
    bare, limits = bare_type(hint)
    if (inner := optional(bare)) is not None:
        return {"oneOf": [field_schema(Annotated[inner, limits] if limits else inner), {"type": "null"}]}
    if get_origin(bare) is tuple:
        items: Items = limits or Items()
        found = {"type": "array", "items": field_schema(get_args(bare)[0]), "maxItems": items.max}
        return found | ({"minItems": items.min} if items.min else {}) | _described(items.doc)
    if get_origin(bare) is Literal:
        return {"type": "string", "enum": list(get_args(bare))}
    if dataclasses.is_dataclass(bare):
        return {"$ref": f"#/components/schemas/{typing.cast(type, bare).__name__}"}
    if isinstance(bare, type) and issubclass(bare, Enum):
        return {"type": "string", "enum": [member.value for member in bare]}
    if bare in (int, Decimal):
        return _number(bare, limits or Number())
    return _PLAIN[bare] if bare in _PLAIN else _text(limits or Text(min=0, max=10_000))


def nested_shapes(shape: type) -> list[type]:
    """The dataclasses inside a shape, each once, outer ones first."""
    found: list[type] = []
    for hint in typing.get_type_hints(shape, include_extras=True).values():
        bare, _ = bare_type(hint)
        bare, _ = bare_type(optional(bare) or bare)
        if get_origin(bare) is tuple:
            bare, _ = bare_type(get_args(bare)[0])
        if dataclasses.is_dataclass(bare):
            inner = typing.cast(type, bare)
            found += [each for each in (inner, *nested_shapes(inner)) if each not in found]
    return found


def _number(bare: type, limits: Number) -> dict[str, Any]:
    if bare is Decimal:
        return {"type": "string", "pattern": f"^{DECIMAL.pattern}$"} | _described(limits.doc)
    bounds = {"minimum": limits.min, "maximum": limits.max}
    return {"type": "integer"} | {k: v for k, v in bounds.items() if v is not None} | _described(limits.doc)


def _text(limits: Text) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string", "minLength": limits.min, "maxLength": limits.max}
    if limits.pattern:
        found["pattern"] = f"^{limits.pattern}$"
    if limits.example:
        found["examples"] = [limits.example]
    return found | _described(limits.expected or limits.doc)


def _described(text: str) -> dict[str, Any]:
    return {"description": text} if text else {}
