"""The rows of a table as text, bounded before anything is made of them; CSV is read here, a workbook in `workbooks`."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from events.errors import RuleError

MOST_ROWS = 1_000
MOST_LINES = 50_000
"""Of a CSV file, with those inside cells and the empty ones."""
MOST_COLUMNS = 200
MOST_CELL = 20_000
"""Characters of a cell."""


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

    def text(self, language: str) -> str:
        """The message, with what there is too much of in its language."""
        if language != "zh":
            return super().text(language)
        return self.zh.format(**{**self.facts, "of": _OF_ZH[self.facts["of"]]})


_OF_ZH = {"rows": "行", "columns": "列", "lines": "行文本", "characters in a cell": "个字符（单元格）", "MiB": "MiB"}


@dataclass(frozen=True)
class Row:
    """A row with the line on which a person finds it, from 1."""

    line: int
    cells: tuple[str, ...]


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is packed as workbooks are; anything else is CSV, or no table."""
    file.seek(0)
    return file.read(4) == b"PK\x03\x04"


def rows(file: BinaryIO) -> list[Row]:
    """The rows of a CSV file as `bounded` has them; raises SheetUnreadable, SheetTooLarge."""
    file.seek(0)
    return bounded(_csv(file))


def bounded(found: Iterable[Row]) -> list[Row]:
    """The rows that are not empty, the heading first; raises SheetUnreadable when all are, SheetTooLarge."""
    kept: list[Row] = []
    for row in found:
        if not any(row.cells):
            continue
        if len(row.cells) > MOST_COLUMNS:
            raise SheetTooLarge(most=MOST_COLUMNS, of="columns")
        if len(kept) > MOST_ROWS:  # the heading is one of them
            raise SheetTooLarge(most=MOST_ROWS, of="rows")
        if any(len(cell) > MOST_CELL for cell in row.cells):
            raise SheetTooLarge(most=MOST_CELL, of="characters in a cell")
        kept.append(row)
    if not kept:
        raise SheetUnreadable(reason="it is empty")
    return kept


def _csv(file: BinaryIO) -> Iterator[Row]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    reader = csv.reader(_bounded_lines(text), strict=True)
    try:
        line = 1
        for cells in reader:
            yield Row(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1
    except UnicodeDecodeError:
        raise SheetUnreadable(reason="it is not UTF-8") from None
    except csv.Error as error:
        raise SheetUnreadable(reason=f"{error} near line {reader.line_num}") from None
    finally:
        text.detach()


def _bounded_lines(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == MOST_LINES:
            raise SheetTooLarge(most=MOST_LINES, of="lines")
        if "\0" in line:
            raise SheetUnreadable(reason="it has a NUL")
        yield line
