"""Rows of workbooks, which are read in a process of its own."""

import io
import tempfile
import zipfile
from datetime import date
from typing import Any

import orjson
import pytest

from services.talent.bulk import sheets, unpacking
from services.talent.bulk.sheets import Row, SheetTooLarge, SheetUnreadable
from services.talent.bulk.workbooks import Reader, ReadingTakesTooLong
from tests.workbooks import CELL, between, with_sheet, workbook


def read(content: bytes) -> list[Row]:
    """What the process says of a file."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        return Reader().rows(file)


def test_a_workbook_says_what_a_person_sees() -> None:
    """Whole numbers without a point, decimals as typed, days as ISO dates, and the same lines as on the screen."""
    lines: list[list[Any]] = [
        ["a", "b", "c", "d"],
        [],
        [18000, 0.1 + 0.2, date(2026, 11, 22), True],
        [1e11, 1234.5, "x", ""],
    ]
    assert read(workbook(*lines)) == [
        Row(1, ("a", "b", "c", "d")),
        Row(3, ("18000", "0.3", "2026-11-22", "true")),
        Row(4, ("100000000000", "1234.5", "x", "")),
    ]


def test_a_number_that_nobody_typed_is_told_as_it_is() -> None:
    """What is wrong with it, the column says."""
    cells = "".join(
        f'<c r="{at}1"><v>{number}</v></c>' for at, number in (("A", "1e300"), ("B", "1e999"), ("C", "1e20"))
    )
    assert read(with_sheet(f'<row r="1">{cells}</row>')) == [Row(1, ("1e+300", "inf", "1" + "0" * 20))]


@pytest.mark.parametrize(
    "content",
    [
        with_sheet(between(1_048_576, "XFD1048576")),
        with_sheet(between(1_000_000, "BH1000000")),
        with_sheet(between(100_000, "BH100000")),
        with_sheet(between(4_294_967_295, "ZZZZZ4294967295")),
        with_sheet(between(1_048_576, "XFD1048576"), renamed="xl/worksheets/people.xml"),
        with_sheet("<row/>" * 1_048_575 + "<row><c><v>1</v></c></row>" + f'<row r="1">{CELL.format("XFD1")}</row>'),
    ],
    ids=["the last cell", "60 columns", "what still fits", "beyond any sheet", "another name", "cells without a name"],
)
def test_a_small_file_with_a_huge_sheet_is_refused(content: bytes) -> None:
    """However it says so, and however little there is in it: the process that reads it may end, this one goes on."""
    assert len(content) < 30_000
    with pytest.raises(SheetTooLarge) as refusal:
        read(content)
    assert refusal.value.text("en") == "The table has more than 1000 rows: split it."


def test_a_sheet_of_the_largest_size_is_read() -> None:
    """With a cell in its first and in its last row and column, nothing between; merged cells are no more than there are."""
    merged = '<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    assert sheets.MOST_COLUMNS == 200
    first, last = read(with_sheet(between(1_001, "GR1001"), extra=merged))
    assert (first.line, last.line, len(last.cells), last.cells[-1]) == (1, 1_001, 200, "1")


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a zip", workbook(["a"])[:-100], workbook([])])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    """No archive, one that is cut off, an empty sheet."""
    with pytest.raises(SheetUnreadable):
        read(content)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    """Also when the archive itself is sound."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(SheetUnreadable):
        read(file.getvalue())


def test_what_is_too_large_is_refused() -> None:
    """Rows, columns, a cell, and one text in very many cells."""
    too_large = [
        workbook(*[[n] for n in range(sheets.MOST_ROWS + 2)]),
        workbook(["a"] * (sheets.MOST_COLUMNS + 1)),
        workbook(["x" * (sheets.MOST_CELL + 1)]),
        workbook(*[["x" * sheets.MOST_CELL]] * 1_000),
    ]
    for content in too_large:
        with pytest.raises(SheetTooLarge):
            read(content)


def test_what_a_small_archive_unpacks_to_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is unpacked."""
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 100)
    assert orjson.loads(unpacking.tell(io.BytesIO(workbook(["a"])))) == {
        "refused": "SheetTooLarge",
        "facts": {"most": 0, "of": "MiB"},
    }


@pytest.mark.usefixtures("late")
def test_a_machine_that_is_too_busy_says_so() -> None:
    """Time that was over is told apart from a file that is wrong."""
    with pytest.raises(ReadingTakesTooLong):
        read(workbook(["a"]))


def test_csv_is_read_in_the_process_too() -> None:
    """Whatever a file of text holds, the service does not read it."""
    assert read(b"a,b\n\n1,2\n") == [Row(1, ("a", "b")), Row(3, ("1", "2"))]
    with pytest.raises(SheetUnreadable):
        read(b"a,b\n\x00,2\n")


@pytest.mark.parametrize("line", [b"\n", b",,\n"], ids=["blank", "commas"])
def test_lines_that_hold_nothing_are_counted(line: bytes) -> None:
    """Five megabytes of blank lines are refused early, in Chinese without an English word."""
    with pytest.raises(SheetTooLarge) as refused:
        read(b"a,b\n" + line * (5 << 19))
    assert refused.value.text("en") == f"The table has more than {sheets.MOST_LINES} lines: split it."
    assert refused.value.text("zh") == f"表格超过 {sheets.MOST_LINES} 行文本：请拆分后再导入。"
