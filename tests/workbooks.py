"""Workbooks to send: sound ones, and such as no spreadsheet program makes."""

import io
import zipfile
from typing import Any

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
CELL = '<c r="{}"><v>1</v></c>'


def workbook(*lines: list[Any]) -> bytes:
    """A workbook with one sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for at, line in enumerate(lines):
        sheet.write_row(at, 0, line)
    book.close()
    return file.getvalue()


def with_sheet(rows: str, renamed: str = SHEET, extra: str = "") -> bytes:
    """A workbook whose first sheet has these rows as XML, in a part of this name; it says that it is as small as can be."""
    file = io.BytesIO()
    xml = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="A1"/><sheetData>{rows}</sheetData>{extra}</worksheet>'
    )
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["a"]))) as plain,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in plain.namelist():
            part = xml.encode() if name == SHEET else plain.read(name)
            made.writestr(name.replace(SHEET, renamed), part.replace(SHEET[3:].encode(), renamed[3:].encode()))
    return file.getvalue()


def between(last_row: int, last_cell: str) -> str:
    """Two cells: the first of a sheet, and one far from it."""
    return f'<row r="1">{CELL.format("A1")}</row><row r="{last_row}">{CELL.format(last_cell)}</row>'
