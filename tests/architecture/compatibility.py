"""What a change of an OpenAPI or AsyncAPI document breaks for those who rely on the earlier one."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")


def openapi_breaks(old: Document, new: Document) -> list[str]:
    """Operations, parameters and fields that clients of the old API would miss, or would newly have to send."""
    return [fault for operation in _operations(old) for fault in _operation_breaks(old, new, *operation)]


def asyncapi_breaks(old: Document, new: Document) -> list[str]:
    """Messages and fields that consumers of the old events would miss."""
    found = []
    for name in old["components"]["messages"]:
        if name not in new["components"]["messages"]:
            found.append(f"{name} is gone")
            continue
        reference = {"$ref": f"#/components/schemas/{name}"}
        found += _said(old, new, reference, reference, name)
    return found


def _operations(document: Document) -> Iterator[tuple[str, str]]:
    for path, methods in document["paths"].items():
        yield from ((path, method) for method in methods if method in _METHODS)


def _operation_breaks(old: Document, new: Document, path: str, method: str) -> list[str]:
    where = f"{method.upper()} {path}"
    before, after = old["paths"][path][method], new["paths"].get(path, {}).get(method)
    if after is None:
        return [f"{where} is gone"]
    known = {(p["in"], p["name"]): p for p in before.get("parameters", ())}
    now = {(p["in"], p["name"]): p for p in after.get("parameters", ())}
    found = [f"{where}: parameter {name} is gone" for kind, name in known if (kind, name) not in now]
    for key, parameter in now.items():
        if parameter.get("required") and not known.get(key, {}).get("required"):
            found.append(f"{where}: parameter {key[1]} became required")
    found += _asked(old, new, _body(before.get("requestBody")), _body(after.get("requestBody")), f"{where} request")
    for status, answer in before["responses"].items():
        if status.startswith("2"):
            if status not in after["responses"]:
                found.append(f"{where}: answer {status} is gone")
                continue
            found += _said(old, new, _body(answer), _body(after["responses"][status]), f"{where} answer")
    return found


def _body(content: Document | None) -> Document:
    media = ((content or {}).get("content") or {}).get("application/json") or {}
    schema: Document = media.get("schema") or {}
    return schema


def _resolve(document: Document, schema: Document) -> Document:
    """The schema behind a reference, and behind the choice between a schema and null."""
    while True:
        choices = [
            c
            for c in schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf") or ()
            if c.get("type") != "null"
        ]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif choices:
            schema = choices[0]
        else:
            return schema


def _asked(old: Document, new: Document, before: Document, after: Document, where: str) -> list[str]:
    """What makes a request that was right before wrong now."""
    before, after = _resolve(old, before), _resolve(new, after)
    found = [
        f"{where}: {name} became required"
        for name in after.get("required", ())
        if name not in before.get("required", ())
    ]
    return found + _fields(old, new, before, after, where, _asked)


def _said(old: Document, new: Document, before: Document, after: Document, where: str) -> list[str]:
    """What a reader of an answer or event would miss."""
    before, after = _resolve(old, before), _resolve(new, after)
    found = [
        f"{where}: {name} may be missing now"
        for name in before.get("required", ())
        if name in after.get("properties", {}) and name not in after.get("required", ())
    ]
    return found + _fields(old, new, before, after, where, _said)


def _fields(old: Document, new: Document, before: Document, after: Document, where: str, deeper: Any) -> list[str]:
    found: list[str] = []
    if before.get("type") != after.get("type"):
        return [f"{where}: the type changed from {before.get('type')} to {after.get('type')}"]
    for name, schema in before.get("properties", {}).items():
        if name not in after.get("properties", {}):
            found.append(f"{where}: {name} is gone")
            continue
        found += deeper(old, new, schema, after["properties"][name], f"{where}/{name}")
    if "items" in before and "items" in after:
        found += deeper(old, new, before["items"], after["items"], f"{where}[]")
    return found
