"""Every event type, whichever module declares it."""

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import events
from events.envelope import REGISTRY, Event

for module in pkgutil.walk_packages(events.__path__, "events."):
    importlib.import_module(module.name)

EVENTS: list[type[Event]] = list(REGISTRY.values())
SAMPLES = Path(events.__path__[0]) / "samples"
Wire = dict[str, Any]
