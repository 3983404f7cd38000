"""Two files on one person become one, through HTTP: what was booked and found under the former id is theirs."""

from typing import Any

from tests.examples import EXAMPLES
from tests.system.conftest import Studio


def test_bookings_and_findings_of_the_former_file_follow(studio: Studio) -> None:
    """The booking waits for a permit, which is put on the present file; a new booking is made for that one."""
    production, former, present = studio.production(), studio.person(), studio.person()
    contract = studio.executed(production, former)
    viewer = studio.viewer

    def booked(person: str) -> Any:
        page = viewer.wait("/v1/bookings", lambda page: page["items"], person_id=person)
        return [(booking["contract_id"], booking["status"]) for booking in page["items"]]

    viewer.wait("/v1/findings", lambda page: page["items"], person_id=former)
    viewer.wait("/v1/bookings", lambda page: [b["status"] for b in page["items"]] == ["on_hold"], person_id=former)
    studio.producer.post(f"/v1/people/{present}/merge", {"other": former})
    assert booked(present) == booked(former) == [(contract["contract_id"], "on_hold")]
    studio.permit(present)
    viewer.wait("/v1/findings", lambda page: [f["state"] for f in page["items"]] == ["closed"], person_id=present)
    viewer.wait("/v1/bookings", lambda page: [b["status"] for b in page["items"]] == ["confirmed"], person_id=present)

    wanted = {**EXAMPLES["book_person"], "person_id": former, "days": contract["terms"]["work_dates"][:1]}
    pencilled = studio.producer.post(f"/v1/productions/{production}/bookings", wanted)
    assert pencilled["person_id"] == present
    calendar = viewer.get(f"/v1/people/{present}/calendar", since=wanted["days"][0], until=wanted["days"][0])
    assert [booking["contract_id"] for booking in calendar["bookings"]] == [contract["contract_id"]]
    assert [hold["booking_id"] for hold in calendar["holds"]] == [pencilled["booking_id"]]
    conflicts = viewer.get(f"/v1/productions/{production}/schedule")["conflicts"]
    assert [(conflict["person_id"], len(conflict["bookings"])) for conflict in conflicts] == [(present, 2)]
