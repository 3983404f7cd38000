"""A broker that runs without its log system: noticed by the supervisor and started again, and nothing is lost."""

from dataclasses import dataclass

import pytest

from deploy.local import rabbitmq
from deploy.local.stack import Stack
from tests.faults.rig import Checker, Nemesis, Studio, check
from tests.faults.waiting import until

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class LogSystemGone:
    """What a disk that fills up within a moment does to RabbitMQ: its log system (Ra) ends for good, and the node goes on."""

    name: str = "rabbitmq without its log system"

    def strike(self, stack: Stack) -> None:
        """End it, and repair nothing."""
        before = stack.record(rabbitmq.NODE).restarts
        stack.rabbitmq.control("eval", "application:stop(ra).")
        until(lambda: stack.record(rabbitmq.NODE).restarts > before, 30, "the supervisor noticing")
        stack.wait_all_ready()


def test_a_broker_without_its_log_system_is_started_again(stack: Stack, studio: Studio, checker: Checker) -> None:
    """It takes connections and messages and confirms none: what was acknowledged meanwhile is told once it is back."""
    nemesis = Nemesis(stack, [LogSystemGone()], studio.folder)
    with studio.signing(seconds=120, thinking=0.2):
        for fault in nemesis.plan(1):
            nemesis.strike(fault)
    nemesis.close()
    check(studio, checker, "broker without its log system")
