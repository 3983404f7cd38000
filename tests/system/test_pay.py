"""The pay clock over HTTP: a signature starts it, a plan moves it, payments are recorded, confirmed and counted."""

from datetime import date, timedelta
from typing import Any

from deploy.local.stack import Stack
from tests.examples import EXAMPLES
from tests.system.conftest import Studio, admit


def test_from_signature_to_confirmation(stack: Stack, office: Any) -> None:
    """Due dates follow the shooting plan; finance records a payment, legal confirms it, and the record says on time."""
    studio: Studio = admit(stack, office, "Punctual Pictures")
    production, person = studio.production(), studio.person(permit=True)
    contract = studio.executed(production, person)
    path = f"/v1/contracts/{contract['contract_id']}"
    clock = studio.viewer.get(f"{path}/instalments")
    total = sum(float(part["instalment"]["amount"]) for part in clock["instalments"])
    assert total == float(EXAMPLES["draft_contract"]["terms"]["fee"]["amount"])
    last = date.today() + timedelta(days=50)
    days = [{"date": str(last), "unit": "A", "place": "Hengdian"}]
    studio.producer.command("PUT", f"/v1/productions/{production}/shooting-days", {"days": days})
    due = studio.viewer.wait(
        "/v1/instalments", lambda page: page["items"][1]["due_on"] == str(last), production_id=production
    )["items"]
    paid = {"instalment": 1, "amount": due[0]["amount"], "currency": due[0]["currency"], "paid_on": due[0]["due_on"]}
    recorded = studio.finance.post(f"{path}/payments", {**paid, "reference": "TX 1"})
    payment = recorded["instalments"][0]["payments"][0]["payment_id"]
    refused = studio.finance.request("POST", f"{path}/payments/{payment}/confirmation")
    assert refused.status_code == 403
    confirmed = studio.legal.post(f"{path}/payments/{payment}/confirmation")
    assert confirmed["instalments"][0]["instalment"]["state"] == "confirmed"
    assert studio.viewer.wait("/v1/punctuality", lambda record: record["on_time"] == 1)["late"] == 0
