"""What rows ask for, and what is wrong with them."""

from services.talent.bulk import entries
from services.talent.bulk.entries import Entry, Fault
from services.talent.bulk.sheets import Row
from services.talent.people.files import BirthDateImpossible, Names, Profile, SpokenLanguage

HEADING = Row(1, ("names.legal", "nationality", "birth_date", "languages", "contact.phone"))


def test_a_row_becomes_what_the_api_would_take() -> None:
    """Nested fields, JSON cells and guarded texts; empty cells have their defaults."""
    row = Row(4, ("韩书妍", "KR", "1998-04-17", '[{"tag":"ko","level":"native"}]', "'+82 2 1234 5678"))
    (found, second), faults = entries.read(Profile, [HEADING, row, Row(5, ("Kim", "KR", "", "", ""))])
    assert faults == []
    assert found.line == 4
    assert found.wanted.names == Names("韩书妍")
    assert found.wanted.languages == (SpokenLanguage("ko", "native"),)
    assert found.wanted.contact.phone == "+82 2 1234 5678"
    assert second.wanted == Profile(Names("Kim"), "KR")


def test_faults_name_line_column_and_what_was_expected() -> None:
    """Every fault of every row; the good rows are entries."""
    rows = [
        HEADING,
        Row(2, ("", "Korea", "17.04.1998", "", "")),
        Row(3, ("Kim", "KR", "", "[{", "")),
        Row(4, ("Han", "KR", "", '[{"tag":"ko","level":"Z9"}]', "")),
        Row(5, ("Lee", "KR", "", "", "")),
    ]
    found, faults = entries.read(Profile, rows)
    assert [entry.line for entry in found] == [5]
    assert [(fault.line, fault.column) for fault in faults] == [
        (2, "names.legal"),
        (2, "nationality"),
        (2, "birth_date"),
        (3, "languages"),
        (4, "languages"),
    ]
    assert faults[1].expected.endswith("Expected an ISO 3166-1 alpha-2 code such as JP.")
    assert faults[3] == Fault(3, "languages", "Expected a JSON value.")


def test_a_heading_that_nobody_knows_leaves_nothing() -> None:
    """Unknown columns and repeated ones are told with the columns that there are."""
    found, faults = entries.read(Profile, [Row(1, ("name", "nationality", "nationality")), Row(2, ("Kim", "KR", "KR"))])
    assert found == []
    assert [(fault.line, fault.column) for fault in faults] == [(1, "name"), (1, "nationality")]
    assert "names.legal" in faults[0].expected


def test_a_cell_without_a_heading_is_a_fault() -> None:
    """Empty ones are nobody's business."""
    heading = Row(1, ("names.legal", "nationality", ""))
    rows = [heading, Row(2, ("Kim", "KR", "", "")), Row(3, ("Kim", "KR", "x")), Row(4, ("Kim", "KR", "", "x"))]
    found, faults = entries.read(Profile, rows)
    assert [entry.line for entry in found] == [2]
    assert [fault.line for fault in faults] == [3, 4]


def test_the_same_line_has_the_same_key() -> None:
    """In another file and on another line, too; of two equal lines in one file the second has another one."""
    kim, han = Row(2, ("Kim", "KR", "", "", "")), Row(3, ("Han", "KR", "", "", ""))
    keys = [entry.key for entry in entries.read(Profile, [HEADING, kim, han, kim])[0]]
    assert len(set(keys)) == 3
    assert [entry.key for entry in entries.read(Profile, [HEADING, han, kim])[0]] == [keys[1], keys[0]]


def test_a_rule_points_at_a_column() -> None:
    """Below the part of the shape that the rule knows; without a pointer at the whole line."""
    error = BirthDateImpossible("/birth_date", birth_date="2200-01-01")
    assert entries.fault_of(7, Profile, "", error) == Fault(7, "birth_date", error.text("en"))
    assert entries.fault_of(7, Profile, "", BirthDateImpossible(birth_date="2200-01-01")).column == ""


def test_two_lines_about_one_person_are_told_apart() -> None:
    """The first is good, each later one names its line; whoever has no identity is somebody else."""
    found = [Entry(line, wanted, "") for line, wanted in ((2, "kim"), (3, ""), (4, "kim"), (5, ""), (6, "kim"))]
    apart, faults = entries.told_apart(found, lambda wanted: wanted or None, "document.number")
    assert [entry.line for entry in apart] == [2, 3, 5]
    expected = "Expected each identity document once: line 2 has it, too."
    assert faults == [Fault(4, "document.number", expected), Fault(6, "document.number", expected)]
