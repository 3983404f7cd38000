"""The plots: for each way to lose or double something, the shortest course of events in which a sound platform does neither.

A plot leaves everything mended; what came of it is for the checker to decide.
"""

import signal
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import psutil

from deploy.local import rabbitmq
from deploy.local.loopback import request
from deploy.local.stack import DEFINITIONS
from tests.faults import witness
from tests.faults.clients import PARTIES, Signer, Studio
from tests.faults.waiting import until
from tests.faults.wired import Wired, link

Plot = Callable[[Wired, Studio, Sequence[Any]], None]
BOOKING = "production.book_talent"
SECONDS = 20
"""That anything which is waited for may take."""


def killed_after_acknowledging(stack: Wired, studio: Studio, contracts: Sequence[Any]) -> None:
    """Talent dies as soon as the last signature was acknowledged."""
    _sign(studio, contracts, "agency")
    stack.kill("talent", signal.SIGKILL)
    stack.wait_ready("talent")


def told_twice(stack: Wired, studio: Studio, contracts: Sequence[Any]) -> None:
    """Production hears of every executed contract once more."""
    witness.tap(stack, "talent.events", "contract.signed.v1", "rig.tap")
    before = _handled(stack)
    _sign(studio, contracts, *PARTIES)
    until(lambda: _handled(stack) >= before + len(contracts), SECONDS, "every booking is tried")
    again = witness.repeat(stack, "rig.tap", BOOKING, len(contracts))
    assert again == len(contracts)
    until(lambda: _handled(stack) >= before + 2 * len(contracts), SECONDS, "every repeat is handled")


def heard_by_nobody(stack: Wired, studio: Studio, contracts: Sequence[Any]) -> None:
    """For a moment no queue takes what talent has to tell."""
    before = _published(stack)
    assert witness.unbind(stack, "talent.events")
    _sign(studio, contracts, "agency")
    until(lambda: _published(stack) >= before + len(contracts), SECONDS, "the broker answers to every message")
    stack.rabbitmq.define(DEFINITIONS)


def refused_by_the_database(stack: Wired, studio: Studio, contracts: Sequence[Any]) -> None:
    """For a moment production's database refuses every booking."""
    before = _handled(stack)
    witness.refuse(stack, "production", "schedules", True)
    _sign(studio, contracts, *PARTIES)
    until(lambda: _handled(stack) >= before + len(contracts), SECONDS, "every booking is tried")
    witness.refuse(stack, "production", "schedules", False)


def paused_before_commit(stack: Wired, studio: Studio, contracts: Sequence[Any]) -> None:
    """The sequencer stands still right before it stores a batch, another one takes over, and then the first goes on."""
    third = len(contracts) // 3
    before = _entries(stack)
    _sign(studio, contracts[:third], "agency")
    until(lambda: _entries(stack) >= before + third, SECONDS, "the first signatures are entries")
    stored, first = before + third, witness.lease_holder(stack)
    stack.kill(first, signal.SIGUSR1)
    _sign(studio, contracts[third : 2 * third], "agency")
    process = psutil.Process(stack.record(first).pid)
    until(lambda: process.status() == psutil.STATUS_STOPPED, SECONDS, f"{first} stops itself")
    with stack.changed(link(first, rabbitmq.NODE), "cut"):
        until(lambda: witness.lease_holder(stack) != first, SECONDS, "another takes the lease")
        until(lambda: _entries(stack) >= stored + third, SECONDS, "the other appends")
    stack.kill(first, signal.SIGCONT)
    stack.wait_ready(first)
    _sign(studio, contracts[2 * third :], "agency")


def _sign(studio: Studio, contracts: Sequence[Any], *parties: str) -> None:
    for party in parties:
        studio.at_once(partial(_sign_one, studio, party), contracts)


def _sign_one(studio: Studio, party: str, client: Signer, contract: Any) -> None:
    studio.sign(client, contract, party)


def _entries(stack: Wired) -> int:
    return witness.entries(stack, "talent.contract.party_signed.v1")


def _handled(stack: Wired) -> float:
    """How often production was told of an executed contract, whatever came of it."""
    return _counted(stack, "production", "events_handled_total", f'handler="{BOOKING}"')


def _published(stack: Wired) -> float:
    """How many messages the broker has answered to talent, confirmed or returned."""
    return _counted(stack, "talent", "relay_confirms_total", "outcome=")


def _counted(stack: Wired, process: str, metric: str, label: str) -> float:
    text = request("GET", f"{stack.internal_url(process)}/metrics").body.decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(metric) and label in line)
