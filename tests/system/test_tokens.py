"""OAuth 2 client credentials: short Ed25519 tokens, narrowed scopes, published keys, errors as RFC 6749 says."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from deploy.local.stack import Stack
from tests.system.conftest import Studio


@pytest.fixture(scope="module")
def client(studio: Studio) -> Any:
    """An OAuth client of the legal member."""
    body = {"member_id": studio.members["legal"], "kind": "client"}
    return studio.legal.post(f"/v1/studios/{studio.studio_id}/credentials", body)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """HTTP past any proxy."""
    with requests.Session() as http:
        http.trust_env = False
        yield http


def token(session: requests.Session, stack: Stack, client: Any, **form: str) -> requests.Response:
    """Ask for a token."""
    data = {"grant_type": "client_credentials", **form}
    return session.post(f"{stack.gateway_url}/oauth/token", data=data, auth=(client["credential_id"], client["secret"]))


def test_a_token_works_and_says_who_it_is(session: requests.Session, stack: Stack, studio: Studio, client: Any) -> None:
    """The token is signed with a published key, lasts ten minutes and opens what the role may do."""
    granted = token(session, stack, client).json()
    assert granted["expires_in"] == 600
    keys = KeySet.import_key_set(session.get(f"{stack.gateway_url}/.well-known/jwks.json").json())
    claims = jwt.decode(granted["access_token"], keys, algorithms=["Ed25519"]).claims
    assert claims["tenant"] == studio.studio_id
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    me = session.get(f"{stack.gateway_url}/v1/whoami", headers=headers).json()
    assert me["studio_id"] == studio.studio_id
    assert me["member_id"] == studio.members["legal"]


def test_a_token_can_be_narrower_than_its_role(session: requests.Session, stack: Stack, client: Any) -> None:
    """`scope` asks for less; more than the role has is refused."""
    narrow = token(session, stack, client, scope="accounts:read").json()
    headers = {"Authorization": f"Bearer {narrow['access_token']}"}
    assert session.get(f"{stack.gateway_url}/v1/whoami", headers=headers).json()["scopes"] == ["accounts:read"]
    assert session.get(f"{stack.gateway_url}/v1/contracts", headers=headers).status_code == 403
    assert token(session, stack, client, scope="office").json()["error"] == "invalid_scope"


def test_wrong_clients_are_refused(session: requests.Session, stack: Stack, client: Any) -> None:
    """A wrong secret, an unknown client and another grant are the errors of RFC 6749 §5.2."""
    wrong = token(session, stack, {**client, "secret": "cbs_wrong"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    odd = session.post(
        f"{stack.gateway_url}/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": "Basic \xe9"},
    )
    assert (odd.status_code, odd.json()["error"]) == (401, "invalid_client")
    unknown = token(session, stack, {"credential_id": "nobody", "secret": "x"})
    assert (unknown.status_code, unknown.json()["error"]) == (401, "invalid_client")
    grant = session.post(f"{stack.gateway_url}/oauth/token", data={"grant_type": "password"})
    assert (grant.status_code, grant.json()["error"]) == (400, "unsupported_grant_type")


def test_two_ways_to_authenticate_at_once_are_refused(session: requests.Session, stack: Stack, client: Any) -> None:
    """A client uses one method in a request (RFC 6749 §2.3), also when both would work."""
    both = token(session, stack, client, client_id=client["credential_id"], client_secret=client["secret"])
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")


def test_a_changed_token_is_refused(session: requests.Session, stack: Stack, client: Any) -> None:
    """One changed character in any part of the token: 401."""
    good = token(session, stack, client).json()["access_token"]
    for position in (10, good.index(".") + 10, len(good) - 10):
        bad = good[:position] + ("A" if good[position] != "A" else "B") + good[position + 1 :]
        answer = session.get(f"{stack.gateway_url}/v1/whoami", headers={"Authorization": f"Bearer {bad}"})
        assert answer.status_code == 401


def test_a_revoked_key_stops_within_seconds(session: requests.Session, stack: Stack, studio: Studio) -> None:
    """Revocation reaches every copy of the gateway within five seconds."""
    path = f"/v1/studios/{studio.studio_id}/credentials"
    issued = studio.viewer.post(path, {"member_id": studio.members["viewer"], "kind": "api_key"})
    headers = {"Authorization": f"Bearer {issued['secret']}"}
    assert session.get(f"{stack.gateway_url}/v1/whoami", headers=headers).status_code == 200
    studio.producer.post(f"{path}/{issued['credential_id']}/revocation")
    deadline = time.monotonic() + 8
    while session.get(f"{stack.gateway_url}/v1/whoami", headers=headers).status_code != 401:
        assert time.monotonic() < deadline, "the revoked key still works"
        time.sleep(0.1)
