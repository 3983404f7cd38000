"""From a write to the broker: nothing waits for the broker, nothing is lost without it, and order is kept."""

import time
from collections.abc import Iterator
from datetime import timedelta

import eventlet
import orjson
import pytest
from prometheus_client import REGISTRY

from chassis import outbox
from chassis.aggregates import Change
from chassis.amqp import Publisher
from chassis.errors import OutboxOverdue, problem_of
from chassis.outbox import Relay
from tests.service.place import Place
from tests.service.toys import TENANT, Tally, ToyRepository, call_of, cause, count, listener, view
from tests.service.waiting import until


@pytest.fixture(autouse=True)
def quick_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweeper looks five times a second for what is older than a moment."""
    monkeypatch.setattr(outbox, "SWEEP_SECONDS", 0.2)
    monkeypatch.setattr(outbox, "SWEEP_AGE", timedelta(seconds=0.4))


@pytest.fixture
def relay(place: Place) -> Iterator[Relay]:
    """A relay that the test starts."""
    made = Relay("toy", place.amqp_url)
    place.declare_exchange("toy.events")
    yield made
    if made._threads:
        made.stop()


@pytest.fixture
def toys(place: Place, relay: Relay) -> ToyRepository:
    """The toy's repository."""
    repository = ToyRepository("toy", place.database, relay)
    repository.ensure_indexes()
    return repository


def start(relay: Relay) -> None:
    """Start and wait for the broker."""
    relay.start()
    until(lambda: relay.connected)


def counts(toys: ToyRepository, number: int, tally_id: str = "tly_1") -> None:
    """Change a tally so many times."""
    for _ in range(number):
        toys.tallies.change(call_of(tally_id=tally_id), tally_id, count, view)


def unpublished(toys: ToyRepository) -> int:
    """Events that are stored and not cleared yet."""
    return sum(len(document["outbox"]) for document in toys.tallies.collection.find())


def versions(bodies: list[bytes]) -> list[int]:
    """The aggregates' versions that events carry."""
    return [orjson.loads(body)["aggregateversion"] for body in bodies]


def confirms(outcome: str) -> float:
    """Published messages of one outcome so far."""
    return REGISTRY.get_sample_value("relay_confirms_total", {"outcome": outcome}) or 0.0


def test_an_event_is_published_and_then_cleared(place: Place, relay: Relay, toys: ToyRepository) -> None:
    """A write's event reaches the queue without the sweeper, and leaves the document once it is confirmed."""
    place.declare_queue("all", "toy.events")
    start(relay)
    toys.tallies.ensure(Tally("tly_1", TENANT))
    began = time.monotonic()
    counts(toys, 1)
    message = place.next_message("all")
    assert time.monotonic() - began < 0.4
    assert message.properties["content_type"] == "application/cloudevents+json"
    assert message.properties["delivery_mode"] == 2
    event = orjson.loads(message.body)
    assert (event["aggregateid"], event["aggregateversion"], event["tenant"]) == (
        "tallies/tly_1",
        1,
        TENANT,
    )
    until(lambda: unpublished(toys) == 0)


def test_what_no_queue_takes_is_kept_until_one_does(place: Place, relay: Relay, toys: ToyRepository) -> None:
    """An event that is returned stays stored, is counted, and comes with a later sweep (it vanishes by default)."""
    start(relay)
    before = confirms("returned")
    toys.tallies.ensure(Tally("tly_1", TENANT))
    counts(toys, 1)
    until(lambda: confirms("returned") > before)
    assert unpublished(toys) == 1
    place.declare_queue("all", "toy.events")
    assert versions([place.next_message("all").body]) == [1]
    until(lambda: unpublished(toys) == 0)


def test_what_a_crashed_process_left_is_swept(place: Place, toys: ToyRepository, relay: Relay) -> None:
    """Events of a process that died between write and publish are published by any other, in their order."""
    place.declare_queue("all", "toy.events")
    toys.tallies.ensure(Tally("tly_1", TENANT))
    counts(toys, 5)  # the relay was never started: as good as dead
    assert unpublished(toys) == 5
    other = Relay("toy", place.amqp_url)
    ToyRepository("toy", place.database, other)
    start(other)
    until(lambda: place.depth("all") == 5)
    assert versions(place.messages("all")) == [1, 2, 3, 4, 5]
    until(lambda: unpublished(toys) == 0)
    other.stop()


def test_what_was_left_behind_leaves_before_anything_new(place: Place, toys: ToyRepository) -> None:
    """The next process begins with what the last one stored and did not publish: an aggregate's events keep their order."""
    place.declare_exchange("toy.events")
    place.declare_queue("all", "toy.events")
    toys.tallies.ensure(Tally("tly_1", TENANT))
    counts(toys, 3)
    following = Relay("toy", place.amqp_url)
    repository = ToyRepository("toy", place.database, following)
    following.recover()
    counts(repository, 2)
    start(following)
    until(lambda: place.depth("all") == 5)
    assert versions(place.messages("all")) == [1, 2, 3, 4, 5]
    following.stop()


def test_what_nobody_knew_to_be_stored_leaves_before_the_next_change(
    place: Place, toys: ToyRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that timed out may have been stored: its event is found and published by whoever changes the document next."""
    monkeypatch.setattr(outbox, "SWEEP_AGE", timedelta(hours=1))
    monkeypatch.setattr(outbox, "LEFT_AGE", timedelta(seconds=-1))
    place.declare_exchange("toy.events")
    place.declare_queue("all", "toy.events")
    toys.tallies.ensure(Tally("tly_1", TENANT))
    counts(toys, 2)  # this relay was never started: nobody hears of them
    other = Relay("toy", place.amqp_url)
    repository = ToyRepository("toy", place.database, other)
    start(other)
    counts(repository, 1)
    until(lambda: place.depth("all") == 3)
    assert versions(place.messages("all")) == [1, 2, 3]
    other.stop()


def test_what_did_not_fit_leaves_before_what_fits(
    place: Place, relay: Relay, toys: ToyRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the broker takes nothing the relay's queue fills up; what it has no room for is not overtaken once it has."""
    monkeypatch.setattr(outbox, "SWEEP_AGE", timedelta(hours=1))
    monkeypatch.setattr(outbox, "QUEUE_LIMIT", 2)
    place.declare_queue("all", "toy.events")
    toys.tallies.ensure(Tally("tly_1", TENANT))
    counts(toys, 3)

    def count_with_room(tally: Tally) -> Change[Tally]:
        monkeypatch.setattr(outbox, "QUEUE_LIMIT", 100)
        return count(tally)

    toys.tallies.change(call_of(), "tly_1", count_with_room, view)
    start(relay)
    until(lambda: place.depth("all") == 4)
    assert versions(place.messages("all")) == [1, 2, 3, 4]


def test_a_stop_publishes_what_waits(place: Place, relay: Relay, toys: ToyRepository) -> None:
    """A graceful stop leaves nothing behind that a sweeper would have to find."""
    place.declare_queue("all", "toy.events")
    start(relay)
    toys.tallies.ensure(Tally("tly_1", TENANT))
    counts(toys, 20)
    relay.stop()
    assert place.depth("all") == 20
    # The clearing write is acknowledged before a majority read must see it.
    until(lambda: unpublished(toys) == 0, seconds=1, what="clearing")


def test_events_of_one_aggregate_keep_their_order(place: Place, relay: Relay, toys: ToyRepository) -> None:
    """However many write at once, the events of an aggregate are published in the order of their versions."""
    place.declare_queue("all", "toy.events")
    start(relay)
    for name in ("tly_1", "tly_2", "tly_3"):
        toys.tallies.ensure(Tally(name, TENANT))
    pool = eventlet.GreenPool(30)
    for number in range(150):
        pool.spawn(counts, toys, 1, f"tly_{number % 3 + 1}")
    pool.waitall()
    until(lambda: unpublished(toys) == 0)
    heard: dict[str, list[int]] = {}
    for body in place.messages("all"):
        event = orjson.loads(body)
        heard.setdefault(event["aggregateid"], []).append(event["aggregateversion"])
    first = {tally: list(dict.fromkeys(versions)) for tally, versions in heard.items()}
    assert first == {f"tallies/{name}": list(range(1, 51)) for name in ("tly_1", "tly_2", "tly_3")}, heard


def test_a_stopped_broker_holds_no_write(
    place: Place, relay: Relay, toys: ToyRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the broker stands still writes are accepted as fast as ever; later all arrive, in order, with one effect each."""
    monkeypatch.setattr(Publisher.publish, "__defaults__", (1.0,))
    heard: dict[str, int] = {}
    place.run(listener(lambda event: heard.setdefault(event.id, event.version)))
    start(relay)
    toys.tallies.ensure(Tally("tly_1", TENANT))
    counts(toys, 1)
    until(lambda: len(heard) == 1)
    timeouts = confirms("timeout")
    with place.servers.broker_stopped():
        slowest = 0.0
        for _ in range(30):
            began = time.monotonic()
            counts(toys, 1)
            slowest = max(slowest, time.monotonic() - began)
        until(lambda: confirms("timeout") > timeouts, what="the relay's doubt")
        counts(toys, 1)
    assert slowest < 0.5
    until(lambda: len(heard) == 32, 30)
    assert list(heard.values()) == list(range(1, 33))
    until(lambda: unpublished(toys) == 0, 30)


def test_a_sweep_leaves_alone_what_is_on_its_way(place: Place, relay: Relay, toys: ToyRepository) -> None:
    """What the relay holds in its hands, waiting for a slow broker, is not published a second time by the sweeper."""
    place.declare_queue("all", "toy.events")
    start(relay)
    toys.tallies.ensure(Tally("tly_1", TENANT))
    with place.servers.broker_stopped():
        counts(toys, 20)
        until(lambda: (REGISTRY.get_sample_value("outbox_oldest_age_seconds") or 0) > 1, what="several sweeps")
    until(lambda: unpublished(toys) == 0)
    assert versions(place.messages("all")) == list(range(1, 21))


def test_metrics_tell_what_waits(place: Place, relay: Relay, toys: ToyRepository) -> None:
    """The number and the age of unpublished events are visible."""
    toys.tallies.add(Tally("tly_1", TENANT), count(Tally("tly_1", TENANT))[1], cause())
    start(relay)
    until(lambda: (REGISTRY.get_sample_value("outbox_pending") or 0) >= 1)
    until(lambda: (REGISTRY.get_sample_value("outbox_oldest_age_seconds") or 0) > 0.4)
    place.declare_queue("all", "toy.events")
    until(lambda: REGISTRY.get_sample_value("outbox_pending") == 0)
    until(lambda: REGISTRY.get_sample_value("outbox_oldest_age_seconds") == 0)


def test_an_overdue_outbox_refuses_commands_before_anything_is_done(place: Place) -> None:
    """While an event waits longer than the limit nothing is created or changed; repeats, queries and audit facts go on."""
    relay = Relay("toy", place.amqp_url, limit=0.5)
    place.declare_exchange("toy.events")  # without a queue: what is published comes back
    toys = ToyRepository("toy", place.database, relay)
    toys.ensure_indexes()
    toys.tallies.ensure(Tally("tly_1", TENANT))
    done = toys.tallies.change(call_of(key="first"), "tly_1", count, view)
    start(relay)

    def refused() -> OutboxOverdue | None:
        try:
            relay.require_timely()
        except OutboxOverdue as error:
            return error
        return None

    problem = problem_of(until(refused, what="the refusal"))
    assert (problem.status, problem.code, problem.retry_after) == (503, "outbox-overdue", 30)
    with pytest.raises(OutboxOverdue):
        toys.tallies.change(call_of(), "tly_1", count, view)
    with pytest.raises(OutboxOverdue):
        toys.tallies.create(call_of(), Tally("tly_2", TENANT), [], view)
    assert unpublished(toys) == 1
    assert toys.tallies.collection.count_documents({}) == 1
    repeated = toys.tallies.change(call_of(key="first"), "tly_1", count, view)
    assert (repeated.replayed, repeated.body) == (True, done.body)
    assert toys.tallies.get("tly_1", TENANT).total == 1
    toys.tallies.add(Tally("tly_3", TENANT), [], cause())

    place.declare_queue("all", "toy.events")
    until(lambda: not refused(), what="the end of the refusal")
    counts(toys, 1)
    relay.stop()
