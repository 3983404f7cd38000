"""The database as services use it: once, the vault, and pymongo under eventlet."""

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import eventlet
import pymongo
import pytest
from pymongo import CursorType
from pymongo.errors import PyMongoError

from chassis import mongo
from chassis.errors import PersonForgotten, StoreUnavailable
from chassis.mongo import Duplicate, in_our_words, once
from chassis.vault import MasterKeyWrong, Vault
from tests.service.place import Place

KEY = bytes(range(32))


@pytest.fixture
def vault(place: Place) -> Vault:
    """A process's vault."""
    return Vault(place.database, KEY)


def effects(place: Place) -> int:
    """How many effects were committed."""
    return place.database["effects"].count_documents({})


def apply(place: Place, handler: str, event_id: str, failure: Exception | None = None) -> str:
    """What a handler does: an effect in the transaction of the event."""
    try:
        with once(place.database, handler, event_id) as session:
            place.database["effects"].insert_one({"handler": handler}, session=session)
            if failure:
                raise failure
    except Duplicate:
        return "duplicate"
    return "ok"


@pytest.fixture
def effects_collection(place: Place) -> None:
    """Made beforehand: a transaction that makes a collection may conflict with another that does."""
    place.database.create_collection("effects")
    mongo.ensure_inbox(place.database)


@pytest.mark.usefixtures("effects_collection")
def test_an_event_takes_effect_once_in_each_handler(place: Place) -> None:
    """The second delivery is a duplicate; another handler of the same database gets its own (NServiceBus #117)."""
    told = [apply(place, handler, "evt_1") for handler in ("toy.a", "toy.a", "toy.b", "toy.b")]
    assert told == ["ok", "duplicate", "ok", "duplicate"]
    assert effects(place) == 2


@pytest.mark.usefixtures("effects_collection")
def test_a_failure_leaves_neither_effect_nor_memory(place: Place) -> None:
    """Effects and the inbox row commit together or not at all, so that the next try finds nothing done."""
    with pytest.raises(ZeroDivisionError):
        apply(place, "toy.a", "evt_1", ZeroDivisionError())
    assert (effects(place), place.database["inbox"].count_documents({})) == (0, 0)
    assert apply(place, "toy.a", "evt_1") == "ok"
    assert effects(place) == 1


@pytest.mark.usefixtures("effects_collection")
def test_two_deliveries_at_once_take_effect_once(place: Place) -> None:
    """Ten concurrent deliveries of one event: one commits; the others are duplicates or failures that come again."""

    def deliver() -> str:
        try:
            return apply(place, "toy.a", "evt_1")
        except PyMongoError:
            return "again"

    pool = eventlet.GreenPool(10)
    told = [thread.wait() for thread in [pool.spawn(deliver) for _ in range(10)]]
    assert told.count("ok") == 1
    assert set(told) <= {"ok", "duplicate", "again"}
    assert effects(place) == 1


def test_inbox_rows_outlive_every_message(place: Place) -> None:
    """What is remembered expires after 180 days, later than any message can come back."""
    mongo.ensure_inbox(place.database)
    index = place.database["inbox"].index_information()["at_1"]
    assert index["expireAfterSeconds"] == 180 * 24 * 60 * 60


def test_the_guarantees_are_stated(place: Place) -> None:
    """Majority, journalled writes and majority reads of client and database: transactions inherit the client's."""
    for it in (place.database, place.database.client):
        assert it.write_concern.document == {"w": "majority", "j": True}
        assert it.read_concern.document == {"level": "majority"}
    assert place.database.client.options.timeout == 8


def test_the_drivers_errors_are_one_of_ours() -> None:
    """Whatever the driver raises, the client learns: outcome unknown, repeat with the same key."""
    with pytest.raises(StoreUnavailable), in_our_words():
        raise PyMongoError("no primary")


def test_sealed_values_come_back(vault: Vault, place: Place) -> None:
    """A value is unreadable in the database and comes back in this process and in another one."""
    sealed = vault.seal("prs_1", {"name": "Li Na"})
    assert b"Li Na" not in sealed
    assert sealed != vault.seal("prs_1", {"name": "Li Na"}), "each time under a fresh nonce"
    assert vault.open("prs_1", sealed) == Vault(place.database, KEY).open("prs_1", sealed) == {"name": "Li Na"}


def test_a_destroyed_key_makes_its_values_unreadable(vault: Vault, place: Place) -> None:
    """Once forgotten, a person's values can be read by nobody, no key is made anew, and the key's bytes are gone."""
    sealed, other = vault.seal("prs_1", "Li Na"), vault.seal("prs_2", "Mia")
    vault.destroy("prs_1")
    for reader in (vault, Vault(place.database, KEY)):
        with pytest.raises(PersonForgotten):
            reader.open("prs_1", sealed)
        with pytest.raises(PersonForgotten):
            reader.seal("prs_1", "again")
        assert reader.open("prs_2", other) == "Mia"
    row = place.database["keys"].find_one({"_id": "prs_1"})
    assert row is not None
    assert row["wrapped"] is None
    assert row["destroyed_at"]


def test_who_was_never_known_can_be_forgotten(vault: Vault) -> None:
    """Forgetting comes first when events overtake each other: the tombstone stands."""
    vault.destroy("prs_9")
    with pytest.raises(PersonForgotten):
        vault.seal("prs_9", "too late")


def test_a_value_belongs_to_its_subject(vault: Vault) -> None:
    """A value that is moved to another person does not open, nor does one that was changed."""
    sealed = vault.seal("prs_1", "Li Na")
    vault.seal("prs_2", "Mia")
    with pytest.raises(PersonForgotten):
        vault.open("prs_2", sealed)
    with pytest.raises(PersonForgotten):
        vault.open("prs_1", sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_another_master_key_opens_nothing(vault: Vault, place: Place) -> None:
    """The keys in the database are worth nothing without the master key."""
    sealed = vault.seal("prs_1", "Li Na")
    with pytest.raises(MasterKeyWrong):
        Vault(place.database, os.urandom(32)).open("prs_1", sealed)


def test_keys_of_many_are_made_in_one_go(vault: Vault, place: Place) -> None:
    """Prepared keys need no further look-up, for sealing and for opening; the forgotten ones are told."""
    subjects = [f"prs_{number}" for number in range(50)]
    vault.prepare_to_seal(subjects)
    with no_reads(vault):
        sealed = [vault.seal(subject, subject) for subject in subjects]
    vault.destroy("prs_7")
    reader = Vault(place.database, KEY)
    assert reader.prepare_to_open([*subjects, "prs_never"]) == {"prs_7", "prs_never"}
    with no_reads(reader):
        opened = [reader.open(s, value) for s, value in zip(subjects, sealed, strict=True) if s != "prs_7"]
    assert opened == [subject for subject in subjects if subject != "prs_7"]


def test_opening_makes_no_key(vault: Vault, place: Place) -> None:
    """A value of somebody without a key is unreadable, and reading leaves no key behind."""
    with pytest.raises(PersonForgotten):
        vault.open("prs_1", bytes(40))
    assert place.database["keys"].count_documents({}) == 0


@contextmanager
def no_reads(vault: Vault) -> Iterator[None]:
    """A block in which the vault must not ask the database."""
    keys = vault._keys
    del vault._keys
    yield
    vault._keys = keys


def test_processes_that_make_the_same_key_agree(place: Place) -> None:
    """Ten processes that need a person's first key at once all end up with one."""
    vaults = [Vault(place.database, KEY) for _ in range(10)]
    pool = eventlet.GreenPool(10)
    threads = [pool.spawn(vault.seal, f"prs_{n}", vault_id) for n in range(10) for vault_id, vault in enumerate(vaults)]
    sealed = [thread.wait() for thread in threads]
    reader = Vault(place.database, KEY)
    assert [reader.open(f"prs_{n // 10}", value) for n, value in enumerate(sealed)] == [*range(10)] * 10


def test_fifty_slow_finds_run_side_by_side(place: Place) -> None:
    """pymongo waits in green sockets: 50 reads that the server holds for 200 ms take well under a second together.

    pymongo no longer supports eventlet officially (since 4.16): this is the gate for every upgrade. The server holds a
    read at the end of a capped collection, which needs no test commands.
    """
    news = place.database.create_collection("news", capped=True, size=4_096)
    news.insert_one({"_id": 1})

    def held() -> list[mongo.Document]:
        with pymongo.timeout(0):  # a bounded client may not wait for news
            cursor = news.find(cursor_type=CursorType.TAILABLE_AWAIT).max_await_time_ms(200)
            with cursor:
                return [cursor.next(), *cursor]

    def all_held() -> float:
        began = time.monotonic()
        pool = eventlet.GreenPool(50)
        assert [thread.wait() for thread in [pool.spawn(held) for _ in range(50)]] == [[{"_id": 1}]] * 50
        return time.monotonic() - began

    all_held()  # opens the pool's connections
    waves = 50 / mongo.POOL_SIZE
    assert 0.2 * waves <= all_held() < 1


def test_a_client_that_waits_leaves_nothing_to_collect(place: Place) -> None:
    """What is in a cycle stays until the collector looks, which is seldom: an idle service would grow by megabytes."""
    place.database.command("ping")
    eventlet.sleep(1)
    gc.collect()
    gc.disable()
    try:
        eventlet.sleep(3)
        assert gc.collect() < 50
    finally:
        gc.enable()
