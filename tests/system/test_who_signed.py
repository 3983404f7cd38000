"""A studio that signs for the performer, through HTTP: refused, or shown everywhere as what it is."""

from typing import Any

import pytest
import requests

from deploy.local.stack import Stack
from tests import examples
from tests.system.conftest import Studio
from tests.system.test_signing import entries, one


def drafted(studio: Studio, **person: Any) -> Any:
    """A draft with a person, of whom other facts than the example's may be on file."""
    made = studio.producer.post("/v1/people", {**examples.person(), **person})["person_id"]
    return studio.contract(studio.production(), made, sent=False)


def refusal(studio: Studio, path: str, body: Any) -> tuple[int, str, str]:
    """Status, code and pointer of a refused request."""
    answer = studio.producer.request("POST", path, json=body)
    told = answer.json()
    return answer.status_code, told["code"], (told.get("errors") or [{"pointer": ""}])[0]["pointer"]


@pytest.fixture(scope="module")
def entered(studio: Studio) -> Any:
    """A contract that the studio executed alone: at its desk, as the performer and as itself."""
    contract = studio.executed(studio.production(), studio.person())
    assert contract["state"] == "executed"
    return contract


def test_a_dispatch_without_recipients_writes_to_the_performer(studio: Studio) -> None:
    """The forged signature: the studio's key is refused for her, and she has a letter."""
    contract = drafted(studio)
    path = f"/v1/contracts/{contract['contract_id']}"
    sent = studio.producer.post(f"{path}/dispatch", examples.dispatch())
    forged = examples.signature(sent, "performer")
    assert refusal(studio, f"{path}/signatures", forged)[:2] == (403, "personal-link-only")
    letters = studio.producer.wait("/v1/letters", lambda page: page["items"], contract_id=contract["contract_id"])
    assert [letter["kind"] for letter in letters["items"]] == ["turn"]


def test_without_an_address_the_field_is_named(studio: Studio) -> None:
    """Neither a link nor an entry goes nowhere."""
    contract = drafted(studio, contact={})
    path = f"/v1/contracts/{contract['contract_id']}"
    assert refusal(studio, f"{path}/dispatch", examples.dispatch()) == (422, "no-address", "/recipients")
    sent = studio.producer.post(f"{path}/dispatch", examples.at_desk())
    entry = examples.signature(sent, "performer")
    assert refusal(studio, f"{path}/signatures", entry) == (422, "no-address", "/email")
    without = {**entry, "reason": None}
    assert refusal(studio, f"{path}/signatures", without) == (422, "grounds-missing", "/reason")
    stranger = {**entry, "name": "Mickey Mouse", "email": "her@example.com"}
    assert refusal(studio, f"{path}/signatures", stranger) == (422, "name-unexpected", "/name")
    signed = studio.producer.post(f"{path}/signatures", {**stranger, "name_confirmed": True})
    assert signed["parties"][0]["signature"]["name_differs"] is True


def test_contract_evidence_and_letter_say_who_entered_it(studio: Studio, entered: Any) -> None:
    """By whom, why, to where she was written; the letter is on its way."""
    path = f"/v1/contracts/{entered['contract_id']}"
    performer, own = (party["signature"] for party in entered["parties"])
    assert (performer["authentication"], performer["recorded_by"]) == ("desk", studio.members["producer"])
    assert own["recorded_by"] == studio.members["producer"]
    evidence = studio.producer.get(f"{path}/evidence")["signatures"][0]
    assert (evidence["authentication"], evidence["reason"]) == ("desk", "Signed on paper at the studio.")
    assert evidence["told_at"] == "seoyeon@example.com"
    letters = studio.producer.wait(
        "/v1/letters",
        lambda page: any(letter["kind"] == "entered" for letter in page["items"]),
        contract_id=entered["contract_id"],
    )
    assert "performer" in {letter["recipient"] for letter in letters["items"]}


def test_anybody_who_verifies_the_paper_is_told(
    stack: Stack, studio: Studio, http: requests.Session, entered: Any
) -> None:
    """The sealed file is genuine, and neither signature in it is a person's own."""
    pdf = studio.producer.request("GET", f"/v1/contracts/{entered['contract_id']}/sealed.pdf").content
    told = http.post(
        f"{stack.gateway_url}/public/documents/verify",
        data=pdf,
        headers={"Content-Type": "application/pdf"},
        timeout=30,
    ).json()
    assert told["valid"]
    assert [(s["party"], s["authentication"]) for s in told["signatures"]] == [
        ("performer", "desk"),
        ("studio", "desk"),
    ]


def test_the_ledger_has_an_entry_of_its_own(studio: Studio, entered: Any) -> None:
    """Beside that of the signature."""
    studio.viewer.wait(
        "/v1/ledger/entries",
        lambda page: any(e["type"] == "talent.contract.signature_entered.v1" for e in page["items"]),
        subject=entered["contract_id"],
    )
    one(entries(studio, entered["contract_id"], "talent.contract.signature_entered.v1"))


def test_a_studio_forbids_its_own_desk(studio: Studio) -> None:
    """Until it allows it again; a template can forbid it as well."""
    path = f"/v1/contracts/{drafted(studio)['contract_id']}/dispatch"
    studio.producer.request("PUT", "/v1/settings/desk", json={"desk": "forbidden"})
    try:
        assert studio.viewer.get("/v1/settings/desk") == {"desk": "forbidden"}
        assert refusal(studio, path, examples.at_desk()) == (403, "desk-forbidden", "/at_desk/0")
    finally:
        studio.producer.request("PUT", "/v1/settings/desk", json={"desk": "allowed"})
    assert studio.producer.post(path, examples.at_desk())["state"] == "sent"


def test_nobody_agrees_for_the_performer_under_another_key(studio: Studio) -> None:
    """A party with her name, an agency that agrees to a replica, and her key on the studio's link: none is sent."""
    production, person = studio.production(), studio.person()
    name = examples.person()["names"]["legal"]
    draft = examples.between_companies(production, person)
    company, partner = draft["parties"]
    consents = {**draft["terms"]["consents"], "replica": True, "replica_uses": "Stunts of this series only."}
    agreed = {**draft, "terms": {**draft["terms"], "consents": consents}}
    for wanted, fault in (
        ({**draft, "parties": [{**company, "name": name}, partner]}, ("person-by-another-key", "/parties/0/name")),
        (agreed, ("person-not-party", "/parties")),
    ):
        path = f"/v1/contracts/{studio.producer.post('/v1/contracts', wanted)['contract_id']}"
        assert refusal(studio, f"{path}/dispatch", examples.dispatch()) == (422, *fault)
    own = {"name": "Office", "email": "office@example.com"}
    recipients = [{"key": "a", "party": "performer"}, {"key": "performer", "party": "studio", **own}]
    path = f"/v1/contracts/{drafted(studio)['contract_id']}"
    answer = refusal(studio, f"{path}/dispatch", {**examples.dispatch(), "recipients": recipients})
    assert answer == (422, "recipients-contradictory", "/recipients/1/key")
