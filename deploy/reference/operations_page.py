"""docs/api.md: every operation with its scope and its errors."""

import json

from chassis.api import Api, Operation
from chassis.errors import slug
from gateway.openapi import IDEMPOTENCY

_HEAD = """# Operations

Generated from the code by `python -m deploy.reference`: do not edit. The whole contract with every field is OpenAPI 3.1:
[openapi.json](openapi.json), and readable at `/docs` of a running gateway.

Commands take an [`Idempotency-Key`](#idempotency-key). An operation with a version answers with an `ETag`; its commands honour
`If-Match`.
Every error is `application/problem+json`; those that any operation may answer (400, 401, 403, 404, 405, 413, 415, 422, 429,
500, 503, 504; of a command with a key 409 `key-expired` and 422 `key-reused`) are not repeated here. Access tokens come from
`POST /oauth/token`.

## Idempotency-Key

"""


def page(tables: tuple[Api, ...]) -> str:
    """The page as Markdown."""
    parts = [_HEAD + "\n".join(f"- {sentence}" for sentence in IDEMPOTENCY) + "\n"]
    for table in tables:
        parts.append(f"## {table.service}\n\n{table.title}.\n")
        parts += [_operation(operation) for operation in table.operations]
    return "\n".join(parts).rstrip() + "\n"


def _operation(operation: Operation) -> str:
    access = "public" if operation.public else f"scope `{operation.scope}`"
    version = ", versioned" if operation.versioned else ""
    parts = [
        f"### `{operation.method} {operation.path}`\n",
        f"{operation.summary}. `{operation.name}`, {operation.kind}, {access}, answers {operation.status}{version}.\n",
    ]
    if operation.description:
        parts.append(f"{operation.description}\n")
    if operation.errors:
        lines = [f"- {error.status} `{slug(error)}`: {_line(error)}" for error in operation.errors]
        parts.append("\n".join(lines) + "\n")
    if operation.example is not None:
        body = json.dumps(operation.example, indent=2, ensure_ascii=False)
        parts.append(f"<details><summary>example</summary>\n\n```json\n{body}\n```\n</details>\n")
    return "\n".join(parts)


def _line(error: type) -> str:
    return (error.__doc__ or "").strip().splitlines()[0]
