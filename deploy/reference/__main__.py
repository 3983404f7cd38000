"""Writes docs/asyncapi.json, docs/openapi.json, docs/events.md and docs/api.md from what the services declare.

`python -m deploy.reference` writes them; with `--check` it only says which are out of date, and exits with 1 if any is.
"""

import json
import sys
from pathlib import Path
from typing import Any

from deploy.reference import asyncapi, events_page, operations_page
from deploy.reference.listeners import queues
from gateway import openapi
from gateway.routes import apis

DOCS = Path(__file__).parents[2] / "docs"
PUBLIC_URL = "http://127.0.0.1:8080"


def references() -> dict[str, str]:
    """Every generated file's name and text."""
    heard = queues()
    tables = apis()
    return {
        "asyncapi.json": _json(asyncapi.document(heard)),
        "openapi.json": _json(openapi.build(tables, PUBLIC_URL)),
        "events.md": events_page.page(heard),
        "api.md": operations_page.page(tables),
    }


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main(check: bool) -> int:
    """Write the files, or only compare them; the exit code."""
    stale = []
    for name, text in references().items():
        file = DOCS / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            file.write_text(text, encoding="utf-8")
    if check and stale:
        sys.stderr.write(f"not what the code declares: {', '.join(stale)}; run python -m deploy.reference\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
