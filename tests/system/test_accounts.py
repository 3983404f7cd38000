"""Who can do what in a studio: nobody grants more than they have, and nobody acts as another unnoticed."""

from typing import Any

import pytest
import requests

from deploy.local.client import Client
from deploy.local.stack import Stack
from tests import examples
from tests.examples import EXAMPLES
from tests.system.conftest import Studio, admit


@pytest.fixture(scope="module")
def staffed(stack: Stack, office: Client) -> Studio:
    """A studio whose members are changed here."""
    return admit(stack, office, "Staffed Pictures")


def path_of(studio: Studio, what: str) -> str:
    """The studio's members or credentials."""
    return f"/v1/studios/{studio.studio_id}/{what}"


def test_the_office_adds_a_first_member_only(staffed: Studio, office: Client) -> None:
    """It makes no other member, no key for one, and changes no roles."""
    for method, path, body in (
        ("POST", path_of(staffed, "members"), {"name": "Mole", "roles": ["producer"]}),
        ("POST", path_of(staffed, "credentials"), {"member_id": staffed.members["legal"]}),
        ("PUT", path_of(staffed, f"members/{staffed.members['viewer']}/roles"), {"roles": ["producer"]}),
    ):
        answer = office.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "first-member-only"), path


def test_a_narrow_token_grants_no_more_than_it_has(staffed: Studio, stack: Stack, http: requests.Session) -> None:
    """A token of accounts:write and credentials:own mints no key of its member's whole role, and makes no producer."""
    body = {"member_id": staffed.members["producer"], "kind": "client"}
    client = staffed.producer.post(path_of(staffed, "credentials"), body)
    form = {"grant_type": "client_credentials", "scope": "accounts:write credentials:own"}
    auth = (client["credential_id"], client["secret"])
    token = http.post(f"{stack.gateway_url}/oauth/token", data=form, auth=auth).json()["access_token"]
    with Client(stack.gateway_url, token) as narrow:
        for path, wanted in (("credentials", body), ("members", {"name": "Mole", "roles": ["producer"]})):
            answer = narrow.request("POST", path_of(staffed, path), json=wanted)
            assert (answer.status_code, answer.json()["code"]) == (403, "grant-too-wide"), path


def test_a_producer_does_not_act_as_legal_unnoticed(staffed: Studio, stack: Stack) -> None:
    """A second key for another is refused; the first one that somebody else issued is shown to its member."""
    answer = staffed.producer.request(
        "POST", path_of(staffed, "credentials"), json={"member_id": staffed.members["legal"]}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "member-has-credential")
    (shown,) = staffed.legal.get("/v1/whoami")["issued_by_others"]
    assert (shown["member_id"], shown["issued_by"]) == (staffed.members["legal"], staffed.members["producer"])
    own = staffed.legal.post(path_of(staffed, "credentials"), {"member_id": staffed.members["legal"]})
    staffed.legal.post(path_of(staffed, f"credentials/{shown['credential_id']}/revocation"))
    with Client(stack.gateway_url, own["secret"]) as legal:
        assert legal.get("/v1/whoami")["issued_by_others"] == []


def test_a_viewer_revokes_nobody_elses_key(staffed: Studio) -> None:
    """But has credentials of their own."""
    known = staffed.viewer.get(path_of(staffed, "credentials"))["items"]
    others = next(each for each in known if each["member_id"] == staffed.members["producer"])
    answer = staffed.viewer.request("POST", path_of(staffed, f"credentials/{others['credential_id']}/revocation"))
    assert (answer.status_code, answer.json()["code"]) == (403, "grant-too-wide")


def test_nobody_confirms_what_they_may_record(staffed: Studio) -> None:
    """Roles with both duties are refused, and a producer, who records, does not confirm."""
    both: dict[str, Any] = {"name": "Both", "roles": ["finance", "legal"]}
    answer = staffed.producer.request("POST", path_of(staffed, "members"), json=both)
    assert (answer.status_code, answer.json()["code"]) == (422, "duties-not-separate")
    scopes = {role: set(staffed.clients[role].get("/v1/whoami")["scopes"]) for role in ("producer", "finance")}
    assert all("pay:write" in found and "pay:confirm" not in found for found in scopes.values())


def test_identity_data_is_masked_without_its_scope(staffed: Studio) -> None:
    """Birth date and passport number are for producers and legal; casting, finance and viewers see that there is one."""
    body = {**examples.person(), "document": {**EXAMPLES["register_person"]["document"], "number": "M91235678"}}
    person = staffed.producer.post("/v1/people", body)
    path = f"/v1/people/{person['person_id']}"
    assert person["document"]["number"] == "M91235678"
    for role in ("casting", "finance", "viewer"):
        shown = staffed.clients[role].get(path)
        assert (shown["birth_date"], shown["document"]["number"]) == (None, "•••678"), role
        (listed,) = staffed.clients[role].get("/v1/people")["items"]
        assert (listed["birth_date"], listed["document"]["number"]) == (None, "•••678")
        table = staffed.clients[role].request("GET", "/v1/people", headers={"Accept": "text/csv"})
        assert "M91235678" not in table.text and body["birth_date"] not in table.text
        assert staffed.clients[role].request("GET", f"{path}/export").status_code == 403
        assert staffed.clients[role].request("GET", f"{path}/export.pdf").status_code == 403
    assert staffed.legal.get(path)["birth_date"] == body["birth_date"]
