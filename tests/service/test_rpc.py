"""Calls over a real broker: an answer, or a clear refusal in time, whatever dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import eventlet
import orjson
import pytest

from chassis.api import Answer
from chassis.errors import Problem
from chassis.rpc import RpcClient, RpcServer, call_queue
from tests.service.place import Place, link_of, provider_of
from tests.service.toys import TENANT, Front, Toy
from tests.service.waiting import until

CHECKOUT = Path(__file__).resolve().parents[2]
Ask = Callable[..., Answer]


@pytest.fixture(autouse=True)
def events_exchange(place: Place) -> None:
    """Where the toy's relay publishes."""
    place.declare_exchange("toy.events")


@pytest.fixture
def client(place: Place) -> RpcClient:
    """The gateway's side."""
    client: RpcClient = provider_of(place.run(Front), RpcClient)
    return client


@pytest.fixture
def ask(client: RpcClient) -> Ask:
    """Call the toy: `ask("count", {"by": 1}, seconds=5, tally_id="tly_1")`."""

    def call(operation: str, body: Any, seconds: float = 5, tally_id: str = "tly_1", key: str = "") -> Answer:
        meta: dict[str, Any] = {
            "tenant": TENANT,
            "actor": "mem_1",
            "scopes": [],
            "if_match": None,
            "command_id": key,
            "fingerprint": "same",
            "correlation_id": "req_1",
            "traceparent": "",
            "deadline": time.time() + seconds,
            "client_ip": "127.0.0.1",
            "user_agent": "test",
        }
        return client.call("toy", operation, meta, {"tally_id": tally_id}, b"{}", orjson.dumps(body))

    return call


def begun(place: Place, number: int = 1) -> None:
    """Wait until so many naps have begun."""
    until(lambda: place.database["naps"].count_documents({}) == number, what=f"the beginning of {number} naps")


def refusal(ask: Ask, *arguments: Any, **named: Any) -> tuple[Problem, float]:
    """The problem that a call ends with, and the seconds until then."""
    began = time.monotonic()
    with pytest.raises(Problem) as caught:
        ask(*arguments, **named)
    return caught.value, time.monotonic() - began


class Process:
    """The toy in a process of its own."""

    def __init__(self, place: Place) -> None:
        environment = {
            **os.environ,
            "CALLBOARD_AMQP_URL": place.amqp_url,
            "CALLBOARD_MONGO_URL": place.servers.mongo_url,
            "CALLBOARD_DATABASE": place.name,
        }
        command = (sys.executable, "-m", "tests.service.toy_process")
        self.child = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        until(lambda: self.child.poll() is None and place.queue_exists(call_queue("toy")), 30, "the start of the toy")

    def end(self, number: int) -> int:
        """Send a signal and wait for the exit code."""
        self.child.send_signal(number)
        return self.child.wait(15)


@pytest.fixture
def process(place: Place) -> Iterator[Process]:
    """A running toy process."""
    made = Process(place)
    yield made
    if made.child.poll() is None:
        made.end(signal.SIGKILL)
    assert made.child.stderr is not None
    made.child.stderr.close()


def test_a_call_is_answered(place: Place, ask: Ask) -> None:
    """A command's answer comes back with its version; a repeat is told as one."""
    place.run(Toy)
    first = ask("count", {"by": 3}, key="k1")
    again = ask("count", {"by": 3}, key="k1")
    assert (orjson.loads(first.body), first.version, first.replayed) == ({"tally_id": "tly_1", "total": 3}, 1, False)
    assert (again.body, again.version, again.replayed) == (first.body, 1, True)


def test_many_calls_at_once_get_their_own_answers(place: Place, ask: Ask) -> None:
    """Calls that travel in one message do not get each other's answers."""
    place.run(Toy)
    pool = eventlet.GreenPool(200)
    answers = {n: pool.spawn(ask, "nap", {"milliseconds": n}) for n in range(200)}
    assert {n: orjson.loads(answer.wait().body)["total"] for n, answer in answers.items()} == {n: n for n in answers}


def test_no_service_is_said_at_once(ask: Ask) -> None:
    """A call to a service that is not there is a 503 immediately, not when the deadline is over."""
    problem, took = refusal(ask, "count", {"by": 1}, seconds=10)
    assert (problem.status, problem.code, problem.retry_after) == (503, "service-unavailable", 1)
    assert took < 1


def test_a_late_answer_is_not_waited_for(place: Place, ask: Ask) -> None:
    """A call that is not answered ends with a 504 at its deadline (nameko waits for ever)."""
    place.run(Toy)
    problem, took = refusal(ask, "nap", {"milliseconds": 1_500}, seconds=0.5)
    assert (problem.status, problem.code) == (504, "deadline-exceeded")
    assert 0.4 < took < 1


def test_a_stopped_broker_is_not_waited_for(place: Place, ask: Ask) -> None:
    """Also when the broker stands still the caller hears by the deadline."""
    place.run(Toy)
    ask("count", {"by": 1})
    with place.servers.broker_stopped():
        problem, took = refusal(ask, "count", {"by": 1}, seconds=0.5)
    assert problem.status == 504
    assert took < 1.2


def test_a_killed_service_is_not_waited_for(place: Place, process: Process, ask: Ask) -> None:
    """Calls in flight to a process that dies get a 504 at their deadline; later ones a 503 at once."""
    ask("count", {"by": 1})
    threads = [eventlet.spawn(refusal, ask, "nap", {"milliseconds": 30_000}, seconds=1.5) for _ in range(5)]
    begun(place, 5)
    assert process.end(signal.SIGKILL) == -signal.SIGKILL
    for problem, took in [thread.wait() for thread in threads]:
        assert problem.status == 504
        assert took < 2.5
    problem, took = refusal(ask, "count", {"by": 1}, seconds=5)
    assert problem.status == 503
    assert took < 2


def test_a_stopped_process_answers_what_it_has_begun(place: Place, process: Process, ask: Ask) -> None:
    """SIGTERM drains: the call at hand is answered, and the process ends with 0 within ten seconds."""
    ask("count", {"by": 1})
    answer = eventlet.spawn(ask, "nap", {"milliseconds": 800}, seconds=5)
    begun(place)
    began = time.monotonic()
    assert process.end(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10
    assert orjson.loads(answer.wait().body)["total"] == 800


def test_an_expired_call_is_not_executed(place: Place, client: RpcClient, ask: Ask) -> None:
    """A call that waited past its deadline for a worker is dropped: nobody waits, and nothing must happen any more."""
    place.run(Toy, max_workers=1)
    busy = eventlet.spawn(ask, "nap", {"milliseconds": 800}, seconds=5)
    begun(place)
    waiting = eventlet.spawn(ask, "nap", {"milliseconds": 0}, seconds=5)  # the dispatcher waits for a worker with it
    until(lambda: len(client._calls) == 2)
    problem, _ = refusal(ask, "count", {"by": 1}, seconds=0.3)
    assert problem.status == 504
    busy.wait()
    waiting.wait()
    assert client.answers("toy"), "all that came before is taken"
    assert place.database["tallies"].count_documents({}) == 0


def test_a_lost_connection_ends_the_calls_on_it(place: Place, client: RpcClient, ask: Ask) -> None:
    """When the caller's connection breaks, the answers are lost with it: 504 at once, and the next call works."""
    container = place.run(Toy)
    waiting = eventlet.spawn(refusal, ask, "nap", {"milliseconds": 1_000}, seconds=8)
    begun(place)
    client._link.abort()
    problem, took = waiting.wait()
    assert problem.status == 504
    assert took < 2
    until(lambda: client.connected)
    assert ask("count", {"by": 1}).version == 1
    link_of(container, RpcServer).abort()
    until(lambda: not link_of(container, RpcServer).connected)
    until(lambda: client.answers("toy", 1), what="the service's next connection")


def test_what_breaks_is_not_told(place: Place, ask: Ask) -> None:
    """An unforeseen error is a 500 without its text; an operation that does not exist likewise."""
    place.run(Toy)
    for operation in ("fail", "no_such_thing"):
        problem, _ = refusal(ask, operation, None)
        assert (problem.status, problem.code) == (500, "internal-error")
        assert "secret" not in str(problem.to_wire())


def test_a_wrong_body_points_at_the_field(place: Place, ask: Ask) -> None:
    """A body that breaks the schema is refused with a pointer, before any worker."""
    place.run(Toy)
    problem, _ = refusal(ask, "count", {"by": "many"})
    assert (problem.status, problem.code) == (422, "invalid-request")
    assert [pointer for pointer, _ in problem.errors] == ["/by"]
