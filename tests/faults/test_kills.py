"""Kill -9 of everything while contracts are signed: nothing is lost, nothing is done twice, the ledger is whole."""

import signal
import time

from deploy.local import mongodb, rabbitmq
from deploy.local.stack import GATEWAY, PROCESSES, SERVICES, Stack
from tests.faults.rig import Checker, Nemesis, Studio, check

SIGNINGS = 2_000
KILLS_EACH = 2


def test_kill_everything_twice(stack: Stack, studio: Studio, checker: Checker) -> None:
    """2,000 executions while each service, the gateway, mongod and RabbitMQ are killed at least twice."""
    contracts = studio.prepare(SIGNINGS)
    nemesis = Nemesis(stack, [*SERVICES, GATEWAY, mongodb.SERVER, rabbitmq.NODE])
    started = time.monotonic()
    with nemesis.striking(seconds_between=1.0):
        studio.at_once(studio.execute, contracts)
        signed = time.monotonic() - started
        deadline = time.monotonic() + 120
        while min([nemesis.kills[name] for name in (*PROCESSES, mongodb.SERVER, rabbitmq.NODE)]) < KILLS_EACH:
            assert time.monotonic() < deadline, nemesis.kills
            time.sleep(0.2)
    assert studio.journal.refused == []
    assert len(studio.journal.acknowledged) == SIGNINGS
    check(studio, checker)
    print(
        f"{SIGNINGS} signed in {signed:.0f} s under {sum(nemesis.kills.values())} kills {dict(nemesis.kills)}: 0 lost, 0 doubled"
    )


def test_sigterm_under_load_loses_and_repeats_nothing(stack: Stack, studio: Studio, checker: Checker) -> None:
    """Every process is stopped with SIGTERM (and comes back) while contracts are signed."""
    contracts = studio.prepare(200)
    nemesis = Nemesis(stack, PROCESSES, signal.SIGTERM)
    with nemesis.striking(seconds_between=0.5):
        studio.at_once(studio.execute, contracts)
        deadline = time.monotonic() + 120
        while len(nemesis.kills) < len(PROCESSES):
            assert time.monotonic() < deadline, nemesis.kills
            time.sleep(0.2)
    assert studio.journal.refused == []
    assert len(studio.journal.acknowledged) == len(contracts)
    check(studio, checker)
