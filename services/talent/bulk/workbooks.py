"""Workbooks: read in a process of its own, for anybody may have made the file.

A workbook of a kilobyte can say that it has a cell in its last row and column: whoever reads it asks for memory for all
between, and ends when there is none. There it is nobody else's end.
"""

import os
import signal
import subprocess
import sys
from typing import BinaryIO

import orjson

from events.errors import RuleError
from services.talent.bulk.sheets import MOST_ROWS, Row, SheetTooLarge, SheetUnreadable

_REFUSALS = {error.__name__: error for error in (SheetUnreadable, SheetTooLarge)}


class ReadingTakesTooLong(RuleError):
    """The machine is too busy to read the workbook now."""

    status = 503
    en = "The workbook could not be read in time; nothing was imported, repeat in a moment."
    zh = "未能及时读取该工作簿；本次未导入任何内容，请稍后重试。"


class Reader:
    """Reads workbooks, each in a process of its own."""

    def __init__(self) -> None:
        self._command = (sys.executable, "-W", "ignore", "-m", "services.talent.bulk.unpacking")
        self._environment = {"PYTHONPATH": os.pathsep.join(sys.path)}

    def rows(self, file: BinaryIO) -> list[Row]:
        """The rows as `sheets.bounded` has them; raises SheetUnreadable, SheetTooLarge, ReadingTakesTooLong."""
        file.flush()
        file.seek(0)
        done = subprocess.run(  # noqa: S603 - our own module
            self._command, stdin=file, capture_output=True, env=self._environment, check=False
        )
        if done.returncode == -signal.SIGALRM:
            raise ReadingTakesTooLong
        if done.returncode < 0:  # it had all the memory or processor time that there is for a table
            raise SheetTooLarge(most=MOST_ROWS, of="rows")
        if done.returncode > 0:
            raise SheetUnreadable(reason="the workbook is damaged")
        told = orjson.loads(done.stdout)
        if "refused" in told:
            raise _REFUSALS[told["refused"]](**told["facts"])
        return [Row(line, tuple(cells)) for line, cells in told["rows"]]
