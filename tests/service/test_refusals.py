"""The gateway's own database: what refusals leave in it, and when it is asked at all."""

import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from joserfc.jwk import OKPKey
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chassis.api import Answer
from chassis.cause import new_id
from chassis.outbox import Relay
from chassis.vault import Vault
from chassis.web import PARTY
from gateway.accounts import Credential
from gateway.authentication import Authentication
from gateway.front import Front
from gateway.limits import RateLimits
from gateway.refusals import MOST_TARGETS, Refused, Window
from gateway.repository import GatewayRepository
from gateway.routes import Routes, apis
from gateway.tokens import Tokens
from tests.service.place import Place

AT = datetime(2026, 12, 1, 8, tzinfo=UTC)
WINDOW = Window(new_id("stu"), new_id("mbr"), "get_contract", "tenant", 100)
TRACE = "00-dc6b014cbedebeafa1bb184669d11093-885d3d75a641dd3b-01"
ALLOWANCE = 5


class Watched(GatewayRepository):
    """Counts how often credentials are looked up."""

    looked_up = 0

    def credential_by_digest(self, digest: str) -> Credential | None:
        """Count, and look up."""
        self.looked_up += 1
        return super().credential_by_digest(digest)


@pytest.fixture
def store(place: Place) -> Watched:
    """The gateway's repository."""
    made = Watched("gateway", place.database, Relay("gateway", place.amqp_url), Vault(place.database, os.urandom(32)))
    made.ensure_indexes()
    return made


def refused(times: int, target: str, later: int = 0) -> Refused:
    """So many refusals, some seconds later."""
    at = AT + timedelta(seconds=later)
    made = Refused(TRACE, at, at)
    for _ in range(times):
        made.add(at, target)
    return made


def published(store: GatewayRepository) -> list[dict[str, Any]]:
    """The events that wait to be published."""
    return [orjson.loads(entry["body"]) for d in store.denials.collection.find() for entry in d["outbox"]]


def test_a_window_is_one_event_with_its_count(store: Watched) -> None:
    """Whichever process counted, and however often it is told."""
    targets = [new_id("ctr") for _ in range(MOST_TARGETS + 2)]
    for later, target in enumerate(targets):
        store.count_denials({WINDOW: refused(100, target, later)})
    store.tell_denials(WINDOW.number)
    assert published(store) == []
    store.tell_denials(WINDOW.number + 1)
    store.tell_denials(WINDOW.number + 1)
    (event,) = published(store)
    assert event["data"]["count"] == 800
    assert event["data"]["target"] == " ".join(targets[:MOST_TARGETS])
    assert (event["data"]["first_at"], event["data"]["last_at"]) == ("2026-12-01T08:00:00Z", "2026-12-01T08:00:07Z")
    assert (event["tenant"], event["actor"]) == (WINDOW.tenant, WINDOW.actor)
    assert event["traceparent"] == TRACE
    assert store.refusals.count_documents({}) == 0


def test_each_actor_and_operation_has_an_event_of_its_own(store: Watched) -> None:
    """Nobody's refusals hide in another's."""
    others = (WINDOW._replace(actor=new_id("mbr")), WINDOW._replace(operation="get_person"))
    store.count_denials({window: refused(1, "") for window in (WINDOW, *others)})
    store.tell_denials(WINDOW.number + 1)
    assert len(published(store)) == 3


def test_a_window_that_two_processes_tell_is_one_event(store: Watched) -> None:
    """The second finds that it was told."""
    store.count_denials({WINDOW: refused(1, "")})
    stored = store.refusals.find_one()
    assert stored is not None
    store.tell_denials(WINDOW.number + 1)
    store.refusals.insert_one(stored)
    store.tell_denials(WINDOW.number + 1)
    assert len(published(store)) == 1


@pytest.fixture
def front(store: Watched) -> Front:
    """The gateway, with an allowance for strangers."""
    keys = json.dumps([OKPKey.generate_key("Ed25519").as_dict(private=True)])
    authentication = Authentication(store, Tokens(keys, "http://test"))
    strangers = RateLimits((ALLOWANCE, 3600), each="address")

    def call(*_: Any) -> Any:
        pytest.fail("a service was asked")

    return Front(Routes(apis()), authentication, RateLimits((1000, 1)), strangers, call, lambda *_: None, special={})


def ask(front: Front, path: str = "/v1/contracts", key: str = "") -> int:
    """The status of a request from one address."""
    headers = [("Authorization", f"Bearer {key}")] if key else []
    environ = EnvironBuilder(path=path, headers=headers, environ_base={PARTY: "192.0.2.7"}).get_environ()
    return front.answer(Request(environ)).status_code


def test_a_wrong_key_beyond_the_allowance_is_not_looked_up(front: Front, store: Watched) -> None:
    """The answer is 429 before the database is asked."""
    statuses = [ask(front, key=f"cbk_{number}") for number in range(3 * ALLOWANCE)]
    assert statuses == [401] * ALLOWANCE + [429] * 2 * ALLOWANCE
    assert store.looked_up == ALLOWANCE


def test_paths_that_do_not_exist_are_counted(front: Front) -> None:
    """Whoever looks for paths is told to wait, as is whoever looks for keys."""
    assert [ask(front, f"/v1/nothing/{n}") for n in range(ALLOWANCE + 1)] == [404] * ALLOWANCE + [429]


def test_a_path_that_is_nearly_right_is_suggested(front: Front) -> None:
    """In the answer, as long as the address may ask."""
    environ = EnvironBuilder(path="/v1/contract", environ_base={PARTY: "192.0.2.7"}).get_environ()
    answer = front.answer(Request(environ))
    assert answer.status_code == 404
    assert json.loads(answer.data)["detail"].endswith("/v1/contracts is probably meant.")


@pytest.mark.parametrize("agent", ["a\tb", "a\x07b", "a\x7fb", "a\u202eb".encode().decode("latin-1")])
def test_what_cannot_be_seen_in_a_user_agent_is_replaced(store: Watched, agent: str) -> None:
    """It becomes evidence, and is shown on one line."""
    seen: list[str] = []

    def call(_service: str, _name: str, meta: dict[str, Any], *_: Any) -> Answer:
        seen.append(meta["user_agent"])
        return Answer(b"")

    limits = RateLimits((1000, 1))
    front = Front(Routes(apis()), Authentication(store, None), limits, limits, call, lambda *_: None, special={})  # type: ignore[arg-type]
    environ = EnvironBuilder(path="/ledger/checkpoint", environ_base={PARTY: "192.0.2.7"}).get_environ()
    front.answer(Request({**environ, "HTTP_USER_AGENT": agent}))
    (kept,) = seen
    assert "?" in kept
    assert kept.isprintable()
