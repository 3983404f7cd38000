"""A list as a table: CSV or a workbook, when a client asks for one with `Accept`.

CSV is UTF-8 with a byte order mark, which Excel needs, and CRLF (RFC 4180). Nothing in a cell is ever a formula.
"""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, Literal
from urllib.parse import urlencode

import orjson
import xlsxwriter
from werkzeug.wrappers import Request, Response

from chassis.api import Operation
from chassis.threads import in_thread
from events.codecs import bare_type
from events.columns import Column, cell, columns

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 10_000
PAGE = 200
EXACT_DIGITS = 15  # that a spreadsheet's numbers can hold

Format = Literal["csv", "xlsx"]
ReadPage = Callable[[bytes], Any]
"""From a query as JSON to the parsed page."""


def is_list(operation: Operation) -> bool:
    """Whether the operation answers with a page of items."""
    return operation.kind == "query" and {"items", "next"} <= set(
        getattr(operation.response, "__dataclass_fields__", ())
    )


def asked_format(request: Request, operation: Operation) -> Format | None:
    """Which table the client wants rather than JSON; None for JSON."""
    if not request.headers.get("Accept") or not is_list(operation):
        return None
    best = request.accept_mimetypes.best_match(["application/json", CSV, XLSX])
    return {CSV: "csv", XLSX: "xlsx"}.get(best or "")  # type: ignore[return-value]  # the two formats


def respond(request: Request, operation: Operation, form: Format, query: bytes, read_page: ReadPage) -> Response:
    """The whole list from the query's cursor on, at most 10,000 rows; the header Link leads to what follows (RFC 8288).

    What follows is of the same list: with the filters and the order that were asked for.
    """
    shape = item_shape(operation)
    rows, following = _read(shape, query, read_page)
    table = in_thread(_csv if form == "csv" else _xlsx, columns(shape), rows)
    response = Response(table, content_type="text/csv; charset=utf-8" if form == "csv" else XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{operation.name.removeprefix("list_")}.{form}"'
    if following is not None:
        onward = urlencode({**request.args.to_dict(), "cursor": following})
        response.headers["Link"] = f'<{request.path}?{onward}>; rel="next"'
    return response


def item_shape(operation: Operation) -> type:
    """The shape of the list's items."""
    items: Any = operation.response.__dataclass_fields__["items"].type  # type: ignore[union-attr]  # is_list
    bare, _ = bare_type(items.__args__[0])
    shape: type = bare
    return shape


def _read(shape: type, query: bytes, read_page: ReadPage) -> tuple[list[list[str]], str | None]:
    asked: dict[str, Any] = {**orjson.loads(query or b"{}"), "limit": PAGE}
    rows: list[list[str]] = []
    while True:
        page = read_page(orjson.dumps(asked))
        rows += [[cell(column, item) for column in columns(shape)] for item in page["items"]]
        following: str | None = page["next"]
        if following is None or len(rows) >= MOST_ROWS:
            return rows, following
        asked["cursor"] = following


def _csv(heading: Sequence[Column], rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in heading])
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(heading: Sequence[Column], rows: list[list[str]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for at, column in enumerate(heading):
        sheet.write_string(0, at, column.name, bold)
    for line, row in enumerate(rows, start=1):
        for at, (column, text) in enumerate(zip(heading, row, strict=True)):
            if column.kind in ("integer", "decimal") and 0 < len(text) <= EXACT_DIGITS:
                sheet.write_number(line, at, float(text))
            elif text:
                sheet.write_string(line, at, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()
