"""A broker that takes nothing: what was acknowledged waits in the outboxes, and arrives when the broker takes it again."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.rabbitmq import VHOST
from deploy.local.stack import PROCESSES, Stack
from tests.faults.clients import UNLIMITED, Reply
from tests.faults.faults import Fault
from tests.faults.rig import Checker, Nemesis, Studio, check
from tests.faults.size import size
from tests.faults.waiting import until

SECONDS = size(12, 60)
"""For which an alarm lasts: longer than the deadline of a call."""
ROUNDS = size(1, 3)
LIMIT = 3.0
"""Seconds that an event may wait in the test of the overdue outbox."""
LEDGER = "compliance.append_to_ledger"


@dataclass(frozen=True)
class Alarm:
    """The broker is short of something: it reads nothing more from connections that publish."""

    of: str
    setting: str
    bad: str
    good: str

    @property
    def name(self) -> str:
        """As the operator calls it."""
        return f"{self.of} alarm"

    def strike(self, stack: Stack) -> None:
        """Set the limit where it is exceeded, later back."""
        stack.rabbitmq.control(self.setting, self.bad)
        try:
            until(stack.rabbitmq.alarmed, 20, "the alarm")
            threading.Event().wait(SECONDS)
        finally:
            stack.rabbitmq.control(self.setting, self.good)
        until(lambda: not stack.rabbitmq.alarmed(), 20, "the end of the alarm")


ALARMS: list[Fault] = [
    Alarm("memory", "set_vm_memory_high_watermark", "0", "0.4"),
    Alarm("disk", "set_disk_free_limit", "1000000GB", "50MB"),
]


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Stack]:
    """The platform with outboxes that refuse soon."""
    setting = {"CALLBOARD_OUTBOX_LIMIT": str(LIMIT)}
    with Stack(tmp_path / "home", extra_env=dict.fromkeys(PROCESSES, UNLIMITED | setting)) as running:
        yield running


def test_an_alarm_loses_nothing_and_ends_by_itself(stack: Stack, studio: Studio, checker: Checker) -> None:
    """Memory and disk alarm while contracts are signed: every signing is accepted, and all effects arrive afterwards."""
    nemesis = Nemesis(stack, ALARMS, studio.folder)
    with studio.signing(seconds=(SECONDS + 30) * ROUNDS * 2, thinking=0.2):
        for alarm in nemesis.plan(ROUNDS):
            nemesis.strike(alarm)
    nemesis.close()
    answers = studio.history.answers
    assert set(answers) == {"200"}, answers
    check(studio, checker, "broker alarms")


def test_an_overdue_outbox_refuses_commands_and_only_those(impatient: Stack) -> None:
    """A full queue: signings are accepted until events wait too long, then 503 with Retry-After; once it empties all arrive."""
    studio, checker = Studio(impatient), Checker(impatient)
    contracts = studio.prepare(400)
    client, later = studio.clients[0], iter(contracts[20:-1])
    impatient.stop_process("compliance")
    full = ("^" + LEDGER.replace(".", r"\.") + "$", '{"max-length": 1}', "--priority", "10", "--apply-to", "queues")
    impatient.rabbitmq.control("set_policy", "--vhost", VHOST, "full", *full)
    studio.at_once(lambda one, contract: studio.sign(one, contract, "agency"), contracts[:20])
    assert len(studio.history.acknowledged) == 20, "a full queue alone must not keep a studio from signing"

    def refusal() -> Reply | None:
        reply = studio.sign(client, next(later), "agency", patient=False)
        return reply if reply.status == 503 else None

    refused = until(refusal, 30, "the refusal")
    assert refused.text == "503 outbox-overdue"
    assert refused.headers["Retry-After"] == "30"
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert client.get(f"/v1/contracts/{contracts[-1]['contract_id']}")["state"] == "sent", "queries go on"
    done = studio.sign(client, contracts[0], "agency", patient=False)
    assert (done.status, done.headers.get("Idempotency-Replayed")) == (200, "true"), "what was done is answered again"

    impatient.rabbitmq.control("clear_policy", "--vhost", VHOST, "full")
    impatient.start_process("compliance")
    studio.at_once(studio.execute, contracts)
    assert len(studio.history.acknowledged) == 2 * len(contracts)
    try:
        check(studio, checker, "overdue outbox")
    finally:
        checker.close()
        studio.close()
