"""What runs, from the records on disk: works from any terminal, also when the supervisor is gone."""

from __future__ import annotations

import time
from dataclasses import dataclass

from deploy.local import mongodb, rabbitmq, records
from deploy.local.stack import SUPERVISOR, Stack


@dataclass(frozen=True)
class ProcessStatus:
    """One row: ``uptime`` in seconds, None when it does not run; ``ready`` None when that is not asked of it."""

    name: str
    pid: int
    state: str
    uptime: float | None
    restarts: int
    address: str
    ready: bool | None


def of_stack(stack: Stack) -> list[ProcessStatus]:
    """All processes of a home that were started and not stopped; empty when there are none."""
    supervised = stack.supervisor() is not None
    if supervised:
        stack.attach()
    rows = []
    for name, record in records.read(stack.home.run).items():
        alive = record.alive
        if not supervised:
            if alive:
                rows.append(ProcessStatus(name, record.pid, "left over", since(record.started), 0, "", None))
            continue
        has_address = name not in (SUPERVISOR, rabbitmq.NAME_SERVER)
        rows.append(
            ProcessStatus(
                name,
                record.pid,
                "running" if alive else "restarting",
                since(record.started) if alive else None,
                record.restarts,
                stack.address(name) if has_address else "",
                alive and stack.is_ready(name) if has_address else None,
            )
        )
    order = [SUPERVISOR, rabbitmq.NAME_SERVER, rabbitmq.NODE, mongodb.SERVER]
    return sorted(rows, key=lambda row: (row.name not in order, order.index(row.name) if row.name in order else 0))


def since(started: float) -> float:
    """Seconds since a moment given in seconds since the epoch."""
    return max(0.0, time.time() - started)


def duration(seconds: float) -> str:
    """``59 s``, ``12 min``, ``3 h 05 min``."""
    minutes = int(seconds // 60)
    if minutes == 0:
        return f"{int(seconds)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
