"""A rolling restart under load: whoever asks hears a retryable 503 at worst, and nothing is done twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.stack import GATEWAY, PROCESSES, Stack
from tests.faults.clients import UNLIMITED
from tests.faults.faults import Fault, Restart
from tests.faults.rig import Checker, Nemesis, Studio, check
from tests.faults.size import size

ROUNDS = size(1, 10)
NAMES = (*PROCESSES, f"{GATEWAY}-2")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The platform with two gateways, of which one listens while the other is away."""
    with Stack(tmp_path / "home", processes=NAMES, extra_env=dict.fromkeys(NAMES, UNLIMITED)) as running:
        yield running


def test_a_rolling_restart_fails_nothing_for_good(stack: Stack, studio: Studio, checker: Checker) -> None:
    """Every process is stopped with SIGTERM and started again: all requests are answered, with 200 or a 503 to be repeated."""
    faults: list[Fault] = [Restart(name) for name in NAMES]
    nemesis = Nemesis(stack, faults, studio.folder)
    with studio.signing(seconds=10.0 * len(NAMES) * ROUNDS, thinking=0.2):
        for fault in nemesis.plan(ROUNDS):
            nemesis.strike(fault)
    nemesis.close()
    answers = studio.history.answers
    bad = Counter({answer: times for answer, times in answers.items() if not answer.startswith(("200", "503 "))})
    assert not bad, f"{dict(bad)} among {dict(answers)}"
    check(studio, checker, "rolling restart")
