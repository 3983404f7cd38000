"""How the launcher speaks to people: progress, tables, log lines, and errors in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.local import logs
from deploy.local.errors import StackError
from deploy.local.logs import Line
from deploy.local.status import ProcessStatus, duration
from deploy.local.supervisor import Report

LOG_TAIL = 12
LEVEL_STYLES = {"critical": "bold red", "error": "red", "warning": "yellow", "debug": "dim"}
PROCESS_COLOURS = ("cyan", "green", "magenta", "blue", "bright_cyan", "bright_green", "bright_magenta")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(message: str) -> None:
    """A line about what happens now."""
    err.print(Text(message, style="bold"))


def complain(error: StackError) -> None:
    """An error in one line, after the end of the log that explains it."""
    if error.log is not None:
        for line in logs.last_lines(Path(error.log), LOG_TAIL):
            err.print(Text(f"  {line}", style="dim"))
        err.print(Text(f"  (from {error.log})", style="dim"))
    err.print(Text(f"callboard: {error}", style="red"))


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show what happens to which process: a live line on a terminal, plain lines elsewhere."""
    if not err.is_terminal:
        yield lambda name, message: err.print(Text(f"{name}: {message}"))
        return
    with err.status(title) as status:
        ready: list[str] = []

        def report(name: str, message: str) -> None:
            if message == "ready":
                ready.append(name)
            elif message != "starting":
                err.print(Text(f"{name} {message}", style="yellow"))
            status.update(f"{title}  [green]{' '.join(ready)}[/green]")

        yield report


def status_table(rows: Iterable[ProcessStatus]) -> Table:
    """What runs, for people."""
    table = Table(box=None, pad_edge=False)
    for column in ("process", "pid", "state", "uptime", "restarts", "address", "ready"):
        table.add_column(column, no_wrap=True, justify="right" if column in ("pid", "uptime", "restarts") else "left")
    for row in rows:
        ready = {True: Text("yes", "green"), False: Text("no", "red"), None: Text("")}[row.ready]
        state = Text(row.state, "green" if row.state == "running" else "yellow")
        uptime = duration(row.uptime) if row.uptime is not None else ""
        table.add_row(row.name, str(row.pid), state, uptime, str(row.restarts), row.address, ready)
    return table


def log_line(line: Line, processes: list[str]) -> Text:
    """A log entry in one readable line; the colour tells the process."""
    colour = PROCESS_COLOURS[processes.index(line.process) % len(PROCESS_COLOURS)]
    return Text.assemble(
        (f"{line.time[11:23]:12} ", "dim"),
        (f"{line.process:12} ", colour),
        (f"{line.level:8} ", LEVEL_STYLES.get(line.level, "")),
        (line.text, LEVEL_STYLES.get(line.level, "")),
    )
