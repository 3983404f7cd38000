"""A list as CSV and as a workbook."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from python_calamine import CalamineWorkbook
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chassis.api import Operation, page_of
from events.shapes import Amount, Line
from gateway import tables
from gateway.routes import apis


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    name: Line
    price: Amount


LIST = Operation("list_rows", "query", "GET", "/v1/rows", "List rows", response=page_of(Row))
ROWS = [{"name": f"=韩{n}", "price": f"{n}.50"} for n in range(450)]


def read(query: bytes) -> Any:
    """A page of the rows, as a service answers."""
    asked = orjson.loads(query)
    first, size = int(asked.get("cursor", 0)), asked["limit"]
    following = str(first + size) if first + size < len(ROWS) else None
    return {"items": ROWS[first : first + size], "next": following}


def asking(accept: str, address: str = "/") -> Request:
    """A request with this Accept."""
    return Request(EnvironBuilder(address, headers={"Accept": accept} if accept else {}).get_environ())


ASKED = asking("text/csv", "/v1/rows")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", None),
        ("*/*", None),
        ("application/json", None),
        ("text/csv", "csv"),
        ("text/csv;q=0.5, application/json", None),
        (tables.XLSX, "xlsx"),
        ("text/html", None),
    ],
)
def test_a_table_comes_only_when_it_is_asked_for(accept: str, form: str | None) -> None:
    """JSON for everybody else, and for operations that answer no list."""
    assert tables.asked_format(asking(accept), LIST) == form
    single = Operation("get_row", "query", "GET", "/v1/rows/1", "Read a row", response=Row)
    assert tables.asked_format(asking("text/csv"), single) is None


def test_csv_has_every_row_of_every_page() -> None:
    """A byte order mark, a heading, CRLF, and no cell that is a formula."""
    response = tables.respond(ASKED, LIST, "csv", b"{}", read)
    content = response.get_data()
    assert content.startswith(b"\xef\xbb\xbfname,price\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    assert rows == [[f"'=韩{n}", f"{n}.50"] for n in range(450)]
    assert "rows.csv" in response.headers["Content-Disposition"]
    assert "Link" not in response.headers


def test_a_workbook_holds_the_same() -> None:
    """Numbers are numbers, texts are texts."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(tables.respond(ASKED, LIST, "xlsx", b"{}", read).get_data()))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == ["name", "price"]
    assert rows[1:] == [[f"'=韩{n}", n + 0.5] for n in range(450)]


def test_a_table_that_does_not_end_says_where_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next part begins with the row after the last, of the same list."""
    monkeypatch.setattr(tables, "MOST_ROWS", 200)
    response = tables.respond(ASKED, LIST, "csv", b"{}", read)
    assert len(response.get_data().splitlines()) == 201
    assert response.headers["Link"] == '</v1/rows?cursor=200>; rel="next"'
    asked = asking("text/csv", "/v1/people/prs_1/rows?order=newest&cursor=100&text=%E9%9F%A9")
    onward = tables.respond(asked, LIST, "csv", b"{}", read).headers["Link"]
    assert onward == '</v1/people/prs_1/rows?order=newest&cursor=200&text=%E9%9F%A9>; rel="next"'


LISTS = [o for table in apis() for o in table.operations if tables.is_list(o)]


@pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.name)
def test_every_list_can_be_a_table(operation: Operation) -> None:
    """Each has columns, with names of their own."""
    names = [column.name for column in tables.columns(tables.item_shape(operation))]
    assert names and len(set(names)) == len(names)
    assert operation.name.startswith("list_")
