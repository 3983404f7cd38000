"""The checker is proven: it catches six planted bugs, each in a plot of seconds in which it finds nothing wrong without the bug."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.stack import PROCESSES
from tests.faults import plots
from tests.faults.checker import Checker, Verdict
from tests.faults.clients import UNLIMITED, Studio
from tests.faults.planting import PLANTED, command, plant
from tests.faults.plots import Plot
from tests.faults.report import Result, tell
from tests.faults.wired import Wired

CONTRACTS = 12
SEQUENCERS = ("compliance", "compliance-2")
SOUND_SECONDS = 60
"""How long the checker waits for what is missing when nothing is."""
NOW, RETRIED, SWEPT = 1, 3, 9
"""How long it waits otherwise: until the first retry, or the sweeper (seven seconds at most), must have brought it."""
PLOTS = (
    plots.killed_after_acknowledging,
    plots.told_twice,
    plots.heard_by_nobody,
    plots.refused_by_the_database,
    plots.paused_before_commit,
)
CAUGHT = (
    ("acknowledge_before_commit", "talent", plots.killed_after_acknowledging, NOW, "lost"),
    ("no_inbox", "production", plots.told_twice, NOW, "doubled"),
    ("ignored_return", "talent", plots.heard_by_nobody, SWEPT, "lost"),
    ("error_acknowledged", "production", plots.refused_by_the_database, RETRIED, "lost"),
    ("sweeper_off", "talent", plots.heard_by_nobody, SWEPT, "lost"),
)


@contextmanager
def platform(home: Path, *sequencer_bugs: str) -> Iterator[Wired]:
    """A platform with two sequencers that can be stopped at the worst moment, and with these bugs."""
    planted = {PLANTED: ",".join((*sequencer_bugs, "stops_before_commit"))}
    names = (*PROCESSES, "compliance-2")
    extra_env = dict.fromkeys(names, UNLIMITED) | dict.fromkeys(SEQUENCERS, UNLIMITED | planted)
    with Wired(home, processes=names, extra_env=extra_env, command=command) as stack:
        yield stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    """The platform, for one plot after the other."""
    with platform(tmp_path_factory.mktemp("planted") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def judge(stack: Wired) -> Iterator[Checker]:
    """The checker; what it judged in one plot it leaves out in the next."""
    made = Checker(stack)
    yield made
    made.close()


def play(
    stack: Wired, judge: Checker, plot: Plot, seconds: float, bug: tuple[str, str] | None = None
) -> tuple[Verdict, Result]:
    """What the checker says of a plot, and its numbers; `bug` is planted in a process for the time of it."""
    studio = Studio(stack, clients=4)
    contracts = studio.prepare(CONTRACTS)
    if bug is not None:
        plant(stack, *bug)
    plot(stack, studio, contracts)
    verdict = judge.verdict(studio.history, seconds)
    if bug is not None:
        plant(stack, bug[0])
    studio.close()
    return verdict, Result.of(plot.__name__.replace("_", " "), studio.history, verdict, judge.drained_after)


def told(result: Result, bug: str) -> None:
    """Put what was found of a bug into the report."""
    found = ", ".join(f"{kind} {number}" for kind, number in result.wrong.items())
    tell(replace(result, scenario=bug, caught=found))


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.__name__)
def test_nothing_is_wrong_without_a_bug(stack: Wired, judge: Checker, plot: Plot) -> None:
    """In no plot does the sound platform lose, double or make up anything; the paused sequencer forks no log."""
    verdict, result = play(stack, judge, plot, SOUND_SECONDS)
    tell(result)
    assert not verdict.wrong, str(verdict)


@pytest.mark.parametrize(("bug", "process", "plot", "seconds", "kind"), CAUGHT, ids=[row[0] for row in CAUGHT])
def test_a_planted_bug_is_caught(
    stack: Wired, judge: Checker, bug: str, process: str, plot: Plot, seconds: int, kind: str
) -> None:
    """Each bug is found out, as what it is."""
    verdict, result = play(stack, judge, plot, seconds, (process, bug))
    assert kind in verdict.wrong, str(verdict)
    told(result, bug)


def test_an_unfenced_sequencer_is_caught(tmp_path: Path) -> None:
    """Without the fence, the sequencer that goes on after its pause breaks the log, and the audit says so."""
    with platform(tmp_path / "home", "unfenced_sequencer") as stack:
        judge = Checker(stack)
        verdict, result = play(stack, judge, plots.paused_before_commit, NOW)
        judge.close()
    assert "audit" in verdict.wrong, str(verdict)
    told(result, "unfenced_sequencer")
