"""The store of a service: its database, relay and vault, handed to every worker as `self.store`.

A service's `repository.py` subclasses `Repository` and names its collections; nothing else of it touches the database.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pymongo import IndexModel
from pymongo.database import Database

from chassis import mongo, settings
from chassis.aggregates import Aggregate, Aggregates
from chassis.commands import ensure_command_indexes
from chassis.documents import to_document
from chassis.extensions import DependencyProvider
from chassis.outbox import Relay
from chassis.parking import Parking
from chassis.vault import Vault

T = TypeVar("T", bound=Aggregate)


class Repository:
    """What every service's repository has: the database, the relay of its events and (with a master key) a vault."""

    def __init__(self, service: str, database: Database[mongo.Document], relay: Relay, vault: Vault | None) -> None:
        self.service = service
        self.database = database
        self.relay = relay
        self._vault = vault
        self._collections: list[Aggregates[Any]] = []

    @property
    def vault(self) -> Vault:
        """The vault; only services with a master key have one."""
        if self._vault is None:
            raise RuntimeError(f"{self.service} has no master key")
        return self._vault

    def aggregates(
        self,
        name: str,
        shape: type[T],
        what: str,
        indexes: Sequence[IndexModel] = (),
        encode: Callable[[T], mongo.Document] = to_document,
        decode: Callable[[mongo.Document], T] | None = None,
        personal: bool = False,
        differ: Callable[[T, T], mongo.Document] | None = None,
    ) -> Aggregates[T]:
        """A collection of aggregates; `what` is what a person calls one of them ("contract").

        `encode`, `decode` and `differ` (the `$set` from one value to the next) are for shapes with a form of their own.

        Of `personal` aggregates the remembered answers are sealed too, each under the key of its document's id.
        """
        vault = self.vault if personal else None
        made = Aggregates(
            self.database, self.relay, self.service, name, shape, what, indexes, encode, decode, vault, differ
        )
        self._collections.append(made)
        return made

    def ensure_indexes(self) -> None:
        """Create every index; called once when the process starts."""
        for collection in self._collections:
            collection.ensure_indexes()
        ensure_command_indexes(self.database)
        mongo.ensure_inbox(self.database)
        Parking(self.database).ensure_indexes()


class Store(DependencyProvider):
    """`store = Store(TalentRepository)`: makes the repository when the process starts, and runs its relay."""

    def __init__(self, repository: type[Repository]) -> None:
        self._make = repository

    def setup(self) -> None:
        """Connect and create what is missing."""
        config = settings.of(self.container)
        database: Any = self.container.config["database"]
        key = settings.read_key("CALLBOARD_MASTER_KEY")
        vault = Vault(database, key) if key else None
        self.relay = Relay(config.service, config.amqp_url, config.outbox_limit)
        self.repository = self._make(config.service, database, self.relay, vault)
        self.repository.ensure_indexes()
        self.relay.recover()

    def start(self) -> None:
        """Begin to publish."""
        self.relay.start()

    def stop(self) -> None:
        """Publish what is waiting; what does not make it stays stored."""
        self.relay.stop()

    @property
    def connected(self) -> bool:
        """Whether events can leave right now."""
        return self.relay.connected

    def get_dependency(self, worker_ctx: Any) -> Repository:
        """The repository, shared by all workers."""
        return self.repository
