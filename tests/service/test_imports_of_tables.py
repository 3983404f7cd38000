"""Imports from tables: a dry run, all or the good ones, once however often a file is sent."""

import csv
import io
import time
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest
import xlsxwriter

from chassis.uploads import Received
from events import columns
from events.codecs import plain
from events.schemas import load
from services.talent.bulk.api import ImportQuery, ImportReport
from services.talent.contracts.api import DRAFT_CONTRACT
from services.talent.documents.api import DocumentsQuery
from services.talent.people.api import PeopleQuery, PersonView
from services.talent.service import Talent
from services.talent.templates.api import Publication, TemplateRequest
from tests.service.place import Place
from tests.service.talents import PRODUCTION, STUDIO, call, example, make, register

PEOPLE = [
    {"names.legal": "한서연", "nationality": "KR", "document.kind": "passport", "document.country": "KR",
     "document.number": "M12345678", "birth_date": "1998-04-17", "skills": "cello; fencing"},
    {"names.legal": "Aiko Mori", "nationality": "JP", "contact.phone": "'+81 3 1234 5678"},
]  # fmt: skip


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def table(*lines: dict[str, str]) -> bytes:
    """The lines as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for line in lines for name in line)))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def send(
    talent: Talent, what: str, content: bytes, seconds: float = 10, scopes: tuple[str, ...] = (), **query: Any
) -> ImportReport:
    """One import."""
    file = Received()
    file.add(content)
    asked = replace(call(file, query=ImportQuery(**query)), operation=f"import_{what}", deadline=time.time() + seconds)
    asked = replace(asked, scopes=frozenset(scopes))
    report: ImportReport = getattr(talent, f"import_{what}")(asked).body
    file.close()
    return report


def names(talent: Talent) -> list[str]:
    """Who is on file."""
    return [person.names.legal for person in talent.list_people(call(query=PeopleQuery())).items]


def test_a_dry_run_makes_nothing_and_says_what_would_be(talent: Talent) -> None:
    """Twice, it says the same."""
    for _ in range(2):
        report = send(talent, "people", table(*PEOPLE), dry_run=True)
        assert (report.rows, report.good, report.made, report.faults) == (2, 2, (), ())
    assert names(talent) == []


def test_one_fault_keeps_everything_out_unless_the_good_ones_are_asked_for(talent: Talent) -> None:
    """The fault has its line and column, from the schema or from a rule; then the good ones are made, and only these."""
    wrong = table(
        PEOPLE[0], {"names.legal": "X", "nationality": "ZZ"}, {"names.legal": "Y", "nationality": "Japan"}, PEOPLE[1]
    )
    report = send(talent, "people", wrong)
    assert [(fault.line, fault.column) for fault in report.faults] == [(3, "nationality"), (4, "nationality")]
    assert "ISO 3166-1" in report.faults[0].expected
    assert (report.good, report.made, names(talent)) == (2, (), [])
    report = send(talent, "people", wrong, accept="good")
    assert [made.line for made in report.made] == [2, 5]
    assert names(talent) == ["한서연", "Aiko Mori"]


def test_a_line_is_made_once(talent: Talent) -> None:
    """The same file again, and its lines in another file, are repeats; a new line is not."""
    first = send(talent, "people", table(*PEOPLE))
    again = send(talent, "people", table(*PEOPLE))
    assert [made.id for made in again.made] == [made.id for made in first.made]
    assert {made.repeated for made in first.made} == {False}
    assert {made.repeated for made in again.made} == {True}
    more = send(talent, "people", table(PEOPLE[1], {"names.legal": "Lee", "nationality": "KR"}))
    assert [made.repeated for made in more.made] == [True, False]
    assert len(names(talent)) == 3


def test_whoever_is_on_file_is_a_fault(talent: Talent) -> None:
    """The same passport in other words points at the number."""
    send(talent, "people", table(PEOPLE[0]))
    report = send(talent, "people", table({**PEOPLE[0], "skills": "chess", "document.number": "M1234 5678"}))
    assert [(fault.line, fault.column) for fault in report.faults] == [(2, "document.number")]
    assert report.made == ()


def test_one_passport_on_two_lines_is_a_fault_of_the_second(talent: Talent) -> None:
    """However it is written, in the dry run already: of all or none, none. Of the good ones, the first is made."""
    twice = table(PEOPLE[0], PEOPLE[1], {**PEOPLE[0], "names.legal": "Han Seo-yeon", "document.number": "m1234-5678"})
    for dry in (True, False):
        report = send(talent, "people", twice, dry_run=dry)
        assert [(fault.line, fault.column) for fault in report.faults] == [(4, "document.number")]
        assert "line 2" in report.faults[0].expected
        assert (report.good, report.made, names(talent)) == (2, (), [])
    assert [made.line for made in send(talent, "people", twice, accept="good").made] == [2, 3]
    assert [made.repeated for made in send(talent, "people", twice, accept="good").made] == [True, True]


def test_what_is_not_reached_in_time_is_left(talent: Talent) -> None:
    """The next import of the same file goes on."""
    report = send(talent, "people", table(*PEOPLE), seconds=1)
    assert (report.left, report.made) == (2, ())
    assert send(talent, "people", table(*PEOPLE)).left == 0


def test_whoever_is_put_on_file_meanwhile_ends_an_import_of_all(
    talent: Talent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was made before is told, so is how much is left; of the good ones the others are made."""
    content = table(PEOPLE[1], PEOPLE[0], {"names.legal": "Lee", "nationality": "KR"})
    send(talent, "people", table({**PEOPLE[0], "skills": "chess"}))
    monkeypatch.setattr(talent.store, "on_file", lambda *_, **__: None)  # as it was when the lines were checked
    report = send(talent, "people", content)
    assert [(fault.line, fault.column) for fault in report.faults] == [(3, "")]
    assert ([made.line for made in report.made], report.good, report.left) == ([2], 2, 1)
    assert names(talent) == ["한서연", "Aiko Mori"]
    report = send(talent, "people", content, accept="good")
    assert ([made.line for made in report.made], report.good, report.left) == ([2, 4], 2, 0)


def test_a_workbook_is_read_like_csv(talent: Talent) -> None:
    """Numbers and dates of a spreadsheet are what a person sees."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["names.legal", "nationality", "birth_date", "measurements.height"])
    sheet.write_row(1, 0, ["Aiko Mori", "JP", date(1999, 2, 3), 168])
    book.close()
    made = send(talent, "people", file.getvalue()).made
    person = talent.get_person(replace(call(person_id=made[0].id), scopes=frozenset({"identity:read"}))).body
    assert (person.birth_date, person.measurements.height) == (date(1999, 2, 3), 168)


def exported(talent: Talent, *scopes: str) -> list[dict[str, str]]:
    """The people as their list has them as a table."""
    asked = replace(call(query=PeopleQuery()), scopes=frozenset(scopes))
    return [
        {column.name: columns.cell(column, plain(person)) for column in columns.columns(PersonView)}
        for person in talent.list_people(asked).items
    ]


@pytest.mark.parametrize("scopes", [(), ("identity:read",)], ids=["masked", "whole"])
def test_an_export_imported_unchanged_changes_nothing(talent: Talent, scopes: tuple[str, ...]) -> None:
    """Also what is masked, derived or only read; nobody is made, no file has another version."""
    send(talent, "people", table(*PEOPLE))
    register(talent)
    before = exported(talent, "identity:read")
    for dry in (True, False):
        report = send(talent, "people", table(*exported(talent, *scopes)), scopes=("identity:read",), dry_run=dry)
        assert report.faults == ()
        assert (report.rows, report.good, report.unchanged, report.made, report.changes) == (3, 3, 3, (), ())
    assert exported(talent, "identity:read") == before


def test_one_changed_cell_is_one_change_shown_before(talent: Talent) -> None:
    """With person, column, before and after; sent again it is unchanged, and whoever is new is made."""
    send(talent, "people", table(*PEOPLE))
    first, second = exported(talent)
    second["contact.phone"] = "'+81 3 9999 0000"
    new = {**dict.fromkeys(first, ""), "names.legal": "Lee", "nationality": "KR"}
    content = table(first, second, new)
    for dry in (True, False):
        report = send(talent, "people", content, dry_run=dry)
        assert report.faults == ()
        (change,) = report.changes
        assert (change.line, change.person_id, change.column) == (3, second["person_id"], "contact.phone")
        assert (change.before, change.after) == ("'+81 3 1234 5678", "'+81 3 9999 0000")
        assert (report.good, report.unchanged, len(report.made)) == (3, 1, 0 if dry else 1)
    one, two, _ = exported(talent)
    assert (one, two["contact.phone"], int(two["version"])) == (first, "'+81 3 9999 0000", int(second["version"]) + 1)


def test_what_an_import_must_not_change_is_a_fault(talent: Talent) -> None:
    """A number or a derived cell, an emptied one, a file that has changed since, the same person twice, nobody's id."""
    send(talent, "people", table(PEOPLE[0]))
    (line,) = exported(talent)
    changed = [
        {**line, "document.number": "M99999999"},
        {**line, "registered_at": "2020-01-01T00:00:00Z"},
        {**line, "skills": ""},
        {**line, "skills": "chess", "version": "99"},
        {**line, "nationality": "ZZ"},
        {**line, "person_id": PRODUCTION.replace("prd", "prs")},
    ]
    report = send(talent, "people", table(*changed), accept="good")
    assert [(fault.line, fault.column) for fault in report.faults] == [
        (2, "document.number"), (3, "registered_at"), (4, "skills"), (5, "version"), (6, "nationality"), (7, ""),
    ]  # fmt: skip
    assert (report.good, report.changes, exported(talent)) == (0, (), [line])


def test_documents_and_permits(talent: Talent) -> None:
    """For people on file; whom nobody knows is a fault, and so is what the rules refuse."""
    person = register(talent)
    passport = {"document.kind": "passport", "document.country": "KR", "document.valid_until": "2034-05-02"}
    good = {"person_id": person, "document.number": "M12345678", **passport}
    report = send(
        talent,
        "documents",
        table(good, {**good, "document.number": "12345678"}, {**good, "person_id": PRODUCTION.replace("prd", "prs")}),
    )
    assert [(fault.line, fault.column) for fault in report.faults] == [(3, "document.number"), (4, "")]
    assert len(send(talent, "documents", table(good)).made) == 1
    assert len(talent.list_documents(call(query=DocumentsQuery(), person_id=person)).items) == 1
    permit = {"person_id": person, "permit.kind": "visa", "permit.number": "V-1", "permit.valid_from": "2026-01-01"}
    for _ in range(2):
        assert len(send(talent, "permits", table({**permit, "permit.valid_until": "2026-12-31"})).made) == 1
    wrong = send(talent, "permits", table({**permit, "permit.valid_until": "2025-12-31"}))
    assert [(fault.line, fault.column) for fault in wrong.faults] == [(2, "permit.valid_until")]
    assert len(talent.get_person(call(person_id=person)).body.permits) == 1


def offer(person: str) -> dict[str, str]:
    """A line for a contract with the person."""
    terms = example(DRAFT_CONTRACT)["terms"]
    return {
        "terms.production_id": PRODUCTION,
        "terms.person_id": person,
        "terms.role": terms["role"],
        "terms.episodes": "80",
        "terms.work_dates": "; ".join(terms["work_dates"]),
        "terms.hours_cap": "12",
        "terms.rest_hours": "11",
        "terms.fee.amount": "18000.00",
        "terms.fee.currency": "USD",
        "terms.instalments": orjson.dumps(terms["instalments"]).decode(),
        "terms.grants": orjson.dumps(terms["grants"]).decode(),
        "terms.consents.dubbing": "true",
        "terms.governing_law": "CN",
        "terms.prevailing_language": "en",
    }


def test_offers_become_drafts(talent: Talent) -> None:
    """Terms in columns, lists of terms in JSON; contradictory terms point at their column."""
    line = offer(register(talent))
    wrong = send(talent, "contracts", table(line, {**line, "terms.fee.amount": "0.001"}))
    assert [(fault.line, fault.column) for fault in wrong.faults] == [(3, "terms.fee.amount")]
    (made,) = send(talent, "contracts", table(line)).made
    contract = talent.store.contracts.get(made.id, STUDIO)
    assert (contract.state, contract.terms.role) == ("draft", line["terms.role"])


def test_an_offer_that_its_template_cannot_word_is_a_fault(talent: Talent) -> None:
    """In the dry run already: no such template, one that is a draft, a term that is missing, unknown or contradictory."""
    clause = {"id": "meals", "zh": "{per_diem}", "en": "{per_diem}"}
    terms = [{"name": "per_diem", "kind": "money", "required": True}]
    asked = load(TemplateRequest, {"name": "Guest", "content": {"clauses": [clause], "terms": terms}})
    published, unpublished = (
        str(orjson.loads(talent.draft_template(call(asked)).body)["template_id"]) for _ in range(2)
    )
    talent.publish_template(call(Publication(1), template_id=published))
    person = register(talent)

    def line(template: str, **particulars: str) -> dict[str, str]:
        given = [{"name": name, "value": value} for name, value in particulars.items()]
        choice = {"template.template_id": template, "template.number": "1"}
        return {**offer(person), **choice, "terms.particulars": orjson.dumps(given).decode()}

    lines = [
        line(published, per_diem="USD 50.00"),
        line(STUDIO.replace("stu", "tpl"), per_diem="USD 50.00"),
        line(unpublished, per_diem="USD 50.00"),
        line(published),
        line(published, per_diem="USD 50.00", hotel="yes"),
        line(published, per_diem="fifty"),
    ]
    for dry in (True, False):
        report = send(talent, "contracts", table(*lines), dry_run=dry)
        assert (report.good, report.made, [fault.line for fault in report.faults]) == (1, (), [3, 4, 5, 6, 7])
    told = ("no template", "publish it first", "needs the term per_diem", "no term hotel", "is no money")
    for words, fault in zip(told, report.faults, strict=True):
        assert words in fault.expected
    assert talent.store.contracts.select({"tenant": STUDIO}, 10) == []
    (made,) = send(talent, "contracts", table(*lines), accept="good").made
    assert made.line == 2
