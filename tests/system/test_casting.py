"""Casting and calendars over HTTP: from a role to a contract, and what another studio sees of it."""

from datetime import date, timedelta
from typing import Any

import requests

from deploy.local.client import Client
from deploy.local.stack import Stack
from tests.examples import EXAMPLES
from tests.system.conftest import Studio


def day(n: int) -> str:
    """The day `n` days from now."""
    return str(date.today() + timedelta(days=n))


def on_file(client: Client, number: str) -> str:
    """A person with a passport, so that every studio that registers it means the same one."""
    document = {"kind": "passport", "country": "KR", "number": number}
    return str(client.post("/v1/people", {**EXAMPLES["register_person"], "document": document})["person_id"])


def cast(studio: Studio, person: str) -> Any:
    """A person cast for a role, up to the draft of a contract."""
    casting = studio.shortlist(studio.production(), person)
    client, path = studio.producer, f"/v1/submissions/{casting['submission_id']}"
    audition = client.post(f"/v1/auditions/{casting['audition_id']}/filling")
    assert [slot["person_id"] for slot in audition["slots"]] == [person, None]
    client.post(f"/v1/auditions/{casting['audition_id']}/slots/0/confirmation")
    client.post(f"{path}/hold", {"starts_on": day(60), "ends_on": day(62), "expires_on": day(20)})
    client.post(f"{path}/offer", {**EXAMPLES["make_offer"], "work_dates": [day(60), day(61)]})
    return client.post(f"{path}/offer/acceptance")


def test_from_a_role_to_a_signed_contract(studio: Studio, rival: Studio) -> None:
    """Each step over HTTP; the executed contract books the days, which another studio sees as busy and nothing else."""
    person = on_file(studio.producer, "M20000001")
    assert on_file(rival.producer, "M20000001") == person
    accepted = cast(studio, person)
    contract = studio.producer.get(f"/v1/contracts/{accepted['contract_id']}")
    assert (contract["state"], contract["terms"]["role"]) == ("draft", EXAMPLES["describe_role"]["title"])
    sent = studio.producer.post(
        f"/v1/contracts/{contract['contract_id']}/dispatch", {"expires_on": day(30), "at_desk": ["performer"]}
    )
    studio.sign(sent, "performer")
    studio.sign(sent, "studio")
    seen = studio.viewer.wait(f"/v1/people/{person}/availability", lambda view: view["bookings"])
    assert seen["bookings"][0]["days"] == [day(60), day(61)]
    assert seen["holds"] == []
    theirs = rival.viewer.get(f"/v1/people/{person}/availability")
    assert (theirs["busy"], theirs["bookings"], theirs["holds"]) == ([day(60), day(61)], [], [])
    free = rival.viewer.get(f"/v1/people?available_from={day(61)}&available_to={day(61)}")["items"]
    assert person not in [found["person_id"] for found in free]


def test_a_calendar_is_read_at_its_address_until_that_is_closed(
    stack: Stack, studio: Studio, http: requests.Session
) -> None:
    """Without credentials, as a calendar program reads it; a closed address is a 404, like one that never was."""
    person = on_file(studio.producer, "M20000002")
    hold = studio.producer.post(f"/v1/people/{person}/holds", {"starts_on": day(70), "ends_on": day(71)})
    feed = studio.producer.post(f"/v1/people/{person}/calendar-feeds")
    answer = http.get(stack.gateway_url + feed["path"])
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.text.startswith("BEGIN:VCALENDAR\r\n")
    assert f"UID:{hold['hold_id']}@" in answer.text
    studio.producer.post(f"/v1/people/{person}/calendar-feeds/{feed['feed_id']}/closure")
    assert http.get(stack.gateway_url + feed["path"]).status_code == 404
    assert http.get(f"{stack.gateway_url}/public/calendars/{'A' * 43}.ics").status_code == 404
