"""A toy service with what every service has: an aggregate, rules, operations and handlers."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from chassis import mongo, outbox
from chassis.aggregates import Aggregates
from chassis.api import Answer, Call, Operation, command_id, fingerprint
from chassis.calling import RpcClient
from chassis.cause import Cause, new_id
from chassis.handlers import handles
from chassis.outbox import Relay
from chassis.rpc import serves
from chassis.store import Repository, Store
from chassis.tracing import start
from chassis.vault import Vault
from events.envelope import Envelope, Event

TENANT = "stu_1"


@dataclass(frozen=True)
class TallyCounted(Event, type="toy.tally.counted.v1", subject="tally_id"):
    """Somebody counted."""

    tally_id: str
    by: int


@dataclass(frozen=True)
class TallyWhispered(Event, type="toy.whisper.heard.v1", subject="tally_id"):
    """Something that nobody may listen to."""

    tally_id: str


@dataclass(frozen=True)
class Tally:
    """A number of one studio; `heard` are the ids of the events that were added to it."""

    id: str
    tenant: str
    version: int = 0
    total: int = 0
    heard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Count:
    """The body of `count`."""

    by: int = 1


@dataclass(frozen=True)
class Nap:
    """The body of `nap`."""

    milliseconds: int


@dataclass(frozen=True)
class TallyView:
    """What is answered."""

    tally_id: str
    total: int


COUNT = Operation("count", "command", "POST", "/v1/tallies/{tally_id}/counts", "Count.", TallyView, Count)
NAP = Operation("nap", "command", "POST", "/v1/naps", "Answer late.", TallyView, Nap)
FAIL = Operation("fail", "query", "GET", "/v1/fail", "Break.", TallyView)


def view(tally: Tally) -> TallyView:
    """What is told of a tally."""
    return TallyView(tally.id, tally.total)


def count(tally: Tally, by: int = 1) -> tuple[Tally, list[Event]]:
    """The rule: a total, and the event that says so."""
    return replace(tally, total=tally.total + by), [TallyCounted(tally.id, by)]


def hear(tally: Tally | None, envelope: Envelope[Any], tally_id: str) -> tuple[Tally, Sequence[Event]] | None:
    """The rule of a read model that tells nothing: each event counts once."""
    tally = tally or Tally(tally_id, envelope.tenant)
    if envelope.id in tally.heard:
        return None
    return replace(tally, total=tally.total + envelope.data.by, heard=(*tally.heard, envelope.id)), []


class ToyRepository(Repository):
    """The toy's collection."""

    def __init__(
        self, service: str, database: Database[mongo.Document], relay: Relay, vault: Vault | None = None
    ) -> None:
        super().__init__(service, database, relay, vault)
        self.tallies: Aggregates[Tally] = self.aggregates("tallies", Tally, "tally")


class Toy:
    """Counts."""

    name = "toy"
    store: Any = Store(ToyRepository)

    @serves(COUNT)
    def count(self, call: Call) -> Answer:
        """Add to a tally, which is made when there is none."""
        tally_id = call.path["tally_id"]
        tallies: Aggregates[Tally] = self.store.tallies
        tallies.ensure(Tally(tally_id, call.tenant))
        return tallies.change(call, tally_id, lambda tally: count(tally, call.body.by), view)

    @serves(NAP)
    def nap(self, call: Call) -> TallyView:
        """Answer late."""
        if call.body.milliseconds >= 500:
            self.store.database["naps"].insert_one({})  # tells the test that it has begun
        time.sleep(call.body.milliseconds / 1_000)
        return TallyView("", call.body.milliseconds)

    @serves(FAIL)
    def fail(self, call: Call) -> TallyView:
        """Break in a way that no rule foresees."""
        raise ZeroDivisionError("the secret of the toy")


class Front:
    """A gateway without HTTP."""

    name = "front"
    rpc = RpcClient()


def listener(react: Callable[[Any], Any], batch: int = 0, *heard: Any) -> type:
    """A service whose one handler does what the test wants."""

    class Listener:
        """Listens."""

        name = "listener"

        @handles(*(heard or (TallyCounted,)), batch=batch)
        def listen(self, event: Any) -> Any:
            """Do what the test wants."""
            return react(event)

    return Listener


def cause() -> Cause:
    """A story's beginning."""
    return Cause("mem_1", new_id("req"), new_id("req"), start())


def counted(tally_id: str = "tly_1", by: int = 1, version: int = 1) -> mongo.Document:
    """The outbox entry of an event of the toy: `id`, `key` and the message's `body`."""
    return outbox.seal(TallyCounted(tally_id, by), "toy", TENANT, tally_id, version, cause())


def call_of(
    body: Any = None, key: str = "", tally_id: str = "tly_1", tenant: str = TENANT, if_match: int | None = None
) -> Call:
    """A call as a service sees it."""
    path = {"tally_id": tally_id}
    return Call(
        operation="count",
        tenant=tenant,
        actor="mem_1",
        scopes=frozenset(),
        path=path,
        query=None,
        body=body,
        if_match=if_match,
        command_id=command_id(tenant, "count", path, key) if key else "",
        fingerprint=fingerprint("count", path, repr(body).encode()),
        correlation_id=new_id("req"),
        traceparent=start(),
        deadline=time.time() + 10,
        client_ip="127.0.0.1",
        user_agent="test",
        received_at=datetime.now(UTC),
    )
