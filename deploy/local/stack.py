"""The whole topology of one machine: the servers, Callboard's processes, and the environment that each one reads."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from deploy.local import loopback, mongodb, ports, rabbitmq, records, settings
from deploy.local.credentials import Credentials
from deploy.local.errors import AlreadyRunning, NotReady, NotRunning, PortTaken, ProcessExited
from deploy.local.home import CHECKOUT, Home
from deploy.local.mongodb import MongoDB
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.records import Record
from deploy.local.settings import GATEWAY as GATEWAY
from deploy.local.settings import SERVICES, Settings
from deploy.local.supervisor import ProcessSpec, Report, Supervisor, describe_exit, silent

PROCESSES = (*SERVICES, GATEWAY)
MAILBOX = "mailbox"
"""The process that keeps and shows letters, where no mail server is configured."""
SUPERVISOR = "supervisor"
"""The name of the record of the process that runs the stack."""

DEFINITIONS = CHECKOUT / "deploy" / "rabbitmq" / "definitions.json"
"""The topology of all services together."""

START_SECONDS = 60.0
GATEWAY_GRACE, SERVICE_GRACE, SERVER_GRACE = 2.5, 4.0, 3.0
"""Seconds from SIGTERM to SIGKILL, one after the other: less than 10 s in all."""
POLL_INTERVAL = 0.05


def chassis_command(service: str) -> Sequence[str]:
    """How a service is run."""
    return (sys.executable, "-m", "chassis.run", service)


def service_of(process: str) -> str:
    """The service (or server) that a process runs: ``gateway`` for ``gateway`` and for its second copy ``gateway-2``."""
    return process.partition("-")[0]


def port_names(process: str) -> tuple[str, ...]:
    """The names of a process's ports: its internal one, and that of a service where it takes calls."""
    return (process, f"{process}.calls") if service_of(process) in SERVICES else (process,)


class Stack:
    """The servers and processes of one home. A context manager: started on entering, stopped on leaving.

    ``processes``     what to run besides the servers, by name; ``gateway-2`` is a second copy of the gateway
    ``extra_env``     settings added to the environment of single processes
    ``amqp_url``      use this RabbitMQ for every process and start none
    ``mongo_url``     use this MongoDB for every process and start none
    ``http_port``     the gateway's port; without it ``preferred_http_port`` when that is free, else any
    ``brokers``       how many nodes our own RabbitMQ has
    ``databases``     how many members our own MongoDB has
    ``mailbox``       whether letters go to a mailbox on this machine
    ``definitions``   the topology that our own RabbitMQ gets before any process starts; None for none
    ``command``       how to run a service
    ``report``        is told what happens to which process
    """

    def __init__(
        self,
        home: Path,
        *,
        processes: Sequence[str] = PROCESSES,
        extra_env: Mapping[str, Mapping[str, str]] | None = None,
        amqp_url: str | None = None,
        mongo_url: str | None = None,
        http_port: int | None = None,
        preferred_http_port: int | None = None,
        brokers: int = 1,
        databases: int = 1,
        mailbox: bool = False,
        definitions: Path | None = DEFINITIONS,
        command: Callable[[str], Sequence[str]] = chassis_command,
        report: Report = silent,
    ) -> None:
        self.home = Home(home.absolute())
        self.processes = tuple(processes)
        self._extra_env = extra_env or {}
        self._external_amqp_url = amqp_url
        self._external_mongo_url = mongo_url
        self._http_port = http_port
        self._preferred_http_port = preferred_http_port
        self._brokers = brokers
        self._databases = databases
        self._mailbox = mailbox
        self._definitions = definitions
        self._command = command
        self._report_to = report
        self._credentials = Credentials(self.home.credentials)
        self._supervisor = Supervisor(self.home.run, self.home.logs, self._report)
        self._ports: dict[str, int] = {}
        self._lock: IO[str] | None = None
        self._reservation: socket.socket | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- starting and stopping -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything and return when all of it is ready; when that fails, stop everything and raise."""
        self.home.create()
        self._take_lock()
        try:
            self._stop_leftovers()
            self._choose_ports()
            records.write(self.home.run, Record(SUPERVISOR, os.getpid(), records.started_at(os.getpid())))
            if self._mailbox:
                self._start_mailbox()
            self._start_servers()
            for name in self.processes:
                self.start_process(name)
            for name in (*([MAILBOX] if self._mailbox else []), *self.processes):
                self._expect(name, partial(self.is_ready, name))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything within 10 s: the gateway, the services, the servers. Data stays."""
        if self._lock is None:
            return
        self._stop_in_order(self._supervisor.stop, self._supervisor.names())
        self._supervisor.end()
        self._supervisor = Supervisor(self.home.run, self.home.logs, self._report)
        if self._reservation is not None:
            self._reservation.close()
        records.remove(self.home.run, [SUPERVISOR])
        self._release_lock()

    def attach(self) -> Self:
        """Learn the addresses of this home's stack, which another process runs. Raises NotRunning."""
        supervisor = self.supervisor()
        if supervisor is None:
            raise NotRunning(f"no stack runs in {self.home.path}: start it with ./callboard up")
        self._ports = ports.remembered(self.home.ports_file)
        return self

    def supervisor(self) -> Record | None:
        """The process that runs this home's stack, when there is one."""
        record = records.read(self.home.run).get(SUPERVISOR)
        return record if record is not None and record.alive else None

    def stop_leftovers(self) -> None:
        """Stop what a supervisor that was killed left running. Raises AlreadyRunning when a supervisor runs."""
        self.home.create()
        self._take_lock()
        try:
            self._stop_leftovers()
        finally:
            self._release_lock()

    def start_process(self, name: str) -> None:
        """Run a process under supervision: one that was stopped, or one more copy."""
        missing = [port for port in port_names(name) if port not in self._ports]
        self._ports |= ports.choose(missing, self.home.ports_file)
        self._report(name, "starting")
        environment = self.environment(name)
        self._supervisor.start(ProcessSpec(name, tuple(self._command(service_of(name))), environment, CHECKOUT))

    def stop_process(self, name: str, grace: float = 10.0) -> None:
        """Stop a process with SIGTERM, after ``grace`` seconds with SIGKILL; it stays down."""
        self._supervisor.stop([name], grace)

    # -- one process ---------------------------------------------------------------------------------------------

    def record(self, name: str) -> Record:
        """The present instance of a process or server: pid, start time, restarts so far."""
        return self._supervisor.record(name)

    def kill(self, name: str, signal: int) -> int:
        """Send ``signal`` to a process or server and return the pid that got it; when it ends, it is restarted.

        After SIGKILL it is gone when this returns, so that ``wait_ready`` waits for the next instance.
        """
        return self._supervisor.kill(name, signal)

    def is_ready(self, name: str) -> bool:
        """Whether a process or server does its work now."""
        if service_of(name) == rabbitmq.NODE:
            return self.rabbitmq.ready(name)
        if service_of(name) == mongodb.SERVER:
            return self.mongodb.ready(name)
        if name == MAILBOX:
            return loopback.answers_ok(self.internal_url(name))
        return loopback.answers_ok(f"{self.internal_url(name)}/readyz")

    def wait_ready(self, name: str, seconds: float = START_SECONDS) -> None:
        """Wait until a process or server is ready, however often it is restarted meanwhile. Raises NotReady."""
        deadline = time.monotonic() + seconds
        while not self.is_ready(name):
            if time.monotonic() > deadline:
                raise NotReady(f"{name} was not ready after {seconds:.0f} s", self.log(name))
            time.sleep(POLL_INTERVAL)

    def wait_all_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until every process is ready. Raises NotReady for the first that is not."""
        deadline = time.monotonic() + seconds
        for name in self.processes:
            self.wait_ready(name, max(0.0, deadline - time.monotonic()))

    def log(self, name: str) -> Path:
        """The log file of a process or server."""
        return self._supervisor.log(name)

    def environment(self, name: str) -> dict[str, str]:
        """All settings of a process. Secrets are in files of which the environment has only the paths."""
        service = service_of(name)
        making = Settings(self._credentials)
        # A gateway asks every copy that runs when it starts. Who is attached only supervises none and knows the first copies.
        running = self._supervisor.names() or [one for one in PROCESSES if one in self._ports]
        asked = running if service == GATEWAY else [name]
        own = making.of(
            name,
            service,
            amqp_url=self.amqp_url(service),
            mongo_url=self.mongo_url(service),
            call_urls=making.call_urls(
                (service_of(one), self._ports[calls]) for one in asked for calls in port_names(one)[1:]
            ),
            internal_port=self._ports[name],
        )
        if service == GATEWAY:
            own |= settings.public_address(self._ports["http"], self.gateway_url)
        elif "http" in self._ports:
            own["CALLBOARD_PUBLIC_URL"] = self.gateway_url  # links in letters lead there
        if service == "talent" and self.mailbox_url is not None:
            own |= settings.letters(self._ports["mailbox.smtp"])
        return settings.inherited(own) | own | dict(self._extra_env.get(name, {}))

    # -- addresses -----------------------------------------------------------------------------------------------

    @property
    def gateway_url(self) -> str:
        """The public address of the platform."""
        return f"http://{loopback.LOOPBACK}:{self._ports['http']}"

    def address(self, name: str) -> str:
        """Where a process or server is reached, for people."""
        if service_of(name) == GATEWAY:
            return self.gateway_url
        if name == MAILBOX:
            return self.internal_url(name)
        if service_of(name) == rabbitmq.NODE:
            return self.rabbitmq.address_of(name)
        if service_of(name) == mongodb.SERVER:
            return self.mongodb.address_of(name)
        return f"{loopback.LOOPBACK}:{self._ports[name]}"

    @property
    def mailbox_url(self) -> str | None:
        """The page with the letters; None when they go elsewhere."""
        return self.address(MAILBOX) if MAILBOX in records.read(self.home.run) else None

    def internal_url(self, name: str) -> str:
        """Where a process answers ``/livez``, ``/readyz`` and ``/metrics``."""
        return f"http://{loopback.LOOPBACK}:{self._ports[name]}"

    def amqp_url(self, user: str = rabbitmq.ADMIN) -> str:
        """The AMQP URL with the rights of a service, or of the administrator."""
        return self._external_amqp_url or self.rabbitmq.url(user)

    def mongo_url(self, user: str = mongodb.ROOT) -> str:
        """The MongoDB URL with the rights of a service, or of root."""
        return self._external_mongo_url or self.mongodb.url(user)

    @property
    def rabbitmq(self) -> RabbitMQ:
        """The stack's own broker."""
        return RabbitMQ(self.home.data(rabbitmq.NODE), self._ports, self._credentials, self._brokers)

    @property
    def mongodb(self) -> MongoDB:
        """The stack's own database server."""
        return MongoDB(self.home.data("mongodb"), self._ports, self._credentials, self._databases)

    # -- steps ---------------------------------------------------------------------------------------------------

    def _take_lock(self) -> None:
        # The kernel frees the lock when this process ends, however it ends.
        lock = (self.home.run / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise AlreadyRunning(f"the stack in {self.home.path} is running already") from None
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _stop_leftovers(self) -> None:
        """Stop what a supervisor that was killed left behind."""
        left = {name: record for name, record in records.read(self.home.run).items() if name != SUPERVISOR}
        for name, record in left.items():
            if record.alive:
                self._report(name, f"is left over from a supervisor that was killed: stopping pid {record.pid}")
        self._stop_in_order(lambda names, grace: records.stop([left[name] for name in names], grace), list(left))
        records.remove(self.home.run, left)

    def _stop_in_order(self, stop: Callable[[Sequence[str], float], None], names: Sequence[str]) -> None:
        servers = [name for name in names if service_of(name) in (mongodb.SERVER, rabbitmq.NODE, MAILBOX)]
        gateways = [name for name in names if service_of(name) == GATEWAY]
        services = [name for name in names if name not in (*servers, *gateways, rabbitmq.NAME_SERVER)]
        stop(gateways, GATEWAY_GRACE)
        stop(services, SERVICE_GRACE)
        stop(servers, SERVER_GRACE)
        stop([name for name in names if name == rabbitmq.NAME_SERVER], SERVER_GRACE)

    def _choose_ports(self) -> None:
        wanted = [port for name in self.processes for port in port_names(name)]
        if not self._external_amqp_url:
            wanted += rabbitmq.port_names(self._brokers)
        if not self._external_mongo_url:
            wanted += mongodb.port_names(self._databases)
        if self._mailbox:
            wanted += [MAILBOX, f"{MAILBOX}.smtp"]
        self._ports = ports.choose(wanted, self.home.ports_file)
        if any(service_of(name) == GATEWAY for name in self.processes):
            self._reserve_gateway_port()

    def _reserve_gateway_port(self) -> None:
        if self._http_port is not None:
            if not loopback.is_free(self._http_port):
                raise PortTaken(f"port {self._http_port} is in use by another program: choose another one")
            self._ports["http"] = self._http_port
            ports.remember(self.home.ports_file, self._ports)
        else:
            wish = {"http": self._preferred_http_port} if self._preferred_http_port else {}
            self._ports |= ports.choose(["http"], self.home.ports_file, wish)
        self._reservation = loopback.reserve(self._ports["http"])

    def _start_servers(self) -> None:
        own: list[RabbitMQ | MongoDB] = []
        if not self._external_amqp_url:
            own.append(self.rabbitmq)
        if not self._external_mongo_url:
            own.append(self.mongodb)
        # All are started before the first is awaited: they come up side by side.
        for server in own:
            for spec in server.prepare():
                self._report(spec.name, "starting")
                self._supervisor.start(spec)
        for server in reversed(own):
            for name in server.names:
                self._expect(name, partial(server.ready, name))
            server.provision(PROCESSES)
        if self._definitions is not None and not self._external_amqp_url:
            self.rabbitmq.define(self._definitions)

    def _start_mailbox(self) -> None:
        self._report(MAILBOX, "starting")
        folder = str(self.home.data(MAILBOX))
        numbers = (str(self._ports[f"{MAILBOX}.smtp"]), str(self._ports[MAILBOX]))
        command = (sys.executable, "-W", "ignore", "-m", "deploy.local.mailbox", folder, *numbers)
        self._supervisor.start(ProcessSpec(MAILBOX, command, dict(os.environ), CHECKOUT))

    def _expect(self, name: str, ready: Callable[[], bool]) -> None:
        """Wait until a process that was just started is ready. Raises ProcessExited, NotReady."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self._supervisor.record(name).restarts or self._supervisor.exit_code(name) is not None:
                code = describe_exit(self._supervisor.exit_code(name))
                raise ProcessExited(f"{name} ended with {code} instead of becoming ready", self.log(name))
            if time.monotonic() > deadline:
                raise NotReady(f"{name} was not ready after {START_SECONDS:g} s", self.log(name))
            time.sleep(POLL_INTERVAL)
        self._report(name, "ready")

    def _report(self, name: str, message: str) -> None:
        line = {"time": datetime.now(UTC).isoformat(), "level": "info", "service": SUPERVISOR, "event": message}
        with (self.home.logs / f"{SUPERVISOR}.log").open("a") as log:
            log.write(json.dumps(line | {"process": name}) + "\n")
        self._report_to(name, message)
