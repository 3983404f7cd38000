"""Whom a studio has on file, as production knows it."""

from datetime import datetime

from events.envelope import Envelope
from events.talent.people import PersonRegistered
from services.production.people import PersonFile, know


def test_a_file_is_known_once(at: datetime) -> None:
    """The first word of a person makes the file of that studio; the same again is a duplicate."""
    event = PersonRegistered("prs_A", "KR", ("ko",))
    told = Envelope("evt_1", event.TYPE, "/x", "prs_A", at, "stu_A", "x", "prs_A.stu_A", 1, "r", "r", "", event)
    assert know(None, told) == (PersonFile("prs_A.stu_A", "stu_A", 0, "prs_A"), ())
    assert know(PersonFile("prs_A.stu_A", "stu_A", 0, "prs_A"), told) is None
