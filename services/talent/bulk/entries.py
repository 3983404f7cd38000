"""What the rows of a table ask for, and what is wrong with them, by line and column."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from events import columns
from events.codecs import plain
from events.columns import Column
from events.errors import RuleError
from events.shapes import Number, Text
from services.talent.bulk.sheets import Row


@dataclass(frozen=True)
class Fault:
    """What is wrong: on which line, in which column (empty for the line as a whole), and what was expected."""

    line: Annotated[int, Number(min=1)]
    column: Annotated[str, Text(min=0, max=200)]
    expected: Annotated[str, Text(min=0, max=1_000)]


@dataclass(frozen=True)
class Entry:
    """One thing to make; the key is the same whenever the same line is sent again."""

    line: int
    wanted: Any
    key: str


def read(shape: Any, rows: Sequence[Row]) -> tuple[list[Entry], list[Fault]]:
    """The entries without a fault, and the faults of the others; a fault of the heading leaves no entries."""
    heading, *lines = rows
    known = {column.name: column for column in columns.columns(shape)}
    faults = [
        Fault(heading.line, name[:200], f"Expected one of the columns {', '.join(known)}."[:1_000])
        if name not in known
        else Fault(heading.line, name, "Expected each column once.")
        for at, name in enumerate(heading.cells)
        if name and (name not in known or name in heading.cells[:at])
    ]
    if faults:
        return [], faults
    entries: list[Entry] = []
    seen: Counter[str] = Counter()
    for row in lines:
        beyond = [cell for cell, name in zip(row.cells, _padded(heading, row), strict=False) if cell and not name]
        if beyond:
            faults.append(Fault(row.line, "", "Expected nothing in a column without a heading."))
            continue
        cells: dict[Column, str] = {
            known[name]: cell for name, cell in zip(heading.cells, row.cells, strict=False) if name
        }
        wanted, wrong = columns.read(shape, cells)
        faults += [Fault(row.line, fault.column, fault.expected[:1_000]) for fault in wrong]
        if wanted is not None:
            content = json.dumps(plain(wanted), sort_keys=True)
            entries.append(Entry(row.line, wanted, _key(content, seen[content])))
            seen[content] += 1
    return entries, faults


def told_apart(
    entries: Sequence[Entry], identity: Callable[[Any], str | None], column: str
) -> tuple[list[Entry], list[Fault]]:
    """The entries that are about nobody before them, and the faults of the others in the column that identifies.

    Two lines about one person are each good on their own, but once the first is made the second cannot be.
    """
    lines: dict[str, int] = {}
    apart: list[Entry] = []
    faults: list[Fault] = []
    for entry in entries:
        known = identity(entry.wanted)
        first = entry.line if known is None else lines.setdefault(known, entry.line)
        if first == entry.line:
            apart.append(entry)
        else:
            faults.append(Fault(entry.line, column, f"Expected each identity document once: line {first} has it, too."))
    return apart, faults


def fault_of(line: int, shape: type, below: str, error: RuleError) -> Fault:
    """The fault that a rule found in an entry; its pointers begin at the field `below`, or at the shape itself."""
    path = [part for part in (below, *error.pointer.split("/")) if part]
    column = columns.column_of(shape, path) if error.pointer else ""
    return Fault(line, column, error.text("en")[:1_000])


def _padded(heading: Row, row: Row) -> list[str]:
    return [*heading.cells, *[""] * max(0, len(row.cells) - len(heading.cells))]


def _key(content: str, earlier: int) -> str:
    """The same for the same content; the second of two equal lines has another one than the first."""
    return hashlib.sha256(f"{earlier} {content}".encode()).hexdigest()
