"""The titles that distribution knows."""

from datetime import UTC, datetime

from events.envelope import Envelope
from events.production import ProductionRegistered
from services.distribution.titles import Title, know


def test_a_title_is_known_once() -> None:
    """The first word of a production makes the title; the same again is a duplicate."""
    event = ProductionRegistered("prd_A", "sch_A", "A Promise in Dragon City", 80, ("US",))
    at = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    told = Envelope("evt_1", event.TYPE, "/x", "prd_A", at, "stu_A", "x", "prd_A", 1, "r", "r", "", event)
    title = Title("prd_A", "stu_A", 0, "A Promise in Dragon City")
    assert know(None, told) == (title, ())
    assert know(title, told) is None
