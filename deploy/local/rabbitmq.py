"""The stack's own RabbitMQ, one node or a cluster: private data, cookie, name server and ports, on the loopback address."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from functools import partial
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
NODE = "rabbitmq"
NODE_PORTS = ("amqp", "amqp_management", "amqp_distribution")
PORTS = (*NODE_PORTS, "epmd")
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


CLUSTER = """\
cluster_formation.peer_discovery_backend = classic_config
cluster_partition_handling = pause_minority
"""


def names(nodes: int) -> list[str]:
    """The names of the nodes: ``rabbitmq``, ``rabbitmq-2`` and so on."""
    return [NODE, *(f"{NODE}-{number}" for number in range(2, nodes + 1))]


def port_names(nodes: int) -> list[str]:
    """The names of all ports: a second node has ``amqp-2``, and the name server is one for all."""
    suffixes = [name.removeprefix(NODE) for name in names(nodes)]
    return [*(f"{port}{suffix}" for suffix in suffixes for port in NODE_PORTS), NAME_SERVER]


def erlang_name(name: str) -> str:
    """A node's name to the other nodes."""
    return f"callboard{name.removeprefix(NODE)}@localhost"


def server_script() -> Path:
    """The package's own start script. The wrapper in the system's path insists on its own user and folders."""
    scripts = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))
    if not scripts:
        raise PackageMissing("RabbitMQ is not installed: install the package rabbitmq-server")
    return scripts[-1]


def permissions(service: str) -> tuple[str, str, str]:
    """The regular expressions (configure, write, read) of the names that a service's broker user may touch.

    - It declares its own exchange and queues, the delay ladder and the exchange for parked messages.
    - It publishes to its own exchange, the ladder and the parked exchange. Binding needs write on the queue, so the same
      names are writable; the ladder, whose end is the default exchange, needs write on that.
    - It consumes from its own queues only and may bind them to every service's events. The ladder and the parked
      exchange are readable because RabbitMQ asks for read on the source of a binding, and on a queue that is declared
      with a dead-letter exchange.
    """
    own = rf"{service}\.[^.]+"
    shared = r"delay\.\d+|parked"
    return (
        f"^({own}|{shared})$",
        f"^({own}|{shared}|amq\\.default)$",
        rf"^({own}|{shared}|[a-z]+\.events)$",
    )


class RabbitMQ:
    """A node, or a cluster of ``nodes``, with one virtual host, an administrator and a user per service.

    ``folder`` is the first node's; the others have theirs beside it.
    """

    def __init__(self, folder: Path, ports: Mapping[str, int], credentials: Credentials, nodes: int = 1) -> None:
        self._folder = folder
        self._ports = ports
        self._credentials = credentials
        self.names = names(nodes)

    @property
    def management_url(self) -> str:
        """The management API of the first node that listens, without credentials."""
        ports = [self._port("amqp_management", name) for name in self.names]
        return f"http://{LOOPBACK}:{next((port for port in ports if is_open(port)), ports[0])}/api"

    @property
    def admin_password(self) -> str:
        """The password of the administrator."""
        return self._credentials.secret("rabbitmq-admin")

    def url(self, user: str) -> str:
        """The AMQP URL of a service's user, or of the administrator."""
        password = self._credentials.secret(f"rabbitmq-{user}")
        addresses = ",".join(self.address_of(name) for name in self.names)
        return f"amqp://{user}:{password}@{addresses}/{VHOST}"

    def address_of(self, name: str) -> str:
        """Host and port of a node."""
        return f"{LOOPBACK}:{self._port('amqp', name)}"

    def prepare(self) -> list[ProcessSpec]:
        """Write the configuration; what to start: Erlang's name server, then the nodes."""
        script = server_script()
        specs = [self._prepare(name, str(script)) for name in self.names]
        name_server = ("epmd", "-port", str(self._ports["epmd"]), "-address", LOOPBACK)
        return [ProcessSpec(NAME_SERVER, name_server, specs[0].environment, self._folder), *specs]

    def ready(self, name: str = NODE) -> bool:
        """Whether a node accepts clients. Raises CredentialsLost when it does not know our administrator."""
        management = self._port("amqp_management", name)
        if not is_open(management):
            return False
        path = f"health/checks/port-listener/{self._port('amqp', name)}"
        try:
            answer = self._call("GET", path, at=f"http://{LOOPBACK}:{management}/api")
        except (OSError, HTTPException):
            return False
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise CredentialsLost(
                f"the RabbitMQ data in {self._folder} was made with another password than "
                f"{self._credentials.path('rabbitmq-admin')}: remove the folder to start afresh"
            )
        return answer.ok

    def fit(self, name: str) -> bool:
        """Whether any queue of a node that answers is alive there.

        A full disk can end RabbitMQ's log system for good (Ra), and the node goes on without one: it accepts connections and
        messages, and confirms none.
        """
        path = f"queues/{VHOST}?disable_stats=true&columns=members,online"
        try:
            answer = self._call("GET", path, at=f"http://{LOOPBACK}:{self._port('amqp_management', name)}/api")
        except (OSError, HTTPException):
            return True  # it starts, or is too busy to say
        if not answer.ok:
            return True
        here = erlang_name(name)
        told = (queue for queue in json.loads(answer.body) if queue)  # one without members, of another type, is []
        queues = [queue for queue in told if here in queue.get("members", ())]
        return not queues or any(here in queue.get("online", ()) for queue in queues)

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

    def _require(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        answer = self._call(method, path, body)
        if not answer.ok:
            raise BrokerRefused(f"RabbitMQ refuses {path}: {answer.body.decode(errors='replace').strip()}")
        return answer

    def control(self, *arguments: str, name: str = NODE) -> str:
        """Run ``rabbitmqctl`` at a node, for instance ``set_disk_free_limit 50MB``; its output. Raises BrokerRefused."""
        tool = str(server_script().with_name("rabbitmqctl"))
        folder = self._folder_of(name)
        done = subprocess.run(
            (tool, "--quiet", "--node", erlang_name(name), *arguments),
            env=self._environment(name, folder),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BrokerRefused(f"RabbitMQ refuses {arguments[0]}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def alarmed(self) -> bool:
        """Whether no node takes a message: an alarm (memory, disk) is in effect, or the broker does not answer at all."""
        try:
            return not self._call("GET", "health/checks/alarms").ok
        except (OSError, HTTPException):
            return True

    def spare(self) -> bool:
        """Whether every queue keeps its majority without any one of the nodes."""
        urls = [f"http://{LOOPBACK}:{self._port('amqp_management', name)}/api" for name in self.names]
        try:
            return all(self._call("GET", "health/checks/node-is-quorum-critical", at=url).ok for url in urls)
        except (OSError, HTTPException):
            return False

    def queues(self) -> list[dict[str, Any]]:
        """All queues as the management API describes them. Raises BrokerRefused."""
        found: list[dict[str, Any]] = json.loads(self._require("GET", f"queues/{VHOST}").body)
        return found

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None, at: str | None = None) -> Answer:
        return request(method, f"{at or self.management_url}/{path}", user=(ADMIN, self.admin_password), body=body)

    def _port(self, port: str, name: str) -> int:
        return self._ports[f"{port}{name.removeprefix(NODE)}"]

    def _folder_of(self, name: str) -> Path:
        return self._folder.with_name(f"{self._folder.name}{name.removeprefix(NODE)}")

    def _prepare(self, name: str, script: str) -> ProcessSpec:
        folder = self._folder_of(name)
        folder.mkdir(mode=0o700, exist_ok=True)
        ports = {port: self._port(port, name) for port in NODE_PORTS}
        configuration = CONFIGURATION.format(
            address=LOOPBACK, vhost=VHOST, admin=ADMIN, password=self.admin_password, **ports
        )
        if len(self.names) > 1:
            peers = (
                f"cluster_formation.classic_config.nodes.{number} = {erlang_name(peer)}\n"
                for number, peer in enumerate(self.names, start=1)
            )
            configuration += CLUSTER + "".join(peers)
        self._write(folder / "enabled_plugins", "[rabbitmq_management].\n")
        self._write(folder / "rabbitmq.conf", configuration)
        self._write(folder / ".erlang.cookie", self._credentials.secret("erlang-cookie"))
        return ProcessSpec(name, (script,), self._environment(name, folder), folder, partial(self.fit, name))

    @staticmethod
    def _write(file: Path, text: str) -> None:
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(text)

    def _environment(self, name: str, folder: Path) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self._ports["epmd"]),
            # The script then becomes the node instead of guarding it: the pid we know is the node's.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_NODENAME": erlang_name(name),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG": "-color",
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "node.pid"),
            "RABBITMQ_DIST_PORT": str(self._port("amqp_distribution", name)),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG_ARGUMENTS,
        }
