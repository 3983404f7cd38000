"""Aggregates in MongoDB: state, version, unpublished events and recent commands live in one document.

One conditional update (`version` must match) changes all of them together, so that state and events cannot part and a
repeated command finds its own trace (older commands: `chassis.commands`). Reads by id and writes that wait go out together (smart batching).
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakValueDictionary

import eventlet
import orjson
from cachetools import LRUCache
from eventlet.semaphore import Semaphore
from pymongo import IndexModel, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError
from ulid import ULID

from chassis import outbox
from chassis.api import Answer, Call, Order
from chassis.batching import SmartBatch
from chassis.cause import Cause, new_id
from chassis.commands import Commands
from chassis.documents import changes, from_document, to_document
from chassis.errors import Busy, NotFound, NotVersioned, OutboxOverdue, VersionConflict
from chassis.mongo import Document, beyond, ensure_indexes, in_our_words, sorted_by
from chassis.vault import Vault
from events.codecs import plain
from events.envelope import Addressed, Envelope, Event

ATTEMPTS = 12
MOST_WAITING = 4  # requests of a studio that wait for a read model
LONGEST_LAG = 60  # seconds that a read model may be behind
DUE_AT_ONCE = 200
RECENT = 128  # aggregates remembered between two batches of events
_STATE: Document = {"outbox": 0, "commands": 0, "creation": 0}  # left out where only the state is read
_TELLING: Document = {"commands": 0, "creation": 0}  # the state, and what of it was not published yet
_WHOLE: Document | None = None


SHARED = ""
"""The tenant of an aggregate that all studios share: its events are those of the studio that acts, or of whom they address."""


class Aggregate(Protocol):
    """What every aggregate has: its id, the studio it belongs to, and a version that counts its events."""

    @property
    def id(self) -> str:
        """Prefixed ULID."""

    @property
    def tenant(self) -> str:
        """The studio."""

    @property
    def version(self) -> int:
        """The number of events so far; 0 before the first."""


T = TypeVar("T", bound=Aggregate)
Change = tuple[T, Sequence[Event | Addressed]]


@dataclass(frozen=True)
class _Known(Generic[T]):
    """An aggregate as it was at a revision: just read, or remembered from the last write."""

    value: T
    revision: int
    outbox: Sequence[Document]
    fresh: bool


class Taken(Exception):
    """Another document has the value that must be unique; `index` names the index."""

    def __init__(self, index: str) -> None:
        self.index = index
        super().__init__(index)


class Aggregates(Generic[T]):
    """One collection of aggregates of shape `T`."""

    def __init__(
        self,
        database: Database[Document],
        relay: outbox.Relay,
        service: str,
        name: str,
        shape: type[T],
        what: str,
        indexes: Sequence[IndexModel] = (),
        encode: Callable[[T], Document] = to_document,
        decode: Callable[[Document], T] | None = None,
        vault: Vault | None = None,
        differ: Callable[[T, T], Document] | None = None,
    ) -> None:
        self.collection: Collection[Document] = database[name]
        self._relay = relay
        self._service = service
        self._what = what
        self._encode = encode
        self._changes = differ or (changes if encode is to_document else self._compare)
        self._decode = decode or (lambda document: from_document(shape, document))
        self._commands = Commands(database, name, vault)
        self._indexes = [
            *indexes,
            outbox.INDEX,
            IndexModel([("creation.id", 1)], unique=True, partialFilterExpression={"creation.id": {"$type": "string"}}),
        ]
        self._read: SmartBatch[str, Document | None] = SmartBatch(partial(self._find_many, _STATE), 200)
        self._read_whole: SmartBatch[str, Document | None] = SmartBatch(partial(self._find_many, _WHOLE), 200)
        self._update: SmartBatch[tuple[Document, Document, str], bool] = SmartBatch(self._update_many)
        self._insert: SmartBatch[Document, None] = SmartBatch(self._insert_many)
        self._waiting: Counter[str | None] = Counter()  # requests by studio
        self._turns: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()
        self._recent: LRUCache[str, _Known[T]] = LRUCache(RECENT)
        self._left = relay.left
        relay.watch(self.collection)

    def ensure_indexes(self) -> None:
        """Create the collection's indexes."""
        ensure_indexes(self.collection, self._indexes)

    # Reading

    def find(self, document_id: str) -> T | None:
        """The aggregate by its document id, whoever's it is; None when there is none."""
        with in_our_words():
            document = self._read(document_id)
        return None if document is None else self._decode(document)

    def get(self, document_id: str, tenant: str | None) -> T:
        """The tenant's aggregate (None: any tenant's); raises NotFound, also for another tenant's."""
        with in_our_words():
            document = self._read(document_id)
        return self._decode(self._owned(document, document_id, tenant))

    def await_get(self, document_id: str, tenant: str | None, seconds: float = 2) -> T:
        """Like `get`, for a read model that may lag behind by milliseconds: waits up to `seconds` before it raises NotFound.

        Only a few requests of a studio wait at once: each holds a place that others need. More get NotFound without waiting.
        """
        until = time.monotonic() + seconds
        try:
            return self.get(document_id, tenant)
        except NotFound as absent:
            if absent.facts["foreign"] or seconds <= 0 or self._waiting[tenant] >= MOST_WAITING:
                raise
        self._waiting[tenant] += 1
        try:
            while True:
                eventlet.sleep(0.02)
                try:
                    return self.get(document_id, tenant)
                except NotFound:
                    if time.monotonic() > until:
                        raise
        finally:
            self._waiting[tenant] -= 1
            if not self._waiting[tenant]:
                del self._waiting[tenant]

    def await_until(self, document_id: str, tenant: str, done: Callable[[T], bool], seconds: float = 2) -> T:
        """Return the tenant's aggregate once `done` is true of it, or as it is after `seconds`; raises NotFound."""
        until = time.monotonic() + seconds
        while not done(value := self.get(document_id, tenant)) and time.monotonic() < until:
            eventlet.sleep(0.01)
        return value

    def await_made(self, document_id: str, tenant: str | None) -> T:
        """Like `await_get`, for what is known a moment after its id was made: an id that is older than a minute is not waited for."""
        age = time.time() - ULID.from_str(document_id.partition("_")[2]).timestamp
        return self.await_get(document_id, tenant, 2 if abs(age) < LONGEST_LAG else 0)

    def select(
        self, where: Document, limit: int, sort: str = "_id", after: Any = None, order: Order = "oldest"
    ) -> list[T]:
        """Aggregates in the order of `sort`, which must be unique: ascending, or from the newest down; after the value `after`."""
        if after is not None:
            where = {"$and": [where, beyond(sort, after, order)]}
        with in_our_words():
            return [
                self._decode(d) for d in self.collection.find(where).sort(sorted_by(sort, order=order)).limit(limit)
            ]

    def ahead(self, ids: Iterable[str]) -> Callable[[str], T]:
        """Reads all of these together when the first is asked for; one that is asked for again is read again.

        For a rule of `absorb` that looks at another aggregate: what it sees is never older than what it changes. Raises
        NotFound when asked for one that there is not.
        """
        wanted, read = list(ids), dict[str, Document]()

        def one(document_id: str) -> T:
            if wanted:
                with in_our_words():
                    read.update(
                        (document["_id"], document) for document in self.collection.find({"_id": {"$in": wanted}})
                    )
                wanted.clear()
            document = read.pop(document_id, None)
            return self.get(document_id, None) if document is None else self._decode(document)

        return one

    def due(self, where: Document) -> list[str]:
        """The ids of those whose time has come, as `where` says (an index has it), some at a time."""
        with in_our_words():
            return [document["_id"] for document in self.collection.find(where, {"_id": 1}).limit(DUE_AT_ONCE)]

    def _owned(self, document: Document | None, document_id: str, tenant: str | None) -> Document:
        foreign = document is not None and tenant is not None and document["tenant"] not in (tenant, SHARED)
        if document is None or foreign:
            raise NotFound(what=self._what, id=document_id.partition(".")[0], foreign=foreign)
        return document

    # Commands

    def add(self, value: T, events: Sequence[Event], cause: Cause) -> T:
        """Store a new aggregate with its first events, without a command (also when the outbox is overdue); raises Taken."""
        value, entries = self._stamp(value, 0, value.tenant, events, cause)
        document = self._new_document(value, entries)
        with in_our_words():
            self._insert(document)
        self._relay.offer(self.collection.name, document["_id"], entries)
        return value

    def create(self, call: Call, value: T, events: Sequence[Event], view: Callable[[T], Any]) -> Answer:
        """Store a new aggregate with its first events; a repeated command answers as the first time, for ever.

        Raises Taken, OutboxOverdue and StoreUnavailable.
        """
        try:
            self._relay.require_timely()
        except OutboxOverdue:
            with in_our_words():
                if replay := self._created(call):
                    return replay
            raise
        value, entries = self._stamp(value, 0, value.tenant, events, Cause.of_call(call))
        answer = Answer(orjson.dumps(plain(view(value))), value.version)
        document = self._new_document(value, entries)
        if call.command_id:
            document["creation"] = self._commands.entry(call, answer, document["_id"])
        with in_our_words():
            try:
                self._insert(document)
            except Taken as taken:
                if replay := self._created(call):
                    return replay
                raise taken
        self._relay.offer(self.collection.name, document["_id"], entries)
        return answer

    def ensure(self, value: T) -> None:
        """Store a fresh aggregate that has nothing to tell yet, unless there is one with its id already."""
        with in_our_words():
            try:
                self._insert(self._new_document(value, []))
            except Taken:
                return

    def change(
        self,
        call: Call,
        document_id: str,
        rule: Callable[[T], Change[T]],
        view: Callable[[T], Any],
        tenant: str | None = None,
        watching: str | None = None,
    ) -> Answer:
        """Apply `rule` to the caller's aggregate and store the outcome; a repeated command answers as the first time.

        That is so also when the rule changed nothing, and however many commands came between (`chassis.commands`).

        When the rule also looks at another aggregate of this collection, `watching` is the id of that one: the outcome is
        stored if that has not changed since, and of two changes that watch each other one sees what the other did.
        Raises NotFound, VersionConflict (If-Match), KeyReused, KeyExpired, Busy, OutboxOverdue, StoreUnavailable and whatever the rule raises.
        """
        # Writers of this process take turns, which also offers events to the relay in the order of their versions;
        # writers of other processes are met by the condition on the revision.
        with self._turns.setdefault(document_id, Semaphore()):
            for attempt in range(ATTEMPTS):
                with in_our_words():
                    watched = self._read(watching) if watching is not None else None
                    document = self._owned(self._read_whole(document_id), document_id, tenant or call.tenant)
                    if replay := self._commands.replay(document, call):
                        return replay
                self._relay.require_timely()
                if call.if_match is not None and document["tenant"] == SHARED:
                    raise NotVersioned
                if call.if_match is not None and call.if_match != document["version"]:
                    raise VersionConflict(given=call.if_match, current=document["version"])
                value = self._decode(document)
                changed, events = rule(value)
                if not events:
                    if not call.command_id:
                        return Answer(view(value), value.version)
                    changed = value  # remembered all the same: a repeat may find something to change
                acting = value.tenant or call.tenant
                changed, entries = self._stamp(changed, value.version, acting, events, Cause.of_call(call))
                answer = Answer(orjson.dumps(plain(view(changed))), changed.version)
                command = self._commands.entry(call, answer, document_id) if call.command_id else None
                with in_our_words():
                    if self._save(document, value, changed, entries, command, watched):
                        return answer
                eventlet.sleep(random.random() * 0.01 * attempt)
        raise Busy

    # Time

    def advance(self, document_id: str, rule: Callable[[T], Change[T]], cause: Cause) -> None:
        """Apply `rule` because its time has come, not because somebody asked; nothing when there is no such aggregate.

        Raises Busy, PersonForgotten, StoreUnavailable and whatever the rule raises.
        """
        with self._turns.setdefault(document_id, Semaphore()), in_our_words():
            for attempt in range(ATTEMPTS):
                document = self._read_whole(document_id)
                if document is None:
                    return
                value = self._decode(document)
                changed, events = rule(value)
                if not events:
                    return
                changed, entries = self._stamp(changed, value.version, value.tenant, events, cause)
                if self._save(document, value, changed, entries):
                    return
                eventlet.sleep(random.random() * 0.01 * attempt)
        raise Busy

    # Events

    def absorb(
        self,
        events: Sequence[Envelope[Any]],
        by: Callable[[Envelope[Any]], Iterable[str]],
        rule: Callable[[T | None, Envelope[Any], str], Change[T] | None],
    ) -> list[str]:
        """Fold many events into the aggregates that they concern, one conditional write an aggregate.

        `by` names the documents that an event concerns; `rule` gets the aggregate (None when there is none yet), the event
        and the document id, and returns the change, or None when the event was applied before (the version gate).
        Returns an outcome for each event: ok or duplicate.
        """
        todo: dict[str, list[int]] = {}
        for position, envelope in enumerate(events):
            for document_id in by(envelope):
                todo.setdefault(document_id, []).append(position)
        outcomes = ["duplicate"] * len(events)
        for attempt in range(ATTEMPTS):
            todo = self._absorb_round(events, todo, self._known(todo), rule, outcomes)
            if not todo:
                return outcomes
            if attempt:
                eventlet.sleep(random.random() * 0.01 * attempt)
        raise Busy

    def _known(self, ids: Iterable[str]) -> dict[str, _Known[T]]:
        """The aggregates by id, those of the last rounds from memory: the condition on the revision tells when one is stale."""
        if self._left < self._relay.left:  # one of them may have an event to tell before the next
            self._left = self._relay.left
            self._recent.clear()
        known = {i: self._recent[i] for i in ids if i in self._recent}
        missing = [i for i in ids if i not in known]
        if missing:
            for document in self.collection.find({"_id": {"$in": missing}}, _TELLING):
                told = _Known(self._decode(document), document["revision"], document["outbox"], fresh=True)
                known[document["_id"]] = told
        return known

    def _absorb_round(
        self,
        events: Sequence[Envelope[Any]],
        todo: dict[str, list[int]],
        known: dict[str, _Known[T]],
        rule: Callable[[T | None, Envelope[Any], str], Change[T] | None],
        outcomes: list[str],
    ) -> dict[str, list[int]]:
        """One try at every document in `todo`; returns those to try again: changed meanwhile, or remembered wrongly."""
        updates, inserts, applied, stale = [], [], {}, set()
        for document_id, positions in todo.items():
            at = known.get(document_id)
            try:
                value, entries, used = self._fold(events, positions, document_id, at.value if at else None, rule)
            except Exception:
                if at is None or at.fresh:
                    raise
                used = []
            if len(used) < len(positions) and at is not None and not at.fresh:
                stale.add(document_id)  # only what is stored now may say that an event is a duplicate or wrong
                continue
            if value is None or not used:
                continue
            written = _Known(value, at.revision + 1 if at else 1, (), fresh=False)
            applied[document_id] = (used, at.outbox if at else (), entries, written)
            if at is None:
                inserts.append({**self._new_document(value, entries), "_id": document_id})
            else:
                updates.append(self._difference(document_id, at.revision, at.value, value, entries))
        lost = self._write_round(updates, inserts) | stale
        for document_id in lost:
            self._recent.pop(document_id, None)
        for document_id, (used, left, entries, written) in applied.items():
            if document_id not in lost:
                self._recent[document_id] = written
                self._relay.offer(self.collection.name, document_id, [*self._relay.left_in(left), *entries])
                for position in used:
                    outcomes[position] = "ok"
        return {document_id: positions for document_id, positions in todo.items() if document_id in lost}

    def _fold(
        self,
        events: Sequence[Envelope[Any]],
        positions: Sequence[int],
        document_id: str,
        value: T | None,
        rule: Callable[[T | None, Envelope[Any], str], Change[T] | None],
    ) -> tuple[T | None, list[Document], list[int]]:
        """The aggregate after the events at `positions`, its new outbox entries, and which of the events changed it."""
        entries: list[Document] = []
        used = []
        for position in positions:
            change = rule(value, events[position], document_id)
            if change is not None:
                cause = Cause.of_event(events[position], self._service)
                version = 0 if value is None else value.version
                acting = change[0].tenant or events[position].tenant
                value, sealed = self._stamp(change[0], version, acting, change[1], cause)
                entries += sealed
                used.append(position)
        return value, entries, used

    def _write_round(self, updates: list[tuple[Document, Document, str]], inserts: list[Document]) -> set[str]:
        lost: set[str] = set()
        if updates:
            written = self._update_many(updates)
            lost |= {where["_id"] for (where, _, _), ok in zip(updates, written, strict=True) if not ok}
        if inserts:
            results = self._insert_many(inserts)
            lost |= {d["_id"] for d, result in zip(inserts, results, strict=True) if result is not None}
        return lost

    # Writing

    def _stamp(
        self, value: T, version: int, tenant: str, events: Sequence[Event | Addressed], cause: Cause
    ) -> tuple[T, list[Document]]:
        """The value with its new version (one more for each event) and the events' outbox entries.

        A studio that hears of what another one did is not told which of its members did it.
        """
        aggregate, entries = f"{self.collection.name}/{value.id}", []
        for n, said in enumerate(events, start=1):
            whose, event = (said.tenant, said.event) if isinstance(said, Addressed) else (tenant, said)
            by = cause if whose == tenant else replace(cause, actor=f"service:{self._service}")
            entries.append(outbox.seal(event, self._service, whose, aggregate, version + n, by))
        return replace(value, version=version + len(entries)), entries  # type: ignore[type-var]  # a dataclass

    def _new_document(self, value: T, entries: list[Document]) -> Document:
        return {**self._encode(value), "outbox": entries, "commands": [], "revision": 1, "stamp": ""}

    def _save(
        self,
        stored: Document,
        before: T,
        after: T,
        entries: list[Document],
        command: Document | None = None,
        watched: Document | None = None,
    ) -> bool:
        document_id = stored["_id"]
        self._recent.pop(document_id, None)
        where, update, token = self._difference(document_id, stored["revision"], before, after, entries)
        if command is not None:
            self._commands.remember(stored, command, update)
        if watched is not None:
            saved = self._update_together((where, update), _next_revision(watched))
        else:
            saved = self._update((where, update, token))
        if not saved:
            return False
        self._relay.offer(self.collection.name, document_id, [*self._relay.left_in(stored["outbox"]), *entries])
        return True

    def _difference(
        self, document_id: str, revision: int, before: T, after: T, entries: list[Document]
    ) -> tuple[Document, Document, str]:
        """The conditional update from one value to the next, touching only what differs."""
        token = entries[0]["id"] if entries else new_id("stamp")
        changed: Document = {"revision": revision + 1, "stamp": token}
        changed |= self._changes(before, after)
        update: Document = {"$set": changed}
        if entries:
            update["$push"] = {"outbox": {"$each": entries}}
        return {"_id": document_id, "revision": revision}, update, token

    def _compare(self, before: T, after: T) -> Document:
        """The `$set` between two values of which only the whole encodings are known."""
        old = self._encode(before)
        return {key: content for key, content in self._encode(after).items() if content != old[key]}

    def _find_many(self, fields: Document | None, ids: list[str]) -> list[Document | None]:
        found = {d["_id"]: d for d in self.collection.find({"_id": {"$in": list(set(ids))}}, fields)}
        return [found.get(document_id) for document_id in ids]

    def _update_many(self, updates: list[tuple[Document, Document, str]]) -> list[bool]:
        result = self.collection.bulk_write([UpdateOne(where, update) for where, update, _ in updates], ordered=False)
        if result.matched_count == len(updates):
            return [True] * len(updates)
        # The server counts matches of the whole bulk only: an update took place where it left its stamp or its first event.
        ids = [where["_id"] for where, _, _ in updates]
        stored: set[str] = set()
        for document in self.collection.find({"_id": {"$in": ids}}, {"outbox.id": 1, "stamp": 1}):
            stored |= {document["stamp"], *(entry["id"] for entry in document["outbox"])}
        return [token in stored for _, _, token in updates]

    def _update_together(self, *updates: tuple[Document, Document]) -> bool:
        """Both conditional updates or none, in a transaction; two that touch the same documents do not both take place."""

        def update(session: ClientSession) -> bool:
            for where, what in updates:
                if not self.collection.update_one(where, what, session=session).matched_count:
                    session.abort_transaction()
                    return False
            return True

        with self.collection.database.client.start_session() as session:
            return session.with_transaction(update)

    def _insert_many(self, documents: list[Document]) -> list[Any]:
        results: list[Any] = [None] * len(documents)
        try:
            self.collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            if error.details.get("writeConcernErrors"):
                raise  # written, but perhaps not to stay: the outcome is unknown
            for failure in error.details["writeErrors"]:
                if failure["code"] != 11000:
                    raise
                results[failure["index"]] = Taken(next(iter(failure.get("keyPattern", {"": 1}))) + "_1")
        return results

    def _created(self, call: Call) -> Answer | None:
        """The answer to this command when it created something before."""
        first = self.collection.find_one({"creation.id": call.command_id}) if call.command_id else None
        return self._commands.replay(first, call) if first else None


def _next_revision(document: Document) -> tuple[Document, Document]:
    """The conditional update that only says that somebody relied on the document as it is."""
    return {"_id": document["_id"], "revision": document["revision"]}, {"$inc": {"revision": 1}}
