"""B2: a contract by its id, over HTTP, as fast as it goes."""

from bench.figures import Figure, Result, Target, ratio
from bench.load import Load
from bench.run import OURS, Run

PEERS = ("nameko", "bare")


def measure(run: Run) -> Result:
    """Ours, plain nameko and bare nameko HTTP, one after the other in every repetition."""
    peers = [peer for name in PEERS if (peer := run.peer(name))]
    contestants = [run.ours, *(run.contestant(peer) for peer in peers)]
    done: dict[str, list[Load]] = {contestant.name: [] for contestant in contestants}
    for repetition in range(run.scale.repetitions):
        for contestant in contestants:
            run.say(f"{repetition + 1} of {run.scale.repetitions}: {contestant.title} shows contracts")
            done[contestant.name].append(run.read(contestant, run.scale.reading))
    figures = {contestant.name: figures_of(contestant.title, done[contestant.name]) for contestant in contestants}
    ours, *_ = figures[OURS]
    ratios = {name: ratio(ours, theirs) for name, (theirs, *_) in figures.items() if name != OURS}
    targets = []
    if "nameko" in ratios:
        targets.append(Target("against plain nameko", ratios["nameko"], "at least", 3.0))
    if "bare" in ratios:
        targets.append(Target("against bare nameko HTTP", ratios["bare"], "at least", 0.6))
    flat = [figure for found in figures.values() for figure in found]
    return Result((*flat, *ratios.values()), tuple(targets))


def figures_of(subject: str, done: list[Load]) -> list[Figure]:
    """Rate and latencies of a contestant."""
    return [
        Figure(subject, "rate", "/s", tuple(load.rate for load in done)),
        Figure(subject, "p50", "ms", tuple(load.p50 for load in done)),
        Figure(subject, "p95", "ms", tuple(load.p95 for load in done)),
        Figure(subject, "p99", "ms", tuple(load.p99 for load in done)),
    ]
