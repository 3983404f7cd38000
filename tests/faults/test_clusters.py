"""A cluster of three brokers and a replica set of three databases: their leaders are killed, a majority stays."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.rabbitmq import erlang_name
from deploy.local.stack import Stack
from tests.faults.clients import LIMITS_OFF
from tests.faults.faults import Fault, Kill
from tests.faults.rig import Checker, Nemesis, Studio, check
from tests.faults.size import size
from tests.faults.waiting import until

pytestmark = pytest.mark.slow

KILLS = size(1, 10)
"""Of the leader of each kind."""
MEMBERS = 3


@dataclass(frozen=True)
class KillLeadingBroker:
    """The node that leads the most queues dies at once."""

    name: str = "kill -9 leading broker"

    def strike(self, stack: Stack) -> None:
        """SIGKILL; it is over when every queue could lose a node again."""
        (leader, _), *_ = Counter(
            queue["leader"] for queue in stack.rabbitmq.queues() if queue.get("leader")
        ).most_common()
        Kill(next(name for name in stack.rabbitmq.names if erlang_name(name) == leader)).strike(stack)
        until(stack.rabbitmq.spare, 60, "a spare node for every queue")


@dataclass(frozen=True)
class KillPrimary:
    """The database that takes the writes dies at once."""

    name: str = "kill -9 primary database"

    def strike(self, stack: Stack) -> None:
        """SIGKILL; the others elect a new one."""
        Kill(until(stack.mongodb.primary, 60, "a primary")).strike(stack)
        until(stack.mongodb.primary, 60, "a new primary")


LEADERS: list[Fault] = [KillLeadingBroker(), KillPrimary()]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The platform on three brokers and three databases."""
    with Stack(tmp_path / "home", extra_env=LIMITS_OFF, brokers=MEMBERS, databases=MEMBERS) as running:
        yield running


def test_leaders_die_and_nothing_is_lost(stack: Stack, studio: Studio, checker: Checker) -> None:
    """Every quorum queue has three members; killing the leading broker and the primary loses and doubles nothing."""
    quorum = [queue for queue in stack.rabbitmq.queues() if queue["type"] == "quorum"]
    assert len(quorum) > 10
    assert {len(queue["members"]) for queue in quorum} == {MEMBERS}
    nemesis = Nemesis(stack, LEADERS, studio.folder)
    with studio.signing(seconds=60.0 * KILLS * 2, thinking=0.2):
        for fault in nemesis.plan(KILLS):
            nemesis.strike(fault)
    nemesis.close()
    check(studio, checker, "leaders of clusters")
