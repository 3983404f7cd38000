"""A performer's own page through HTTP: who may invite, what the studio never sees, and what a link that is none answers."""

import pytest
import requests

from deploy.local.stack import Stack
from tests.examples import EXAMPLES
from tests.system.conftest import Studio

NO_LINK = "t" * 43


def test_the_studio_sees_that_it_invited_and_no_link(studio: Studio, rival: Studio) -> None:
    """The event and the letter are there; link and code are in no answer, and another studio finds nothing."""
    person = studio.person()
    path = f"/v1/people/{person}/portal-invitations"
    made = studio.producer.post(path, {"reader": "agent"})
    assert (made["reader"], made["language"]) == ("agent", "en")
    letters = studio.producer.wait("/v1/letters", lambda page: page["items"], person_id=person)
    assert [(one["kind"], one["recipient"], one["fate"]) for one in letters["items"]] == [
        ("invitation", "agent", "due")
    ]
    shown = studio.viewer.get(path)
    agent = EXAMPLES["register_person"]["agent"]["contact"]["email"]
    assert [(access["reader"], access["email"]) for access in shown["accesses"]] == [("agent", agent)]
    assert "/my/" not in str(letters) + str(shown) + str(made)
    told = studio.viewer.wait("/v1/ledger/entries", lambda page: page["items"], subject=person)
    studio.viewer.wait(
        "/v1/ledger/entries",
        lambda page: any(entry["type"] == "talent.portal.invited.v1" for entry in page["items"]),
        subject=person,
    )
    assert agent not in str(told)
    assert rival.producer.request("GET", path).status_code == 404
    assert rival.producer.request("GET", "/v1/letters", params={"person_id": person}).status_code == 404


def test_whoever_reads_people_only_invites_nobody(studio: Studio) -> None:
    """A viewer reads who was invited; inviting and withdrawing need the right to change files."""
    path = f"/v1/people/{studio.person()}/portal-invitations"
    for address in (path, f"{path}/withdrawal"):
        refused = studio.viewer.request("POST", address, json={"reader": "person"})
        assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")


def test_without_an_address_the_refusal_points_at_the_reader(studio: Studio) -> None:
    """422 with the pointer, and nothing is sent."""
    file = {"names": {"legal": "박지훈"}, "nationality": "KR", "languages": []}
    person = studio.producer.post("/v1/people", file)["person_id"]
    for reader in ("person", "agent"):
        refused = studio.producer.request("POST", f"/v1/people/{person}/portal-invitations", json={"reader": reader})
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (422, "no-address-on-file")
        assert [error["pointer"] for error in problem["errors"]] == ["/reader"]
    assert studio.producer.get("/v1/letters", person_id=person)["items"] == []


def test_nobody_is_submitted_as_by_themselves_from_a_desk(studio: Studio) -> None:
    """That somebody puts themselves forward, only their own page can say."""
    made = studio.shortlist(studio.production(), studio.person())
    forged = {"person_id": studio.person(), "by": "person"}
    refused = studio.producer.request("POST", f"/v1/roles/{made['role_id']}/submissions", json=forged)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/by")


@pytest.mark.parametrize("path", ["", "/page", "/calls", "/submissions", "/auditions", "/pay"])
def test_a_link_that_is_none_shows_nothing(stack: Stack, http: requests.Session, path: str) -> None:
    """404 by its code, whatever is asked; the page around it is there for everybody and stored by nobody."""
    answer = http.get(f"{stack.gateway_url}/public/portal/{NO_LINK}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "link-unknown")
    page = http.get(f"{stack.gateway_url}/my/{NO_LINK}")
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
