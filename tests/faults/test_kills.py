"""Kill -9 of everything while contracts are signed: nothing is lost, nothing is done twice, the ledger is whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import mongodb, rabbitmq
from deploy.local.stack import PROCESSES, Stack
from tests.faults.clients import UNLIMITED
from tests.faults.faults import Fault, Kill, KillSequencer
from tests.faults.rig import Checker, Nemesis, Studio, check
from tests.faults.size import size

CONTRACTS = size(2_500, 50_000)
"""Each is signed twice."""
KILLS = size(20, 104)
VICTIMS: list[Fault] = [*(Kill(name) for name in (*PROCESSES, mongodb.SERVER, rabbitmq.NODE)), KillSequencer()]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The platform with a second copy of compliance, so that the one that appends to the ledger has a successor."""
    names = (*PROCESSES, "compliance-2")
    with Stack(tmp_path / "home", processes=names, extra_env=dict.fromkeys(names, UNLIMITED)) as running:
        yield running


def test_kill_everything(stack: Stack, studio: Studio, checker: Checker) -> None:
    """5,000 signatures under 20 kills of eight kinds (full: 100,000 under 104, thirteen of each), each while contracts are being signed."""
    contracts = studio.prepare(CONTRACTS)
    nemesis = Nemesis(stack, VICTIMS, studio.folder)
    strikes = nemesis.plan(rounds=-(-KILLS // len(VICTIMS)))[:KILLS]
    for number, fault in enumerate(strikes):
        with nemesis.striking(fault):
            studio.at_once(studio.execute, contracts[number :: len(strikes)])
    nemesis.close()
    assert len(studio.history.acknowledged) == 2 * CONTRACTS
    check(studio, checker, "kill -9")
