"""The ninety days of short-term work over HTTP: bookings of two studios, heard through the broker, count for one person."""

from datetime import date, timedelta
from typing import Any

from tests.examples import EXAMPLES
from tests.system.conftest import Studio

PASSPORT = {"kind": "passport", "country": "KR", "number": "M4417 2093"}


def test_two_studios_share_one_persons_days(studio: Studio, rival: Studio, office: Any) -> None:
    """Each studio sees the sum and its own part, and nothing of the other's productions."""
    year = date.today().year + 1
    first = date(year, 3, 1)
    people, productions = [], []
    for n, maker in enumerate((studio, rival)):
        body = {**EXAMPLES["register_person"], "document": PASSPORT}
        person = maker.producer.post("/v1/people", body)["person_id"]
        period = {"valid_from": f"{year}-01-01", "valid_until": f"{year}-12-31", "places": []}
        maker.producer.post(f"/v1/people/{person}/permits", {**EXAMPLES["record_permit"], **period})
        production = maker.production()
        days = [str(first + timedelta(days=2 * n + d)) for d in range(3)]
        contract = maker.contract(production, person, days)
        maker.sign(contract, "performer")
        maker.sign(contract, "studio")
        people.append(person)
        productions.append(production)
    assert people[0] == people[1]
    for mine, foreign in ((studio, productions[1]), (rival, productions[0])):
        path = f"/v1/people/{people[0]}/work-allowance"
        seen = mine.viewer.wait(path, lambda allowance: allowance["booked"] == 5, year=year)
        assert (seen["here"], seen["left"], seen["exceeded_on"]) == (3, 85, None)
        assert foreign not in str(seen)
