"""The database: clients that state their guarantees, transactions that handle an event once, and its errors in our words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from pymongo import IndexModel, MongoClient
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from chassis.api import Order
from chassis.documents import now
from chassis.errors import StoreUnavailable

TIMEOUT_MS = 8_000  # of every operation, retries included
POOL_SIZE = 20
INBOX_DAYS = 180  # longer than any message can come back

Document = dict[str, Any]


def beyond(field: str, position: Any, order: Order) -> Document:
    """The condition for what comes after a position of a list that is sorted by the field; of everything without one."""
    return {} if position is None else {field: {"$lt" if order == "newest" else "$gt": position}}


def sorted_by(*fields: str, order: Order) -> Document:
    """How a list is sorted by the fields, which are unique together."""
    return dict.fromkeys(fields, -1 if order == "newest" else 1)


class Duplicate(Exception):
    """The event was handled before; nothing to do."""


def connect(url: str, name: str, service: str) -> Database[Document]:
    """The service's database: majority and journalled writes, majority reads, UTC-aware times, bounded time and pool."""
    client: MongoClient[Document] = MongoClient(
        url,
        appname=f"callboard-{service}",
        tz_aware=True,
        timeoutMS=TIMEOUT_MS,
        serverSelectionTimeoutMS=TIMEOUT_MS,
        maxPoolSize=POOL_SIZE,
        retryWrites=True,
        # The other mode waits for the server's word all the time, and gives up twice a second to see whether it still
        # should: under eventlet each time leaves 27 objects in a cycle. A primary that is gone is noticed by who needs it.
        serverMonitoringMode="poll",
        # Of the client, not of the database only: transactions inherit the client's concerns.
        w="majority",
        journal=True,
        readConcernLevel="majority",
    )
    return client.get_database(name)


def ensure_indexes(collection: Collection[Document], indexes: Sequence[IndexModel]) -> None:
    """Create what is missing; an index that exists with other options is an error that names it."""
    if indexes:
        collection.create_indexes(list(indexes))


def ensure_inbox(database: Database[Document]) -> None:
    """The rows that remember which handler handled which event."""
    index = IndexModel([("at", 1)], expireAfterSeconds=int(timedelta(days=INBOX_DAYS).total_seconds()))
    database["inbox"].create_indexes([index])


@contextmanager
def once(database: Database[Document], handler: str, event_id: str) -> Iterator[ClientSession]:
    """A transaction that commits the effects of `event_id` in `handler` at most once; raises Duplicate for a repeat.

    Never keyed by event id alone: two handlers in one database would swallow each other's copy.
    """
    with database.client.start_session() as session, session.start_transaction():
        try:
            database["inbox"].insert_one({"_id": f"{handler}|{event_id}", "at": now()}, session=session)
        except DuplicateKeyError:
            raise Duplicate from None
        yield session


@contextmanager
def in_our_words() -> Iterator[None]:
    """The driver's errors as StoreUnavailable: a client can only repeat with the same key."""
    try:
        yield
    except DuplicateKeyError:
        raise
    except PyMongoError as error:
        raise StoreUnavailable from error
