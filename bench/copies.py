"""B8: two copies of the gateway and of each service, which share the work, against one."""

import subprocess
import sys

from bench.figures import Figure, Result, Target
from bench.run import SERVERS, WARM_SECONDS, Run, Signings
from deploy.local.home import CHECKOUT


def measure(run: Run) -> Result:
    """One copy and two copies sign in turn; the effects are counted, and the ledger is audited at the end.

    The turns are one, two, two, one, one, two and so on: starting copies takes longer than signing.
    """
    run.alone()
    one: list[Signings] = []
    two: list[Signings] = []
    wrong: list[int] = []
    try:
        for repetition in range(run.scale.repetitions):
            for copies in (1, 2) if repetition % 2 == 0 else (2, 1):
                run.say(f"{repetition + 1} of {run.scale.repetitions}: {copies} of each sign")
                signed = _signed(run, copies)
                (one if copies == 1 else two).append(signed[-1])
                wrong += [each.outcome.lost + each.outcome.doubled for each in signed]
    finally:
        run.stop_copies()
    run.say("auditing the ledger")
    faults = audit(run)
    efficiency = tuple(_own_cpu(single) / _own_cpu(double) for single, double in zip(one, two, strict=True))
    compared = Figure("two copies / one", "signings per CPU second", "x", efficiency)
    effects = Figure("both", "effects lost or doubled", "", (float(sum(wrong)),))
    targets = (
        Target("signings per CPU second, two copies / one", compared, "at least", 0.9),
        Target("effects lost or doubled", effects, "at most", 0),
        Target("faults in the ledger", Figure(run.ours.title, "faults", "", (float(len(faults)),)), "at most", 0),
    )
    figures = [
        figure
        for subject, done in (("one copy", one), ("two copies", two))
        for figure in (
            Figure(subject, "rate", "/s", tuple(signings.rate for signings in done)),
            Figure(subject, "CPU each, our processes", "ms", tuple(_own_cpu(signings) for signings in done)),
            *(
                Figure(subject, f"CPU each: {name}", "ms", tuple(signings.cpu(name) for signings in done), detail=True)
                for name in done[0].used
            ),
        )
    ]
    return Result((*figures, effects, compared), targets, tuple(faults))


def _signed(run: Run, copies: int) -> list[Signings]:
    """What so many copies signed; before that, when their number had to be changed, what they signed to warm up."""
    if (copies == 2) == bool(run.copies):
        return [run.sign(run.ours, run.scale.copies)]
    (run.start_copies if copies == 2 else run.stop_copies)()
    return [run.sign(run.ours, WARM_SECONDS), run.sign(run.ours, run.scale.copies)]


def audit(run: Run) -> list[str]:
    """What the ledger's own auditor finds wrong."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "services.compliance.verify"],
        cwd=CHECKOUT,
        env=run.stack.environment("compliance"),
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stdout + done.stderr).splitlines()
    return [line.strip() for line in said if "WRONG" in line] or (said[-1:] if done.returncode else [])


def _own_cpu(signings: Signings) -> float:
    """Milliseconds of our processes' time for each signing."""
    return signings.cpu(*(name for name in signings.used if name not in SERVERS))
