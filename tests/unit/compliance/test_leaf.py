"""A ledger entry has one canonical form, and a commitment opens only to the value it was made with."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from services.compliance.leaf import (
    CommitmentMismatch,
    Leaf,
    LeafInvalid,
    SaltInvalid,
    TimeWithoutZone,
    check_opening,
    commit,
    utc_day,
)

LEAF = Leaf(
    log="callboard.example/ledger",
    event_id="evt_01JD8Z6T5WQ2N7R4XK9M3B0CFA",
    type="talent.contract.signed.v1",
    day=date(2026, 11, 22),
    tenant_commitment="0a" * 32,
    payload_commitment="1b" * 32,
)
ENTRY = (
    '{"day":"2026-11-22","event_id":"evt_01JD8Z6T5WQ2N7R4XK9M3B0CFA","log":"callboard.example/ledger",'
    f'"payload_commitment":"{"1b" * 32}","tenant_commitment":"{"0a" * 32}","type":"talent.contract.signed.v1"}}'
).encode()

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
COMMITMENTS = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_an_entry_is_canonical_json() -> None:
    """Keys in order, no spaces, the day as an ISO date: these bytes are hashed, so they never change."""
    assert LEAF.encode() == ENTRY


@given(st.builds(Leaf, TEXTS, TEXTS, TEXTS, st.dates(), COMMITMENTS, COMMITMENTS))
@settings(deadline=None)
def test_an_entry_reads_back_as_its_leaf(leaf: Leaf) -> None:
    """Whatever Unicode the names carry, the entry is JSON and its leaf is the same."""
    entry = leaf.encode()
    assert Leaf.decode(entry) == leaf
    assert json.loads(entry)["day"] == leaf.day.isoformat()
    assert entry == rfc8785.dumps(json.loads(entry))


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"null",
        b"[]",
        b'"day"',
        b"1",
        b"{}",
        b"\xff",
        b"[" * 60_000,
        ENTRY[:-1],
        ENTRY + b"\n",
        b" " + ENTRY,
        ENTRY.replace(b":", b": ", 1),
        ENTRY.replace(b"{", b'{"a":"b",'),
        ENTRY.replace(b"talent", b"\\u0074alent"),
        ENTRY.replace(b'{"day"', b'{"day":"2026-11-22","day"'),
        ENTRY.replace(b"2026-11-22", b"20261122"),
        ENTRY.replace(b"2026-11-22", b"2026-11-31"),
        ENTRY.replace(b"2026", b"year"),
        ENTRY.replace(b'"2026-11-22"', b"5"),
        ENTRY.replace(b'"callboard.example/ledger"', b"5"),
        ENTRY.replace(b'"callboard.example/ledger"', b'{"a":"b"}'),
        ENTRY.replace(b"callboard.example/ledger", b""),
        ENTRY.replace(b"1b" * 32, b"1B" * 32),
        ENTRY.replace(b"0a" * 32, b"0a" * 31),
        ENTRY.replace(b'"day"', b'"Day"'),
        ENTRY.replace(b"callboard", b"\\ud800"),
    ],
)
def test_bytes_that_are_no_entry_are_refused(entry: bytes) -> None:
    """Another spelling, type or field is not a ledger entry, whatever JSON readers make of it."""
    with pytest.raises(LeafInvalid):
        Leaf.decode(entry)


def test_a_leaf_that_nobody_could_open_is_refused() -> None:
    """Empty names, commitments that no commitment is, and text that has no bytes are refused when made."""
    unnamed: list[dict[str, Any]] = [{name: ""} for name in ("log", "event_id", "type")]
    uncommitted: list[dict[str, Any]] = [
        {name: commitment}
        for name in ("tenant_commitment", "payload_commitment")
        for commitment in ("", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 64 + "\n")
    ]
    for change in unnamed + uncommitted:
        with pytest.raises(LeafInvalid):
            replace(LEAF, **change)
    with pytest.raises(LeafInvalid):
        replace(LEAF, log="\ud800").encode()


def test_the_hour_of_an_event_never_becomes_public() -> None:
    """A time in the place of the day is refused: who signed at what hour is nobody's business."""
    with pytest.raises(LeafInvalid):
        replace(LEAF, day=datetime(2026, 11, 22, 23, 59, tzinfo=UTC))


def test_the_day_of_an_event_is_its_utc_date() -> None:
    """One in the morning in Hengdian is still the day before; a time without zone has no day."""
    hengdian = timezone(timedelta(hours=8))
    assert utc_day(datetime(2026, 11, 22, 1, 0, tzinfo=hengdian)) == date(2026, 11, 21)
    assert utc_day(datetime(2026, 11, 22, 8, 0, tzinfo=hengdian)) == date(2026, 11, 22)
    with pytest.raises(TimeWithoutZone):
        utc_day(datetime(2026, 11, 22))


def test_a_commitment_is_a_tagged_salted_hash() -> None:
    """SHA-256 over the tag, the salt and the bytes: written down so that others can check an opening."""
    salt = bytes(range(32))
    assert commit(salt, b"value") == sha256(b"callboard/commitment/v1\x00" + salt + b"value").hexdigest()


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64), st.integers(min_value=0))
@settings(deadline=None)
def test_a_commitment_opens_to_its_own_salt_and_value_only(salt: bytes, data: bytes, bit: int) -> None:
    """One flipped bit in salt, value or commitment, or one byte more, and it does not open."""
    commitment = commit(salt, data)
    check_opening(commitment, salt, data)
    for wrong in (
        (commitment, _flipped(salt, bit), data),
        (commitment, salt, _flipped(data, bit) if data else b"\0"),
        (_flipped(bytes.fromhex(commitment), bit).hex(), salt, data),
        (commitment.upper() + "0", salt, data),
        (commitment, salt, data + b"\0"),
        ("", salt, data),
    ):
        with pytest.raises(CommitmentMismatch):
            check_opening(*wrong)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    """A short salt could be guessed, and a variable one would let bytes move between salt and value."""
    with pytest.raises(SaltInvalid):
        commit(bytes(length), b"value")
    with pytest.raises(SaltInvalid):
        check_opening("0" * 64, bytes(length), b"value")


def _flipped(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit changed."""
    return (int.from_bytes(data, "big") ^ 1 << bit % (len(data) * 8)).to_bytes(len(data), "big")
