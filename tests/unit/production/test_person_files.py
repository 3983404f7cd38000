"""Whom a studio has on file, as production knows it."""

from datetime import datetime

import pytest

from events.envelope import Envelope, Event
from events.talent.people import PersonMerged, PersonRegistered
from services.production.people import PersonFile, SamePeople, know

FILE = PersonFile("prs_A.stu_A", "stu_A", 0, "prs_A")
MERGED = PersonFile("prs_A.stu_A", "stu_A", 0, "prs_A", into="prs_B")
REGISTERED, MERGE = PersonRegistered("prs_A", "KR", ("ko",)), PersonMerged("prs_A", "prs_B")


@pytest.mark.parametrize(
    ("known", "event", "then"),
    [
        (None, REGISTERED, FILE),
        (FILE, REGISTERED, None),
        (FILE, MERGE, MERGED),
        (MERGED, MERGE, None),
        (None, MERGE, MERGED),  # heard before the file was
        (MERGED, REGISTERED, None),
    ],
)
def test_a_file_is_known_once_and_who_it_was_merged_into(
    known: PersonFile | None, event: Event, then: PersonFile | None, at: datetime
) -> None:
    """The same again, or later, changes nothing."""
    told = Envelope("evt_1", event.TYPE, "/x", "prs_A", at, "stu_A", "x", "prs_A.stu_A", 1, "r", "r", "", event)
    assert know(known, told) == (None if then is None else (then, ()))  # type: ignore[arg-type]  # either of the two


def test_all_ids_of_a_person_are_found_by_any_of_them() -> None:
    """Two were merged into a third, one of them by way of another; somebody else is somebody else."""
    same = SamePeople({"prs_A": "prs_B", "prs_B": "prs_C", "prs_D": "prs_C", "prs_X": "prs_Y"})
    for asked in ("prs_A", "prs_B", "prs_C", "prs_D"):
        assert same.present(asked) == "prs_C"
        assert same.ids([asked]) == ["prs_A", "prs_B", "prs_C", "prs_D"]
    assert same.ids(["prs_Z"]) == ["prs_Z"]
    assert same.ids(["prs_Y", "prs_Z"]) == ["prs_X", "prs_Y", "prs_Z"]


def test_a_circle_of_merged_files_ends() -> None:
    """Studios may have merged the same two files the other way round; the alliance office sees both."""
    same = SamePeople({"prs_A": "prs_B", "prs_B": "prs_A"})
    assert set(same.ids(["prs_A"])) | set(same.ids(["prs_B"])) == {"prs_A", "prs_B"}
