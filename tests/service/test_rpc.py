"""Calls over real connections: an answer, or a clear refusal in time, whatever dies."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import eventlet
import orjson
import pytest
from eventlet.event import Event as Signal
from nameko.containers import ServiceContainer

from chassis.api import Answer
from chassis.calling import ROOM, RpcClient
from chassis.errors import Problem
from chassis.wire import CallUrl, Refused, Wire, greet
from tests.service.place import Place, provider_of, toy_url
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
    return asking(client)


def asking(client: RpcClient) -> Ask:
    """How to call the toy with a client."""

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
            "session": "",
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


Serve = Callable[..., ServiceContainer]


@pytest.fixture
def serve(place: Place, client: RpcClient) -> Serve:
    """Run the toy in this process, and return when it can be called."""

    def run(**settings: Any) -> ServiceContainer:
        container = place.run(Toy, **settings)
        until(lambda: client.answers("toy"), what="the first answer")
        return container

    return run


class Process:
    """The toy in a process of its own."""

    def __init__(self, place: Place, client: RpcClient) -> None:
        environment = {
            **os.environ,
            "CALLBOARD_AMQP_URL": place.amqp_url,
            "CALLBOARD_MONGO_URL": place.servers.mongo_url,
            "CALLBOARD_CALL_URLS": written(place.toy),
            "CALLBOARD_DATABASE": place.name,
        }
        command = (sys.executable, "-m", "tests.service.toy_process")
        self.child = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        until(lambda: self.child.poll() is None and client.answers("toy"), 30, "the start of the toy")

    def end(self, number: int) -> int:
        """Send a signal and wait for the exit code."""
        self.child.send_signal(number)
        return self.child.wait(15)


def written(url: CallUrl) -> str:
    """The URL as a setting."""
    return f"call://{url.service}:{url.password}@{url.host}:{url.port}"


@pytest.fixture
def process(place: Place, client: RpcClient) -> Iterator[Process]:
    """A running toy process."""
    made = Process(place, client)
    yield made
    if made.child.poll() is None:
        made.end(signal.SIGKILL)
    assert made.child.stderr is not None
    made.child.stderr.close()


def test_a_call_is_answered(serve: Serve, ask: Ask) -> None:
    """A command's answer comes back with its version; a repeat is told as one."""
    serve()
    first = ask("count", {"by": 3}, key="k1")
    again = ask("count", {"by": 3}, key="k1")
    assert (orjson.loads(first.body), first.version, first.replayed) == ({"tally_id": "tly_1", "total": 3}, 1, False)
    assert (again.body, again.version, again.replayed) == (first.body, 1, True)


def test_many_calls_at_once_get_their_own_answers(serve: Serve, ask: Ask) -> None:
    """Calls that travel in one message do not get each other's answers."""
    serve()
    pool = eventlet.GreenPool(200)
    answers = {n: pool.spawn(ask, "nap", {"milliseconds": n}) for n in range(200)}
    assert {n: orjson.loads(answer.wait().body)["total"] for n, answer in answers.items()} == {n: n for n in answers}


def test_no_service_is_said_at_once(ask: Ask) -> None:
    """A call to a service that is not there is a 503 immediately, not when the deadline is over."""
    problem, took = refusal(ask, "count", {"by": 1}, seconds=10)
    assert (problem.status, problem.code, problem.retry_after) == (503, "service-unavailable", 1)
    assert took < 1


def test_a_late_answer_is_not_waited_for(serve: Serve, ask: Ask) -> None:
    """A call that is not answered ends with a 504 at its deadline (nameko waits for ever)."""
    serve()
    problem, took = refusal(ask, "nap", {"milliseconds": 1_500}, seconds=0.5)
    assert (problem.status, problem.code) == (504, "deadline-exceeded")
    assert 0.4 < took < 1


def test_a_stopped_broker_keeps_nobody_waiting(place: Place, serve: Serve, ask: Ask) -> None:
    """Calls do not go through the broker: while it stands still commands are accepted, and their events wait."""
    serve()
    with place.servers.broker_stopped():
        answer = ask("count", {"by": 1}, seconds=2)
    assert answer.version == 1


def test_a_killed_service_is_not_waited_for(place: Place, process: Process, ask: Ask) -> None:
    """Calls in flight to a process that dies get a 504 at once, for they may have been done; later ones a 503."""
    ask("count", {"by": 1})
    threads = [eventlet.spawn(refusal, ask, "nap", {"milliseconds": 30_000}, seconds=20) for _ in range(5)]
    begun(place, 5)
    assert process.end(signal.SIGKILL) == -signal.SIGKILL
    for problem, took in [thread.wait() for thread in threads]:
        assert problem.status == 504
        assert took < 5
    problem, took = refusal(ask, "count", {"by": 1}, seconds=5)
    assert problem.status == 503
    assert took < 1


def test_a_stopped_process_answers_what_it_has_begun(place: Place, process: Process, ask: Ask) -> None:
    """SIGTERM drains: the call at hand is answered, and the process ends with 0 within ten seconds."""
    ask("count", {"by": 1})
    answer = eventlet.spawn(ask, "nap", {"milliseconds": 800}, seconds=5)
    begun(place)
    began = time.monotonic()
    assert process.end(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10
    assert orjson.loads(answer.wait().body)["total"] == 800


def test_a_process_that_stops_loses_no_call(place: Place, client: RpcClient, process: Process, ask: Ask) -> None:
    """SIGTERM under load: each call is answered, or refused because nobody is there; what was answered was done once."""
    ended = Signal()

    def count(client_number: int) -> int:
        done = 0
        while not ended.ready():
            try:
                ask("count", {"by": 1}, tally_id=f"tly_{client_number}", key=f"k{client_number}.{done}")
                done += 1
            except Problem as problem:
                assert problem.status == 503, problem
                return done
        return done

    clients = [eventlet.spawn(count, number) for number in range(20)]
    until(lambda: place.database["tallies"].count_documents({"total": {"$gt": 3}}) == 20)
    assert process.end(signal.SIGTERM) == 0
    done = {f"tly_{number}": thread.wait() for number, thread in enumerate(clients)}
    assert {tally["_id"]: tally["total"] for tally in place.database["tallies"].find()} == done
    ended.send()


def test_an_expired_call_is_not_executed(place: Place, serve: Serve, client: RpcClient, ask: Ask) -> None:
    """A call that waited past its deadline for a worker is dropped: nobody waits, and nothing must happen any more."""
    serve(max_workers=1)
    busy = eventlet.spawn(ask, "nap", {"milliseconds": 800}, seconds=5)
    begun(place)
    waiting = eventlet.spawn(ask, "nap", {"milliseconds": 0}, seconds=5)  # its reader waits for a worker with it
    until(lambda: copy_of(client).busy == 2)
    problem, _ = refusal(ask, "count", {"by": 1}, seconds=0.3)
    assert problem.status == 504
    busy.wait()
    waiting.wait()
    assert client.answers("toy"), "all that came before is taken"
    assert place.database["tallies"].count_documents({}) == 0


def copy_of(client: RpcClient) -> Any:
    """The one copy of the toy that the client knows."""
    (copy,) = client._services["toy"]._copies.values()
    return copy


def test_a_lost_connection_ends_the_calls_on_it(place: Place, serve: Serve, client: RpcClient, ask: Ask) -> None:
    """When the connection breaks, the answers are lost with it: 504 at once, and the next call works."""
    serve()
    waiting = eventlet.spawn(refusal, ask, "nap", {"milliseconds": 1_000}, seconds=8)
    begun(place)
    copy_of(client)._wire.abort()
    problem, took = waiting.wait()
    assert problem.status == 504
    assert took < 2
    until(lambda: client.answers("toy"), what="the next connection")
    assert ask("count", {"by": 1}).version == 1


def test_a_copy_is_filled_before_the_next(place: Place) -> None:
    """The second of two copies is asked when the first is full; one that is silent only when there is no other."""
    urls = (toy_url(), toy_url())
    for url in urls:
        place.run(Toy, call_urls=(url,))
    client: RpcClient = provider_of(place.run(Front, call_urls=urls), RpcClient)
    both = client._services["toy"]
    until(lambda: len(both._copies) == 2 and all(copy.there for copy in both._copies.values()))
    first, second = both._copies.values()
    naps = [eventlet.spawn(asking(client), "nap", {"milliseconds": 700}) for _ in range(ROOM + 8)]
    until(lambda: (first.busy, second.busy) == (ROOM, 8), what="a first copy that is full")
    assert [orjson.loads(nap.wait().body)["total"] for nap in naps] == [700] * (ROOM + 8)
    first.silent = True
    assert {both.choose() for _ in range(10)} == {second}
    second.there = False
    assert both.choose() is first


def test_who_does_not_know_the_password_is_not_served(place: Place, serve: Serve) -> None:
    """Neither end talks to one that cannot prove the password; noise and silence harm nobody."""
    serve()
    wire = Wire(eventlet.connect((place.toy.host, place.toy.port)))
    values = wire.values()
    with pytest.raises(Refused, match="the service does not know the password"):  # which is ours to guess
        greet(wire, values, replace(place.toy, password="guess"), caller=True)
    assert list(values) == [], "the service hangs up"
    wire.close()
    with socket.create_connection((place.toy.host, place.toy.port)) as noise:
        noise.sendall(b"GET / HTTP/1.1\r\nHost: toy\r\n\r\n")
        noise.settimeout(5)
        assert len(noise.recv(1_000)) < 100, "a greeting at most"
        assert noise.recv(1_000) == b""


def test_what_breaks_is_not_told(serve: Serve, ask: Ask) -> None:
    """An unforeseen error is a 500 without its text; an operation that does not exist likewise."""
    serve()
    for operation in ("fail", "no_such_thing"):
        problem, _ = refusal(ask, operation, None)
        assert (problem.status, problem.code) == (500, "internal-error")
        assert "secret" not in str(problem.to_wire())


def test_a_wrong_body_points_at_the_field(serve: Serve, ask: Ask) -> None:
    """A body that breaks the schema is refused with a pointer, before any worker."""
    serve()
    problem, _ = refusal(ask, "count", {"by": "many"})
    assert (problem.status, problem.code) == (422, "invalid-request")
    assert [pointer for pointer, _ in problem.errors] == ["/by"]
