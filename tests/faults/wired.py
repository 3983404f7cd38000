"""A stack whose processes reach broker, database and each other through a proxy: each on a link of its own that can be cut, held or slowed."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from deploy.local import mongodb, ports, rabbitmq
from deploy.local.home import CHECKOUT
from deploy.local.loopback import LOOPBACK
from deploy.local.settings import GATEWAY, SERVICES, Settings
from deploy.local.stack import PROCESSES, Stack, chassis_command, service_of

SERVERS = (rabbitmq.NODE, mongodb.SERVER)


def link(process: str, server: str) -> str:
    """The name of the link from a process to a server, or from the gateway to a service."""
    return f"{process}-to-{server}"


def links(processes: Sequence[str] = PROCESSES) -> list[str]:
    """Every link: each process reaches both servers, and the gateway every service."""
    services = [name for name in processes if service_of(name) in SERVICES]
    return [link(name, server) for name in processes for server in SERVERS] + [link(GATEWAY, name) for name in services]


class Wired(Stack):
    """A stack with a proxy between it and its servers. `extra_env` may be changed before a process is started again."""

    def __init__(
        self,
        home: Path,
        *,
        processes: Sequence[str] = PROCESSES,
        extra_env: Mapping[str, Mapping[str, str]] | None = None,
        command: Callable[[str], Sequence[str]] = chassis_command,
    ) -> None:
        self.extra_env = {name: dict((extra_env or {}).get(name, {})) for name in processes}
        super().__init__(home, processes=processes, extra_env=self.extra_env, command=command)
        self._proxy: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the proxy, then everything else."""
        self.home.create()
        services = [name for name in self.processes if service_of(name) in SERVICES]
        calls = {name: f"{name}.calls" for name in services}
        self._ports = ports.choose([*rabbitmq.PORTS, *mongodb.PORTS, *calls.values()], self.home.ports_file)
        targets = {rabbitmq.NODE: "amqp", mongodb.SERVER: "mongodb"} | calls
        words = [f"{name}={self._ports[targets[name.partition('-to-')[2]]]}" for name in links(self.processes)]
        command = (sys.executable, "-m", "tests.faults.proxy", *words)
        self._proxy = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        found: dict[str, int] = json.loads(self._answers.readline())
        for name in self.processes:
            user = service_of(name)
            to_broker, to_database = (found[link(name, server)] for server in SERVERS)
            self.extra_env[name] |= {
                "CALLBOARD_AMQP_URL": _through(to_broker, self.rabbitmq.url(user)),
                # Otherwise the driver goes to the address that the replica set tells it, past the proxy.
                "CALLBOARD_MONGO_URL": _through(to_database, self.mongodb.url(user), "directConnection=true"),
            }
        self.extra_env[GATEWAY]["CALLBOARD_CALL_URLS"] = Settings(self._credentials).call_urls(
            (service_of(name), found[link(GATEWAY, name)]) for name in services
        )
        super().start()

    def stop(self) -> None:
        """Stop everything, then the proxy."""
        super().stop()
        if self._proxy is not None and self._proxy.stdin is not None:
            self._proxy.stdin.close()
            self._proxy.wait()
            self._answers.close()
            self._proxy = None

    def change(self, name: str, mode: str, seconds: float = 0) -> None:
        """Let a link `pass` (each piece `seconds` late), `hold` or `cut` it."""
        assert self._proxy is not None and self._proxy.stdin is not None
        self._proxy.stdin.write(json.dumps([name, mode, seconds]) + "\n")
        self._proxy.stdin.flush()
        assert self._answers.readline() == "done\n", "the proxy has died"

    @contextmanager
    def changed(self, name: str, mode: str, seconds: float = 0) -> Iterator[None]:
        """Change a link, and let it pass again at the end."""
        self.change(name, mode, seconds)
        try:
            yield
        finally:
            self.change(name, "pass")

    @property
    def _answers(self) -> IO[str]:
        assert self._proxy is not None and self._proxy.stdout is not None
        return self._proxy.stdout


def _through(port: int, url: str, query: str | None = None) -> str:
    """The URL with another port, and another query when one is given beside the authentication source."""
    parts = urlsplit(url)
    credentials = parts.netloc.rpartition("@")[0]
    asked = parts.query if query is None else f"{query}&authSource=admin"
    return urlunsplit(parts._replace(netloc=f"{credentials}@{LOOPBACK}:{port}", query=asked))
