"""The OpenAPI 3.1 document, generated from the services' tables of operations."""

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from chassis.api import Api, Operation
from chassis.commands import ANSWERED_HOURS, KNOWN
from chassis.errors import slug
from events.errors import RuleError
from events.schemas import schema
from gateway.routes import pattern_of
from gateway.scopes import ALL
from gateway.tables import CSV, XLSX, is_list

VERSION = "0.1.0"
_JSON_PROBLEM = "application/problem+json"
_PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "the last part of `type`, stable"},
        "trace_id": {"type": "string", "description": "name it when you ask us for help"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "the field at fault (RFC 6901)"},
                    "detail": {"type": "string", "description": "what was expected"},
                },
            },
        },
    },
}
_GENERAL = {
    400: "The request is malformed",
    401: "The credentials are missing or do not work",
    403: "The role does not allow it, or the studio is suspended",
    404: "There is nothing here, or it belongs to another studio",
    405: "The method is not possible here",
    408: "The body did not come in time",
    413: "The body is larger than 1 MiB (32 KiB without credentials), or than the operation says",
    415: "The body is not of the media type above",
    422: "The request does not have the expected form; `errors` points at each fault",
    429: "The studio is over its rate limit; see Retry-After",
    500: "Something went wrong on our side",
    503: "A service is not there right now; repeat with the same Idempotency-Key",
    504: "No answer in time; the outcome is unknown: repeat with the same Idempotency-Key",
}


def _decimal_as_string(self: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """apispec takes every Decimal for a number; ours travel as strings, so that no digit is lost. Integers are taken too."""
    if not isinstance(field, fields.Decimal):
        return {}
    return {
        "type": ["string", "integer", *(["null"] if field.allow_none else [])],
        "format": None,
        "pattern": r"^-?\d+(\.\d+)?$",
        "examples": ["12000.00"],
        "minimum": None,
        "maximum": None,
    }


def _pattern(self: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """JSON Schema patterns search; ours match the whole string, and ECMA 262 has no `\\Z`."""
    for validator in field.validators:
        regex = getattr(validator, "regex", None)
        if regex is not None:
            return {"pattern": "^" + re.sub(r"\\Z$", "$", regex.pattern)}
    return {}


def build(tables: tuple[Api, ...], public_url: str) -> dict[str, Any]:
    """The document of every operation of every service."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda made: getattr(made, "__name__", None) or type(made).__name__)
    spec = APISpec(
        "Callboard",
        VERSION,
        "3.1.0",
        plugins=[plugin],
        info={
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        servers=[{"url": public_url}],
        tags=[{"name": table.service, "description": table.title} for table in tables],
    )
    if plugin.converter is None:
        raise RuntimeError("apispec did not set the plugin up")
    plugin.converter.add_attribute_function(_decimal_as_string)  # type: ignore[no-untyped-call]
    plugin.converter.add_attribute_function(_pattern)  # type: ignore[no-untyped-call]
    spec.components.schema("Problem", _PROBLEM)
    for scheme, component in _SECURITY.items():
        spec.components.security_scheme(scheme, component)
    for table in tables:
        for operation in table.operations:
            spec.path(operation.path, operations={operation.method.lower(): _operation(table, operation)})
    document = spec.to_dict()
    document["paths"]["/oauth/token"] = _TOKEN_PATH
    cleaned: dict[str, Any] = _clean(document)
    return cleaned


def _clean(value: Any) -> Any:
    """Without the nulls by which an attribute function removes what apispec had put."""
    if isinstance(value, dict):
        return {k: _clean(v) for k, v in value.items() if v is not None or k in ("example", "default")}
    return [_clean(v) for v in value] if isinstance(value, list) else value


def _operation(table: Api, operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [table.service],
        "parameters": _parameters(operation),
        "responses": _responses(operation),
        "security": [] if operation.public else [{"bearer": []}, {"oauth2": [operation.scope]}],
    }
    if operation.description:
        found["description"] = operation.description
    if operation.upload is not None:
        binary = {"schema": {"type": "string", "format": "binary", "maxLength": operation.upload.most_bytes}}
        found["requestBody"] = {"required": True, "content": dict.fromkeys(operation.upload.media_types, binary)}
    if operation.request is not None:
        media: dict[str, Any] = {"schema": schema(operation.request)}
        if operation.example is not None:
            media["example"] = operation.example
        found["requestBody"] = {"required": True, "content": {"application/json": media}}
    return found


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "in": "path",
            "name": name,
            "required": True,
            "schema": {"type": "string", "pattern": f"^{pattern_of(operation, name)}$"},
        }
        for name in operation.parameters()
    ]
    if operation.query is not None:
        found.append({"in": "query", "schema": schema(operation.query)})
    if operation.kind == "command":
        text = (
            "Repeat a request with the same key and it is done once: 1 to 255 visible ASCII characters, remembered per "
            f"studio, operation and path for at least {ANSWERED_HOURS} hours; see *Idempotency-Key* above."
        )
        found.append(
            {"in": "header", "name": "Idempotency-Key", "required": False, "description": text,
             "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21\x23-\x7e]+$"}}
        )  # fmt: skip
        if operation.versioned and operation.status != 201:
            text = "The ETag that you read; the command is refused (412) when the thing has changed since."
            found.append(
                {"in": "header", "name": "If-Match", "required": False, "description": text,
                 "schema": {"type": "string", "pattern": r'^"\d{1,15}"$'}}
            )  # fmt: skip
    return found


def _responses(operation: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {"description": operation.summary}
    if operation.response is not None:
        success["content"] = {operation.media_type: {"schema": schema(operation.response)}}
        if is_list(operation):
            success["content"] |= {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (CSV, XLSX)}
            success["headers"] = {"Link": {"description": "of a table: where it goes on", "schema": {"type": "string"}}}
    elif operation.media_type != "application/json":
        success["content"] = {operation.media_type: {}}
    if operation.versioned:
        success["headers"] = {"ETag": {"description": "the version", "schema": {"type": "string"}}}
    statuses: dict[int, list[type[RuleError]]] = {status: [] for status in _possible(operation)}
    for error in operation.errors:
        statuses.setdefault(error.status, []).append(error)
    found = {str(operation.status): success}
    for status, errors in sorted(statuses.items()):
        lines = [_GENERAL[status]] if status in _GENERAL else []
        lines += [f"`{slug(error)}`: {(error.__doc__ or '').strip().splitlines()[0]}" for error in errors]
        found[str(status)] = {
            "description": "\n\n".join(lines),
            "content": {_JSON_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return found


def _possible(operation: Operation) -> list[int]:
    possible = [400, 404, 405, 422, 429, 500, 503, 504]
    if not operation.public:
        possible += [401, 403]
    if operation.request is not None or operation.upload is not None:
        possible += [408, 413, 415]
    if operation.kind == "command":
        possible += [409, 412, 413]
    return possible


_GENERAL[409] = "The step is not possible in the present state"
_GENERAL[412] = "If-Match names another version than the present one"
_SECURITY: dict[str, dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key (`cbk_...`) or an access token"},
    "oauth2": {
        "type": "oauth2",
        "description": "OAuth 2 client credentials; tokens are Ed25519 JWTs of ten minutes",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": ALL}},
    },
}
_TOKEN_PATH: dict[str, Any] = {
    "post": {
        "operationId": "issue_token",
        "summary": "Exchange a client id and secret for an access token (RFC 6749, client credentials)",
        "tags": ["gateway"],
        "security": [],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {"const": "client_credentials"},
                            "client_id": {"type": "string", "description": "or HTTP Basic"},
                            "client_secret": {"type": "string"},
                            "scope": {
                                "type": "string",
                                "description": "fewer scopes than the role has, separated by spaces",
                            },
                        },
                    }
                }
            },
        },
        "responses": {
            "200": {
                "description": "The token",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["access_token", "token_type", "expires_in", "scope"],
                            "properties": {
                                "access_token": {"type": "string"},
                                "token_type": {"const": "Bearer"},
                                "expires_in": {"type": "integer", "description": "seconds"},
                                "scope": {"type": "string"},
                            },
                        }
                    }
                },
            },
            **{
                status: {
                    "description": text,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["error"],
                                "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
                            }
                        }
                    },
                }
                for status, text in (
                    ("400", "The request is wrong (RFC 6749 §5.2)"),
                    ("401", "The client is not known"),
                )
            },
            **{
                status: {
                    "description": text,
                    "content": {_JSON_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, text in (
                    ("405", _GENERAL[405]),
                    ("413", _GENERAL[413]),
                    ("415", "The body is not a form"),
                    ("429", _GENERAL[429]),
                    ("500", _GENERAL[500]),
                    ("503", _GENERAL[503]),
                )
            },
        },
    }
}
IDEMPOTENCY = (
    "Send a key of your own choice (a UUID) with every command, and repeat the request with the same key whenever the answer "
    "was lost: it is done once and answered alike, with `Idempotency-Replayed: true`. This holds also for a command that had "
    "nothing to change; one that was refused left nothing, and is judged anew.",
    "A key belongs to one studio, operation, path and body: with another body it is a 422 `key-reused`.",
    f"It is remembered for at least {ANSWERED_HOURS} hours, whatever else happens meanwhile. What created something is answered "
    "alike for as long as that exists.",
    f"After the {ANSWERED_HOURS} hours, and until {KNOWN.days} days have passed, a repeat is answered alike or refused with a 409 "
    "`key-expired`, and is not done again: read what is there, and use a new key for a new request. After that a key counts as new.",
    "Exceptions: codes and links that are asked for by letter are sent anew by a repeat, within their own limits; a secret that was shown once is "
    "not shown again (409); an import remembers each line by its content, whatever its key.",
)
"""How long a key is remembered and what happens then, in sentences of Markdown."""
_INTRODUCTION = """
The platform on which an alliance of short-drama studios works with foreign talent.

**Authentication.** Send `Authorization: Bearer <API key or access token>`. The tenant is your studio: it comes from the
credential, never from the request. What belongs to another studio answers 404.

**Idempotency-Key.** {keys}

**Versions** are ETags: send `If-Match` and a change by somebody else in between is a 412.

**Lists** come in pages: `limit` and the `next` cursor. **Errors** are `application/problem+json` (RFC 9457) with a JSON
pointer to each field at fault, in English or Chinese (`Accept-Language`). **Decimals** are strings, **times** RFC 3339 in UTC.

Rules here are data with a source; nothing is legal advice.
""".strip().format(keys=" ".join(IDEMPOTENCY))
