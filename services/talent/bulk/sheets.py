"""The rows of a spreadsheet, CSV or XLSX, as text, bounded before anything is made of them."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from events.errors import RuleError

MOST_ROWS = 1_000
MOST_COLUMNS = 200
MOST_CELL = 20_000
"""Characters of a cell."""
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes of a workbook without its compression, so that a small file cannot fill the memory."""
PLACES = Decimal("0.000001")
"""To which a workbook's number is rounded: it is a binary float, and 0.1 is meant where 0.1000000000000000055 is stored."""


class SheetUnreadable(RuleError):
    """The file is neither a CSV in UTF-8 nor an XLSX workbook."""

    status = 422
    en = "This is not a table that can be read: {reason}. Send CSV in UTF-8, or XLSX."
    zh = "无法读取该表格：{reason}。请发送 UTF-8 编码的 CSV 或 XLSX 文件。"


class SheetTooLarge(RuleError):
    """The table is larger than one import takes."""

    status = 422
    en = "The table has more than {most} {of}: split it."
    zh = "表格超过 {most} {of}：请拆分后再导入。"


@dataclass(frozen=True)
class Row:
    """A row with the line on which a person finds it, from 1."""

    line: int
    cells: tuple[str, ...]


def rows(file: BinaryIO) -> list[Row]:
    """The rows that are not empty, the heading first; raises SheetUnreadable, SheetTooLarge."""
    file.seek(0)
    packed = file.read(4) == b"PK\x03\x04"
    file.seek(0)
    found: list[Row] = []
    for row in _workbook(file) if packed else _csv(file):
        if not any(row.cells):
            continue
        if len(row.cells) > MOST_COLUMNS:
            raise SheetTooLarge(most=MOST_COLUMNS, of="columns")
        if len(found) > MOST_ROWS:  # the heading is one of them
            raise SheetTooLarge(most=MOST_ROWS, of="rows")
        found.append(row)
    if not found:
        raise SheetUnreadable(reason="it is empty")
    return found


def _csv(file: BinaryIO) -> Iterator[Row]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    reader = csv.reader(_without_nul(text), strict=True)
    try:
        line = 1
        for cells in reader:
            if any(len(cell) > MOST_CELL for cell in cells):
                raise SheetTooLarge(most=MOST_CELL, of="characters in a cell")
            yield Row(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1
    except UnicodeDecodeError:
        raise SheetUnreadable(reason="it is not UTF-8") from None
    except csv.Error as error:
        raise SheetUnreadable(reason=f"{error} near line {reader.line_num}") from None
    finally:
        text.detach()


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise SheetUnreadable(reason="it has a NUL")
        yield line


def _workbook(file: BinaryIO) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise SheetTooLarge(most=MOST_UNPACKED >> 20, of="MiB")
        file.seek(0)
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS + 1 or sheet.total_width > MOST_COLUMNS:
            raise SheetTooLarge(most=MOST_ROWS, of="rows")
        content = sheet.to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError, IndexError, OSError, ValueError) as error:
        raise SheetUnreadable(reason=f"the workbook is damaged ({type(error).__name__})") from None
    for line, cells in enumerate(content, start=1):
        yield Row(line, tuple(map(_text, cells)))


def _text(content: Any) -> str:
    """A workbook's cell as CSV would have it."""
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, float):
        exact = Decimal(repr(content)).quantize(PLACES)
        return format(exact.to_integral() if exact == exact.to_integral() else exact.normalize(), "f")
    if isinstance(content, datetime):
        return (content.date() if content.time() == datetime.min.time() else content).isoformat()
    if isinstance(content, date):
        return content.isoformat()
    return str(content).strip()
