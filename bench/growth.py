"""B6: signing and reading with many contracts stored against few.

The two sizes cannot take turns, so the machine may be faster for one of them than for the other: bare nameko HTTP, which
stores nothing, is measured beside both, and the rates are taken in terms of its.
"""

import time
from collections import deque
from dataclasses import dataclass, field

from bench.contestants import Contestant
from bench.figures import Figure, NoFigure, Result, Target
from bench.run import Run
from bench.seeding import store
from bench.usage import Meter

SAMPLE = 20_000
"""Contracts that are read, at random among those stored."""
REST_SECONDS = 60.0
LOOK_SECONDS = 0.5
QUIET = 0.15
"""Seconds of processor time in a second: what the servers use without traffic, and a little more."""


@dataclass
class Rates:
    """What was measured at one size, in the order of the repetitions."""

    control: list[float] = field(default_factory=list)
    signing: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)

    def corrected(self, rates: list[float]) -> tuple[float, ...]:
        """Rates in terms of the control's, which was measured before and after each one; as they are without a control."""
        if not self.control:
            return tuple(rates)
        around = zip(rates, self.control, self.control[1:], strict=False)
        return tuple(rate * 2 / (before + after) for rate, before, after in around)


def measure(run: Run) -> Result:
    """Rates at the small size, then at the large one; the ratio of the corrected ones."""
    ours = run.ours
    peer = run.peer("bare")
    control = None if peer is None else run.contestant(peer)
    sizes = (run.scale.small, run.scale.large)
    few, many = (_rates(run, size, control) for size in sizes)
    figures = [
        Figure(f"{size:,} contracts", what, "/s", tuple(values))
        for size, rates in zip(sizes, (few, many), strict=True)
        for what, values in (("signing", rates.signing), ("reading", rates.reading), ("control", rates.control))
        if values
    ]
    ratios = [
        Figure(ours.title, f"{what}, many / few", "x", tuple(m / f for m, f in zip(large, small, strict=True)))
        for what, large, small in (
            ("signing", many.corrected(many.signing), few.corrected(few.signing)),
            ("reading", many.corrected(many.reading), few.corrected(few.reading)),
        )
    ]
    how = (
        "The ratios are corrected by the rate of bare nameko HTTP, measured before and after every repetition."
        if control
        else "The ratios are not corrected for the speed of the machine, which may have changed between the two sizes."
    )
    return Result((*figures, *ratios), tuple(Target(figure.what, figure, "at least", 0.9) for figure in ratios), (how,))


def keep(run: Run, size: int) -> None:
    """Make so many contracts stored: executed ones come or go. What is read is among those that stay."""
    run.settle()
    contracts = run.mongo["talent"]["contracts"]
    excess = contracts.estimated_document_count() - size
    if excess > 0:
        found = contracts.find({"state": "executed"}, {"_id": 1}).limit(excess)
        contracts.delete_many({"_id": {"$in": [document["_id"] for document in found]}})
    elif excess < 0:
        template = contracts.find_one({"state": "executed"})
        assert template is not None  # the contestant was warmed up
        deque(store(contracts, [template], -excess), maxlen=0)
    rest(run)
    sample = contracts.aggregate([{"$sample": {"size": min(size, SAMPLE)}}, {"$project": {"_id": 1}}])
    run.ours.readable[:] = [document["_id"] for document in sample]


def rest(run: Run) -> None:
    """Wait until the database server has written down what was stored: that work is not the work of signing."""
    run.mongo.admin.command("fsync")
    deadline = time.monotonic() + REST_SECONDS
    while time.monotonic() < deadline:
        with Meter(run.servers()) as meter:
            time.sleep(LOOK_SECONDS)
        if sum(used.cpu for used in meter.used.values()) < QUIET * LOOK_SECONDS:
            return
    raise NoFigure(f"the servers did not come to rest within {REST_SECONDS:g} s")


def _rates(run: Run, size: int, control: Contestant | None) -> Rates:
    rates = Rates()
    run.say(f"storing {size:,} contracts")
    for repetition in range(run.scale.repetitions):
        keep(run, size)
        run.say(f"{repetition + 1} of {run.scale.repetitions}: with {size:,} contracts")
        if control and not rates.control:
            rates.control.append(run.read(control, run.scale.reading).rate)
        rates.signing.append(run.sign(run.ours, run.scale.growth).rate)
        rates.reading.append(run.read(run.ours, run.scale.reading).rate)
        if control:
            rates.control.append(run.read(control, run.scale.reading).rate)
    return rates
