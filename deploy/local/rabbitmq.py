"""The stack's own RabbitMQ node: private data, cookie, name server and ports, on the loopback address only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any

from deploy.local.credentials import Credentials
from deploy.local.errors import BrokerRefused, CredentialsLost, PackageMissing
from deploy.local.loopback import LOOPBACK, Answer, is_open, request
from deploy.local.supervisor import ProcessSpec

VHOST = "callboard"
ADMIN = "admin"
PORTS = ("amqp", "amqp_management", "amqp_distribution", "epmd")
NODE = "rabbitmq"
NAME_SERVER = "epmd"

ERLANG_ARGUMENTS = (
    "+S 2:2"  # Enough for one machine, and quiet when idle.
    " +stbt u"  # Not bound to a processor each: the services need the same ones.
    " -kernel inet_dist_use_interface {127,0,0,1}"
    # On SIGTERM the management plugin waits 5 s for an answer that cannot come, after all data is safely closed.
    " -kernel shutdown_timeout 1000"
)

CONFIGURATION = """\
listeners.tcp.local = {address}:{amqp}
management.tcp.ip = {address}
management.tcp.port = {amqp_management}
default_vhost = {vhost}
default_user = {admin}
default_pass = {password}
default_user_tags.administrator = true
default_permissions.configure = .*
default_permissions.write = .*
default_permissions.read = .*
log.console = true
log.console.level = warning
log.file = false
raft.wal_max_size_bytes = 67108864
collect_statistics_interval = 30000
"""


def server_script() -> Path:
    """The package's own start script. The wrapper in the system's path insists on its own user and folders."""
    scripts = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))
    if not scripts:
        raise PackageMissing("RabbitMQ is not installed: install the package rabbitmq-server")
    return scripts[-1]


def permissions(service: str) -> tuple[str, str, str]:
    """The regular expressions (configure, write, read) of the names that a service's broker user may touch.

    - It declares its own exchange, queues and reply queues, the delay ladder and the exchange for parked messages.
    - It publishes to its own exchange, the ladder, the parked exchange and the default exchange (calls and answers).
      Binding needs write on the queue, so the same names are writable.
    - It consumes from its own queues only and may bind them to every service's events. The ladder and the parked
      exchange are readable because RabbitMQ asks for read on the source of a binding, and on a queue that is declared
      with a dead-letter exchange.
    """
    own = rf"{service}\.[^.]+|rpc\.{service}|reply\.{service}\..+"
    shared = r"delay\.\d+|parked"
    return (
        f"^({own}|{shared})$",
        f"^({own}|{shared}|amq\\.default)$",
        rf"^({own}|{shared}|[a-z]+\.events)$",
    )


class RabbitMQ:
    """One node with one virtual host, an administrator and a user per service."""

    def __init__(self, folder: Path, ports: Mapping[str, int], credentials: Credentials) -> None:
        self._folder = folder
        self._ports = ports
        self._credentials = credentials

    @property
    def management_url(self) -> str:
        """The management API, without credentials."""
        return f"http://{LOOPBACK}:{self._ports['amqp_management']}/api"

    @property
    def admin_password(self) -> str:
        """The password of the administrator."""
        return self._credentials.secret("rabbitmq-admin")

    def url(self, user: str) -> str:
        """The AMQP URL of a service's user, or of the administrator."""
        password = self._credentials.secret(f"rabbitmq-{user}")
        return f"amqp://{user}:{password}@{LOOPBACK}:{self._ports['amqp']}/{VHOST}"

    def prepare(self) -> list[ProcessSpec]:
        """Write the node's configuration; what to start: Erlang's name server, then the node."""
        script = server_script()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._write("enabled_plugins", "[rabbitmq_management].\n")
        self._write(
            "rabbitmq.conf",
            CONFIGURATION.format(
                address=LOOPBACK, vhost=VHOST, admin=ADMIN, password=self.admin_password, **self._ports
            ),
        )
        self._write(".erlang.cookie", self._credentials.secret("erlang-cookie"))
        environment = self._environment()
        name_server = ("epmd", "-port", str(self._ports["epmd"]), "-address", LOOPBACK)
        return [
            ProcessSpec(NAME_SERVER, name_server, environment, self._folder),
            ProcessSpec(NODE, (str(script),), environment, self._folder),
        ]

    def ready(self) -> bool:
        """Whether the node accepts clients. Raises CredentialsLost when it does not know our administrator."""
        if not is_open(self._ports["amqp_management"]):
            return False
        try:
            answer = self._call("GET", f"health/checks/port-listener/{self._ports['amqp']}")
        except (OSError, HTTPException):
            return False
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise CredentialsLost(
                f"the RabbitMQ data in {self._folder} was made with another password than "
                f"{self._credentials.path('rabbitmq-admin')}: remove the folder to start afresh"
            )
        return answer.ok

    def provision(self, services: Iterable[str]) -> None:
        """Give every service its user and permissions. Repeating it changes nothing."""
        for service in services:
            configure, write, read = permissions(service)
            user = {"password": self._credentials.secret(f"rabbitmq-{service}"), "tags": ""}
            rights = {"configure": configure, "write": write, "read": read}
            self._require("PUT", f"users/{service}", user)
            self._require("PUT", f"permissions/{VHOST}/{service}", rights)

    def define(self, definitions: Path) -> None:
        """Import exchanges, queues, bindings and policies: nothing is published before every queue is bound.

        Raises BrokerRefused, for instance when a queue exists with other arguments.
        """
        self._require("POST", f"definitions/{VHOST}", json.loads(definitions.read_text()))

    def _require(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        answer = self._call(method, path, body)
        if not answer.ok:
            raise BrokerRefused(f"RabbitMQ refuses {path}: {answer.body.decode(errors='replace').strip()}")

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        return request(method, f"{self.management_url}/{path}", user=(ADMIN, self.admin_password), body=body)

    def _write(self, name: str, text: str) -> None:
        file = self._folder / name
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(text)

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self._ports["epmd"]),
            # The script then becomes the node instead of guarding it: the pid we know is the node's.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_NODENAME": "callboard@localhost",
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG": "-color",
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "node.pid"),
            "RABBITMQ_DIST_PORT": str(self._ports["amqp_distribution"]),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG_ARGUMENTS,
        }
