"""What talent knows of studios: their names, and whether they are suspended, whatever comes first."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from events.envelope import Envelope
from events.gateway import StudioAdmitted, StudioReinstated, StudioSuspended
from services.talent.studios import KnownStudio, know

STUDIO = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE"


def told(version: int, data: Any) -> Envelope[Any]:
    """An event of the studio."""
    return Envelope("evt", data.TYPE, "", STUDIO, None, STUDIO, "", f"studios/{STUDIO}", version, "", "", "", data)  # type: ignore[arg-type]


ADMITTED = told(1, StudioAdmitted(STUDIO, "横店晨光影业"))
SUSPENDED = told(2, StudioSuspended(STUDIO, "Fee overdue"))
REINSTATED = told(3, StudioReinstated(STUDIO))


@pytest.mark.parametrize("events", list(permutations((ADMITTED, SUSPENDED, REINSTATED))))
@pytest.mark.parametrize("last", [2, 3])
def test_the_last_word_counts_in_every_order(events: tuple[Any, ...], last: int) -> None:
    """A suspension that is lifted before it is heard of is none."""
    known: KnownStudio | None = None
    for event in events:
        for _ in range(2):  # a message may come again
            if event.version <= last and (step := know(known, event, STUDIO)) is not None:
                known = step[0]
    assert known is not None
    assert (known.name, known.suspended, known.version) == ("横店晨光影业", last == 2, 0)


def test_a_repeat_changes_nothing() -> None:
    """Nor does what is older than what is known."""
    known = KnownStudio(STUDIO, STUDIO, 0, "横店晨光影业", suspended=False, heard=3)
    assert [know(known, event, STUDIO) for event in (ADMITTED, SUSPENDED, REINSTATED)] == [None] * 3
    assert know(replace(known, heard=0), SUSPENDED, STUDIO) is not None
