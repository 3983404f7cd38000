"""The rows of a table as text, bounded before anything is made of them; CSV is read here, a workbook in `workbooks`."""

import csv
import io
import re
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
_SEPARATORS = ",;\t"
_QUOTED = re.compile('"[^"]*"')


class SheetUnreadable(RuleError):
    """The file is neither a CSV whose encoding is clear nor an XLSX workbook."""

    status = 422
    en = "This is not a table that can be read: {reason}. Send CSV (best in UTF-8) or XLSX."
    zh = "无法读取该表格：{reason}。请发送 CSV（最好为 UTF-8 编码）或 XLSX 文件。"

    def text(self, language: str) -> str:
        """The message, with the reason in its language."""
        template = self.zh if language == "zh" else self.en
        return template.format(reason=_REASONS[self.facts["reason"]][language == "zh"].format(**self.facts))


_REASONS = {
    "empty": ("it is empty", "内容为空"),
    "charset": ("it is not in {charset}", "它不是 {charset} 编码"),
    "undecodable": ("its encoding is not known", "无法识别其编码"),
    "ambiguous": (
        "its encoding may be {candidates}: name it, as in `?charset=gb18030`",
        "其编码可能是 {candidates}：请指明编码，例如 `?charset=gb18030`",
    ),
    "separators": (
        "its heading has more than one kind of separator ({candidates})",
        "标题行中有多种分隔符（{candidates}）",
    ),
    "quotes": ("a quotation mark is wrong near line {line}", "第 {line} 行附近的引号有误"),
    "nul": ("it has a NUL", "含有空字符（NUL）"),
    "damaged": ("the workbook is damaged", "工作簿已损坏"),
}


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


def rows(text: str) -> list[Row]:
    """The rows of a CSV file as `bounded` has them; raises SheetUnreadable, SheetTooLarge."""
    return bounded(_csv(text))


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
        raise SheetUnreadable(reason="empty")
    return kept


def _csv(text: str) -> Iterator[Row]:
    reader = csv.reader(_bounded_lines(text), strict=True, delimiter=_separator(text))
    try:
        line = 1
        for cells in reader:
            yield Row(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1
    except csv.Error:
        raise SheetUnreadable(reason="quotes", line=reader.line_num) from None


def _separator(text: str) -> str:
    """What separates the cells of the heading, which has nothing of the kind in its names; a comma when it has one cell."""
    heading = next((line for line in io.StringIO(text) if line.strip(_SEPARATORS + '\r\n "')), "")
    found = [separator for separator in _SEPARATORS if separator in _QUOTED.sub("", heading)]
    if len(found) > 1:
        raise SheetUnreadable(reason="separators", candidates=" ".join(map(repr, found)))
    return found[0] if found else ","


def _bounded_lines(text: str) -> Iterator[str]:
    if "\0" in text:
        raise SheetUnreadable(reason="nul")
    for number, line in enumerate(io.StringIO(text, newline="")):
        if number == MOST_LINES:
            raise SheetTooLarge(most=MOST_LINES, of="lines")
        yield line
