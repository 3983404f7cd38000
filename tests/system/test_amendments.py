"""What becomes of an executed contract, through HTTP: the others follow an amendment and a termination."""

from datetime import date, timedelta
from typing import Any

from tests.examples import EXAMPLES, at_desk
from tests.system.conftest import Studio


def days_of(page: Any) -> Any:
    """The days and the status of the only booking on a page."""
    return [(booking["days"], booking["status"]) for booking in page["items"]]


def test_bookings_and_rights_follow_an_amendment_and_a_termination(studio: Studio) -> None:
    """A day more and another territory are booked and registered; at the end the days are free and the rights went back."""
    production, person = studio.production(), studio.person(permit=True)
    contract = studio.executed(production, person)
    contract_id, terms = contract["contract_id"], contract["terms"]
    studio.viewer.wait("/v1/bookings", lambda page: page["items"], contract_id=contract_id)
    studio.viewer.wait("/v1/rights", lambda page: page["items"], contract_id=contract_id)

    days = [*terms["work_dates"], str(date.fromisoformat(terms["work_dates"][-1]) + timedelta(days=1))]
    grants = [{**terms["grants"][0], "territories": ["BR"]}]
    amended = {**terms, "work_dates": days, "grants": grants}
    amendment = studio.producer.post(f"/v1/contracts/{contract_id}/amendments", {"terms": amended})
    studio.producer.post(f"/v1/contracts/{amendment['contract_id']}/dispatch", at_desk())
    studio.sign(amendment, "performer")
    studio.sign(amendment, "studio")
    studio.viewer.wait("/v1/bookings", lambda page: days_of(page) == [(days, "confirmed")], contract_id=contract_id)
    studio.viewer.wait(
        "/v1/rights",
        lambda page: page["items"] and page["items"][0]["grants"][0]["territories"] == ["BR"],
        contract_id=contract_id,
    )
    shown = studio.viewer.wait(f"/v1/contracts/{contract_id}", lambda it: it["amendments"])
    assert shown["terms"]["work_dates"] == days
    own = studio.viewer.request("GET", "/v1/bookings", params={"contract_id": amendment["contract_id"]})
    assert own.status_code == 404  # an amendment books nothing by itself

    notice = {**EXAMPLES["terminate_contract"], "last_day": str(date.today()), "rights_revert": True}
    ended = studio.producer.post(f"/v1/contracts/{contract_id}/termination", notice)
    assert (ended["state"], ended["termination"]["kill_fee"]) == ("terminated", "0")
    studio.viewer.wait("/v1/bookings", lambda page: days_of(page) == [(days, "released")], contract_id=contract_id)
    studio.viewer.wait("/v1/rights", lambda page: page["items"] == [], production_id=production)
    kinds = ["talent.contract.signed.v1", "talent.contract.amended.v1", "talent.contract.terminated.v1"]
    studio.viewer.wait(  # the ledger hears of the end when the others do, not before them
        "/v1/ledger/entries",
        lambda page: set(kinds) <= {entry["type"] for entry in page["items"]},
        subject=contract_id,
        limit=100,
    )
    told = [e["type"] for e in studio.viewer.pages("/v1/ledger/entries", subject=contract_id)]
    assert [told.count(kind) for kind in kinds] == [1, 1, 1]


def test_a_draft_is_negotiated_in_the_studios_own_words(studio: Studio) -> None:
    """A contract from a published template gets the terms of the accepted proposal, and says them."""
    template = studio.template()
    studio.producer.post(f"/v1/templates/{template}/publication", {"number": 1})
    production, person = studio.production(), studio.person()
    terms = {**EXAMPLES["draft_contract"]["terms"], "production_id": production, "person_id": person}
    choice = {"template_id": template, "number": 1}
    contract = studio.producer.post("/v1/contracts", {"terms": terms, "template": choice})
    path = f"/v1/contracts/{contract['contract_id']}"
    wanted = {**terms, "particulars": [{"name": "per_diem", "value": "CNY 150.00"}]}
    proposal = studio.producer.post(f"{path}/proposals", {"party": "performer", "terms": wanted})
    assert [change["pointer"] for change in proposal["changes"]] == ["/particulars/0"]
    studio.producer.post(f"{path}/proposals/acceptance", {"party": "studio", "proposal": 1})
    document = studio.viewer.get(f"{path}/document")
    assert document["template"] == f"{template}/1"
    assert "CNY 150.00" in document["clauses"][0]["en"]
