"""A person asks to be forgotten: nobody can read about them any more, and the ledger is as whole as before."""

import subprocess
import sys
from datetime import date

from deploy.local.home import CHECKOUT
from deploy.local.stack import Stack
from tests.system.conftest import Studio


def settle(studio: Studio, contract: str, person: str) -> None:
    """Pay everything and end the contract; before that, nobody forgets whom it is owed to."""
    path = f"/v1/contracts/{contract}"
    today = str(date.today())
    clock = studio.producer.get(f"{path}/instalments")
    asked = studio.legal.request("POST", f"/v1/people/{person}/erasure", json={"requested_on": today})
    assert (asked.status_code, asked.json()["code"]) == (409, "contracts-unfulfilled")
    assert contract in asked.json()["detail"]
    for number, part in enumerate(clock["instalments"], start=1):
        due = part["instalment"]
        paid = {"instalment": number, "amount": due["amount"], "currency": due["currency"], "paid_on": today}
        studio.finance.post(f"{path}/payments", {**paid, "reference": f"TX {number}"})
    notice = {
        "party": "studio",
        "ground": "agreement",
        "last_day": today,
        "reason": "The person asked to be forgotten.",
    }
    studio.producer.post(f"{path}/termination", notice)


def test_a_forgotten_person_leaves_the_ledger_whole(stack: Stack, studio: Studio) -> None:
    """Erasing is an entry of the ledger; the person's entries can no longer be opened, and every proof still verifies."""
    production, person = studio.production(), studio.person(permit=True)
    contract = studio.executed(production, person)
    about = {"subject": person}
    before = studio.viewer.wait("/v1/ledger/entries", lambda page: len(page["items"]) >= 2, **about)["items"]
    assert studio.producer.get(f"/v1/people/{person}/export")["contracts"][0]["contract"]["state"] == "executed"

    refused = studio.casting.request("POST", f"/v1/people/{person}/erasure", json={"requested_on": str(date.today())})
    assert refused.status_code == 403
    settle(studio, contract["contract_id"], person)
    erased = studio.legal.post(f"/v1/people/{person}/erasure", {"requested_on": str(date.today())})
    assert erased["person_id"] == person

    for path in (
        f"/v1/people/{person}",
        f"/v1/people/{person}/export",
        f"/v1/contracts/{contract['contract_id']}/document",
    ):
        gone = studio.legal.request("GET", path)
        assert (gone.status_code, gone.json()["code"]) == (410, "person-forgotten")
    kept = studio.viewer.get(f"/v1/contracts/{contract['contract_id']}")
    assert (kept["state"], kept["document_sha256"]) == ("terminated", contract["document_sha256"])
    studio.viewer.wait("/v1/ledger/entries", lambda page: len(page["items"]) > len(before), **about)
    verified = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "services.compliance.verify"],
        cwd=CHECKOUT,
        env=stack.environment("compliance"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
