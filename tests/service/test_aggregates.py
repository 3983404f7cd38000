"""Aggregates on a real database: one write changes state, version, events and remembered commands together."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import eventlet
import orjson
import pytest
from pymongo import UpdateOne
from ulid import ULID

from chassis.aggregates import MOST_WAITING, SHARED, Taken
from chassis.cause import new_id
from chassis.errors import KeyReused, NotFound, NotVersioned, VersionConflict
from chassis.outbox import Relay
from events.envelope import Envelope, from_wire
from tests.service.place import Place
from tests.service.toys import TENANT, Count, Tally, ToyRepository, call_of, cause, count, counted, hear, view


def repository(place: Place) -> ToyRepository:
    """The toy's repository as one process has it; its relay does not run."""
    made = ToyRepository("toy", place.database, Relay("toy", place.amqp_url))
    made.ensure_indexes()
    return made


@pytest.fixture
def toys(place: Place) -> Iterator[ToyRepository]:
    """One process's repository."""
    yield repository(place)


def stored(toys: ToyRepository, tally_id: str = "tly_1") -> dict[str, Any]:
    """The document as it is."""
    document = toys.tallies.collection.find_one({"_id": tally_id})
    assert document is not None
    return document


def heard(number: int, tally_id: str = "tly_1") -> list[Envelope[Any]]:
    """So many events of another service, as a handler gets them."""
    return [from_wire(orjson.loads(counted(tally_id, version=n)["body"])) for n in range(1, number + 1)]


def of_subject(envelope: Envelope[Any]) -> list[str]:
    """The document that an event concerns."""
    return [envelope.data.tally_id]


def together(number: int, work: Any) -> list[Any]:
    """The results of `work` called by so many greenthreads at once."""
    pool = eventlet.GreenPool(number)
    return [thread.wait() for thread in [pool.spawn(work) for _ in range(number)]]


def test_a_change_stores_state_version_and_event_together(toys: ToyRepository) -> None:
    """The version counts the events, and each event carries the version that it made."""
    toys.tallies.create(call_of(), Tally("tly_1", TENANT), [], view)
    toys.tallies.change(call_of(), "tly_1", lambda tally: count(tally, 2), view)
    answer = toys.tallies.change(call_of(), "tly_1", lambda tally: count(tally, 3), view)
    document = stored(toys)
    assert (document["total"], document["version"], answer.version) == (5, 2, 2)
    told = [orjson.loads(entry["body"]) for entry in document["outbox"]]
    assert [(event["aggregateversion"], event["data"]["by"]) for event in told] == [(1, 2), (2, 3)]
    assert orjson.loads(answer.body) == {"tally_id": "tly_1", "total": 5}


def test_many_writers_at_once_are_all_applied_once(toys: ToyRepository) -> None:
    """30 greenthreads that change one document lose no change and make no version twice."""
    toys.tallies.ensure(Tally("tly_1", TENANT))
    answers = together(30, lambda: toys.tallies.change(call_of(), "tly_1", count, view))
    assert sorted(answer.version for answer in answers) == list(range(1, 31))
    document = stored(toys)
    assert (document["total"], document["version"], len(document["outbox"])) == (30, 30, 30)


def test_writers_of_several_processes_are_all_applied_once(place: Place, toys: ToyRepository) -> None:
    """Processes meet in the database only: the condition on the revision lets one of them through at a time."""
    processes = [toys, repository(place), repository(place)]
    toys.tallies.ensure(Tally("tly_1", TENANT))
    turns = iter(range(30))
    together(30, lambda: processes[next(turns) % 3].tallies.change(call_of(), "tly_1", count, view))
    document = stored(toys)
    assert (document["total"], document["version"]) == (30, 30)
    versions = [orjson.loads(entry["body"])["aggregateversion"] for entry in document["outbox"]]
    assert versions == list(range(1, 31))


def test_a_repeated_command_has_one_effect_and_one_answer(place: Place, toys: ToyRepository) -> None:
    """The same command 20 times at once, in two processes: one event, the same answer to the byte, the rest replayed."""
    processes = [toys, repository(place)]
    toys.tallies.ensure(Tally("tly_1", TENANT))
    turns = iter(range(20))
    answers = together(20, lambda: processes[next(turns) % 2].tallies.change(call_of(key="k1"), "tly_1", count, view))
    assert stored(toys)["total"] == 1
    assert len({(answer.body, answer.version) for answer in answers}) == 1
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 19


def test_a_key_with_another_body_is_refused(toys: ToyRepository) -> None:
    """An Idempotency-Key belongs to one request: another body under it is an error and changes nothing."""
    toys.tallies.ensure(Tally("tly_1", TENANT))
    toys.tallies.change(call_of(Count(1), key="k1"), "tly_1", count, view)
    with pytest.raises(KeyReused):
        toys.tallies.change(call_of(Count(2), key="k1"), "tly_1", count, view)
    assert stored(toys)["total"] == 1


def test_a_repeated_creation_finds_the_first(toys: ToyRepository) -> None:
    """Creating again with the same key answers as the first time, also 60 commands later and 20 times at once."""
    numbers = iter(range(100))

    def create() -> Any:
        tally = Tally(f"tly_{next(numbers)}", TENANT)
        return toys.tallies.create(call_of(key="k1"), *count(tally), view)

    answers = together(20, create)
    assert len({(answer.body, answer.version) for answer in answers}) == 1
    assert toys.tallies.collection.count_documents({}) == 1
    tally_id = orjson.loads(answers[0].body)["tally_id"]
    for number in range(60):
        toys.tallies.change(call_of(key=f"later{number}", tally_id=tally_id), tally_id, count, view)
    again = create()
    assert (again.body, again.version, again.replayed) == (answers[0].body, 1, True)
    with pytest.raises(KeyReused):
        toys.tallies.create(call_of(Count(9), key="k1"), *count(Tally("tly_x", TENANT)), view)


def test_if_match_guards_a_change(toys: ToyRepository) -> None:
    """A change that names an old version is refused with the current one; a repeat of a done command is not."""
    toys.tallies.ensure(Tally("tly_1", TENANT))
    toys.tallies.change(call_of(key="k1", if_match=0), "tly_1", count, view)
    with pytest.raises(VersionConflict) as refused:
        toys.tallies.change(call_of(if_match=0), "tly_1", count, view)
    assert refused.value.facts == {"given": 0, "current": 1}
    assert toys.tallies.change(call_of(key="k1", if_match=0), "tly_1", count, view).replayed


def test_if_match_tells_nothing_of_what_studios_share(toys: ToyRepository) -> None:
    """Each version would tell one studio what the others do: every number is refused alike, the right one too."""
    toys.tallies.ensure(Tally("tly_2", SHARED))
    toys.tallies.change(call_of(), "tly_2", count, view, tenant=SHARED)
    texts = set()
    for given in (0, 1, 2):
        with pytest.raises(NotVersioned) as refused:
            toys.tallies.change(call_of(if_match=given), "tly_2", count, view, tenant=SHARED)
        texts.add(refused.value.text("en"))
    assert len(texts) == 1


def test_of_two_changes_that_watch_each_other_one_sees_the_other(place: Place, toys: ToyRepository) -> None:
    """Each counts only while the other is at 0: without watching both would, in two processes."""
    other = repository(place)
    for tally_id in ("tly_1", "tly_2"):
        toys.tallies.ensure(Tally(tally_id, TENANT))
    looked = []

    def alone(mine: ToyRepository, watched: str, meanwhile: Callable[[], Any]) -> Callable[[Tally], Any]:
        def rule(tally: Tally) -> Any:
            seen = mine.tallies.get(watched, TENANT).total
            looked.append((watched, seen))
            meanwhile()
            return count(tally) if seen == 0 else (tally, [])

        return rule

    def second() -> None:
        if len(looked) == 1:
            other.tallies.change(call_of(), "tly_2", alone(other, "tly_1", int), view, watching="tly_1")

    toys.tallies.change(call_of(), "tly_1", alone(toys, "tly_2", second), view, watching="tly_2")
    assert looked == [("tly_2", 0), ("tly_1", 0), ("tly_2", 1)]
    assert [stored(toys, tally_id)["total"] for tally_id in ("tly_1", "tly_2")] == [0, 1]
    assert [stored(toys, tally_id)["outbox"] == [] for tally_id in ("tly_1", "tly_2")] == [True, False]


def test_another_studios_aggregate_is_not_there(toys: ToyRepository) -> None:
    """Another tenant's id is not found, in reading and in changing; only the audit trail learns that it exists."""
    toys.tallies.ensure(Tally("tly_1", TENANT))
    stranger = call_of(tenant="stu_2")
    for attempt in (
        lambda: toys.tallies.get("tly_1", "stu_2"),
        lambda: toys.tallies.change(stranger, "tly_1", count, view),
    ):
        with pytest.raises(NotFound) as refused:
            attempt()
        assert refused.value.facts["foreign"] is True
    with pytest.raises(NotFound) as missing:
        toys.tallies.get("tly_2", TENANT)
    assert missing.value.facts["foreign"] is False
    assert toys.tallies.get("tly_1", None).id == "tly_1"
    assert stored(toys)["version"] == 0


def test_a_rules_refusal_changes_nothing(toys: ToyRepository) -> None:
    """What the rule raises reaches the caller, and the next writer is not held up."""
    toys.tallies.ensure(Tally("tly_1", TENANT))

    def refuse(tally: Tally) -> Any:
        raise VersionConflict(given=1, current=2)

    with pytest.raises(VersionConflict):
        toys.tallies.change(call_of(), "tly_1", refuse, view)
    assert toys.tallies.change(call_of(), "tly_1", count, view).version == 1


def test_an_id_is_taken_once(toys: ToyRepository) -> None:
    """A second aggregate of one id is refused and names the index; `ensure` leaves the first as it is."""
    toys.tallies.add(*count(Tally("tly_1", TENANT)), cause())
    with pytest.raises(Taken) as refused:
        toys.tallies.add(*count(Tally("tly_1", TENANT)), cause())
    assert refused.value.index == "_id_1"
    toys.tallies.ensure(Tally("tly_1", TENANT))
    assert stored(toys)["total"] == 1


def test_one_that_is_taken_does_not_hinder_the_others(toys: ToyRepository) -> None:
    """Inserts that go out together stand or fall each for itself."""
    toys.tallies.ensure(Tally("tly_3", TENANT))
    numbers = iter(range(10))

    def add() -> bool:
        try:
            toys.tallies.add(*count(Tally(f"tly_{next(numbers)}", TENANT)), cause())
        except Taken:
            return False
        return True

    assert together(10, add) == [True, True, True, False, *[True] * 6]


def test_absorbed_events_count_once(toys: ToyRepository) -> None:
    """Events are folded into a new or a known document; what was applied before is a duplicate, in and across batches."""
    events = heard(5)
    assert toys.tallies.absorb([*events[:3], events[0]], of_subject, hear) == ["ok", "ok", "ok", "duplicate"]
    assert toys.tallies.absorb(events, of_subject, hear) == ["duplicate"] * 3 + ["ok"] * 2
    assert toys.tallies.absorb(events, of_subject, hear) == ["duplicate"] * 5
    document = stored(toys)
    assert (document["total"], document["version"], document["outbox"]) == (5, 0, [])


def test_absorbed_events_may_tell_others(toys: ToyRepository) -> None:
    """What follows from an event names it as its cause and keeps the story's correlation and trace."""
    (event,) = heard(1)
    told = toys.tallies.absorb([event], of_subject, lambda tally, _, tally_id: count(tally or Tally(tally_id, TENANT)))
    assert told == ["ok"]
    (entry,) = stored(toys)["outbox"]
    wire = orjson.loads(entry["body"])
    assert (wire["causationid"], wire["correlationid"]) == (event.id, event.correlation_id)
    assert wire["traceparent"][3:35] == event.traceparent[3:35]
    assert wire["actor"] == "service:toy"


def test_interleaved_writers_lose_nothing(place: Place, toys: ToyRepository) -> None:
    """Two processes that absorb, and commands in between, each find their write in the document."""
    other = repository(place)
    events = {name: heard(40, name) for name in ("tly_1", "tly_2")}
    toys.tallies.ensure(Tally("tly_1", TENANT))

    def absorb(toys: ToyRepository, start: int) -> None:
        for position in range(start, 40, 2):
            toys.tallies.absorb([events["tly_1"][position], events["tly_2"][position]], of_subject, hear)

    threads = [eventlet.spawn(absorb, toys, 0), eventlet.spawn(absorb, other, 1)]
    together(10, lambda: toys.tallies.change(call_of(), "tly_1", count, view))
    for thread in threads:
        thread.wait()
    for name, commands in (("tly_1", 10), ("tly_2", 0)):
        document = stored(toys, name)
        assert document["total"] == 40 + commands
        assert set(document["heard"]) == {event.id for event in events[name]}
        assert document["version"] == len(document["outbox"]) == commands


def test_a_mixed_bulk_tells_exactly_which_writes_took_place(toys: ToyRepository) -> None:
    """When some documents of a bulk were changed by others meanwhile, each writer learns the truth about its own."""
    tallies = toys.tallies
    updates = []
    for number in range(8):
        tally = Tally(f"tly_{number}", TENANT)
        tallies.ensure(tally)
        document = stored(toys, tally.id)
        changed, entries = tallies._stamp(
            replace(tally, total=1), 0, TENANT, count(tally)[1] if number % 2 else [], cause()
        )
        updates.append(tallies._difference(tally.id, document["revision"], tally, changed, entries))
    stale = [{"_id": f"tly_{number}"} for number in (2, 3, 6)]
    tallies.collection.bulk_write([UpdateOne(where, {"$inc": {"revision": 1}}) for where in stale])
    assert tallies._update_many(updates) == [number not in (2, 3, 6) for number in range(8)]
    assert [stored(toys, f"tly_{number}")["total"] for number in range(8)] == [1, 1, 0, 0, 1, 1, 0, 1]


def test_a_list_that_grows_sends_only_what_is_new(toys: ToyRepository) -> None:
    """The update of a long list names the changed places, not the whole list; a shorter list replaces it."""
    toys.tallies.ensure(Tally("tly_1", TENANT, heard=tuple("abc")))

    def becomes(*heard: str) -> Any:
        return lambda tally: (replace(tally, heard=heard), count(tally)[1])

    for names in ("abcd", "aXcde", "e", ""):
        toys.tallies.change(call_of(), "tly_1", becomes(*names), view)
        assert stored(toys)["heard"] == list(names)
    value = toys.tallies.get("tly_1", TENANT)
    before, after = replace(value, heard=("a", "b")), replace(value, heard=("a", "b", "c"))
    longer = toys.tallies._difference("tly_1", 1, before, after, [])
    assert set(longer[1]["$set"]) == {"heard.2", "revision", "stamp"}


def test_a_read_model_that_lags_is_waited_for(toys: ToyRepository) -> None:
    """A command that refers to what another service just made waits for the news, and gives up after its time."""
    eventlet.spawn_after(0.2, toys.tallies.ensure, Tally("tly_1", TENANT))
    assert toys.tallies.await_get("tly_1", TENANT).id == "tly_1"
    with pytest.raises(NotFound):
        toys.tallies.await_get("tly_2", TENANT, seconds=0.1)


def test_few_of_a_studio_wait_and_nobody_elses_wait_is_shorter(toys: ToyRepository) -> None:
    """A studio that asks for much that there is not holds few places; another's news is waited for as before."""
    began = time.monotonic()
    waits: list[float] = []

    def ask(number: int) -> None:
        with pytest.raises(NotFound):
            toys.tallies.await_get(f"tly_{number}", TENANT, seconds=1)
        waits.append(time.monotonic() - began)

    asking = [eventlet.spawn(ask, number) for number in range(3 * MOST_WAITING)]
    eventlet.spawn_after(0.3, toys.tallies.ensure, Tally("tly_other", "stu_other"))
    assert toys.tallies.await_get("tly_other", "stu_other").id == "tly_other"
    for each in asking:
        each.wait()
    assert sum(wait >= 1 for wait in waits) == MOST_WAITING
    assert sum(wait < 0.9 for wait in waits) == 2 * MOST_WAITING
    ask(0)
    assert waits[-1] >= 1, "who has waited makes room for the next"


def test_anothers_is_not_waited_for(toys: ToyRepository) -> None:
    """What is there and belongs to another studio will not become one's own."""
    toys.tallies.ensure(Tally("tly_1", "stu_other"))
    began = time.monotonic()
    with pytest.raises(NotFound):
        toys.tallies.await_get("tly_1", TENANT)
    assert time.monotonic() - began < 1


def test_what_was_made_long_ago_is_not_waited_for(toys: ToyRepository) -> None:
    """An id tells when it was made: news of an hour ago has come long since, what was made just now may still come."""
    just_now = new_id("tly")
    eventlet.spawn_after(0.2, toys.tallies.ensure, Tally(just_now, TENANT))
    assert toys.tallies.await_made(just_now, TENANT).id == just_now
    long_ago = f"tly_{ULID.from_timestamp(time.time() - 3600)}"
    began = time.monotonic()
    with pytest.raises(NotFound):
        toys.tallies.await_made(long_ago, TENANT)
    assert time.monotonic() - began < 1


def test_what_a_rule_looks_at_is_read_together_and_when_it_is_asked_for(toys: ToyRepository) -> None:
    """All with the first; whoever asks again hears what has changed since; one that there is not is NotFound."""
    for number in (1, 2):
        toys.tallies.ensure(Tally(f"tly_{number}", TENANT))
    seen = toys.tallies.ahead(["tly_1", "tly_2", "tly_3"])
    toys.tallies.change(call_of(), "tly_1", count, view)
    assert seen("tly_1").total == 1  # nothing was read before
    toys.tallies.change(call_of(), "tly_2", count, view)
    assert seen("tly_2").total == 0  # read with the other one
    assert seen("tly_2").total == 1
    with pytest.raises(NotFound):
        seen("tly_3")
