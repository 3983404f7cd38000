"""What a run of the demo leaves for the next: ids and API keys, in one file that only its owner can read."""

from __future__ import annotations

import json
from typing import Any, Literal

from deploy.local.credentials import Credentials

FILE = "demo.json"

Kind = Literal["studios", "people", "productions", "contracts"]


class Memory:
    """The file `demo.json` of a stack's credentials, written after each thing that is learned."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        path = credentials.path(FILE)
        self._known: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def recall(self, kind: Kind, key: str) -> Any:
        """What was kept under a key; None when nothing was."""
        return self._known.get(kind, {}).get(key)

    def keep(self, kind: Kind, key: str, value: Any) -> None:
        """Keep a value under a key."""
        self._known.setdefault(kind, {})[key] = value
        self._credentials.write(FILE, json.dumps(self._known, ensure_ascii=False, indent=2) + "\n")
