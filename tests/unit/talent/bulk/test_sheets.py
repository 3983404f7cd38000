"""Rows of CSV files."""

import io

import pytest

from services.talent.bulk import sheets
from services.talent.bulk.sheets import Row, SheetTooLarge, SheetUnreadable


def test_csv_with_byte_order_mark_quotes_and_line_breaks() -> None:
    """Lines are counted as an editor counts them; empty rows are left out."""
    text = '\ufeffname,note\r\n"韩, 书妍","two\r\nlines"\r\n\r\n Kim ,x\r\n'
    assert sheets.rows(io.BytesIO(text.encode())) == [
        Row(1, ("name", "note")),
        Row(2, ("韩, 书妍", "two\r\nlines")),
        Row(5, ("Kim", "x")),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\n",
        "姓名,备注".encode("gb18030"),
        b'a,b\r\n"open',
        b"a,b\r\nx\0y,z",
        b"%PDF-1.7 \xff\xfe",
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    """Empty, not UTF-8, a broken quote, a NUL, another type of file."""
    with pytest.raises(SheetUnreadable):
        sheets.rows(io.BytesIO(content))


def test_what_is_too_large_is_refused() -> None:
    """Rows, columns, a cell."""
    full = b"a\n" + b"1\n" * sheets.MOST_ROWS
    assert len(sheets.rows(io.BytesIO(full))) == sheets.MOST_ROWS + 1
    for content in (full + b"1\n", b"," * sheets.MOST_COLUMNS + b"x", b"a\n" + b"x" * (sheets.MOST_CELL + 1)):
        with pytest.raises(SheetTooLarge):
            sheets.rows(io.BytesIO(content))


def test_a_workbook_is_known_by_its_first_bytes() -> None:
    """It is a ZIP archive; whatever is none is taken for CSV."""
    assert sheets.is_workbook(io.BytesIO(b"PK\x03\x04 and so on"))
    assert not sheets.is_workbook(io.BytesIO(b"PK,name\r\n"))
