"""The committed broker topology is what the services declare, and every queue keeps what it is given."""

import json
import subprocess
import sys
from typing import Any

import pytest

from chassis.topology import LADDER
from tests.architecture.checkout import CHECKOUT

DEFINITIONS: dict[str, Any] = json.loads((CHECKOUT / "deploy" / "rabbitmq" / "definitions.json").read_text("utf-8"))
QUEUES: dict[str, dict[str, Any]] = {queue["name"]: queue for queue in DEFINITIONS["queues"]}
SERVICES = ("talent", "production", "distribution", "compliance", "gateway")
DELAYS = {name for name in QUEUES if name.startswith("delay.")}
PARKING = {name for name in QUEUES if name.endswith(".parked")}
HANDLERS = set(QUEUES) - DELAYS - PARKING


def bindings_of(queue: str) -> set[tuple[str, str]]:
    """The (exchange, routing key) pairs that are bound to a queue."""
    return {(b["source"], b["routing_key"]) for b in DEFINITIONS["bindings"] if b["destination"] == queue}


def test_the_committed_definitions_are_what_the_services_declare() -> None:
    """A handler that is renamed or bound anew shows in review, because the old queue must be emptied and deleted."""
    command = [sys.executable, "-W", "ignore", "-m", "deploy.rabbitmq.export", "--check"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(QUEUES))
def test_every_queue_is_replicated_and_survives_a_restart(name: str) -> None:
    """Quorum queues only, durable, never deleted by the broker."""
    queue = QUEUES[name]
    assert queue["arguments"]["x-queue-type"] == "quorum"
    assert queue["durable"] is True
    assert queue["auto_delete"] is False


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_what_a_handler_cannot_take_is_never_dropped(name: str) -> None:
    """A crash loop ends in the service's parking; a full queue refuses the publisher instead of dropping its head."""
    arguments = QUEUES[name]["arguments"]
    assert arguments["x-delivery-limit"] == 20
    assert arguments["x-dead-letter-exchange"] == "parked"
    assert arguments["x-dead-letter-routing-key"] == f"{name.split('.')[0]}.parked"
    assert arguments["x-dead-letter-strategy"] == "at-least-once"
    assert arguments["x-overflow"] == "reject-publish"
    assert not any(key in arguments for key in ("x-max-length", "x-message-ttl")), (
        "numbers that may change are policies"
    )


@pytest.mark.parametrize("milliseconds", LADDER)
def test_a_delayed_message_returns_to_the_queue_that_it_came_from(milliseconds: int) -> None:
    """No dead-letter routing key: the message keeps its own, which is the work queue's name."""
    arguments = QUEUES[f"delay.{milliseconds}"]["arguments"]
    assert arguments["x-message-ttl"] == milliseconds
    assert arguments["x-dead-letter-exchange"] == ""
    assert "x-dead-letter-routing-key" not in arguments
    assert arguments["x-dead-letter-strategy"] == "at-least-once"
    assert arguments["x-overflow"] == "reject-publish"


def test_the_ladder_of_delays_is_the_documented_one() -> None:
    """Half a second to one hour; nothing else is a delay queue."""
    assert LADDER == (500, 5_000, 30_000, 120_000, 600_000, 3_600_000)
    assert {f"delay.{step}" for step in LADDER} == DELAYS


@pytest.mark.parametrize("service", SERVICES)
def test_the_ledger_hears_everything(service: str) -> None:
    """Every exchange of events reaches the ledger, so nothing that is published can vanish for want of a queue."""
    assert (f"{service}.events", "#") in bindings_of("compliance.append_to_ledger")


def test_the_ledger_has_one_writer() -> None:
    """Entries have an order, so one consumer at a time gets the messages."""
    assert QUEUES["compliance.append_to_ledger"]["arguments"]["x-single-active-consumer"] is True


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_parking(service: str) -> None:
    """What the broker gives up on reaches the service whose handler it was."""
    assert bindings_of(f"{service}.parked") == {("parked", f"{service}.parked")}


def test_every_binding_is_of_an_exchange_and_a_queue_that_exist() -> None:
    """The broker imports the file as a whole or not at all."""
    exchanges = {exchange["name"] for exchange in DEFINITIONS["exchanges"]}
    for binding in DEFINITIONS["bindings"]:
        assert binding["source"] in exchanges
        assert binding["destination"] in QUEUES


def test_the_length_of_queues_is_a_policy() -> None:
    """It can be changed without deleting a queue; delay queues are not covered."""
    (policy,) = DEFINITIONS["policies"]
    assert policy["definition"]["max-length"] > 0
    assert policy["pattern"].startswith(f"^({'|'.join(SERVICES)})")
