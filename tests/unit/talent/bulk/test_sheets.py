"""Rows of CSV files and workbooks."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from services.talent.bulk import sheets
from services.talent.bulk.sheets import Row, SheetTooLarge, SheetUnreadable


def workbook(*lines: list[Any]) -> io.BytesIO:
    """A workbook with one sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for at, line in enumerate(lines):
        sheet.write_row(at, 0, line)
    book.close()
    return file


def test_csv_with_byte_order_mark_quotes_and_line_breaks() -> None:
    """Lines are counted as an editor counts them; empty rows are left out."""
    text = '\ufeffname,note\r\n"韩, 书妍","two\r\nlines"\r\n\r\n Kim ,x\r\n'
    assert sheets.rows(io.BytesIO(text.encode())) == [
        Row(1, ("name", "note")),
        Row(2, ("韩, 书妍", "two\r\nlines")),
        Row(5, ("Kim", "x")),
    ]


def test_a_workbook_says_what_a_person_sees() -> None:
    """Whole numbers without a point, decimals as typed, days as ISO dates, and the same lines as on the screen."""
    file = workbook(["a", "b", "c", "d"], [], [18000, 0.1 + 0.2, date(2026, 11, 22), True], [1e11, 1234.5, "x", ""])
    assert sheets.rows(file) == [
        Row(1, ("a", "b", "c", "d")),
        Row(3, ("18000", "0.3", "2026-11-22", "true")),
        Row(4, ("100000000000", "1234.5", "x", "")),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\n",
        "姓名,备注".encode("gb18030"),
        b'a,b\r\n"open',
        b"a,b\r\nx\0y,z",
        b"PK\x03\x04 not a zip",
        b"%PDF-1.7 \xff\xfe",
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    """Empty, not UTF-8, a broken quote, a NUL, a damaged workbook, another type of file."""
    with pytest.raises(SheetUnreadable):
        sheets.rows(io.BytesIO(content))


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    """Also when the archive itself is sound."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(SheetUnreadable):
        sheets.rows(file)


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, columns, a cell, and what a small archive unpacks to."""
    full = b"a\n" + b"1\n" * sheets.MOST_ROWS
    assert len(sheets.rows(io.BytesIO(full))) == sheets.MOST_ROWS + 1
    too_large = [
        io.BytesIO(full + b"1\n"),
        io.BytesIO(b"," * sheets.MOST_COLUMNS + b"x"),
        io.BytesIO(b"a\n" + b"x" * (sheets.MOST_CELL + 1)),
        workbook(*[[n] for n in range(1, sheets.MOST_ROWS + 3)]),
    ]
    for file in too_large:
        with pytest.raises(SheetTooLarge):
            sheets.rows(file)
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 100)
    with pytest.raises(SheetTooLarge):
        sheets.rows(workbook(["a"]))
