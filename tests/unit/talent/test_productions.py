"""The productions that talent knows of."""

from dataclasses import replace
from datetime import datetime

from events.envelope import Envelope
from events.production import ProductionRegistered, Titles
from services.talent import productions
from services.talent.bilingual import Bilingual
from services.talent.productions import KnownProduction

PRODUCTION = "prd_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
TENANT = "stu_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"


def registered(now: datetime) -> Envelope[ProductionRegistered]:
    """A production's registration as production tells it."""
    data = ProductionRegistered(
        PRODUCTION, "sch_01J9ZW5N3Q8V7Y2K4M6P8R0T1V", "The Heiress Returns", 80, ("US",), country="CN"
    )
    return Envelope(
        "evt_1",
        data.TYPE,
        "/callboard/production",
        PRODUCTION,
        now,
        TENANT,
        "actor",
        PRODUCTION,
        1,
        "c",
        "c",
        "t",
        data,
    )


def test_a_production_is_known_as_its_studios(now: datetime) -> None:
    """The studio is the event's tenant, and where it is based tells who needs a permit."""
    known = KnownProduction(PRODUCTION, TENANT, 0, "The Heiress Returns", country="CN")
    assert productions.know(None, registered(now), PRODUCTION) == (known, [])


def test_a_production_is_called_by_the_title_of_each_language() -> None:
    """Where a language has none, by the one that is used everywhere."""
    known = KnownProduction(PRODUCTION, TENANT, 0, "The Heiress Returns", Titles(zh="千金归来"))
    assert known.called == Bilingual("千金归来", "The Heiress Returns")
    assert replace(known, titles=Titles()).called == Bilingual("The Heiress Returns", "The Heiress Returns")


def test_a_repeated_event_is_a_duplicate(now: datetime) -> None:
    """What is known is not written again."""
    known = KnownProduction(PRODUCTION, TENANT, 0, "The Heiress Returns")
    assert productions.know(known, registered(now), PRODUCTION) is None
