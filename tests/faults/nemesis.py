"""The nemesis: strikes with one fault after the other, in an order that depends on its seed only, and writes down when."""

import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from deploy.local.stack import Stack
from tests.faults.faults import Fault
from tests.faults.history import NEMESIS, Recorder

LONGEST_WAIT = 0.4
"""Seconds from the beginning of a block to the strike that it asked for, at most."""


class Nemesis:
    """Strikes at one stack with some faults."""

    def __init__(self, stack: Stack, faults: Sequence[Fault], folder: Path, seed: int = 7) -> None:
        self._stack = stack
        self._faults = tuple(faults)
        self._chance = random.Random(seed)
        self._recorder = Recorder(folder, NEMESIS)

    def plan(self, rounds: int) -> list[Fault]:
        """So many rounds, each of every fault once in random order."""
        return [fault for _ in range(rounds) for fault in self._chance.sample(self._faults, len(self._faults))]

    def strike(self, fault: Fault) -> None:
        """One fault from its beginning to its end."""
        self._recorder.write("strike", fault=fault.name)
        try:
            fault.strike(self._stack)
        finally:
            self._recorder.write("over", fault=fault.name)

    @contextmanager
    def striking(self, *faults: Fault) -> Iterator[None]:
        """Strike in the background of the block, soon after its beginning; what goes wrong with that is raised at its end."""

        def strike_all() -> None:
            for fault in faults:
                threading.Event().wait(self._chance.random() * LONGEST_WAIT)
                self.strike(fault)

        with ThreadPoolExecutor(1) as pool:
            strikes = pool.submit(strike_all)
            try:
                yield
            finally:
                strikes.result()

    def close(self) -> None:
        """Close the file."""
        self._recorder.close()
