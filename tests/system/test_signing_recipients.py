"""Recipients through HTTP: what the sender is refused, what a link that is none answers, and the page around it."""

from typing import Any

import pytest
import requests

from deploy.local.stack import Stack
from tests import examples
from tests.system.conftest import Studio

RECIPIENT = {"key": "performer", "name": "佐藤 美咲", "email": "misaki@example.com", "language": "ja"}


@pytest.fixture(scope="module")
def contract(studio: Studio) -> Any:
    """A contract out to a performer by link."""
    drafted = studio.contract(studio.production(), studio.person(), sent=False)
    path = f"/v1/contracts/{drafted['contract_id']}/dispatch"
    return studio.producer.post(path, {**examples.dispatch(), "recipients": [RECIPIENT]})


def test_the_sender_cannot_sign_for_a_recipient(studio: Studio, contract: Any) -> None:
    """The studio's credential is refused with the reason, and sees the recipient but no link."""
    path = f"/v1/contracts/{contract['contract_id']}"
    body = examples.signature(contract, "performer")
    refused = studio.producer.request("POST", f"{path}/signatures", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "personal-link-only")
    shown = studio.producer.get(f"{path}/recipients")["recipients"]
    assert [(r["key"], r["state"], r["email"]) for r in shown] == [
        ("performer", "invited", RECIPIENT["email"]),
        ("studio", "waiting", None),
    ]
    letters = studio.producer.wait(
        "/v1/letters", lambda page: len(page["items"]) == 2, contract_id=contract["contract_id"]
    )
    told = sorted((one["kind"], one["fate"]) for one in letters["items"])  # no mail server here
    assert told == [("moved", "due"), ("turn", "due")], "the address on file is told that the link goes elsewhere"
    assert "/sign/" not in str(letters)


def test_contradictory_recipients_are_refused_with_their_place(studio: Studio) -> None:
    """A witness of nobody: 422 at the field, and the contract stays a draft."""
    drafted = studio.contract(studio.production(), studio.person(), sent=False)
    path = f"/v1/contracts/{drafted['contract_id']}"
    body = {**examples.dispatch(), "recipients": [RECIPIENT, {**RECIPIENT, "key": "friend", "role": "witness"}]}
    refused = studio.producer.request("POST", f"{path}/dispatch", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "recipients-contradictory")
    assert refused.json()["errors"][0]["pointer"] == "/recipients/1/witness_of"
    assert studio.producer.get(path)["state"] == "draft"


@pytest.mark.parametrize("address", ["a@[1.2.3", "a@b..example", "a,b@example.com"])
def test_an_address_that_no_letter_reaches_is_refused_with_its_place(studio: Studio, address: str) -> None:
    """422 at the field, and the contract stays a draft."""
    path = f"/v1/contracts/{studio.contract(studio.production(), studio.person(), sent=False)['contract_id']}"
    body = {**examples.dispatch(), "recipients": [{**RECIPIENT, "email": address}]}
    refused = studio.producer.request("POST", f"{path}/dispatch", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/recipients/0/email")
    assert studio.producer.get(path)["state"] == "draft"


def test_a_link_that_is_none_opens_nothing(stack: Stack, http: requests.Session) -> None:
    """404 whatever is asked; and 404 before any service is asked when it has not even the form of a link."""
    unknown = f"{stack.gateway_url}/public/signing/{'A' * 43}"
    for path in ("", "/document", "/download"):
        answer = http.get(unknown + path)
        assert (answer.status_code, answer.json()["code"]) == (404, "link-unknown")
    assert http.post(f"{unknown}/code").status_code == 404
    assert http.post(f"{unknown}/session", json={"code": "204816"}).status_code == 404
    assert http.get(f"{stack.gateway_url}/public/signing/short").json()["code"] == "not-found"


def test_the_page_is_the_same_for_every_link_and_kept_by_nobody(stack: Stack, http: requests.Session) -> None:
    """It holds nothing of the contract; strict policy, no referrer, no storing, GET only."""
    page = http.get(f"{stack.gateway_url}/sign/{'A' * 43}")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.text == http.get(f"{stack.gateway_url}/sign/{'B' * 43}").text
    refused = http.post(f"{stack.gateway_url}/sign/{'A' * 43}")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
    assert http.get(f"{stack.gateway_url}/sign/a/b").status_code == 404
