"""Ports of a stack: chosen when it first starts, remembered, and chosen anew only when another program took them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local.loopback import is_free

RANGE = range(20_000, 32_000)
"""Below Linux's ephemeral ports, so that no outgoing connection takes one between two starts."""


def choose(names: Iterable[str], file: Path, preferred: Mapping[str, int] | None = None) -> dict[str, int]:
    """A free port for each name: the one remembered in ``file``, else the preferred one, else a random one.

    The choice is remembered in ``file``, together with the ports of names that are not asked for this time.
    """
    before = remembered(file)
    wishes = preferred or {}
    chosen: dict[str, int] = {}
    for name in names:
        taken = set(chosen.values()) | {port for other, port in before.items() if other != name}
        candidates = [before.get(name), wishes.get(name), *random.sample(RANGE, 100)]
        chosen[name] = next(port for port in candidates if port and port not in taken and is_free(port))
    remember(file, chosen)
    return chosen


def remembered(file: Path) -> dict[str, int]:
    """The ports in ``file`` by name."""
    ports: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    return ports


def remember(file: Path, ports: Mapping[str, int]) -> None:
    """Add ``ports`` to those in ``file``."""
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(remembered(file) | dict(ports), indent=2, sort_keys=True) + "\n")
    draft.replace(file)
