"""What was refused in a window of time: the values that are counted and stored."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

MOST_TARGETS = 6


class Window(NamedTuple):
    """What is told together."""

    tenant: str
    actor: str
    operation: str
    reason: str
    number: int  # of windows since 1970


@dataclass
class Refused:
    """How often somebody was refused in a window, when first and last, in whose trace, and the first ids that were asked for."""

    traceparent: str
    first_at: datetime
    last_at: datetime
    count: int = 0
    targets: list[str] = field(default_factory=list)

    def add(self, at: datetime, target: str) -> None:
        """Count one more, of these ids."""
        self.count += 1
        self.last_at = at
        self.targets = list(dict.fromkeys([*self.targets, *target.split()]))[:MOST_TARGETS]
