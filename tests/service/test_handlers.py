"""Handlers on a real broker: what nameko loses by default is tried again, parked or counted."""

import time
import weakref
from typing import Any

import eventlet
import pytest
from prometheus_client import REGISTRY

from chassis.handlers import Consumer, Permanent
from chassis.mongo import once
from chassis.parking import Parking
from tests.service.place import Place, link_of
from tests.service.toys import TallyCounted, counted, listener
from tests.service.waiting import until

QUEUE = "listener.listen"
KEY = TallyCounted.routing_key()


@pytest.fixture(autouse=True)
def publisher_exchange(place: Place) -> None:
    """The exchange of the service that is listened to."""
    place.declare_exchange("toy.events")


def handled(outcome: str) -> float:
    """How many events the listener has brought to this outcome so far."""
    return REGISTRY.get_sample_value("events_handled_total", {"handler": QUEUE, "outcome": outcome}) or 0.0


class Flaky:
    """A handler that fails as often as it is told to."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.times: list[float] = []

    def __call__(self, event: Any) -> None:
        """Note the attempt."""
        self.times.append(time.monotonic())
        if len(self.times) <= self.failures:
            raise ConnectionError("not now")


def test_a_failed_event_comes_back_after_half_a_second(place: Place) -> None:
    """An error is not acknowledged away (nameko #387): the event goes up the ladder and succeeds the second time."""
    flaky = Flaky(failures=1)
    before = handled("retry"), handled("ok")
    place.run(listener(flaky))
    place.publish("toy.events", KEY, counted()["body"])
    until(lambda: handled("ok") == before[1] + 1)
    assert len(flaky.times) == 2
    assert 0.45 < flaky.times[1] - flaky.times[0] < 3
    assert handled("retry") == before[0] + 1
    assert place.depth(QUEUE) == 0


def test_a_handler_that_waits_holds_no_events(place: Place) -> None:
    """Events of a batch are let go of once it is acknowledged, not only when the next one comes: memory is for those at work."""
    heard: list[weakref.ref[Any]] = []

    def keep(events: Any) -> None:
        heard.extend(weakref.ref(envelope.data) for envelope in events)

    place.run(listener(keep, batch=8))
    before = handled("ok")
    for version in range(1, 4):
        place.publish("toy.events", KEY, counted(version=version)["body"])
    until(lambda: handled("ok") == before + 3)
    until(lambda: not any(event() for event in heard))
    assert len(heard) == 3


def test_the_copy_counts_attempts_and_forgets_its_deaths(place: Place) -> None:
    """A retry carries an own attempt header and no x-death, which RabbitMQ would take for a cycle and drop."""
    place.run(listener(Flaky(failures=2)))
    for step in ("delay.500", "delay.5000"):
        place.declare_queue(f"spy.{step}", step)
    place.publish("toy.events", KEY, counted()["body"], message_id="evt_1")
    first, second = (place.next_message(f"spy.{step}") for step in ("delay.500", "delay.5000"))
    assert first.properties["application_headers"] == {"callboard-attempts": 1}
    assert second.properties["application_headers"] == {"callboard-attempts": 2}
    assert second.properties["message_id"] == "evt_1"


def test_a_failing_handler_is_not_a_hot_loop(place: Place) -> None:
    """Within two seconds a handler that always fails is tried twice, not 4,474 times (`requeue_on_error`)."""
    flaky = Flaky(failures=1_000)
    place.run(listener(flaky))
    place.publish("toy.events", KEY, counted()["body"])
    until(lambda: flaky.times)
    until(lambda: time.monotonic() - flaky.times[0] > 2)
    assert len(flaky.times) == 2


def test_the_tenth_failure_parks_the_event(place: Place) -> None:
    """After ten attempts a message is kept for a person: handler, reason, traceback, attempts, times and payload."""
    place.run(listener(Flaky(failures=1_000)))
    body = counted()["body"]
    place.publish("toy.events", KEY, body, {"callboard-attempts": 9}, message_id="evt_9")
    (row,) = until(place.parked)
    assert row["handler"] == row["queue"] == QUEUE
    assert row["reason"] == "ConnectionError: not now"
    assert "raise ConnectionError" in row["detail"]
    assert row["attempts"] == 10
    assert row["first_at"] <= row["last_at"]
    assert row["body"] == body
    assert row["message_id"] == "evt_9"
    assert row["type"] == TallyCounted.TYPE
    assert place.depth(QUEUE) == 0


def test_a_permanent_error_parks_at_once(place: Place) -> None:
    """What cannot succeed later is not tried again."""

    def refuse(event: Any) -> None:
        raise Permanent("there is no such tally and never will be")

    place.run(listener(refuse))
    place.publish("toy.events", KEY, counted()["body"])
    (row,) = until(place.parked)
    assert row["attempts"] == 1
    assert row["reason"] == "Permanent: there is no such tally and never will be"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff\x00 not JSON", "the body is not JSON"),
        (b"", "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        (b"[]", "the message is not a JSON object"),
        (counted()["body"].replace(b'"by":1', b'"by":"one"'), "toy.tally.counted.v1: {'by'"),
        (counted()["body"].replace(b"counted.v1", b"counted.v9"), "unknown event type toy.tally.counted.v9"),
    ],
)
def test_what_is_no_event_is_parked_byte_for_byte(place: Place, body: bytes, reason: str) -> None:
    """An undecodable or unknown message is parked at once with its exact bytes (kombu acknowledges and loses it)."""
    seen: list[Any] = []
    place.run(listener(seen.append))
    place.publish("toy.events", KEY, body)
    (row,) = until(place.parked)
    assert row["body"] == body
    assert reason in row["reason"]
    assert row["attempts"] == 1
    assert seen == []


def test_a_duplicate_is_acknowledged_and_counted(place: Place) -> None:
    """The second delivery of an event commits nothing and is no failure."""

    def tell(event: Any) -> None:
        with once(place.database, QUEUE, event.id) as session:
            place.database["effects"].insert_one({"event": event.id}, session=session)

    place.run(listener(tell))
    before = handled("duplicate")
    body = counted()["body"]
    place.publish("toy.events", KEY, body)
    place.publish("toy.events", KEY, body)
    until(lambda: handled("duplicate") == before + 1)
    assert place.database["effects"].count_documents({}) == 1
    assert place.parked() == []


def test_one_poison_event_stops_no_other(place: Place) -> None:
    """Of 200 events in batches 199 are handled at once; only the poisoned one is tried again."""
    seen: set[int] = set()
    poisoned = 0

    def swallow(events: list[Any]) -> None:
        nonlocal poisoned
        if any(e.data.by == 77 for e in events):
            poisoned += len(events) == 1
            raise ArithmeticError("poison")
        seen.update(e.data.by for e in events)

    before = handled("retry"), handled("ok")
    place.run(listener(swallow, 64))
    for number in range(200):
        place.publish("toy.events", KEY, counted(by=number)["body"])
    until(lambda: handled("ok") == before[1] + 199)
    assert seen == set(range(200)) - {77}
    until(lambda: handled("retry") == before[0] + 1)
    assert poisoned == 1


def test_a_batch_tells_an_outcome_for_each_event(place: Place) -> None:
    """A batch handler's own outcomes are what is counted."""
    before = handled("ok"), handled("duplicate")
    place.run(listener(lambda events: ["ok" if e.data.by % 2 else "duplicate" for e in events], 16))
    for number in range(40):
        place.publish("toy.events", KEY, counted(by=number)["body"])
    until(lambda: (handled("ok"), handled("duplicate")) == (before[0] + 20, before[1] + 20))


def test_more_deliveries_than_workers_do_not_deadlock(place: Place) -> None:
    """2,000 events pass two workers although more are unacknowledged than there are workers (nameko #428)."""
    seen: list[int] = []

    def note(event: Any) -> None:
        eventlet.sleep(0)
        seen.append(event.data.by)

    place.run(listener(note), max_workers=2)
    bodies = [counted(by=n)["body"] for n in range(2_000)]
    for body in bodies:
        place.publish("toy.events", KEY, body)
    until(lambda: len(seen) == 2_000, 30)
    assert seen == list(range(2_000))
    until(lambda: place.depth(QUEUE) == 0)


def test_what_the_broker_gives_up_on_is_parked_too(place: Place) -> None:
    """A message that the broker dead-letters (a crash loop) ends in the same collection as our own give-ups."""
    place.run(listener(lambda event: None))
    headers = {"x-first-death-queue": QUEUE, "x-first-death-reason": "delivery_limit", "callboard-attempts": 2}
    place.publish("parked", "listener.parked", b"crashed us", headers, message_id="evt_crash")
    (row,) = until(place.parked)
    assert (row["queue"], row["body"], row["message_id"]) == (QUEUE, b"crashed us", "evt_crash")
    assert row["reason"] == "the broker gave it up: delivery_limit"
    until(lambda: place.depth("listener.parked") == 0)


class FullParking(Parking):
    """A parking that has no room the first time."""

    refused = 0

    def park(self, *args: Any) -> None:
        """Refuse once."""
        if not self.refused:
            self.refused += 1
            raise ConnectionError("the database is away")
        super().park(*args)


def test_what_could_not_be_parked_is_not_acknowledged(place: Place) -> None:
    """While the database is away a message that must be parked stays on its queue and is parked later."""
    parking = FullParking(place.database)
    place.run(listener(lambda event: None), parking=parking)
    place.publish("toy.events", KEY, b"not JSON")
    (row,) = until(place.parked)
    assert parking.refused == 1
    assert row["body"] == b"not JSON"


def test_what_the_broker_gave_up_is_kept_until_it_is_parked(place: Place) -> None:
    """While the database is away a dead-lettered message stays with the broker and is parked later."""
    parking = FullParking(place.database)
    place.run(listener(lambda event: None), parking=parking)
    place.publish("parked", "listener.parked", b"crashed us", {"x-first-death-queue": QUEUE}, message_id="evt_crash")
    (row,) = until(place.parked)
    assert parking.refused == 1
    assert row["queue"] == QUEUE


def test_a_lost_connection_is_replaced_and_nothing_is_lost(place: Place) -> None:
    """Events whose acknowledgement was lost with the connection are delivered again on the next one."""
    seen: list[int] = []
    let_go = eventlet.event.Event()

    def hold(event: Any) -> None:
        seen.append(event.data.by)
        let_go.wait()

    container = place.run(listener(hold))
    place.publish("toy.events", KEY, counted(by=1)["body"])
    until(lambda: seen)
    link_of(container, Consumer).abort()
    until(lambda: not link_of(container, Consumer).connected)
    let_go.send()
    until(lambda: seen == [1, 1], what="the second delivery")
    until(lambda: place.depth(QUEUE) == 0)


def test_a_stop_finishes_the_batch_at_hand(place: Place) -> None:
    """Stopping waits for the handler, acknowledges its batch, and leaves the rest on the queue."""
    seen: list[int] = []
    began = eventlet.event.Event()

    def work(events: list[Any]) -> None:
        if not began.ready():
            began.send()
        eventlet.sleep(0.3)
        seen.extend(event.data.by for event in events)

    container = place.run(listener(work, 2))
    for number in range(9):
        place.publish("toy.events", KEY, counted(by=number)["body"])
    began.wait()
    place.stop(container)
    assert seen in ([0], [0, 1])
    until(lambda: place.depth(QUEUE) == 9 - len(seen))
