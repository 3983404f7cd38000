"""What a service's broker user may touch, and what not."""

import re

import pytest

from deploy.local.rabbitmq import permissions


def allows(expression: str, name: str) -> bool:
    """RabbitMQ searches for the expression; an unanchored one would match anywhere."""
    return re.search(expression, name) is not None


@pytest.mark.parametrize(
    "name",
    ["talent.events", "talent.parked", "talent.book_days", "delay.500", "parked"],
)
def test_a_service_declares_what_is_its_own_or_shared(name: str) -> None:
    """Its exchange, its queues, the ladder, the parked exchange; all of it is bound, so also written."""
    configure, write, read = permissions("talent")
    assert allows(configure, name)
    assert allows(write, name)
    assert allows(read, name)


@pytest.mark.parametrize(
    "name",
    [
        "production.events",
        "production.book_talent",
        "production.parked",
        "nottalent.events",
        "talentx.events",
        "delay.500x",
        "xparked",
        "amq.topic",
        "",
    ],
)
def test_a_service_touches_nothing_of_another(name: str) -> None:
    """It can neither declare, nor delete, nor publish to what belongs to another service."""
    configure, write, _ = permissions("talent")
    assert not allows(configure, name)
    assert not allows(write, name)


def test_a_service_listens_to_every_service_but_reads_no_foreign_queue() -> None:
    """Binding reads the source exchange; consuming reads the queue."""
    _, _, read = permissions("talent")
    assert allows(read, "production.events")
    for queue in ("production.book_talent", "production.parked"):
        assert not allows(read, queue)


def test_the_ladder_ends_in_the_default_exchange() -> None:
    """Declaring a queue that dead-letters there needs write; declaring or reading it is not allowed."""
    configure, write, read = permissions("gateway")
    assert allows(write, "amq.default")
    assert not allows(configure, "amq.default")
    assert not allows(read, "amq.default")
