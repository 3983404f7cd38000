"""Imports over HTTP: the file is the body."""

import json

import pytest
import requests

from services.talent.bulk.api import MOST_BYTES
from tests.examples import EXAMPLES
from tests.system.conftest import Studio
from tests.workbooks import between, with_sheet

PEOPLE = "names.legal,nationality,contact.phone\r\n韩书妍,KR,'+82 2 1234 5678\r\nAiko Mori,JP,\r\n"


def send(studio: Studio, what: str, content: bytes, media_type: str = "text/csv", **query: str) -> requests.Response:
    """One import."""
    headers = {"Content-Type": media_type}
    return studio.producer.request("POST", f"/v1/imports/{what}", data=content, params=query, headers=headers)


def test_people_and_documents_from_csv(studio: Studio) -> None:
    """A dry run, the import, its repetition, and documents for whom it made."""
    content = PEOPLE.encode()
    dry = send(studio, "people", content, dry_run="true").json()
    assert (dry["good"], dry["made"], dry["faults"]) == (2, [], [])
    made = send(studio, "people", content).json()["made"]
    assert [line["line"] for line in made] == [2, 3]
    assert all(line["repeated"] for line in send(studio, "people", content).json()["made"])
    person = made[0]["id"]
    assert studio.viewer.get(f"/v1/people/{person}")["contact"]["phone"] == "+82 2 1234 5678"
    passport = EXAMPLES["record_document"]
    line = f"person_id,document.kind,document.number,document.country,document.valid_until\n{person},passport,{{}},KR,2034-05-02"
    wrong = send(studio, "documents", line.format("12").encode()).json()
    assert [(fault["line"], fault["column"]) for fault in wrong["faults"]] == [(2, "document.number")]
    send(studio, "documents", line.format(passport["number"]).encode())
    (held,) = studio.viewer.get(f"/v1/people/{person}/documents")["items"]
    assert held["facts"]["number"] == passport["number"]


def test_another_studios_person_is_a_fault_like_nobody(studio: Studio, rival: Studio) -> None:
    """Lines for people of another studio say what lines for nobody say."""
    foreign = rival.person()
    line = f"person_id,document.kind,document.issuer\n{foreign},agent_mandate,Blue Crane Artists"
    report = send(studio, "documents", line.encode()).json()
    assert (report["made"], [fault["line"] for fault in report["faults"]]) == ([], [2])
    assert "There is no person" in json.dumps(report)


def test_wrong_types_and_sizes_are_refused(studio: Studio) -> None:
    """Another media type, more bytes than an import takes, and bytes that are no table."""
    assert send(studio, "people", PEOPLE.encode(), "application/pdf").status_code == 415
    assert send(studio, "people", b"x" * (MOST_BYTES + 1)).status_code == 413
    refused = send(studio, "people", b"%PDF-1.7 \xff\xfe")
    assert (refused.status_code, refused.json()["code"]) == (422, "sheet-unreadable")
    assert send(studio, "people", PEOPLE.encode(), dry_run="perhaps").status_code == 422


@pytest.mark.parametrize(
    ("encoding", "separator", "media_type"),
    [
        ("gb18030", ";", "text/csv"),
        ("utf-16", "\t", "text/csv"),
        ("gb18030", ",", "text/csv; charset=GB18030"),
        ("utf-8", ",", "application/octet-stream"),
    ],
)
def test_what_excel_writes_is_understood(studio: Studio, encoding: str, separator: str, media_type: str) -> None:
    """In China, as Unicode text, with a charset that is declared, and as it always was."""
    content = separator.join(("names.legal", "nationality")) + "\r\n" + separator.join(("欧阳雪梅", "CN")) + "\r\n"
    (made,) = send(studio, "people", content.encode(encoding), media_type).json()["made"]
    assert studio.viewer.get(f"/v1/people/{made['id']}")["names"]["legal"] == "欧阳雪梅"


def test_an_encoding_that_may_be_another_is_refused(studio: Studio) -> None:
    """With those that it may be, in the reader's language; an unknown one is a fault of the query."""
    content = "names.legal,nationality\n김철수,KR\n".encode("cp949")
    refused = send(studio, "people", content)
    assert (refused.status_code, refused.json()["code"]) == (422, "sheet-unreadable")
    assert "gb18030" in refused.json()["detail"] and "euc-kr" in refused.json()["detail"]
    assert send(studio, "people", content, charset="euc-kr", dry_run="true").json()["good"] == 1
    assert send(studio, "people", content, "text/csv; charset=klingon").status_code == 422


def test_a_small_workbook_that_says_it_is_huge_is_refused(studio: Studio) -> None:
    """The service answers that there are too many rows, and goes on."""
    refused = send(studio, "people", with_sheet(between(1_048_576, "XFD1048576")))
    assert (refused.status_code, refused.json()["code"]) == (422, "sheet-too-large")
    assert send(studio, "people", PEOPLE.encode(), dry_run="true").json()["good"] == 2
