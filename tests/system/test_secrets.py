"""What is secret is kept nowhere: not in a database, an event on the broker's disk, the ledger, or a log."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.mailbox.letters import Letters
from deploy.local.stack import MAILBOX, PROCESSES, Stack
from tests import examples
from tests.browser.phones import latest
from tests.examples import EXAMPLES
from tests.secrets import Secrets
from tests.system.conftest import FAST, Studio, admit

EMAIL = "misaki@example.com"


@pytest.fixture(scope="module")
def lettered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A platform of its own that writes letters."""
    home = tmp_path_factory.mktemp("home")
    with Stack(home, extra_env=dict.fromkeys(PROCESSES, FAST), http_port=None, mailbox=True) as running:
        yield running


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """Every secret from now on."""
    known = Secrets()
    known.watch(monkeypatch)
    return known


def test_no_secret_is_left_anywhere(lettered: Stack, secrets: Secrets) -> None:
    """Links, codes, sessions, keys, tokens, a feed's address and passports, in requests that are answered and that are refused."""
    letters = Letters(lettered.home.data(MAILBOX))
    with Client(lettered.gateway_url, accounts.office_key(lettered)) as office:
        studio, rival = admit(lettered, office, "Hengdian Dawn"), admit(lettered, office, "Spree Pictures")
    use_credentials(lettered, studio)
    document = {"kind": "passport", "country": "JP", "number": "TK8091837"}
    person = {**examples.person(), "nationality": "JP", "contact": {"email": EMAIL}, "document": document}
    person_id = str(studio.producer.post("/v1/people", person)["person_id"])
    passport = {**EXAMPLES["record_document"], "country": "JP", "number": "TK8091837"}
    studio.producer.post(f"/v1/people/{person_id}/documents", passport)
    use_feed(studio, person_id)
    use_page(lettered, studio, rival, person_id, letters)
    secrets.read(letters)
    kinds = {"cbk_", "cbs_", "eyJ", "TK8"}
    assert all(any(secret.startswith(kind) for secret in secrets.used) for kind in kinds)
    assert any(len(secret) == 43 for secret in secrets.used) and any(len(secret) == 6 for secret in secrets.used)
    with Client(lettered.gateway_url, accounts.office_key(lettered)) as office:  # the last refusal is in the ledger
        office.wait("/v1/ledger/entries", lambda page: page["items"], type="gateway.access.denied.v1")
    assert secrets.left_in(lettered) == set()


def use_credentials(stack: Stack, studio: Studio) -> None:
    """A client's secret, a token, wrong ones, and a key where none is expected."""
    body = {"member_id": studio.members["producer"], "kind": "client"}
    client = studio.producer.post(f"/v1/studios/{studio.studio_id}/credentials", body)
    with requests.Session() as http:
        http.trust_env = False
        for secret in (client["secret"], f"{client['secret']}x"):
            auth = (client["credential_id"], secret)
            answer = http.post(f"{stack.gateway_url}/oauth/token", data={"grant_type": "client_credentials"}, auth=auth)
        answer = http.post(
            f"{stack.gateway_url}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(client["credential_id"], client["secret"]),
        )
        for token in (answer.json()["access_token"], f"{answer.json()['access_token']}x"):
            http.get(f"{stack.gateway_url}/v1/whoami", headers={"Authorization": f"Bearer {token}"})
            http.get(f"{stack.gateway_url}/v1/people/{token}", headers={"Authorization": f"Bearer {token}"})


def use_feed(studio: Studio, person: str) -> None:
    """The address of a calendar, read, misspelled and closed."""
    feed = studio.producer.post(f"/v1/people/{person}/calendar-feeds")
    for path in (feed["path"], feed["path"].replace(".ics", ".ic"), f"{feed['path']}/x", f"/{feed['path']}"):
        studio.viewer.request("GET", path)
    studio.producer.post(f"/v1/people/{person}/calendar-feeds/{feed['feed_id']}/closure")
    studio.viewer.request("GET", feed["path"])


def use_page(stack: Stack, studio: Studio, rival: Studio, person: str, letters: Letters) -> None:
    """A personal link, its code and its session; with them another studio's role, which is refused on record."""
    studio.producer.post(f"/v1/people/{person}/portal-invitations", {"reader": "person"})
    token = latest(letters, EMAIL, r"^http://\S+/my/(\S+)$").strip()
    described = {**EXAMPLES["describe_role"], "production_id": rival.production()}
    role = rival.producer.post("/v1/roles", described)["role_id"]
    rival.producer.post(f"/v1/roles/{role}/call", {"kind": "open", "deadline": str(date.today() + timedelta(days=30))})
    with requests.Session() as http:
        http.trust_env = False

        def ask(method: str, path: str, **kwargs: Any) -> requests.Response:
            return http.request(method, f"{stack.gateway_url}/public/portal/{token}{path}", **kwargs)

        seen = len(letters.all(EMAIL))
        assert ask("POST", "/code").ok
        code = latest(letters, EMAIL, r"^(\d{6})$", seen)
        assert ask("POST", "/session", json={"code": "000000" if code != "000000" else "000001"}).status_code == 403
        assert ask("POST", "/session", json={"code": code}).ok
        assert ask("GET", "/page").ok
        assert ask("POST", f"/calls/{role}/submission", json={}).status_code in (404, 422)
        assert ask("GET", f"/submissions/{role.replace('rol', 'sub')}").status_code == 404
        assert ask("DELETE", "/page").status_code == 405
        assert ask("GET", f"/{token}").status_code == 404
        assert ask("GET", "/calls?cursor=!").status_code == 422
