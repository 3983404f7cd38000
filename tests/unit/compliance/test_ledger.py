"""Planning what is appended to the ledger."""

import itertools
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.compliance.leaf import CommitmentMismatch, Leaf
from services.compliance.ledger import (
    ANONYMOUS,
    Entry,
    Heard,
    NotRecordable,
    Opening,
    Tree,
    entry,
    key_of,
    outcomes,
    plan,
)
from services.compliance.merkle import leaf_hash

LOG = "ledger.example"
STUDIO = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE"
PERSON = "prs_01JD8Z5R8T1W4Y7A0C3E6G9JKM"


def heard(number: int, data: dict[str, Any] | None = None, **attributes: Any) -> Heard:
    """An event as it comes from the broker."""
    message = {
        "specversion": "1.0",
        "id": f"evt_{number}",
        "type": "talent.contract.signed.v1",
        "subject": f"ctr_{number}",
        "time": f"2026-11-22T23:59:{number % 60:02}.000000Z",
        "tenant": STUDIO,
        "actor": "key_1",
        "aggregateid": f"contracts/ctr_{number}",
        "aggregateversion": 1,
        "correlationid": "req_1",
        "data": data or {"person_id": PERSON},
    } | attributes
    return Heard(json.dumps(message).encode(), message)


@pytest.fixture
def salts() -> Callable[[int], bytes]:
    """Salts that differ, and are the same in every run."""
    count = itertools.count()
    return lambda size: next(count).to_bytes(size, "big")


def counting(size: int) -> bytes:
    """A salt for laws, where one salt is as good as another."""
    return bytes(size)


def test_an_entry_commits_to_tenant_and_message(salts: Callable[[int], bytes]) -> None:
    """The leaf shows type and day only, under a random id; the opening shows the rest, and opens for this tenant and message alone."""
    event = heard(7)
    made = entry(event, 3, LOG, salts)
    leaf = Leaf.decode(made.leaf)
    assert (leaf.log, leaf.type, leaf.day) == (LOG, "talent.contract.signed.v1", date(2026, 11, 22))
    assert leaf.event_id.startswith("ent_") and b"evt_7" not in made.leaf
    assert STUDIO.encode() not in made.leaf and PERSON.encode() not in made.leaf
    assert made.leaf_hash == leaf_hash(made.leaf)
    assert made.opening.body == event.body
    made.opening.check(leaf, STUDIO)
    with pytest.raises(CommitmentMismatch):
        made.opening.check(leaf, "stu_other")
    with pytest.raises(CommitmentMismatch):
        Opening(made.opening.tenant_salt, made.opening.payload_salt, b"{}").check(leaf, STUDIO)


def test_every_commitment_has_its_own_salt(salts: Callable[[int], bytes]) -> None:
    """Tenant and payload, event by event: equal values do not look equal."""
    entries = plan(Tree(), [heard(1), heard(2)], LOG, salts).entries
    used = {salt for made in entries for salt in (made.opening.tenant_salt, made.opening.payload_salt)}
    assert len(used) == 4


def test_an_opening_survives_sealing(salts: Callable[[int], bytes]) -> None:
    """What is sealed is what comes back."""
    opening = entry(heard(1), 0, LOG, salts).opening
    assert Opening.decode(opening.encode()) == opening


def test_entries_are_found_again_by_clear_fields(salts: Callable[[int], bytes]) -> None:
    """The publisher is part of the aggregate's name: two services may keep different things under one id."""
    made = entry(heard(4, aggregateversion=9), 0, LOG, salts)
    assert (made.aggregate, made.version) == ("talent/contracts/ctr_4", 9)
    assert (made.tenant, made.subject, made.correlation_id) == (STUDIO, "ctr_4", "req_1")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"person_id": PERSON, "terms": [{"person_id": PERSON}]}, PERSON),
        ({"changes": [{"person_id": PERSON}, {"days": []}]}, PERSON),
        ({"changes": [{"person_id": PERSON}, {"person_id": PERSON[:-1] + "N"}]}, STUDIO),
        ({"contract_id": "ctr_1"}, STUDIO),
        ({"reason": f'"person_id": "{PERSON}"'}, STUDIO),
    ],
)
def test_an_event_about_one_person_is_sealed_under_their_key(data: dict[str, Any], key: str) -> None:
    """So that destroying the person's key makes it unreadable; everything else is sealed under the studio's."""
    assert key_of(heard(1, data)) == key


def test_an_event_of_no_studio_has_a_key_of_its_own() -> None:
    """The key without a name is destroyed: it once encrypted tokens of personal links."""
    assert key_of(heard(1, {"denial_id": "dny_1"}, tenant="")) == ANONYMOUS != ""


def test_known_events_and_repeats_are_duplicates() -> None:
    """An event becomes one entry, whether it was one before or comes twice in a batch."""
    events = [heard(1), heard(2), heard(1), heard(3), heard(2)]
    assert outcomes(events, {"evt_3"}) == ["ok", "ok", "duplicate", "duplicate", "duplicate"]


@pytest.mark.parametrize("time", ["soon", "2026-11-22T08:00:00"])
def test_an_event_without_a_moment_is_not_recordable(time: str) -> None:
    """Its UTC day would be a guess."""
    with pytest.raises(NotRecordable, match="evt_1"):
        plan(Tree(), [heard(1, time=time)], LOG, counting)


@pytest.mark.parametrize("attributes", [{"id": ""}, {"type": "\ud800"}, {"tenant": "\ud800"}, {"id": "x" * 70_000}])
def test_what_cannot_be_an_entry_is_not_recordable(attributes: dict[str, Any]) -> None:
    """An empty id, text that is not Unicode, and what no bundle can hold."""
    with pytest.raises(NotRecordable):
        plan(Tree(), [heard(1, **attributes)], LOG, counting)


def test_the_lag_is_that_of_the_latest_event() -> None:
    """Events of several publishers do not come in order of their time."""
    made = plan(Tree(), [heard(1), heard(5), heard(3)], LOG, counting)
    assert made.last_event_at == datetime(2026, 11, 22, 23, 59, 5, tzinfo=UTC)


@settings(deadline=None, max_examples=25)  # up to 1,500 entries, twice
@given(st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_batches_build_the_tree_that_all_at_once_builds(sizes: list[int]) -> None:
    """However the events are cut into batches: same indexes, tiles and root."""
    events = [heard(number) for number in range(sum(sizes))]
    whole = plan(Tree(), events, LOG, counting)
    tree, begin = Tree(), 0
    entries: list[Entry] = []
    stored: dict[tuple[int, int], bytes] = {}
    for size in sizes:
        part = plan(tree, events[begin : begin + size], LOG, counting)
        stored |= {(tile.level, tile.index): tile.data for tile in part.tiles}
        entries += part.entries
        tree, begin = part.tree, begin + size
    assert tree == whole.tree
    assert tuple(entries) == whole.entries
    assert [made.index for made in entries] == list(range(len(events)))
    assert stored == {(tile.level, tile.index): tile.data for tile in whole.tiles}
