"""Idempotency keys: a command is done once, however many others follow it, whoever dies meanwhile."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import eventlet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis import commands
from chassis.api import Answer
from chassis.cause import new_id
from chassis.errors import KeyExpired, KeyReused, PersonForgotten
from chassis.mongo import Document
from chassis.outbox import Relay
from chassis.store import Repository
from chassis.vault import Vault
from tests.service.mortal_process import COMMANDS
from tests.service.place import Place
from tests.service.toys import TENANT, Count, Tally, ToyRepository, call_of, count, view

CHECKOUT = Path(__file__).resolve().parents[2]
BESIDE = ("commands", "command_answers")
STEPS = [
    (collection, step) for collection in ("command_answers", "commands", "tallies") for step in ("started", "succeeded")
]


def repository(place: Place) -> ToyRepository:
    """The toy's repository as one process has it; its relay does not run."""
    return ToyRepository("toy", place.database, Relay("toy", place.amqp_url))


@pytest.fixture
def toys(place: Place) -> Iterator[ToyRepository]:
    """One process's repository, with a tally."""
    made = repository(place)
    made.ensure_indexes()
    made.tallies.ensure(Tally("tly_1", TENANT))
    yield made


def once(toys: ToyRepository, number: int, tally_id: str = "tly_1") -> Answer:
    """The command with this number, for the first time or again."""
    return toys.tallies.change(call_of(key=f"k{number}", tally_id=tally_id), tally_id, count, view)


def stored(toys: ToyRepository, tally_id: str = "tly_1") -> Document:
    """The document as it is."""
    document = toys.tallies.collection.find_one({"_id": tally_id})
    assert document is not None
    return document


def require_done_once(toys: ToyRepository, number: int) -> None:
    """Each of so many commands was done, and none twice."""
    again = [once(toys, each) for each in range(number)]
    assert all(answer.replayed for answer in again)
    assert sorted(answer.version or 0 for answer in again) == list(range(1, number + 1))
    document = stored(toys)
    assert (document["total"], document["version"], len(document["outbox"])) == (number, number, number)
    assert len(document["commands"]) <= commands.IN_DOCUMENT


def test_two_hundred_commands_of_two_processes_are_done_once(place: Place, toys: ToyRepository) -> None:
    """Each is sent twice at the same time, to two processes, while older ones leave the document."""
    processes = [toys, repository(place)]
    pool = eventlet.GreenPool(20)
    sent = [pool.spawn(once, process, number) for number in range(COMMANDS) for process in processes]
    answers = [thread.wait() for thread in sent]
    for first, second in zip(answers[::2], answers[1::2], strict=True):
        assert (first.body, first.version) == (second.body, second.version)
        assert first.replayed != second.replayed
    require_done_once(repository(place), COMMANDS)


def test_two_hundred_commands_under_kills_are_done_once(place: Place, toys: ToyRepository) -> None:
    """A process is killed before and after each write by which commands leave the document; the next one repeats them all."""

    def run(collection: str, step: str) -> int:
        command = (sys.executable, "-m", "tests.service.mortal_process")
        return subprocess.run(
            [*command, place.servers.mongo_url, place.name, collection, step], cwd=CHECKOUT, timeout=60, check=False
        ).returncode

    assert [run(*step) for step in STEPS] == [-9] * len(STEPS)
    assert run("-", "started") == 0
    require_done_once(toys, COMMANDS)


def test_a_document_with_few_commands_is_asked_alone(place: Place, toys: ToyRepository) -> None:
    """What is beside a document costs nothing until there is something, and is written for many commands at once."""
    place.database.command("profile", 2)

    def operations() -> int:
        beside = [f"{place.name}.{name}" for name in BESIDE]
        return place.database["system.profile"].count_documents({"ns": {"$in": beside}, "op": {"$ne": "command"}})

    for number in range(commands.IN_DOCUMENT):
        once(toys, number)
    assert operations() == 0
    once(toys, commands.IN_DOCUMENT)
    assert place.database["commands"].count_documents({}) == commands.IN_DOCUMENT - commands.STAYING
    moved = operations()
    assert moved > 0
    for number in range(commands.STAYING - 1):
        once(toys, 100 + number)
    assert operations() == moved + commands.STAYING - 1, "one look beside for each"


def test_a_key_beside_the_document_is_for_one_request(toys: ToyRepository) -> None:
    """Another body under a key of long ago is an error and changes nothing."""
    for number in range(60):
        once(toys, number)
    with pytest.raises(KeyReused):
        toys.tallies.change(call_of(Count(2), key="k0"), "tly_1", count, view)
    assert stored(toys)["total"] == 60


def test_a_key_without_its_answer_is_refused(place: Place, toys: ToyRepository) -> None:
    """When the answer has expired the command is not done again; what is still in the document is answered."""
    for number in range(60):
        once(toys, number)
    place.database["command_answers"].delete_many({})
    with pytest.raises(KeyExpired) as refused:
        once(toys, 0)
    assert "24 hours" in refused.value.text("en")
    assert once(toys, 59).replayed
    assert stored(toys)["total"] == 60


def test_keys_are_kept_by_time(place: Place, toys: ToyRepository) -> None:
    """Answers for a day and a little more after the command, the key for half a year, whenever they left the document."""
    for number in range(60):
        once(toys, number)
    now = datetime.now(UTC)
    for name, kept in (("command_answers", timedelta(hours=25)), ("commands", timedelta(days=180))):
        assert place.database[name].index_information()["expires_at_1"]["expireAfterSeconds"] == 0
        for row in place.database[name].find():
            assert now - timedelta(minutes=1) < row["expires_at"] - kept < now


def test_another_documents_keys_are_not_taken_for_its_own(toys: ToyRepository) -> None:
    """One command may change two documents; that the first remembers it says nothing of the second."""
    toys.tallies.ensure(Tally("tly_2", TENANT))
    for number in range(60):
        once(toys, number)
        toys.tallies.change(call_of(key=f"other{number}", tally_id="tly_2"), "tly_2", count, view)
    assert not toys.tallies.change(call_of(key="k0"), "tly_2", count, view).replayed


def test_a_command_that_changed_nothing_is_remembered(toys: ToyRepository) -> None:
    """Its repeat changes nothing either, though meanwhile there is something to change."""

    def at_least(total: int) -> Callable[[Tally], Any]:
        return lambda tally: count(tally, total - tally.total) if tally.total < total else (tally, [])

    before = toys.tallies.change(call_of(key="k"), "tly_1", at_least(0), view)
    assert (before.version, stored(toys)["outbox"]) == (0, [])
    again = toys.tallies.change(call_of(key="k"), "tly_1", at_least(5), view)
    assert (again.body, again.version, again.replayed) == (before.body, 0, True)
    assert stored(toys)["total"] == 0


class PrivateToys(Repository):
    """Tallies of which the answers are personal."""

    def __init__(self, place: Place, vault: Vault) -> None:
        super().__init__("toy", place.database, Relay("toy", place.amqp_url), vault)
        self.tallies = self.aggregates("tallies", Tally, "tally", personal=True)


def test_personal_answers_are_encrypted_beside_the_document_too(place: Place) -> None:
    """A forgotten person's answers cannot be read any more, and the command is not done again."""
    vault = Vault(place.database, bytes(32))
    toys = PrivateToys(place, vault)
    toys.tallies.ensure(Tally("tly_1", TENANT))

    def add(number: int) -> Answer:
        return toys.tallies.change(call_of(key=f"k{number}"), "tly_1", count, view)

    first = add(0)
    for number in range(1, 60):
        add(number)
    assert add(0) == Answer(first.body, first.version, replayed=True)
    entry = place.database["command_answers"].find_one({"version": 1})
    assert entry is not None
    assert vault.open_bytes("tly_1", entry["answer"])
    vault.destroy("tly_1")
    with pytest.raises(PersonForgotten):
        add(0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(st.tuples(st.integers(0, 15), st.integers(0, 1)), max_size=40))
def test_any_sequence_of_commands_and_repeats_is_done_once(
    place: Place, toys: ToyRepository, sent: Sequence[tuple[int, int]]
) -> None:
    """Whatever is repeated, when, and at which process: each command has one effect and one answer (documents hold four)."""
    with pytest.MonkeyPatch.context() as small:
        small.setattr(commands, "IN_DOCUMENT", 4)
        small.setattr(commands, "STAYING", 2)
        processes, tally_id = [toys, repository(place)], new_id("tly")
        toys.tallies.ensure(Tally(tally_id, TENANT))
        answers: dict[int, Answer] = {}
        for number, process in sent:
            answer = once(processes[process], number, tally_id)
            first = answers.setdefault(number, answer)
            assert (answer.body, answer.version) == (first.body, first.version)
            assert answer.replayed == (answer is not first)
        document = stored(toys, tally_id)
        assert document["total"] == document["version"] == len(answers)
        assert len(document["commands"]) <= 4
