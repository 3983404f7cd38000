"""The main job through HTTP: signing a contract does everything at once, exactly once."""

from typing import Any

import pytest
import requests

from deploy.local.client import ApiProblem
from deploy.local.stack import Stack
from tests import examples
from tests.system.conftest import Studio


def one(items: list[Any]) -> Any:
    """The only one."""
    assert len(items) == 1, items
    return items[0]


def entries(studio: Studio, subject: str, kind: str) -> list[Any]:
    """The studio's ledger entries about a subject, of one type."""
    return [e for e in studio.viewer.pages("/v1/ledger/entries", subject=subject) if e["type"] == kind]


def test_parties_that_are_no_people_sign_with_the_credential(studio: Studio) -> None:
    """What the benchmark and the faults seed: dispatched and signed without links, entries or letters of their own."""
    drafted = studio.producer.post("/v1/contracts", examples.between_companies(studio.production(), studio.person()))
    path = f"/v1/contracts/{drafted['contract_id']}"
    sent = studio.producer.post(f"{path}/dispatch", examples.dispatch())
    for party in ("agency", "studio"):
        signed = studio.producer.post(f"{path}/signatures", examples.signature(sent, party))
    assert signed["state"] == "executed"
    assert studio.producer.get(f"{path}/recipients")["recipients"] == []


def test_the_last_signature_does_everything(studio: Studio) -> None:
    """Ledger entry, booking and rights follow from the last signature, each exactly once."""
    production, person = studio.production(), studio.person(permit=True)
    contract = studio.executed(production, person)
    assert contract["state"] == "executed"
    contract_id = contract["contract_id"]
    bookings = studio.viewer.wait("/v1/bookings", lambda page: page["items"], contract_id=contract_id)
    booking = one(bookings["items"])
    assert booking["status"] == "confirmed"
    assert booking["days"] == contract["terms"]["work_dates"]
    rights = studio.viewer.wait("/v1/rights", lambda page: page["items"], contract_id=contract_id)
    assert one(rights["items"])["contract_id"] == contract_id
    studio.viewer.wait(
        "/v1/ledger/entries",
        lambda page: any(e["type"] == "talent.contract.signed.v1" for e in page["items"]),
        subject=contract_id,
    )
    one(entries(studio, contract_id, "talent.contract.signed.v1"))
    grant = contract["terms"]["grants"][0]
    held = studio.viewer.get(
        "/v1/rights/held",
        production_id=production,
        media=grant["media"][0],
        territory=grant["territories"][0],
        language=grant["languages"][0],
        on=grant["starts_on"],
    )
    assert contract_id in str(held)


def test_nothing_happens_before_the_last_signature(studio: Studio) -> None:
    """A partly signed contract books nobody and grants nothing."""
    production, person = studio.production(), studio.person(permit=True)
    contract = studio.contract(production, person)
    partly = studio.sign(contract, "performer")
    assert partly["state"] == "partially_signed"
    studio.viewer.wait("/v1/ledger/entries", lambda page: len(page["items"]) >= 3, subject=contract["contract_id"])
    for effect in ("bookings", "rights"):
        answer = studio.viewer.request("GET", f"/v1/{effect}", params={"contract_id": contract["contract_id"]})
        assert answer.status_code == 404


def test_a_missing_permit_puts_the_booking_on_hold_until_it_is_there(studio: Studio) -> None:
    """No permit: a blocker finding names the first uncovered date and the days go on hold; the permit releases them."""
    production, person = studio.production(), studio.person()
    contract = studio.executed(production, person)
    held = studio.viewer.wait(
        "/v1/bookings",
        lambda page: page["items"] and page["items"][0]["status"] == "on_hold",
        contract_id=contract["contract_id"],
    )
    finding_id = one(one(held["items"])["held_by"])
    finding = studio.viewer.get(f"/v1/findings/{finding_id}")["finding"]
    assert finding["severity"] == "blocker"
    assert finding["rule"] in [rule["rule"] for rule in studio.viewer.get("/v1/rules")["rules"]]
    assert finding["first_date"] == contract["terms"]["work_dates"][0]
    studio.permit(person)
    studio.viewer.wait(
        "/v1/bookings",
        lambda page: page["items"][0]["status"] == "confirmed" and not page["items"][0]["held_by"],
        contract_id=contract["contract_id"],
    )
    assert studio.viewer.get(f"/v1/findings/{finding_id}")["finding"]["state"] == "closed"


def test_days_that_are_given_back_are_free_for_everybody(studio: Studio, rival: Studio) -> None:
    """The production releases the booking; nobody can release it twice, and nobody else at all."""
    production, person = studio.production(), studio.person(permit=True)
    contract = studio.executed(production, person)
    found = studio.viewer.wait("/v1/bookings", lambda page: page["items"], contract_id=contract["contract_id"])
    path = f"/v1/productions/{production}/bookings/{one(found['items'])['booking_id']}/release"
    with pytest.raises(ApiProblem) as foreign:
        rival.producer.post(path)
    assert foreign.value.status == 404
    assert studio.producer.post(path)["status"] == "released"
    with pytest.raises(ApiProblem) as again:
        studio.producer.post(path)
    assert again.value.problem["code"] == "booking-released"
    days = contract["terms"]["work_dates"]
    period = {"since": days[0], "until": days[-1]}
    studio.viewer.wait(f"/v1/people/{person}/calendar", lambda page: not page["busy"], **period)


def test_a_party_that_declines_ends_the_contract(studio: Studio) -> None:
    """Nobody signs it any more, its reason is on the trail, and the refusal is an entry of the ledger."""
    contract = studio.contract(studio.production(), studio.person())
    path = f"/v1/contracts/{contract['contract_id']}"
    reason = "The dates collide with another engagement."
    declined = studio.producer.post(f"{path}/refusal", {"party": "performer", "reason": reason})
    assert declined["state"] == "declined"
    with pytest.raises(ApiProblem) as late:
        studio.sign(contract, "performer")
    assert late.value.status == 409
    assert studio.legal.get(f"{path}/evidence")["reason"] == reason
    told = "talent.contract.declined.v1"
    about = {"subject": contract["contract_id"], "type": told}
    studio.viewer.wait("/v1/ledger/entries", lambda page: page["items"], **about)


def test_other_studios_see_only_that_a_person_is_busy(studio: Studio, rival: Studio) -> None:
    """Two studios with the same performer see each other's days as busy, nothing else."""
    document = {"kind": "passport", "country": "KR", "number": "M9876 5432"}
    file = {**examples.person(), "document": document}
    ours = studio.producer.post("/v1/people", file)["person_id"]
    theirs = rival.producer.post("/v1/people", file)["person_id"]
    assert ours == theirs
    studio.permit(ours)
    contract = studio.executed(studio.production(), ours)
    days = contract["terms"]["work_dates"]
    calendar = rival.viewer.wait(
        f"/v1/people/{ours}/calendar", lambda page: page["busy"], since=days[0], until=days[-1]
    )
    assert calendar["busy"] == days
    assert calendar["bookings"] == []
    assert contract["contract_id"] not in str(calendar)


def test_the_trace_of_a_request_reaches_the_ledger(studio: Studio, stack: Stack, http: requests.Session) -> None:
    """The trace id of the HTTP request is the correlation id of every event that follows from it."""
    contract = studio.contract(studio.production(), studio.person(permit=True))
    studio.sign(contract, "performer")
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = http.post(
        f"{stack.gateway_url}/v1/contracts/{contract['contract_id']}/signatures",
        json={
            "party": "studio",
            "name": "林晓",
            "time_zone": "Asia/Shanghai",
            "document_sha256": contract["document_sha256"],
        },
        headers={
            "Authorization": f"Bearer {studio.keys['legal']}",
            "traceparent": f"00-{trace}-00f067aa0ba902b7-01",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["Trace-Id"] == trace
    found = studio.viewer.wait("/v1/ledger/entries", lambda page: len(page["items"]) >= 3, correlation_id=trace)
    types = {entry["type"] for entry in found["items"]}
    expected = {"talent.contract.signed.v1", "production.schedule.changed.v1", "distribution.rights.registered.v1"}
    assert expected <= types
