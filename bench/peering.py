"""Starts the peers' processes beside the stack, waits until they do their work, and stops them."""

import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from amqp import NotFound

from bench import environments
from bench.peers import Peer
from chassis.amqp import open_connection
from deploy.local import ports
from deploy.local.errors import NotReady, ProcessExited, StackError
from deploy.local.home import CHECKOUT
from deploy.local.loopback import LOOPBACK, is_open
from deploy.local.stack import Stack
from deploy.local.supervisor import ProcessSpec, Supervisor, describe_exit, silent

FOLDER = "peers"
"""The folder of the stack's home with the records of the processes that run."""
START_SECONDS = 60.0
STOP_SECONDS = 1.0
"""A peer that is stopped has done its work; some take no notice of SIGTERM."""
POLL = 0.1
ANSWERS_HTTP = "gateway"
"""The process of a peer that listens."""


class PeerFailed(StackError):
    """A program of a peer ended with an error."""


class Peering:
    """The peers of one run. Those that were started go on without traffic until they are stopped."""

    def __init__(self, stack: Stack, environments: Path) -> None:
        self._stack = stack
        self._environments = environments
        self._folder = stack.home.path / FOLDER
        self._folder.mkdir(exist_ok=True)
        self._supervisor = Supervisor(self._folder, stack.home.logs, silent)
        self._ports: dict[str, int] = {}

    def host(self, peer: Peer) -> str:
        """Where the peer answers HTTP, as name:port."""
        if peer.name not in self._ports:
            self._ports |= ports.choose([peer.name], self._stack.home.ports_file)
        return f"{LOOPBACK}:{self._ports[peer.name]}"

    def start(self, peer: Peer, processes: Sequence[str] | None = None) -> None:
        """Start all of the peer's processes, or some, and return when each one is ready; raises ProcessExited, NotReady."""
        wanted = {name: arguments for name, arguments in peer.processes if processes is None or name in processes}
        for name, arguments in wanted.items():
            if _full(peer, name) not in self._supervisor.names():
                command = (str(self.python(peer)), "-W", "ignore", *arguments)
                self._supervisor.start(ProcessSpec(_full(peer, name), command, self.environment(peer), CHECKOUT))
        for name in wanted:
            self._await(peer, name)

    def stop(self, peer: Peer) -> None:
        """Stop what runs of the peer."""
        self._supervisor.stop([_full(peer, name) for name, _ in peer.processes], STOP_SECONDS)

    def end(self) -> None:
        """Stop every peer."""
        self._supervisor.stop(self._supervisor.names(), STOP_SECONDS)
        self._supervisor.end()

    def processes(self, peer: Peer) -> Mapping[str, int]:
        """The pids of the peer's processes that run, by name."""
        running = self._supervisor.names()
        return {
            name: self._supervisor.record(_full(peer, name)).pid
            for name, _ in peer.processes
            if _full(peer, name) in running
        }

    def run(self, peer: Peer, *arguments: str) -> str:
        """What a program of the peer prints, run to its end; raises PeerFailed."""
        command = [str(self.python(peer)), "-W", "ignore", *arguments]
        done = subprocess.run(
            command, env=self.environment(peer), cwd=CHECKOUT, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise PeerFailed(f"{peer.title}: {' '.join(arguments)} failed: {done.stderr.strip()[-500:]}")
        return done.stdout

    def environment(self, peer: Peer) -> dict[str, str]:
        """All settings of the peer's programs."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self._folder),
            "PEER_AMQP_URL": self._stack.amqp_url(),
            "PEER_MONGO_URL": self._stack.mongo_url(),
            "PEER_DATABASE": database(peer),
            "PEER_HTTP_PORT": self.host(peer).rpartition(":")[2],
        }

    def python(self, peer: Peer) -> Path:
        """The python of the peer's environment, which is made the first time."""
        return environments.make(peer.requirements, self._environments / peer.folder)

    def _await(self, peer: Peer, process: str) -> None:
        name = _full(peer, process)
        deadline = time.monotonic() + START_SECONDS
        while not self._ready(peer, process):
            code = self._supervisor.exit_code(name)
            if code is not None:
                raise ProcessExited(
                    f"{peer.title}: {process} ended with {describe_exit(code)}", self._supervisor.log(name)
                )
            if time.monotonic() > deadline:
                raise NotReady(
                    f"{peer.title}: {process} was not ready after {START_SECONDS:g} s", self._supervisor.log(name)
                )
            time.sleep(POLL)

    def _ready(self, peer: Peer, process: str) -> bool:
        listens = process != ANSWERS_HTTP or is_open(self._ports[peer.name])
        return listens and self.consumed(peer.queues_of(process))

    def consumed(self, queues: Iterable[str]) -> bool:
        """Whether each of the queues has a consumer.

        Asked over AMQP: what the management API says of consumers is up to five seconds old.
        """
        with open_connection(self._stack.amqp_url(), "bench") as connection:
            try:
                channel = connection.channel()
                return all(channel.queue_declare(queue, passive=True).consumer_count for queue in queues)
            except NotFound:
                return False


def database(peer: Peer) -> str:
    """The peer's own database."""
    return f"peer_{peer.name}"


def _full(peer: Peer, process: str) -> str:
    return f"{peer.name}-{process}"
