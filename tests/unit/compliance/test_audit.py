"""The audit finds every kind of tampering, and says where."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.compliance.audit import MAX_FAULTS, Report, StoredCheckpoint, StoredHead, StoredLeaf, Told, audit
from services.compliance.checkpoint import Checkpoint, SigningKey, sign_checkpoint
from services.compliance.leaf import Leaf
from services.compliance.ledger import Heard, Opening, Tree, plan
from services.compliance.merkle import leaf_hash

LOG = "ledger.example"
KEY = SigningKey(LOG, bytes(32))
STRANGER = SigningKey(LOG, b"x" * 32)
BATCHES = (3, 250, 10, 40)
SIZE = sum(BATCHES)


@dataclass
class Ledger:
    """A stored ledger that a test may tamper with."""

    entries: list[StoredLeaf] = field(default_factory=list)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    checkpoints: list[StoredCheckpoint] = field(default_factory=list)
    versions: list[Told] = field(default_factory=list)
    head: StoredHead = field(default_factory=lambda: StoredHead(0, b""))
    strays: list[str] = field(default_factory=list)

    def audit(self) -> Report:
        """What the audit finds."""
        return audit(
            LOG,
            KEY.verifier,
            self.head,
            self.entries,
            lambda level, index: self.tiles.get((level, index)),
            self.checkpoints,
            sorted(self.versions, key=lambda told: (told.aggregate, told.version)),
            self.strays,
        )

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Every fault as place and words."""
        return [(fault.where, fault.what) for fault in self.audit().faults]

    @property
    def places(self) -> set[str]:
        """Where something is wrong."""
        return {where for where, _ in self.faults}


def message(number: int) -> dict[str, Any]:
    """An event: three aggregates, whose versions follow one another."""
    return {
        "id": f"evt_{number}",
        "type": "talent.contract.sent.v1",
        "subject": f"ctr_{number % 3}",
        "time": "2026-11-22T08:00:00Z",
        "tenant": "stu_1",
        "aggregateid": f"contracts/ctr_{number % 3}",
        "aggregateversion": number // 3 + 1,
        "correlationid": "req_1",
        "data": {},
    }


def build() -> Ledger:
    """A ledger of 303 entries in four batches, each signed: full and partial tiles."""
    ledger, tree, number = Ledger(), Tree(), 0
    for size in BATCHES:
        messages = [message(number + nth) for nth in range(size)]
        made = plan(
            tree, [Heard(json.dumps(m).encode(), m) for m in messages], LOG, lambda n: sha256(b"salt").digest()[:n]
        )
        for each in made.entries:
            said = {
                "event_id": each.event_id,
                "type": each.type,
                "tenant": each.tenant,
                "subject": each.subject,
                "aggregate": each.aggregate,
                "version": each.version,
                "correlation_id": each.correlation_id,
            }
            ledger.entries.append(StoredLeaf(each.index, each.leaf, each.leaf_hash, said, each.opening))
            ledger.versions.append(Told(each.aggregate, each.version, each.event_id))
        ledger.tiles |= {(tile.level, tile.index): tile.data for tile in made.tiles}
        tree, number = made.tree, number + size
        ledger.checkpoints.append(signed(tree.size, tree.frontier.root()))
    ledger.head = StoredHead(tree.size, tree.frontier.root())
    return ledger


def signed(size: int, root: bytes, key: SigningKey = KEY) -> StoredCheckpoint:
    """A checkpoint of the log."""
    return StoredCheckpoint(size, sign_checkpoint(Checkpoint(LOG, size, root), key))


WHOLE = build()


@pytest.fixture
def ledger() -> Ledger:
    """A ledger of one's own to break."""
    return Ledger(list(WHOLE.entries), dict(WHOLE.tiles), list(WHOLE.checkpoints), list(WHOLE.versions), WHOLE.head, [])


def flip(data: bytes, at: int) -> bytes:
    """The bytes with one bit changed."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_a_whole_ledger_is_whole(ledger: Ledger) -> None:
    """Everything is counted, nothing is wrong."""
    report = ledger.audit()
    assert (report.faults, report.whole) == ([], True)
    assert (report.entries, report.opened, report.forgotten) == (SIZE, SIZE, 0)
    assert (report.tiles, report.checkpoints, report.aggregates) == (3, 4, 3)
    assert (report.root, report.signed_size) == (WHOLE.head.root, SIZE)


def test_an_empty_ledger_is_whole() -> None:
    """Before the first event there is nothing that could be wrong."""
    assert audit(LOG, KEY.verifier, StoredHead(0, sha256().digest()), [], lambda *_: None, [], []).whole


def test_a_forgotten_person_leaves_the_ledger_whole(ledger: Ledger) -> None:
    """Without the key an entry cannot be opened, and every proof still holds."""
    ledger.entries[5] = replace(ledger.entries[5], opening=None)
    report = ledger.audit()
    assert (report.whole, report.opened, report.forgotten) == (True, SIZE - 1, 1)


@settings(deadline=None, max_examples=50)  # a whole audit each
@given(st.integers(0, SIZE - 1), st.data())
def test_a_flipped_bit_in_an_entry_is_found(index: int, data: st.DataObject) -> None:
    """Wherever it is: the entry is named, and its tile and the checkpoints after it no longer fit."""
    leaf = WHOLE.entries[index].leaf
    broken = replace(WHOLE.entries[index], leaf=flip(leaf, data.draw(st.integers(0, len(leaf) - 1))))
    entries = [*WHOLE.entries[:index], broken, *WHOLE.entries[index + 1 :]]
    places = replace(WHOLE, entries=entries).places
    assert {f"entry {index}", f"tile 0/{index // 256}", f"checkpoint {SIZE}", "head"} <= places
    assert f"entry {index - 1}" not in places


def test_a_rewritten_entry_is_found_even_when_its_hash_is_rewritten_too(ledger: Ledger) -> None:
    """A forger who also fixes the stored hash and the commitments is betrayed by tiles and signatures."""
    old = ledger.entries[100]
    leaf = replace(Leaf.decode(old.leaf), type="talent.contract.cancelled.v1").encode()
    said = {**old.said, "type": "talent.contract.cancelled.v1"}
    ledger.entries[100] = StoredLeaf(100, leaf, leaf_hash(leaf), said, None)
    assert ledger.places == {"tile 0/0", "tile 1/0", "checkpoint 253", "checkpoint 263", "checkpoint 303", "head"}


def test_a_missing_entry_is_found(ledger: Ledger) -> None:
    """Its index is named."""
    del ledger.entries[42]
    assert ("entry 42", "is missing: entry 43 follows") in ledger.faults
    assert {"head", "tile 0/0", "checkpoint 303"} <= ledger.places


def test_missing_last_entries_are_found(ledger: Ledger) -> None:
    """A log cut short is betrayed by its head and by what was signed."""
    del ledger.entries[290:]
    assert ("head", "says 303 entries where 290 are stored") in ledger.faults
    assert ("checkpoint 303", "is signed, but there are only 290 entries") in ledger.faults


def test_swapped_entries_are_found(ledger: Ledger) -> None:
    """Each is whole by itself; their order is not that of the tree."""
    first, second = ledger.entries[20], ledger.entries[21]
    ledger.entries[20], ledger.entries[21] = replace(second, index=20), replace(first, index=21)
    assert ledger.places == {"tile 0/0", "tile 1/0", "checkpoint 253", "checkpoint 263", "checkpoint 303", "head"}


@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 0)])
def test_a_wrong_tile_is_found(ledger: Ledger, place: tuple[int, int]) -> None:
    """Full or partial, at any level: just that tile is named."""
    ledger.tiles[place] = flip(ledger.tiles[place], 31)
    assert ledger.faults == [(f"tile {place[0]}/{place[1]}", "is not that of the stored entries")]


def test_a_missing_or_short_tile_is_found(ledger: Ledger) -> None:
    """A tile that is gone, and one that lost its last hash."""
    del ledger.tiles[0, 0]
    ledger.tiles[0, 1] = ledger.tiles[0, 1][:-32]
    assert ledger.faults == [("tile 0/0", "is missing"), ("tile 0/1", "is not that of the stored entries")]


def test_a_tile_that_grew_meanwhile_is_no_fault(ledger: Ledger) -> None:
    """The ledger may go on while it is audited."""
    ledger.tiles[0, 1] += bytes(32)
    assert ledger.audit().whole


@pytest.mark.parametrize(
    "forge",
    [
        lambda: signed(253, bytes(32)),
        lambda: signed(253, WHOLE.head.root),
        lambda: replace(WHOLE.checkpoints[0], size=253),
        lambda: signed(253, bytes(32), STRANGER),
        lambda: StoredCheckpoint(253, WHOLE.checkpoints[1].note.replace("\n253\n", "\n254\n")),
        lambda: StoredCheckpoint(253, "nothing"),
    ],
)
def test_a_forged_checkpoint_is_found(ledger: Ledger, forge: Callable[[], StoredCheckpoint]) -> None:
    """Signed over another root, misfiled, by another key, altered, or none at all: just that checkpoint is named."""
    ledger.checkpoints[1] = forge()
    assert ledger.places == {"checkpoint 253"}


def test_a_checkpoint_in_between_is_checked_at_its_size(ledger: Ledger) -> None:
    """Any size can be signed, not only those of the batches."""
    ledger.checkpoints.insert(1, signed(100, bytes(32)))
    assert ledger.places == {"checkpoint 100"}


def test_a_checkpoint_over_nothing_is_found(ledger: Ledger) -> None:
    """There is nothing to sign before the first entry."""
    ledger.checkpoints.insert(0, signed(0, sha256().digest()))
    assert ledger.faults == [("checkpoint 0", "is signed over nothing")]


def test_a_wrong_head_is_found(ledger: Ledger) -> None:
    """Size and root of where the sequencer would go on."""
    ledger.head = StoredHead(SIZE, bytes(32))
    assert ledger.faults == [("head", "its root is not that of the stored entries")]


def test_what_lies_beyond_the_head_is_told(ledger: Ledger) -> None:
    """An entry, a tile or a checkpoint that the head does not know of."""
    ledger.strays.append("entry 400")
    assert ledger.faults == [("entry 400", "lies beyond the head, which is at 303")]


def test_an_opening_that_does_not_open_is_found(ledger: Ledger) -> None:
    """Salt, message and tenant must be those that were committed to."""
    opening = ledger.entries[1].opening
    assert opening
    ledger.entries[1] = replace(ledger.entries[1], opening=replace(opening, body=opening.body + b" "))
    ledger.entries[2] = replace(ledger.entries[2], opening=replace(opening, payload_salt=bytes(32)))
    ledger.entries[3] = replace(ledger.entries[3], said={**ledger.entries[3].said, "tenant": "stu_2"})
    ledger.entries[4] = replace(ledger.entries[4], opening=Opening.decode(b"short"))
    assert ledger.places == {"entry 1", "entry 2", "entry 3", "entry 4"}


@pytest.mark.parametrize("name", ["event_id", "type", "subject", "aggregate", "version", "correlation_id"])
def test_an_entry_that_is_filed_wrongly_is_found(ledger: Ledger, name: str) -> None:
    """What is stored beside an entry, to find it again, must be what the event says."""
    wrong: Any = 99 if name == "version" else "wrong"
    ledger.entries[7] = replace(ledger.entries[7], said={**ledger.entries[7].said, name: wrong})
    assert any(where == "entry 7" and f"filed under {name} {wrong!r}" in what for where, what in ledger.faults)


def test_an_entry_of_another_log_is_found(ledger: Ledger) -> None:
    """A leaf names its log."""
    leaf = replace(Leaf.decode(ledger.entries[0].leaf), log="other.example").encode()
    ledger.entries[0] = replace(ledger.entries[0], leaf=leaf)
    assert ("entry 0", "belongs to the log other.example") in ledger.faults


def test_a_gap_in_the_versions_is_found(ledger: Ledger) -> None:
    """The aggregate and the missing versions are named; a lost first version is a gap too."""
    gone = {("talent/contracts/ctr_1", 5), ("talent/contracts/ctr_1", 6), ("talent/contracts/ctr_2", 1)}
    ledger.versions = [told for told in ledger.versions if (told.aggregate, told.version) not in gone]
    assert ledger.faults == [
        ("talent/contracts/ctr_1", "version 5 to 6 is missing before evt_19"),
        ("talent/contracts/ctr_2", "version 1 is missing before evt_5"),
    ]


def test_a_version_that_is_told_twice_is_found(ledger: Ledger) -> None:
    """Two events cannot both be the second of one aggregate."""
    ledger.versions.append(Told("talent/contracts/ctr_0", 2, "evt_forged"))
    ((where, what),) = ledger.faults
    assert where == "talent/contracts/ctr_0"
    assert what.startswith("version 2 is told twice")


def test_a_report_stays_bounded(ledger: Ledger) -> None:
    """Beyond a thousand, faults are counted only."""
    ledger.strays = [f"entry {number}" for number in range(1000, 1000 + MAX_FAULTS + 5)]
    report = ledger.audit()
    assert (len(report.faults), report.more_faults) == (MAX_FAULTS, 5)
