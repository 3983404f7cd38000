"""The process that reads one table from anybody: `python -m services.talent.bulk.unpacking`, the file is its input.

Its rows are printed as JSON, or how it is refused.
"""

import os
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import orjson
from python_calamine import CalamineError, CalamineWorkbook

from services.talent import confined
from services.talent.bulk import sheets
from services.talent.bulk.decoding import decode
from services.talent.bulk.sheets import MOST_COLUMNS, MOST_ROWS, Row, SheetTooLarge, SheetUnreadable

CHARSET = "TABLE_CHARSET"
"""The variable of the environment that names the encoding of a CSV file, if its sender did."""
PROCESSOR_SECONDS = 4
SECONDS = 7  # until a machine is too busy, before who asks gives up
MOST_UNPACKED = 64 << 20
"""Bytes of a workbook without its compression."""
MOST_TOLD = 16 << 20
"""Bytes of the rows: a text that many cells share is in the workbook only once."""
LARGEST = 1e21
"""From here on a number is told as it is stored: Python's decimals have 28 digits, and six are behind the point."""
PLACES = Decimal("0.000001")
"""To which a workbook's number is rounded: it is a binary float, and 0.1 is meant where 0.1000000000000000055 is stored."""


def tell(file: BinaryIO) -> bytes:
    """The rows of a workbook or CSV file as JSON, or the error that refuses it."""
    try:
        read = rows(file) if sheets.is_workbook(file) else sheets.rows(_decoded(file))
        told = orjson.dumps({"rows": [(row.line, row.cells) for row in read]})
        if len(told) > MOST_TOLD:
            raise SheetTooLarge(most=MOST_TOLD >> 20, of="MiB")
    except (SheetUnreadable, SheetTooLarge) as error:
        return orjson.dumps({"refused": type(error).__name__, "facts": error.facts})
    return told


def _decoded(file: BinaryIO) -> str:
    file.seek(0)
    return decode(file.read(), os.environ.get(CHARSET) or None)


def rows(file: BinaryIO) -> list[Row]:
    """The rows of the first sheet as `sheets.bounded` has them; raises SheetUnreadable, SheetTooLarge.

    The library holds a sheet with every empty cell between its corners, and only then says how large it is: the memory
    that this process may have is the first limit.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise SheetTooLarge(most=MOST_UNPACKED >> 20, of="MiB")
        file.seek(0)
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS + 1:
            raise SheetTooLarge(most=MOST_ROWS, of="rows")
        if sheet.total_width > MOST_COLUMNS:
            raise SheetTooLarge(most=MOST_COLUMNS, of="columns")
        content = sheet.to_python(skip_empty_area=False)
    except MemoryError:
        raise SheetTooLarge(most=MOST_ROWS, of="rows") from None
    except (zipfile.BadZipFile, CalamineError, IndexError, OSError, ValueError):
        raise SheetUnreadable(reason="damaged") from None
    return sheets.bounded(_rows(content))


def _rows(content: list[list[Any]]) -> Iterator[Row]:
    for line, cells in enumerate(content, start=1):
        yield Row(line, tuple(map(_text, cells)))


def _text(content: Any) -> str:
    """A workbook's cell as CSV would have it."""
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, float) and abs(content) < LARGEST:
        exact = Decimal(repr(content)).quantize(PLACES)
        return format(exact.to_integral() if exact == exact.to_integral() else exact.normalize(), "f")
    if isinstance(content, datetime):
        return (content.date() if content.time() == datetime.min.time() else content).isoformat()
    if isinstance(content, date):
        return content.isoformat()
    return str(content).strip()


if __name__ == "__main__":
    confined.answer(tell, PROCESSOR_SECONDS, SECONDS)
