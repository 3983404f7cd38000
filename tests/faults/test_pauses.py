"""Processes that stand still and networks that fail: every call ends in time, and nothing is lost, doubled or forked."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from deploy.local import mongodb, rabbitmq
from deploy.local.stack import GATEWAY, PROCESSES
from tests.faults.checker import Checker
from tests.faults.clients import UNLIMITED, Studio
from tests.faults.faults import Pause, Wire
from tests.faults.rig import Nemesis, check
from tests.faults.size import FULL
from tests.faults.wired import Wired, link, links

pytestmark = pytest.mark.slow

LENGTHS = (1, 8, 60) if FULL else (1, 2)
RECOVERY = 5
"""Seconds from the end of a fault until its victim is ready again, on average."""
LONG = 15
"""Seconds: so long that who waits for its turn without a deadline is late."""
THINKING = 5.0 if FULL else 1.0
"""Seconds of a client between two contracts."""
MODES = ("cut", "hold", "pass")
LATE = 0.1
"""Seconds by which a slow link delays each piece."""


def pauses() -> list[Pause]:
    """Every process and server stands still, for each length (short: once, and the database for longer than a call)."""
    every = (*PROCESSES, "compliance-2", mongodb.SERVER, rabbitmq.NODE)
    lengths = LENGTHS if FULL else (2,)
    long = () if FULL else (Pause(mongodb.SERVER, LONG),)
    return [*(Pause(name, seconds) for name in every for seconds in lengths), *long]


def failures() -> list[Wire]:
    """Every link is cut, held and slowed, each for another length (short: in one way each, and two for longer than a call)."""
    chance = Random(7)
    if FULL:
        return [
            Wire(name, mode, seconds, LATE)
            for name in links()
            for mode, seconds in zip(MODES, chance.sample(LENGTHS, len(MODES)), strict=True)
        ]
    some = [Wire(name, chance.choice(MODES), chance.choice(LENGTHS), LATE) for name in links()]
    return [*some, Wire(link("talent", mongodb.SERVER), "hold", LONG), Wire(link(GATEWAY, "talent"), "hold", LONG)]


TITLES = {pauses: "standing still", failures: "links that fail"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    """The platform behind a proxy, with a second copy of compliance."""
    names = (*PROCESSES, "compliance-2")
    home: Path = tmp_path_factory.mktemp("pauses") / "home"
    with Wired(home, processes=names, extra_env=dict.fromkeys(names, UNLIMITED)) as running:
        yield running


@pytest.fixture(scope="module")
def checker(stack: Wired) -> Iterator[Checker]:
    """The one who counts, in one scenario after the other."""
    made = Checker(stack)
    yield made
    made.close()


@pytest.fixture
def studio(stack: Wired) -> Iterator[Studio]:
    """A studio with more clients than the gateway answers at once."""
    made = Studio(stack, clients=80)
    yield made
    made.close()


@pytest.mark.parametrize("faults", TITLES, ids=TITLES.values())
def test_every_call_ends_in_time(
    stack: Wired, studio: Studio, checker: Checker, faults: Callable[[], Sequence[Pause | Wire]]
) -> None:
    """No call outlives its deadline by more than two seconds; afterwards everything is there once, and the log is whole."""
    listed = faults()
    with studio.signing(sum(fault.seconds + RECOVERY for fault in listed), THINKING):
        nemesis = Nemesis(stack, listed, studio.folder)
        for fault in nemesis.plan(rounds=1):
            nemesis.strike(fault)
        nemesis.close()
    check(studio, checker, TITLES[faults])
