"""Contracts by the ten thousand: one of each production goes through the API, the others are its copies in the database.

A copy has an id of its own and no past: nothing in its outbox, no commands, and version 0, so that what follows is its
first event and the ledger sees no gap.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, count, islice
from typing import Any, Literal

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.collection import Collection
from ulid import ULID

from bench.connection import Connection
from bench.load import Request
from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.stack import Stack
from tests import examples

Document = dict[str, Any]
State = Literal["sent", "partially_signed", "executed"]

PER_PRODUCTION = 50
"""Contracts that are signed in one production: a schedule is one document."""
AT_ONCE = 32
"""Productions that sign at the same time: one for each connection of the load."""
CONNECTIONS = 64
AT_LEAST = 200
"""Templates that are drafted at once: the platform has work left from each, which so falls into few of the loads."""
CHUNK = 2_000
WRITERS = 3
PARTIES = ("agency", "studio")
NO_PAST: Document = {"outbox": [], "commands": [], "revision": 1, "stamp": ""}
"""What only our outbox and our commands need, of a contract to which nothing has happened."""
SIGNED: dict[State, int] = {"sent": 0, "partially_signed": 1, "executed": 2}


class SeedRefused(Exception):
    """The platform refused a request of the seeding."""


@dataclass(frozen=True)
class Seed:
    """A contract that waits in the database, with what its parties have to know."""

    contract_id: str
    production_id: str
    document_sha256: str


class Studio:
    """A studio whose productions each have one person with a permit and one real contract in the state that is wanted."""

    def __init__(self, stack: Stack, state: State, name: str = "横店基准影业") -> None:
        self.state = state
        self._stack = stack
        self._numbers = count()
        self._templates: list[Document] = []
        with Client(stack.gateway_url, accounts.office_key(stack), patience=30) as office:
            made = accounts.admit_studio(office, name, "Hengdian", {"林晓": ["producer"]}, examples.legal_details())
        (member,) = made["members"].values()
        self.tenant: str = made["studio_id"]
        self.api_key: str = member["api_key"]

    @property
    def host(self) -> str:
        """Where the gateway is, as name:port."""
        return self._stack.gateway_url.removeprefix("http://")

    @property
    def headers(self) -> dict[str, str]:
        """How the studio shows who it is."""
        return {"Authorization": f"Bearer {self.api_key}"}

    def templates(self, wanted: int) -> Sequence[Document]:
        """At least so many contracts as they are stored, each of another production and person."""
        lacking = wanted - len(self._templates)
        if lacking > 0:
            ids = asyncio.run(self._draft_all(max(lacking, AT_LEAST)))
            with MongoClient[Document](self._stack.mongo_url(), timeoutMS=60_000) as client:
                found = client["talent"]["contracts"].find({"_id": {"$in": ids}})
                self._templates += sorted(found, key=lambda document: str(document["_id"]))
        return self._templates

    async def _draft_all(self, wanted: int) -> list[str]:
        numbers = iter(range(wanted))

        async def work() -> list[str]:
            connection = await Connection.open(self.host)
            try:
                return [await self._draft(connection) for _ in numbers]
            finally:
                connection.close()

        made = await asyncio.gather(*(work() for _ in range(min(CONNECTIONS, wanted))))
        return [contract_id for ids in made for contract_id in ids]

    async def _draft(self, connection: Connection) -> str:
        """A contract of a new production with a new person, in the wanted state."""

        async def post(path: str, body: object) -> Any:
            key = {"Idempotency-Key": f"seed-{next(self._numbers)}"}
            request = Request("POST", f"/v1/{path}", {**self.headers, **key}, json.dumps(body).encode())
            answer = await connection.send(request)
            if answer.status // 100 != 2:
                raise SeedRefused(f"POST {path}: {answer.status} {answer.body.decode()}")
            return json.loads(answer.body)

        production = (await post("productions", examples.EXAMPLES["register_production"]))["production_id"]
        person_id = (await post("people", examples.person()))["person_id"]
        await post(f"people/{person_id}/permits", examples.permit())
        contract = await post("contracts", examples.between_companies(production, person_id))
        path = f"contracts/{contract['contract_id']}"
        await post(f"{path}/dispatch", examples.dispatch())
        for party in PARTIES[: SIGNED[self.state]]:
            await post(f"{path}/signatures", examples.signature(contract, party))
        return str(contract["contract_id"])


class Pool:
    """The contracts of a collection that wait to be used, topped up with copies of a studio's templates.

    `shape` makes the document that the collection keeps from one as talent stores it.
    """

    def __init__(
        self, studio: Studio, collection: Collection[Document], shape: Callable[[Document], Document] = dict
    ) -> None:
        self._studio = studio
        self._collection = collection
        self._shape = shape
        self._used = 0
        self._waiting: deque[Seed] = deque()

    def waiting(self, wanted: int) -> list[Seed]:
        """The next contracts to use: at least so many, spread over the productions."""
        if len(self._waiting) < wanted:
            groups = -(-(wanted - len(self._waiting)) // PER_PRODUCTION)
            templates = self._studio.templates(self._used + groups)[self._used : self._used + groups]
            self._used += groups
            self._waiting += store(self._collection, templates, PER_PRODUCTION * groups, self._shape)
        return list(self._waiting)

    def use(self, number: int) -> list[Seed]:
        """Take the first ones out of the pool."""
        return [self._waiting.popleft() for _ in range(number)]


class Mould:
    """A contract that is encoded once: its copies differ in their id alone."""

    def __init__(self, template: Document, shape: Callable[[Document], Document] = dict) -> None:
        self._id = _new_id().encode()
        document = {**template, **NO_PAST, "_id": self._id.decode(), "version": 0}
        document.pop("creation", None)
        self._encoded = bson.encode(shape(document))
        self._production_id: str = template["terms"]["production_id"]
        self._document_sha256: str = template["paper"]["sha256"]

    def copy(self) -> tuple[RawBSONDocument, Seed]:
        """A contract with an id of its own, and what its parties have to know of it."""
        new = _new_id()
        document = RawBSONDocument(self._encoded.replace(self._id, new.encode(), 1))
        return document, Seed(new, self._production_id, self._document_sha256)


def store(
    collection: Collection[Document],
    templates: Sequence[Document],
    wanted: int,
    shape: Callable[[Document], Document] = dict,
) -> Iterator[Seed]:
    """Store so many copies of the templates, several thousand at once, while the caller takes what is told of each."""
    order = islice(in_turn([Mould(template, shape) for template in templates]), wanted)

    def insert(moulds: Sequence[Mould]) -> Sequence[Seed]:
        documents, seeds = zip(*(mould.copy() for mould in moulds), strict=True)
        collection.insert_many(documents, ordered=False)
        return seeds

    chunks = iter(lambda: list(islice(order, CHUNK)), [])
    with ThreadPoolExecutor(WRITERS) as writers:
        yield from chain.from_iterable(writers.map(insert, chunks))


def in_turn(moulds: Sequence[Mould]) -> Iterator[Mould]:
    """Each mould `PER_PRODUCTION` times, `AT_ONCE` of them at a time: while they are being cast, productions sign a lot."""
    while True:
        for begin in range(0, len(moulds), AT_ONCE):
            for _ in range(PER_PRODUCTION):
                yield from moulds[begin : begin + AT_ONCE]


def _new_id() -> str:
    return f"ctr_{ULID()}"


def bare(document: Document) -> Document:
    """A contract without what only our outbox and our commands need."""
    return {name: content for name, content in document.items() if name not in NO_PAST}
