"""Every list as CSV and as a workbook over HTTP."""

import csv
import io

import requests
from python_calamine import CalamineWorkbook

from deploy.local.stack import Stack
from gateway.tables import XLSX, is_list
from tests.system.conftest import Studio
from tests.system.test_tenants import TENANT_SCOPED, filled

REQUIRED = {"media": "svod", "territory": "US", "language": "en", "on": "2027-06-01"}


def rows(answer: requests.Response) -> list[dict[str, str]]:
    """The lines of a CSV table by their columns."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_people_as_tables(studio: Studio) -> None:
    """The same people as in JSON, in both forms, with the filters of the list; a phone number is not a formula."""
    person = studio.person()
    known = {item["person_id"] for item in studio.producer.pages("/v1/people", nationality="KR")}
    table = rows(studio.viewer.request("GET", "/v1/people?nationality=KR", headers={"Accept": "text/csv"}))
    assert {row["person_id"] for row in table} == known
    (row,) = [row for row in table if row["person_id"] == person]
    assert (row["names.legal"], row["contact.phone"]) == ("한서연", "'+82 2 1234 5678")
    book = studio.viewer.request("GET", "/v1/people?nationality=KR", headers={"Accept": XLSX})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert len(sheet) == 1 + len(known)


def test_every_list_is_a_table(stack: Stack, studio: Studio) -> None:
    """One line a thing; what is wrong with the request is a problem, not a table."""
    ids = {"person_id": studio.person(), "studio_id": studio.studio_id}
    for operation in TENANT_SCOPED:
        if is_list(operation) and set(operation.parameters()) <= set(ids):
            fields = getattr(operation.query, "__dataclass_fields__", {})
            query = {name: value for name, value in REQUIRED.items() if name in fields}
            path = filled(operation, ids)
            rows(studio.producer.request("GET", path, params=query, headers={"Accept": "text/csv"}))
            refused = studio.producer.request("GET", path, params={**query, "x": 1}, headers={"Accept": "text/csv"})
            assert refused.status_code == 422
            assert refused.headers["Content-Type"] == "application/problem+json"
