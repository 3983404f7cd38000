"""`./callboard parked`: what the services gave up on, for a person to look at, replay or discard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from chassis import mongo
from chassis.amqp import BROKEN
from chassis.parking import Parking, QueueGone
from deploy.local import terminal
from deploy.local.accounts import running_stack
from deploy.local.errors import StackError
from deploy.local.stack import PROCESSES, Stack

STATES = ("parked", "replayed", "discarded")
Row = dict[str, Any]


class NoSuchRow(StackError):
    """No parked message has this id, or it was resolved before."""


class NotReplayed(StackError):
    """The message could not be put back on its queue; it stays parked."""


@contextmanager
def parkings(stack: Stack) -> Iterator[dict[str, Parking]]:
    """The parked collections of all services, by service."""
    database = mongo.connect(stack.mongo_url(), PROCESSES[0], "parked")
    with database.client:
        yield {name: Parking(database.client.get_database(name)) for name in PROCESSES}


def locate(all_parkings: dict[str, Parking], row_id: str) -> tuple[str, Row]:
    """The service and the row of an id. Raises NoSuchRow."""
    for service, parking in all_parkings.items():
        row = parking.collection.find_one({"_id": row_id})
        if row is not None:
            return service, row
    raise NoSuchRow(f"there is no parked message {row_id}: see ./callboard parked list")


def as_json(service: str, row: Row) -> Row:
    """A row in JSON-ready values; a body that is not UTF-8 is shown with its odd bytes escaped."""
    shown = {"id": row["_id"], "service": service}
    for key in ("state", "queue", "type", "message_id", "reason", "attempts", "times", "detail"):
        shown[key] = row[key]
    for key in ("first_at", "last_at", "resolved_at"):
        shown[key] = row[key].isoformat(timespec="milliseconds") if key in row else None
    return {**shown, "body": bytes(row["body"]).decode(errors="backslashreplace")}


def print_json(value: Any) -> None:
    """Machine-readable output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@click.group()
def parked() -> None:
    """Messages that could not be handled."""


@parked.command("list")
@click.option("--state", type=click.Choice(STATES), default=STATES[0], show_default=True)
@click.option("--json", "as_json_lines", is_flag=True, help="For programs.")
def list_parked(state: str, as_json_lines: bool) -> None:
    """List parked messages, oldest first."""
    with parkings(running_stack()) as found:
        rows = [as_json(service, row) for service, parking in found.items() for row in parking.rows(state)]
    rows.sort(key=lambda row: row["first_at"])
    if as_json_lines:
        print_json(rows)
    elif not rows:
        terminal.say(f"No message is {state}.")
    else:
        terminal.out.print(table(rows))


def table(rows: list[Row]) -> Table:
    """Rows for people."""
    made = Table(box=None, pad_edge=False)
    for column in ("id", "handler", "event", "attempts", "last time (UTC)"):
        made.add_column(column, no_wrap=True, justify="right" if column == "attempts" else "left")
    made.add_column("reason", overflow="fold")
    for row in rows:
        made.add_row(
            row["id"],
            row["queue"],
            Text(row["type"] or "(no event)"),
            str(row["attempts"]),
            row["last_at"][:19].replace("T", " "),
            Text(row["reason"]),
        )
    return made


@parked.command()
@click.argument("row_id")
@click.option("--json", "as_json_object", is_flag=True, help="For programs.")
def show(row_id: str, as_json_object: bool) -> None:
    """Show a parked message: why, where, how often, and the message itself."""
    with parkings(running_stack()) as found:
        row = as_json(*locate(found, row_id))
    if as_json_object:
        print_json(row)
        return
    for key, value in row.items():
        if key not in ("detail", "body"):
            terminal.out.print(Text.assemble((f"{key:12}", "bold"), str(value if value is not None else "")))
    for key in ("detail", "body"):
        terminal.out.print(Text.assemble("\n", (key, "bold"), "\n", row[key]))


@parked.command()
@click.argument("row_ids", nargs=-1, metavar="[ROW_ID]...")
@click.option("--all", "everything", is_flag=True, help="Every parked message.")
def replay(row_ids: tuple[str, ...], everything: bool) -> None:
    """Put messages back on their queues, where they are handled afresh or parked again."""
    stack = running_stack()
    with parkings(stack) as found:
        for service, row_id in chosen(found, row_ids, everything):
            try:
                done = found[service].replay(row_id, stack.amqp_url())
            except QueueGone as error:
                raise NotReplayed(f"{row_id} stays parked: {error}") from error
            except BROKEN as error:
                raise NotReplayed(f"{row_id} stays parked: the broker did not confirm it ({error})") from error
            tell(row_id, done, "replayed")


@parked.command()
@click.argument("row_ids", nargs=-1, metavar="[ROW_ID]...")
@click.option("--all", "everything", is_flag=True, help="Every parked message.")
@click.option("--yes", is_flag=True, help="Do not ask before discarding all.")
def discard(row_ids: tuple[str, ...], everything: bool, yes: bool) -> None:
    """Mark messages as done with; they are kept for 180 days."""
    with parkings(running_stack()) as found:
        wanted = chosen(found, row_ids, everything)
        if everything and wanted and not yes:
            click.confirm(f"Discard {len(wanted)} messages, which then never take effect?", abort=True)
        for service, row_id in wanted:
            tell(row_id, found[service].discard(row_id), "discarded")


def chosen(found: dict[str, Parking], row_ids: tuple[str, ...], everything: bool) -> list[tuple[str, str]]:
    """The service and id of every message that is meant. Raises NoSuchRow, UsageError."""
    if everything == bool(row_ids):
        raise click.UsageError("give the ids of messages, or --all")
    if everything:
        return [(service, row["_id"]) for service, parking in found.items() for row in parking.rows()]
    return [(locate(found, row_id)[0], row_id) for row_id in row_ids]


def tell(row_id: str, done: bool, state: str) -> None:
    """Say what became of a message. Raises NoSuchRow when somebody else was first."""
    if not done:
        raise NoSuchRow(f"{row_id} was resolved before: see ./callboard parked show {row_id}")
    terminal.out.print(f"{row_id} {state}")
