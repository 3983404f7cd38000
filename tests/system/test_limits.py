"""Rate limits as they are in production: 429 per studio and per address, with a Retry-After that can be believed."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.settings import GATEWAY
from deploy.local.stack import Stack

LIMITS = {
    "CALLBOARD_RATE_LIMIT": "20/minute",
    "CALLBOARD_ANONYMOUS_RATE_LIMIT": "20/minute",
    "CALLBOARD_TRUSTED_PROXIES": "127.0.0.0/8",
}
INTERVAL = 3
"""Seconds in which one request more is allowed."""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A platform with a gateway that allows little, and trusts this machine to say for whom it asks."""
    with Stack(tmp_path_factory.mktemp("limited"), extra_env={GATEWAY: LIMITS}) as running:
        yield running


@pytest.fixture(scope="module")
def keys(limited: Stack) -> list[str]:
    """A key of each of two studios."""
    with Client(limited.gateway_url, accounts.office_key(limited)) as office:
        made = [accounts.admit_studio(office, name, "Hengdian", {"a": ["viewer"]}) for name in ("One", "Two")]
    return [studio["members"]["a"]["api_key"] for studio in made]


def until_refused(http: requests.Session, url: str, headers: dict[str, str], body: Any = None) -> requests.Response:
    """Ask until it is refused: what the refusal says."""
    for _ in range(40):
        answer = http.post(url, data=body, headers=headers) if body else http.get(url, headers=headers)
        if answer.status_code == 429:
            return answer
        assert "RateLimit" in answer.headers
    raise AssertionError("never refused")


def kept(http: requests.Session, url: str, headers: dict[str, str], refused: requests.Response) -> None:
    """It is a problem; the time that it names is enough, and not much more than needed."""
    assert refused.json()["code"] == "rate-limited"
    wait = int(refused.headers["Retry-After"])
    assert 1 <= wait <= INTERVAL
    time.sleep(wait)
    assert http.get(url, headers=headers).status_code != 429


def test_a_studio_has_a_limit_of_its_own(limited: Stack, http: requests.Session, keys: list[str]) -> None:
    """One that asks too much is told how long to wait; another one at the same address is not affected."""
    url = f"{limited.gateway_url}/v1/whoami"
    busy, calm = ({"Authorization": f"Bearer {key}"} for key in keys)
    refused = until_refused(http, url, busy)
    assert http.get(url, headers=calm).status_code == 200
    kept(http, url, busy, refused)


def test_an_address_has_a_limit_of_its_own(limited: Stack, http: requests.Session) -> None:
    """Behind a trusted proxy each client is counted for itself; IPv6 by the network of one line."""
    url = f"{limited.gateway_url}/public/signing/{'x' * 43}"
    flooder, other = {"X-Forwarded-For": "2001:db8:1:1::1"}, {"X-Forwarded-For": "2001:db8:1:2::1"}
    refused = until_refused(http, url, flooder)
    assert http.get(url, headers={"X-Forwarded-For": "2001:db8:1:1::2"}).status_code == 429
    assert http.get(url, headers=other).status_code == 404
    kept(http, url, flooder, refused)


def test_wrong_keys_have_a_limit(limited: Stack, http: requests.Session) -> None:
    """Guessing is counted by address, and does not use up what others there may ask."""
    url = f"{limited.gateway_url}/v1/whoami"
    guess = {"Authorization": f"Bearer cbk_{'0' * 43}", "X-Forwarded-For": "192.0.2.9"}
    for _ in range(40):
        if (answer := http.get(url, headers=guess)).status_code == 429:
            break
        assert answer.status_code == 401
    assert answer.status_code == 429
    assert http.get(f"{limited.gateway_url}/docs", headers={"X-Forwarded-For": "192.0.2.9"}).status_code == 200
