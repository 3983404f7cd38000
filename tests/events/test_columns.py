"""A shape as a table: columns, cells, and back."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.codecs import plain
from events.columns import CellInvalid, assemble, cell, columns, value
from events.schemas import load
from events.shapes import Amount, Items, Line


@dataclass(frozen=True)
class Inner:
    """A part of the whole."""

    name: Line
    born: date | None = None


@dataclass(frozen=True)
class Whole:
    """Something with every kind of field."""

    inner: Inner
    count: int
    price: Amount
    ready: bool
    tags: tuple[Line, ...] = ()
    parts: Annotated[tuple[Inner, ...], Items(max=3)] = ()
    other: Inner | None = None


CELLS = {column.name: column for column in columns(Whole)}


def test_a_nested_shape_has_a_column_for_each_field() -> None:
    """Lists of plain values and of shapes are one column each."""
    assert [(c.name, c.kind) for c in columns(Whole)] == [
        ("inner.name", "text"),
        ("inner.born", "date"),
        ("count", "integer"),
        ("price", "decimal"),
        ("ready", "boolean"),
        ("tags", "list"),
        ("parts", "json"),
        ("other.name", "text"),
        ("other.born", "date"),
    ]


TEXT = st.text(st.characters(blacklist_categories=["C", "Z"], blacklist_characters=";'"), min_size=1, max_size=20)
INNER = st.builds(Inner, TEXT, st.none() | st.dates())
WHOLE = st.builds(
    Whole,
    INNER,
    st.integers(-(10**9), 10**9),
    st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-2)),
    st.booleans(),
    st.lists(TEXT, max_size=3).map(tuple),
    st.lists(INNER, max_size=3).map(tuple),
    st.none() | INNER,
)


def begins_a_formula(text: str) -> bool:
    """Whether a spreadsheet that splits at semicolons, tabs or line breaks would find a formula."""
    return any(part.lstrip(' "').startswith(tuple("=+@＝＋－＠")) for part in re.split("[;\t\r\n]", text))


@given(WHOLE)
def test_what_is_written_is_read(whole: Whole) -> None:
    """Whatever an object holds, its cells make the same object, also when they look like formulas."""
    item = plain(whole)
    cells = {column: cell(column, item) for column in columns(Whole)}
    assert not any(begins_a_formula(text) for column, text in cells.items() if column.kind != "integer")
    assert load(Whole, assemble({column: value(column, text) for column, text in cells.items()})) == whole


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\nx", "=cmd|' /C calc'!A0", "＝1", "＋1", "－1", "＠SUM(A1)", "'=1"],
)
def test_a_formula_is_guarded(text: str) -> None:
    """A spreadsheet shows it as text; a number may be negative."""
    assert cell(CELLS["inner.name"], {"inner": {"name": text}}) == f"'{text}"
    assert cell(CELLS["tags"], {"tags": [text]}) == f"'{text}"
    assert cell(CELLS["count"], {"count": -1}) == "-1"


@pytest.mark.parametrize("text", ["a;=1", 'a; "=1', "a\n=1", "a;\t＝1", "a;b;@c"])
def test_a_formula_behind_a_semicolon_or_break_is_guarded(text: str) -> None:
    """Excel with a semicolon as its list separator splits a cell there, and reads the quoted line break as the next row."""
    for column, item in (
        (CELLS["inner.name"], {"inner": {"name": text}}),
        (CELLS["parts"], {"parts": [{"name": text}]}),
    ):
        written = cell(column, item)
        assert not begins_a_formula(written), written
        assert value(column, written) == (text if column.kind == "text" else [{"name": text}])


@pytest.mark.parametrize(("name", "text"), [("count", "many"), ("count", "1.5"), ("ready", "perhaps"), ("parts", "[{")])
def test_a_cell_that_cannot_be_read_says_what_was_expected(name: str, text: str) -> None:
    """Whole numbers, true or false, JSON."""
    with pytest.raises(CellInvalid, match="Expected"):
        value(CELLS[name], text)


def test_an_empty_cell_leaves_the_default() -> None:
    """Nothing is made of a nested shape without any cell."""
    found = {column: value(column, "") for column in columns(Whole)}
    assert assemble(found) == {}
