"""B7: the resident memory of each of our processes, from the first signing of the run to the last of so many."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import psutil

from bench.course import Point
from bench.figures import Chart, Figure, Line, Result, Target, slope
from bench.run import Run

LIMIT = 120.0
GROWTH = 1.0
"""Percent by which a process may grow over the second half of the signings."""
JUDGED_FROM = 50_000
"""Signings until a process has met everything that it will ever keep."""


def measure(run: Run) -> Result:
    """Sign until the run has signed enough, then judge what was seen of the memory all along."""
    ours = run.ours
    run.alone()
    while run.signed < run.scale.signings:
        run.say(f"{run.signed:,} of {run.scale.signings:,} signings")
        run.sign(ours, run.scale.signing)
    run.course.stop()
    apprentices = dict(working(run.own_processes()))
    courses = {name: course for name, course in run.course.points().items() if name in run.stack.processes}
    half = run.scale.signings / 2
    last = [Figure(name, "last", "MiB", (course[-1][1],)) for name, course in courses.items()]
    growth = [
        Figure(name, "growth over the second half", "%", (rise(course, half),)) for name, course in courses.items()
    ]
    beside = [Figure(name, "while it works", "MiB", (memory,)) for name, memory in apprentices.items()]
    targets = [Target(f"{figure.subject}, MiB", figure, "at most", LIMIT) for figure in last]
    notes = [f"{run.signed:,} signings."]
    if half >= JUDGED_FROM:
        targets += [Target(f"{figure.subject}, growth in %", figure, "less than", GROWTH) for figure in growth]
    else:
        notes.append(f"Growth is judged from {JUDGED_FROM:,} signings on, which this run does not reach.")
    chart = Chart(
        "Resident memory", "signings", "MiB", tuple(Line(n, tuple(c)) for n, c in courses.items()), limit=LIMIT
    )
    return Result((*last, *growth, *beside), tuple(targets), tuple(notes), (chart,))


def working(processes: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    """The memory in MiB of processes that ours have started for a while, by who started them."""
    for name, pid in processes.items():
        for child in psutil.Process(pid).children():
            with suppress(psutil.NoSuchProcess):
                yield f"{name}'s apprentice", child.memory_info().rss / 2**20


def rise(course: Sequence[Point], half: float) -> float:
    """By how many percent the memory rose after `half`, on a straight line fitted to what was seen (least squares)."""
    late = [point for point in course if point[0] >= half]
    if not late:
        return 0.0
    first, last = late[0][0], late[-1][0]
    middle = sum(y for _, y in late) / len(late)
    risen = slope(late) * (last - first)
    return risen / (middle - risen / 2) * 100
