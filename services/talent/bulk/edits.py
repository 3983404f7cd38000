"""Lines about people on file: which cells differ from what an export shows now, and what these change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Annotated, Any

from events import columns
from events.codecs import plain
from events.columns import CellInvalid, Column
from events.shapes import Number, PersonId, Text
from services.talent.bulk.entries import Fault
from services.talent.bulk.sheets import Row
from services.talent.people.api import PersonView
from services.talent.people.files import ProfileChange

KEY, VERSION = "person_id", "version"
_COLUMNS = {column.name: column for column in columns.columns(PersonView)}
_CHANGEABLE = {field.name for field in fields(ProfileChange)}
_Cell = Annotated[str, Text(min=0, max=20_000, breaks=True)]


@dataclass(frozen=True)
class CellChange:
    """A cell that differs from the person's file: what it changes, or would."""

    line: Annotated[int, Number(min=1)]
    person_id: PersonId
    column: Annotated[str, Text(max=200)]
    before: _Cell
    after: _Cell


@dataclass(frozen=True)
class Edit:
    """What a line changes on the file of a person."""

    change: ProfileChange
    cells: tuple[CellChange, ...]


def split(rows: Sequence[Row]) -> tuple[list[Row], list[tuple[int, dict[Column, str]]]]:
    """The table of new people without what only an export has, and the lines of people on file by their columns."""
    heading, *lines = rows
    if KEY not in heading.cells:
        return list(rows), []
    known = [_COLUMNS.get(name) for name in heading.cells]
    kept = [
        column is None or column.name == "document.number" or column.path[0] in {*_CHANGEABLE, "document"}
        for column in known
    ]
    new = [Row(heading.line, tuple(name if keep else "" for name, keep in zip(heading.cells, kept, strict=True)))]
    on_file = []
    at = heading.cells.index(KEY)
    for row in lines:
        if at < len(row.cells) and row.cells[at]:
            on_file.append((row.line, {c: text for c, text in zip(known, row.cells, strict=False) if c is not None}))
        else:
            cells = [cell if nth >= len(kept) or kept[nth] else "" for nth, cell in enumerate(row.cells)]
            new.append(Row(row.line, tuple(cells)))
    return new, on_file


def read(line: int, cells: Mapping[Column, str], shown: Sequence[PersonView]) -> Edit | list[Fault] | None:
    """What the line changes, None for nothing, or its faults.

    A cell that is as any view in `shown` has it changes nothing; the last view is all that the caller may see.
    """
    items = [plain(view) for view in shown]
    now = items[-1]
    differing = {
        column: text
        for column, text in cells.items()
        if column.name != VERSION and not any(_same(column, text, columns.cell(column, item)) for item in items)
    }
    if not differing:
        return None
    faults = [
        Fault(line, column.name, _FIXED if column.path[0] not in _CHANGEABLE else _EMPTIED)
        for column, text in differing.items()
        if column.path[0] not in _CHANGEABLE or (not text and len(column.path) == 1)
    ]
    seen = cells.get(_COLUMNS[VERSION])
    if seen and seen != str(now[VERSION]):
        faults.append(
            Fault(
                line, VERSION, f"The file has changed since version {seen}; it is {now[VERSION]} now: export it again."
            )
        )
    wanted: dict[str, Any] = {}
    for column, text in differing.items():
        try:
            content = columns.value(column, text)
        except CellInvalid as error:
            faults.append(Fault(line, column.name, str(error)))
            continue
        inner = wanted.setdefault(column.path[0], dict(now[column.path[0]] or {})) if column.path[1:] else wanted
        for name in column.path[1:-1]:
            inner[name] = dict(inner.get(name) or {})
            inner = inner[name]
        inner[column.path[-1]] = content
    if faults:
        return faults
    change, wrong = columns.loaded(ProfileChange, wanted)
    if change is None:
        return [Fault(line, fault.column, fault.expected[:1_000]) for fault in wrong]
    person: str = now[KEY]
    return Edit(
        change,
        tuple(
            CellChange(line, person, column.name, columns.cell(column, now), text) for column, text in differing.items()
        ),
    )


_FIXED = "An import does not change this column."
_EMPTIED = "An import does not empty this column."


def _same(column: Column, one: str, other: str) -> bool:
    if one == other.strip():
        return True
    try:
        first, second = columns.value(column, one), columns.value(column, other)
        return bool(
            Decimal(first) == Decimal(second) if column.kind == "decimal" and first and second else first == second
        )
    except (CellInvalid, ArithmeticError):
        return False
