"""Writes `deploy/rabbitmq/definitions.json` from what the services declare: `python -m deploy.rabbitmq.export`.

The file is imported by the broker before the first service starts, so that every queue is bound before anything is
published. A test compares it with the code.
"""

import json
import sys
from pathlib import Path
from typing import Any

from chassis.handlers import declarations
from chassis.run import PROCESSES, load
from chassis.topology import definitions, service_topology

FILE = Path(__file__).parent / "definitions.json"
VHOST = "callboard"


def document() -> dict[str, Any]:
    """The definitions of the whole platform."""
    return definitions([service_topology(name, declarations(load(name))) for name in PROCESSES], VHOST)


def main() -> int:
    """Write the file; with `--check` only say whether it is up to date."""
    text = json.dumps(document(), indent=2) + "\n"
    if "--check" in sys.argv:
        if FILE.exists() and FILE.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(f"{FILE.name} is not what the services declare: python -m deploy.rabbitmq.export\n")
        return 1
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
