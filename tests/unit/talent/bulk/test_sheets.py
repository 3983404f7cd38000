"""Rows of CSV files."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.talent.bulk import sheets
from services.talent.bulk.sheets import Row, SheetTooLarge, SheetUnreadable

CELL = st.text(st.characters(blacklist_categories=["C"]), min_size=1, max_size=9).filter(str.strip)
CELLS = st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=5)


def test_csv_with_byte_order_mark_quotes_and_line_breaks() -> None:
    """Lines are counted as an editor counts them; empty rows are left out."""
    text = '\ufeffname,note\r\n"韩, 书妍","two\r\nlines"\r\n\r\n Kim ,x\r\n'
    assert sheets.rows(text.removeprefix("\ufeff")) == [
        Row(1, ("name", "note")),
        Row(2, ("韩, 书妍", "two\r\nlines")),
        Row(5, ("Kim", "x")),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(CELLS)
def test_any_separator_gives_the_same_rows(separator: str, cells: list[list[str]]) -> None:
    """It is read from the heading; a separator inside quotes, and in the lines below, is a cell's."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([["name", "note, or; such\t"], *cells])
    found = sheets.rows(text.getvalue())
    assert found[0].cells == ("name", "note, or; such")
    assert [list(row.cells) for row in found[1:]] == [[cell.strip() for cell in row] for row in cells]


def test_a_heading_with_two_separators_is_refused_with_both() -> None:
    """Nobody knows where its cells end."""
    with pytest.raises(SheetUnreadable) as refused:
        sheets.rows("name,note;other\n")
    assert "',' ';'" in refused.value.text("en")
    assert "多种分隔符" in refused.value.text("zh")


@pytest.mark.parametrize("text", ["", "\r\n\r\n", 'a,b\r\n"open', "a,b\r\nx\0y,z"])
def test_what_is_no_table_is_refused(text: str) -> None:
    """Empty, a broken quote, a NUL; the reason is in the reader's language."""
    with pytest.raises(SheetUnreadable) as refused:
        sheets.rows(text)
    assert refused.value.text("en") != refused.value.text("zh")


def test_what_is_too_large_is_refused() -> None:
    """Rows, columns, a cell."""
    full = "a\n" + "1\n" * sheets.MOST_ROWS
    assert len(sheets.rows(full)) == sheets.MOST_ROWS + 1
    for content in (full + "1\n", "," * sheets.MOST_COLUMNS + "x", "a\n" + "x" * (sheets.MOST_CELL + 1)):
        with pytest.raises(SheetTooLarge):
            sheets.rows(content)


def test_a_workbook_is_known_by_its_first_bytes() -> None:
    """It is a ZIP archive; whatever is none is taken for CSV."""
    assert sheets.is_workbook(io.BytesIO(b"PK\x03\x04 and so on"))
    assert not sheets.is_workbook(io.BytesIO(b"PK,name\r\n"))
