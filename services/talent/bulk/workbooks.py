"""Tables: read in a process of its own, for anybody may have made the file.

A workbook of a kilobyte can say that it has a cell in its last row and column: whoever reads it asks for memory for all
between, and ends when there is none. There it is nobody else's end.
"""

from typing import BinaryIO

import orjson

from events.errors import RuleError
from services.talent import confined
from services.talent.bulk.sheets import MOST_ROWS, Row, SheetTooLarge, SheetUnreadable

_REFUSALS = {error.__name__: error for error in (SheetUnreadable, SheetTooLarge)}


class ReadingTakesTooLong(RuleError):
    """The machine is too busy to read the table now."""

    status = 503
    en = "The table could not be read in time; nothing was imported, repeat in a moment."
    zh = "未能及时读取该表格；本次未导入任何内容，请稍后重试。"


class Reader:
    """Reads workbooks and CSV files, each in a process of its own."""

    def rows(self, file: BinaryIO, charset: str | None = None) -> list[Row]:
        """The rows as `sheets.bounded` has them, of CSV in the `charset`, or in the one that it must be; raises SheetUnreadable, SheetTooLarge, ReadingTakesTooLong."""
        try:
            told = orjson.loads(confined.ask("services.talent.bulk.unpacking", file, TABLE_CHARSET=charset or ""))
        except confined.TookTooLong:
            raise ReadingTakesTooLong from None
        except confined.FellOver as fall:
            if fall.starved:
                raise SheetTooLarge(most=MOST_ROWS, of="rows") from None
            raise SheetUnreadable(reason="damaged") from None
        if "refused" in told:
            raise _REFUSALS[told["refused"]](**told["facts"])
        return [Row(line, tuple(cells)) for line, cells in told["rows"]]
