"""Makes mongod a replica set of one and gives every service its user. Repeating it changes nothing.

Run once per `docker compose up`, in a container of its own, before any service starts:

    python init.py <host:port of mongod> <folder with the secrets>

Root's password is read from `mongodb_root_password`; a service's user, password and database from
`<service>_mongo_url`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pymongo import MongoClient
from pymongo.errors import OperationFailure

REPLICA_SET = "rs0"
DEADLINE = 60.0
"""Seconds to wait for the member to become primary."""

NOT_YET_INITIALIZED = 94

Client = MongoClient[dict[str, Any]]


class NotPrimary(Exception):
    """The member did not become primary in time."""


def initiate(root: Client, address: str) -> None:
    """Make the member at ``address`` a replica set of one unless it is in one, and wait until it takes writes.

    Raises NotPrimary after DEADLINE seconds.
    """
    try:
        root.admin.command("replSetGetStatus")
    except OperationFailure as failure:
        if failure.code != NOT_YET_INITIALIZED:
            raise
        members = [{"_id": 0, "host": address}]
        root.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
    deadline = time.monotonic() + DEADLINE
    while not root.admin.command("hello")["isWritablePrimary"]:
        if time.monotonic() > deadline:
            raise NotPrimary(f"{address} is not primary after {DEADLINE:.0f} s")
        time.sleep(0.2)


def services(secrets: Path) -> Iterator[tuple[str, str]]:
    """Every service with its password."""
    for path in sorted(secrets.glob("*_mongo_url")):
        url = urlsplit(path.read_text().strip())
        yield url.username or "", url.password or ""


def provision(root: Client, service: str, password: str) -> None:
    """Give a service its user, with readWrite on the service's own database and nothing else."""
    known = root.admin.command("usersInfo", service)["users"]
    root.admin.command(
        "updateUser" if known else "createUser",
        service,
        pwd=password,
        roles=[{"role": "readWrite", "db": service}],
    )


def main(address: str, secrets: Path) -> None:
    """Initiate, then provision every service."""
    password = (secrets / "mongodb_root_password").read_text().strip()
    with MongoClient[dict[str, Any]](
        f"mongodb://{address}/", username="root", password=password, directConnection=True, timeoutMS=10_000
    ) as root:
        initiate(root, address)
        for service, service_password in services(secrets):
            provision(root, service, service_password)
            print(f"{service}: may read and write the database {service}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
