"""What is appended to the ledger: entries for the events of a batch, the tiles that grow, the head that results.

Pure: the salts, the clock and which events are entries already are passed in.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.errors import RuleError
from services.compliance import tiles
from services.compliance.leaf import SALT_SIZE, Leaf, LeafInvalid, TimeWithoutZone, check_opening, commit, utc_day
from services.compliance.merkle import Frontier, leaf_hash
from services.compliance.tiles import MAX_ENTRY_SIZE, Tile

Salts = Callable[[int], bytes]
"""Gives so many random bytes; `os.urandom`."""


MAX_ID_SIZE = 200

ANONYMOUS = "anonymous"
"""Names the key of entries that belong to no studio: a visitor without credentials was refused."""

_PERSON = re.compile(rb'"person_id":\s*"(prs_[0-9A-Z]{26})"')


class NotRecordable(ValueError):
    """A message that cannot become an entry: its time is none, or its id or type are no plain text."""


class OutsideLedger(RuleError):
    """The index or size lies beyond what the ledger has signed so far."""

    status = 404
    en = "The ledger has {size} entries under its latest checkpoint."
    zh = "账本最新检查点之下共有 {size} 条记录。"


class EntryNotNamed(RuleError):
    """The question does not say for which entry."""

    status = 422
    en = "Say for which entry: give index or leaf_hash."
    zh = "请说明针对哪条记录：给出 index 或 leaf_hash。"


class SizesReversed(RuleError):
    """A consistency proof goes from an earlier to a later size, and the earlier one has entries."""

    status = 422
    en = "A consistency proof goes from a size of 1 or more to a size at least as large."
    zh = "一致性证明须从不小于 1 的规模到不小于它的规模。"


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it was heard: the exact bytes of the message, and its CloudEvents attributes."""

    body: bytes
    attributes: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The event's id; an event is one entry, however often it is delivered."""
        return str(self.attributes["id"])


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens an entry's two commitments: the salts and the message. Whoever has it can show what was committed to."""

    tenant_salt: bytes
    payload_salt: bytes
    body: bytes

    def encode(self) -> bytes:
        """As it is sealed: both salts, then the message."""
        return self.tenant_salt + self.payload_salt + self.body

    @classmethod
    def decode(cls, data: bytes) -> "Opening":
        """The opening in unsealed bytes."""
        return cls(data[:SALT_SIZE], data[SALT_SIZE : 2 * SALT_SIZE], data[2 * SALT_SIZE :])

    def check(self, leaf: Leaf, tenant: str) -> None:
        """Raise CommitmentMismatch unless it opens the leaf's commitments, for this tenant."""
        check_opening(leaf.tenant_commitment, self.tenant_salt, tenant.encode())
        check_opening(leaf.payload_commitment, self.payload_salt, self.body)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the ledger. Only `leaf` is public; the rest is for the studio, and for finding it again.

    `aggregate` is the publisher and its aggregate's id, `version` counts that aggregate's events; `key` names the key that
    `opening` is sealed under: the person's when the event is about one person, else the studio's.
    """

    index: int
    leaf: bytes
    leaf_hash: bytes
    event_id: str
    type: str
    tenant: str
    subject: str
    aggregate: str
    version: int
    correlation_id: str
    key: str
    opening: Opening


@dataclass(frozen=True, slots=True)
class Tree:
    """The right edge of the ledger: the frontier and its partial tiles. All that is needed to go on."""

    frontier: Frontier = field(default_factory=Frontier)
    edge: tuple[Tile, ...] = ()

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.frontier.size


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch adds: the entries in order, every tile that is new or wider, and the tree that results."""

    entries: tuple[Entry, ...]
    tiles: tuple[Tile, ...]
    tree: Tree
    last_event_at: datetime


def outcomes(events: Sequence[Heard], known: Collection[str]) -> list[str]:
    """`ok` for each event that is to become an entry, `duplicate` for what is one already or comes twice in the batch."""
    seen = set(known)
    found = []
    for event in events:
        found.append("duplicate" if event.id in seen else "ok")
        seen.add(event.id)
    return found


def plan(tree: Tree, events: Sequence[Heard], log: str, salts: Salts) -> Plan:
    """Append new events (at least one) to the tree of the log of this name. Raises NotRecordable for the first that cannot be."""
    entries = tuple(entry(event, tree.size + nth, log, salts) for nth, event in enumerate(events))
    hashes = [each.leaf_hash for each in entries]
    changed = tiles.append(tree.edge, tree.size, hashes)
    frontier = tree.frontier.extend(hashes)
    edge = tuple(tiles.right_edge([*tree.edge, *changed], frontier.size))
    return Plan(entries, tuple(changed), Tree(frontier, edge), max(_time(event) for event in events))


def entry(event: Heard, index: int, log: str, salts: Salts) -> Entry:
    """The entry that an event becomes; raises NotRecordable."""
    said = event.attributes
    opening = Opening(salts(SALT_SIZE), salts(SALT_SIZE), event.body)
    try:
        if not 0 < len(said["id"].encode()) <= MAX_ID_SIZE:
            raise LeafInvalid(f"an event's id has 1 to {MAX_ID_SIZE} bytes")
        leaf = Leaf(
            log=log,
            event_id=f"ent_{salts(16).hex()}",  # the event's own id holds its millisecond
            type=said["type"],
            day=utc_day(_time(event)),
            tenant_commitment=commit(opening.tenant_salt, said["tenant"].encode()),
            payload_commitment=commit(opening.payload_salt, event.body),
        ).encode()
    except (LeafInvalid, TimeWithoutZone, UnicodeEncodeError) as error:
        raise NotRecordable(f"{said['id']!r}: {error}") from error
    if len(leaf) > MAX_ENTRY_SIZE:
        raise NotRecordable(f"the entry would have {len(leaf)} bytes")
    return Entry(
        index=index,
        leaf=leaf,
        leaf_hash=leaf_hash(leaf),
        event_id=said["id"],
        type=said["type"],
        tenant=said["tenant"],
        subject=said["subject"],
        aggregate=aggregate_of(said),
        version=said["aggregateversion"],
        correlation_id=said["correlationid"],
        key=key_of(event),
        opening=opening,
    )


def aggregate_of(said: Mapping[str, Any]) -> str:
    """Whose versions an event's version counts: two services may use one id for what each keeps about a person."""
    return f"{said['type'].partition('.')[0]}/{said['aggregateid']}"


def key_of(event: Heard) -> str:
    """The person whose key encrypts an entry, when it is about one person; else the studio, or ANONYMOUS without one.

    Destroying a person's key so makes every entry about them alone unreadable. Searching the bytes is twenty times as
    fast as walking the parsed message, of which it would be half the cost of an entry.
    """
    people = set(_PERSON.findall(event.body))
    return people.pop().decode() if len(people) == 1 else event.attributes["tenant"] or ANONYMOUS


def _time(event: Heard) -> datetime:
    try:
        return datetime.fromisoformat(event.attributes["time"])
    except ValueError as error:
        raise NotRecordable(f"{event.id!r}: time is not an RFC 3339 time") from error
