"""B1: the last signature under a contract, over HTTP, as fast as it goes, until both effects of every signing are there."""

from bench.contestants import Contestant
from bench.figures import Figure, Result, Target, ratio
from bench.run import OURS, Run, Signings


def measure(run: Run) -> Result:
    """Every contestant signs in every repetition, one after the other; the peers for a shorter time."""
    contestants = run.signing()
    done: dict[str, list[Signings]] = {contestant.name: [] for contestant in contestants}
    for repetition in range(run.scale.repetitions):
        for contestant in contestants:
            run.say(f"{repetition + 1} of {run.scale.repetitions}: {contestant.title} signs")
            seconds = run.scale.signing if contestant.name == OURS else run.scale.peers
            done[contestant.name].append(run.sign(contestant, seconds))
    figures = {contestant.name: figures_of(contestant, done[contestant.name]) for contestant in contestants}
    ours, *_ = figures[OURS]
    ratios = {name: ratio(ours, theirs) for name, (theirs, *_) in figures.items() if name != OURS}
    wrong = Figure(ours.subject, "lost or doubled", "effects", (float(sum(map(_wrong, done[OURS]))),))
    targets = [Target("effects lost or doubled", wrong, "at most", 0)]
    if "nameko" in ratios:
        targets.append(Target("against plain nameko", ratios["nameko"], "at least", 4.0))
    if "faststream" in ratios:
        targets.append(Target("against FastAPI + FastStream", ratios["faststream"], "more than", 1.0))
    notes = [note for contestant in contestants for note in faults(contestant, done[contestant.name])]
    flat = [figure for found in figures.values() for figure in found]
    return Result((*flat, *ratios.values()), tuple(targets), tuple(notes))


def figures_of(contestant: Contestant, done: list[Signings]) -> list[Figure]:
    """What a contestant's repetitions show: the rate first."""

    def figure(what: str, unit: str, values: list[float], detail: bool = False) -> Figure:
        return Figure(contestant.title, what, unit, tuple(values), detail)

    names = sorted({name for signings in done for name in signings.used})
    return [
        figure("rate", "/s", [signings.rate for signings in done]),
        figure("p50", "ms", [signings.load.p50 for signings in done]),
        figure("p95", "ms", [signings.load.p95 for signings in done]),
        figure("p99", "ms", [signings.load.p99 for signings in done]),
        figure("CPU each", "ms", [signings.cpu() for signings in done]),
        *(figure(f"CPU each: {name}", "ms", [signings.cpu(name) for signings in done], True) for name in names),
        *(figure(f"memory: {name}", "MiB", [signings.used[name].peak for signings in done], True) for name in names),
    ]


def faults(contestant: Contestant, done: list[Signings]) -> list[str]:
    """A line about each kind of fault in the contestant's effects."""
    total = sum(len(signings.load.acknowledged) for signings in done)
    lost = sum(signings.outcome.lost for signings in done)
    doubled = sum(signings.outcome.doubled for signings in done)
    lines = []
    if lost:
        lines.append(f"{contestant.title} lost an effect of {lost:,} of {total:,} signings.")
    if doubled:
        lines.append(f"{contestant.title} has an effect twice for {doubled:,} of {total:,} signings.")
    return lines


def _wrong(signings: Signings) -> int:
    return signings.outcome.lost + signings.outcome.doubled
