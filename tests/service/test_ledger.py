"""The stored ledger on a real database: what is appended once, who may write, and that every proof holds."""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from prometheus_client import REGISTRY
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from chassis import mongo
from chassis.documents import now
from chassis.vault import Vault
from deploy.local.home import CHECKOUT
from services.compliance.checkpoint import SigningKey, open_checkpoint
from services.compliance.completeness import PATIENCE
from services.compliance.gaps import Gaps
from services.compliance.ledger import Heard
from services.compliance.log import HEAD, Log
from services.compliance.merkle import verify_consistency, verify_inclusion
from services.compliance.sequencer import LeaseHeld, LedgerRolledBack, Sequencer
from services.compliance.verify import audit_stored
from tests.service.place import Servers

SAMPLE = json.loads(
    Path(CHECKOUT / "events" / "samples" / "talent.contract.signed.v1.json").read_text(encoding="utf-8")
)
KEY = SigningKey.generate("test.example/ledger")


@pytest.fixture
def log(servers: Servers) -> Iterator[Log]:
    """An empty ledger."""
    name = f"ledger_{os.urandom(4).hex()}"
    database = mongo.connect(servers.mongo_url, name, "test")
    made = Log(database, Vault(database, os.urandom(32)), KEY.verifier)
    made.ensure_indexes()
    yield made
    database.client.drop_database(name)
    database.client.close()


def heard(numbers: Sequence[int]) -> list[Heard]:
    """The events of these numbers, each the next version of one contract."""
    messages = [{**SAMPLE, "id": f"evt_{number:026d}", "aggregateversion": number + 1} for number in numbers]
    return [Heard(orjson.dumps(message), message) for message in messages]


def gaps_told() -> float | None:
    """What operations see: aggregates with a version missing."""
    return REGISTRY.get_sample_value("ledger_gaps")


def hand_over(log: Log) -> None:
    """The lease has run out."""
    log.heads.update_one({"_id": HEAD}, [{"$set": {"lease_until": {"$subtract": ["$$NOW", 1]}}}])


def test_an_event_is_one_entry_however_often_it_comes(log: Log) -> None:
    """Repeats are told apart within a batch, from an earlier batch, and when a whole batch comes again."""
    sequencer = Sequencer(log, KEY)
    assert sequencer.append(heard([0, 1, 1, 2])) == ["ok", "ok", "duplicate", "ok"]
    assert sequencer.append(heard([2, 3, 0])) == ["duplicate", "ok", "duplicate"]
    assert sequencer.append(heard([2, 3, 0])) == ["duplicate"] * 3
    assert [entry.event_id for entry in log.find({}, 10)] == [f"evt_{number:026d}" for number in range(4)]
    assert audit_stored(log).whole


def test_tokens_that_were_recorded_become_unreadable_and_proofs_stay(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries of an earlier version, under the key without a name; later ones of no studio are read as before."""
    refused = [{**told.attributes, "tenant": "", "data": {}} for told in heard([0, 1])]
    former, later = (Heard(orjson.dumps(message), message) for message in refused)
    sequencer = Sequencer(log, KEY)
    with monkeypatch.context() as earlier:
        earlier.setattr("services.compliance.ledger.ANONYMOUS", "")
        sequencer.append([former])
    log.forget_tokens()
    log.forget_tokens()
    sequencer.append([later])
    unreadable, readable = log.find({}, 10)
    assert (unreadable.opening, unreadable.said) == (None, {})
    assert readable.said["id"] == later.id
    proof = log.inclusion(unreadable)
    verify_inclusion(unreadable.leaf_hash, 0, 2, proof.path, proof.root)
    assert audit_stored(log).whole


def test_a_sequencer_that_lost_its_lease_cannot_fork_the_log(log: Log) -> None:
    """While one writer is paused another takes over; the first then starts from what is stored."""
    first, second = Sequencer(log, KEY), Sequencer(log, KEY)
    first.append(heard([0, 1]))
    hand_over(log)
    assert second.append(heard([1, 2])) == ["duplicate", "ok"]
    hand_over(log)
    assert first.append(heard([2, 3])) == ["duplicate", "ok"]
    assert audit_stored(log).whole
    assert log.signed().size == 4


def test_a_second_sequencer_waits_for_the_lease(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as the lease runs nobody else writes."""
    Sequencer(log, KEY).append(heard([0]))
    monkeypatch.setattr("services.compliance.sequencer._WAIT_SECONDS", 0.1)
    with pytest.raises(LeaseHeld):
        Sequencer(log, KEY).append(heard([1]))


def test_nothing_is_appended_to_a_ledger_that_shrank(log: Log, servers: Servers) -> None:
    """A database that was put back to an earlier state is not signed over."""
    Sequencer(log, KEY).append(heard([0, 1, 2]))
    before = log.heads.find_one({"_id": HEAD})
    Sequencer(log, KEY)
    hand_over(log)
    Sequencer(log, KEY).append(heard([3]))
    with MongoClient[dict[str, object]](servers.mongo_url) as client:
        client[log.database.name]["ledger_head"].replace_one({"_id": HEAD}, before or {})
    hand_over(log)
    with pytest.raises(LedgerRolledBack):
        Sequencer(log, KEY).append(heard([4]))


def test_every_entry_is_proved_at_every_signed_size(log: Log) -> None:
    """Inclusion and consistency hold across the borders of tiles, and for sizes that were never signed."""
    sequencer = Sequencer(log, KEY)
    sizes = [1, 255, 256, 257, 511, 513, 700]
    for begin, end in zip([0, *sizes], sizes, strict=False):
        sequencer.append(heard(range(begin, end)))
    latest = open_checkpoint(log.signed().note, [KEY.verifier])
    for entry in log.find({"_id": {"$in": [0, 1, 127, 254, 255, 256, 510, 511, 512, 699]}}, 20):
        for size in (entry.index + 1, *sizes, 640):
            if size > entry.index:
                proof = log.inclusion(entry, size)
                verify_inclusion(entry.leaf_hash, entry.index, size, proof.path, proof.root)
                assert (proof.note is None) == (size not in sizes)
    for first in (1, 200, 256, 511, 640):
        older, newer, path = log.consistency(first, None)
        verify_consistency(first, latest.size, path, older.root, newer.root)
        assert newer.root == latest.root
    assert audit_stored(log).whole


def test_an_audit_outlives_what_an_operation_may_take(servers: Servers, log: Log) -> None:
    """The server counts what a cursor takes over all its batches: a long ledger would never be read to its end."""
    Sequencer(log, KEY).append(heard(range(10)))
    with MongoClient[mongo.Document](servers.mongo_url, tz_aware=True, timeoutMS=1) as client:
        hurried = Log(client[log.entries.database.name], log.vault, KEY.verifier)
        with pytest.raises(PyMongoError):
            hurried.entries.find_one()
        assert audit_stored(hurried).whole


def test_a_version_that_stays_away_is_a_gap_until_it_comes(log: Log) -> None:
    """It counts once it is later than an event may be, also when its successors are followed up in several chunks."""
    sequencer, gaps = Sequencer(log, KEY), Gaps(log)
    away = 7
    sequencer.append(heard([number for number in range(1_100) if number != away]))
    gaps.watch()
    assert (gaps.found(10), gaps_told()) == ([], 0)

    log.database["ledger_runs"].update_many({}, {"$set": {"since": now() - PATIENCE - timedelta(seconds=1)}})
    gaps.watch()
    (found,) = gaps.found(10)
    assert (found.id, found.missing, gaps_told()) == (f"talent/{SAMPLE['aggregateid']}", (away + 1,), 1)
    assert found.ahead[-1] == 1_100
    assert gaps.found(10, after=found.id) == []

    sequencer.append(heard([away]))
    gaps.watch()
    assert (gaps.found(10), gaps_told()) == ([], 0)


def test_what_was_followed_up_is_not_followed_up_again(log: Log) -> None:
    """A second process that watches the same ledger begins where the first one ended."""
    Sequencer(log, KEY).append(heard([0, 1, 2]))
    Gaps(log).watch()
    log.database["ledger_runs"].delete_many({})
    Gaps(log).watch()
    assert log.database["ledger_runs"].count_documents({}) == 0
