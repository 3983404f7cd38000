"""How long the scenarios run: seconds, or (with CALLBOARD_FAULTS=full) as long as the report wants."""

import os

FULL = os.environ.get("CALLBOARD_FAULTS") == "full"


def size(short: int, full: int) -> int:
    """A number of things: few in the short form."""
    return full if FULL else short
