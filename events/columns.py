"""A shape as a table: its columns, the cells of an object, and the object in cells.

A nested shape has a column for each of its fields (`names.legal`), a list of plain values is one cell with semicolons, a list
of shapes is one cell of JSON.
"""

import dataclasses
import json
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin

from marshmallow import ValidationError

from events.codecs import bare_type, optional
from events.schemas import load

T = TypeVar("T")

Kind = Literal["text", "integer", "decimal", "boolean", "date", "time", "list", "json"]
LIST_SEPARATOR = ";"
_FORMULA = "'*[=+\\-@\t\r\n＝＋－＠]"
_BEGINNING = (
    '((?:^|[;\t\r\n])[ "]*)'  # of a cell, also where a spreadsheet splits at semicolons and what is quoted breaks
)
_UNGUARDED, _GUARDED = re.compile(f"{_BEGINNING}(?={_FORMULA})"), re.compile(f"{_BEGINNING}'(?={_FORMULA})")
_EXPECTED = {
    "integer": "a whole number",
    "boolean": "true or false",
    "json": "a JSON value",
}
_PLAIN: dict[Any, Kind] = {int: "integer", Decimal: "decimal", bool: "boolean", date: "date", datetime: "time"}


class CellInvalid(ValueError):
    """A cell that cannot be read; its text says what was expected."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, where its value is in the object, and how it is written."""

    name: str
    path: tuple[str, ...]
    kind: Kind


@cache
def columns(shape: type) -> tuple[Column, ...]:
    """The columns of a shape, in the order of its fields."""
    return tuple(_columns(shape, ()))


def _columns(shape: type, above: tuple[str, ...]) -> typing.Iterator[Column]:
    hints = typing.get_type_hints(shape, include_extras=True)
    for field in dataclasses.fields(shape):
        bare, _ = bare_type(hints[field.name])
        bare, _ = bare_type(optional(bare) or bare)
        path = (*above, field.name)
        if dataclasses.is_dataclass(bare):
            yield from _columns(typing.cast(type, bare), path)
        else:
            yield Column(".".join(path), path, _kind(bare))


def _kind(bare: Any) -> Kind:
    if get_origin(bare) is tuple:
        item, _ = bare_type(get_args(bare)[0])
        return "json" if dataclasses.is_dataclass(item) or get_origin(item) is dict else "list"
    if get_origin(bare) is dict:
        return "json"
    return _PLAIN.get(bare, "text")


def cell(column: Column, item: Mapping[str, Any]) -> str:
    """The column's cell of an object in JSON-ready values; empty for what is null or absent.

    What a spreadsheet would take for a formula gets an apostrophe in front (CWE-1236).
    """
    value: Any = item
    for name in column.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None or value == []:
        return ""
    if column.kind == "boolean":
        return "true" if value else "false"
    if column.kind == "json":
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    else:
        text = f"{LIST_SEPARATOR} ".join(map(str, value)) if column.kind == "list" else str(value)
    return _UNGUARDED.sub(r"\1'", text) if column.kind in ("text", "list", "json") else text


def value(column: Column, text: str) -> Any:
    """The JSON-ready value in a cell, None for an empty one; raises CellInvalid. Whether it is allowed is the schema's to say."""
    text = _GUARDED.sub(r"\1", text.strip())
    if not text:
        return None
    try:
        if column.kind == "integer":
            return int(text)
        if column.kind == "boolean":
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]
        if column.kind == "json":
            return json.loads(text)
    except (ValueError, KeyError, RecursionError):
        raise CellInvalid(f"Expected {_EXPECTED[column.kind]}.") from None
    if column.kind == "list":
        return [part.strip() for part in text.split(LIST_SEPARATOR) if part.strip()]
    return text


def assemble(found: Mapping[Column, Any]) -> dict[str, Any]:
    """The object in the values of its columns; what is None is left out, so that the shape's defaults apply."""
    item: dict[str, Any] = {}
    for column, content in found.items():
        if content is not None:
            inner = item
            for name in column.path[:-1]:
                inner = inner.setdefault(name, {})
            inner[column.path[-1]] = content
    return item


@dataclass(frozen=True)
class Fault:
    """What is wrong in a column, empty for the row as a whole: what was expected."""

    column: str
    expected: str


def read(shape: type[T], cells: Mapping[Column, str]) -> tuple[T | None, tuple[Fault, ...]]:
    """The object in the cells of a row, or every fault that was found."""
    found: dict[Column, Any] = {}
    faults: list[Fault] = []
    for column, text in cells.items():
        try:
            found[column] = value(column, text)
        except CellInvalid as error:
            faults.append(Fault(column.name, str(error)))
    if faults:
        return None, tuple(faults)
    return loaded(shape, assemble(found))


def loaded(shape: type[T], item: Mapping[str, Any]) -> tuple[T | None, tuple[Fault, ...]]:
    """The object in JSON-ready values, or every fault that was found by its column."""
    try:
        return load(shape, item, sent=True), ()
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        return None, tuple(Fault(column_of(shape, path), text) for path, text in _messages(messages, ()))


def column_of(shape: type, path: typing.Sequence[str]) -> str:
    """The column at a path into the shape, or the one that holds it; empty when there is none.

    Of a nested shape that is missing as a whole it is the first column.
    """
    for column in columns(shape):
        shorter = min(len(column.path), len(path))
        if shorter and column.path[:shorter] == tuple(path[:shorter]):
            return column.name
    return ""


def _messages(messages: Any, path: tuple[str, ...]) -> typing.Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _messages(inner, path if key == "_schema" else (*path, str(key)))
    else:
        yield path, " ".join(map(str, messages))
