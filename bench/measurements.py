"""The measurements by their key. Each is a function that takes the run and returns its result."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from bench.figures import Result
from bench.run import Run


@dataclass(frozen=True)
class Measurement:
    """What is measured, and the module whose `measure` does it; `asked` when only those get it who name it."""

    key: str
    title: str
    module: str
    asked: bool = False

    @property
    def measure(self) -> Callable[[Run], Result]:
        """The function, imported when it is used."""
        found: Callable[[Run], Result] = import_module(self.module).measure
        return found


MEASUREMENTS = (
    Measurement("B1", "signing over HTTP, until both effects are there", "bench.signing"),
    Measurement("B2", "reading a contract by id over HTTP", "bench.reading"),
    # Before B3, which stops the peers that sign: here they are still warm.
    Measurement("B4", "from the answer to the last signature until both effects are visible", "bench.effects"),
    Measurement("B3", "one handler process draining its queue", "bench.draining"),
    Measurement("B5", "the ledger: append, prove, audit", "bench.appending"),
    Measurement("B6", "growth: many contracts stored against few", "bench.growth"),
    Measurement("B7", "memory of each process as signings go on", "bench.memory"),
    Measurement("B8", "two copies of everything against one", "bench.copies"),
    Measurement("B9", "idle", "bench.idle"),
    Measurement("TALENT", "finding people, and who fits a role", "bench.searching", asked=True),
)
