"""Where one test works: a virtual host and databases of its own on the suite's servers."""

import os
import random
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from amqp import Channel, Message
from amqp.exceptions import NotFound
from nameko.containers import ServiceContainer
from pymongo.database import Database

from chassis import mongo
from chassis.amqp import Link, open_connection
from chassis.extensions import DependencyProvider
from chassis.parking import Parking
from chassis.settings import Settings
from chassis.wire import CallUrl
from deploy.local import ports
from deploy.local.loopback import LOOPBACK, is_free, request
from deploy.local.rabbitmq import ADMIN
from tests.service.waiting import until


@dataclass(frozen=True)
class Servers:
    """What `tests.servers` says of itself."""

    amqp_url: str
    mongo_url: str
    management_url: str
    admin_password: str
    broker_pid: int
    home: str

    def manage(self, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
        """One request to the broker's management API."""
        answer = request(
            method, f"{self.management_url}/{path}", user=(ADMIN, self.admin_password), body=body, seconds=20
        )
        assert answer.ok, f"{method} {path}: {answer.status} {answer.body!r}"
        return answer.body

    @contextmanager
    def broker_stopped(self) -> Iterator[None]:
        """The broker's process is frozen inside the block, as by a stopped machine: connections stay, nothing answers."""
        os.kill(self.broker_pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.broker_pid, signal.SIGCONT)


def toy_url() -> CallUrl:
    """Where a copy of the toy service takes calls."""
    free = (port for port in random.sample(ports.RANGE, 100) if is_free(port))
    return CallUrl("toy", "its-password", LOOPBACK, next(free))


@dataclass
class Place:
    """A virtual host, a database name, and the containers that a test runs there."""

    servers: Servers
    name: str = field(default_factory=lambda: f"t{secrets.token_hex(5)}")
    containers: list[ServiceContainer] = field(default_factory=list)
    toy: CallUrl = field(default_factory=toy_url)

    def open(self) -> None:
        """Make the virtual host."""
        self.servers.manage("PUT", f"vhosts/{self.name}", {})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self.servers.manage("PUT", f"permissions/{self.name}/{ADMIN}", everything)
        self._connection = open_connection(self.amqp_url, "test")
        self.channel: Channel = self._connection.channel()
        self.database: Database[mongo.Document] = mongo.connect(self.servers.mongo_url, self.name, "test")

    def close(self) -> None:
        """Stop what still runs, and remove everything."""
        for container in reversed(self.containers):
            container.stop()
        with suppress(OSError):  # the broker has closed it when a test waited for longer than heartbeats may
            self._connection.close()
        self.servers.manage("DELETE", f"vhosts/{self.name}")
        self.database.client.drop_database(self.name)
        self.database.client.close()

    @property
    def amqp_url(self) -> str:
        """The broker, in this test's virtual host."""
        return f"{self.servers.amqp_url.rpartition('/')[0]}/{quote(self.name)}"

    def settings(
        self, service: str, max_workers: int = 64, amqp_url: str = "", call_urls: tuple[CallUrl, ...] = ()
    ) -> Settings:
        """A process's settings."""
        return Settings(
            service=service,
            amqp_url=amqp_url or self.amqp_url,
            mongo_url=self.servers.mongo_url,
            call_urls=call_urls or (self.toy,),
            database=self.name,
            internal_host="127.0.0.1",
            internal_port=0,
            log_level="INFO",
            max_workers=max_workers,
            http_host="127.0.0.1",
            http_port=0,
            public_url="",
        )

    def run(self, service: type, parking: Any = None, max_workers: int = 64, **settings: Any) -> ServiceContainer:
        """A service in a container of this process; returns when it is connected."""
        name: str = service.name  # type: ignore[attr-defined]  # nameko's convention
        container = ServiceContainer(
            service,
            {
                "settings": self.settings(name, max_workers, **settings),
                "database": self.database,
                "parking": parking or Parking(self.database),
                "max_workers": max_workers,
                "serializer": "json",
            },
        )
        container.start()
        self.containers.append(container)
        if name != "front":  # whose service may come later, or never
            links = [extension for extension in container.extensions if hasattr(extension, "connected")]
            until(lambda: all(link.connected for link in links), what=f"{name}'s connections")
        return container

    def stop(self, container: ServiceContainer) -> None:
        """Stop one container before the test's end."""
        self.containers.remove(container)
        container.stop()

    # The broker's side

    def declare_exchange(self, name: str) -> None:
        """A durable topic exchange, as a publisher declares it."""
        self.channel.exchange_declare(name, "topic", durable=True, auto_delete=False)

    def declare_queue(self, name: str, exchange: str = "", key: str = "#") -> None:
        """A durable queue, bound to `exchange`."""
        self.channel.queue_declare(name, durable=True, auto_delete=False)
        if exchange:
            self.channel.queue_bind(name, exchange, key)

    def publish(
        self, exchange: str, key: str, body: bytes, headers: dict[str, Any] | None = None, **properties: Any
    ) -> None:
        """Publish a persistent message, as another service's relay would."""
        message = Message(body, delivery_mode=2, application_headers=headers or {}, **properties)
        self.channel.basic_publish(message, exchange, key)

    def next_message(self, queue: str, seconds: float = 10) -> Message:
        """Take the next message out of a queue."""
        return until(lambda: self.channel.basic_get(queue, no_ack=True), seconds, f"a message in {queue}")

    def messages(self, queue: str) -> list[bytes]:
        """Take out everything that is ready in a queue."""
        taken = []
        while (message := self.channel.basic_get(queue, no_ack=True)) is not None:
            taken.append(message.body if isinstance(message.body, bytes) else message.body.encode())
        return taken

    def depth(self, queue: str) -> int:
        """Messages that are ready in a queue."""
        ready: int = self.channel.queue_declare(queue, passive=True).message_count
        return ready

    def queue_exists(self, queue: str) -> bool:
        """Whether there is a queue of that name."""
        probe = self._connection.channel()
        try:
            probe.queue_declare(queue, passive=True)
        except NotFound:
            return False
        probe.close()
        return True

    # The database's side

    def parked(self) -> list[mongo.Document]:
        """What is parked, oldest first."""
        return list(Parking(self.database).rows())


def provider_of(container: ServiceContainer, kind: type[DependencyProvider]) -> Any:
    """The container's dependency of a kind."""
    return next(it for it in container.dependencies if isinstance(it, kind))


def link_of(container: ServiceContainer, kind: type) -> Link:
    """The supervised connection of the container's extension of a kind."""
    extension: Any = next(it for it in container.extensions if isinstance(it, kind))
    link: Link = extension._link
    return link
