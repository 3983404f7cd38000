"""The composition root of every process: `python -m chassis.run talent`.

Patches the standard library for eventlet before anything else is imported, reads the settings, starts the service in
nameko's runner with its internal port, and drains on SIGTERM or SIGINT.
"""

import os
import sys
import warnings

warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # names resolve in a thread; greendns needs dnspython

import eventlet

eventlet.monkey_patch()

import gc
import logging
import signal
from functools import partial
from importlib import import_module
from typing import Any

from eventlet.event import Event as Signal
from nameko.runners import ServiceRunner

from chassis import logs, mongo
from chassis.internal import InternalServer, database_answers
from chassis.parking import Parking
from chassis.settings import Settings

PROCESSES = {
    "talent": "services.talent.service:Talent",
    "production": "services.production.service:Production",
    "distribution": "services.distribution.service:Distribution",
    "compliance": "services.compliance.service:Compliance",
    "gateway": "gateway.service:Gateway",
}
STOP_SECONDS = 9


def load(name: str) -> Any:
    """The service class of a process."""
    module, _, attribute = PROCESSES[name].partition(":")
    return getattr(import_module(module), attribute)


def main(name: str) -> int:
    """Run one process until a signal ends it; returns the exit code."""
    config = Settings.from_environment(name)
    logs.configure(name, config.log_level)
    logging.getLogger("nameko").setLevel(logging.CRITICAL + 1)  # its logs repeat payloads; ours say what failed
    service = load(name)
    database = mongo.connect(config.mongo_url, config.database, name)
    runner = ServiceRunner(
        {
            "settings": config,
            "database": database,
            "parking": Parking(database),
            "max_workers": config.max_workers,
            "SERVICE_CONTAINER_CLS": "chassis.container.Container",
            "serializer": "json",
        }
    )
    runner.add_service(service)
    ended = Signal()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: eventlet.spawn_after(0, _end, ended, 0))
    runner.start()
    container = next(iter(runner.containers))
    checks = {"database": database_answers(database)}
    for extension in container.extensions:
        if hasattr(extension, "connected"):
            checks[type(extension).__name__.lower()] = partial(getattr, extension, "connected")
    inner = InternalServer(config.internal_host, config.internal_port, checks)
    logs.log.info("started", internal_port=inner.port, pid=os.getpid())
    gc.collect()
    gc.freeze()  # what is loaded by now stays; the collector need not walk it again and again
    gc.set_threshold(50_000, 10, 10)  # almost nothing of ours is a cycle: a walk finds live events, not garbage
    watcher = eventlet.spawn(_watch, runner, ended)
    code: int = ended.wait()
    logs.log.info("stopping")
    watcher.kill()
    with eventlet.Timeout(STOP_SECONDS, False):
        runner.stop()
    inner.stop()
    database.client.close()
    logs.log.info("stopped", code=code)
    return code


def _watch(runner: ServiceRunner, ended: Signal) -> None:
    """A greenthread of ours that dies takes the process with it: the supervisor starts it anew."""
    try:
        runner.wait()
    except Exception as error:
        logs.log.error("died", error=f"{type(error).__name__}: {error}", exc_info=error)
    _end(ended, 1)


def _end(ended: Signal, code: int) -> None:
    if not ended.ready():
        ended.send(code)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PROCESSES:
        sys.exit(f"usage: python -m chassis.run {'|'.join(PROCESSES)}")
    sys.exit(main(sys.argv[1]))
