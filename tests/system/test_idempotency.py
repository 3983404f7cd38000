"""Idempotency-Key: the same request is done once and answered alike; another request with the key is refused."""

import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.stack import Stack
from tests.examples import EXAMPLES
from tests.system.conftest import Studio


def post(
    http: requests.Session, stack: Stack, studio: Studio, path: str, body: object, key: str, **headers: str
) -> requests.Response:
    """One command with a key."""
    return http.post(
        stack.gateway_url + path,
        json=body,
        headers={"Authorization": f"Bearer {studio.keys['producer']}", "Idempotency-Key": key, **headers},
    )


def test_a_repeat_is_answered_alike(http: requests.Session, stack: Stack, studio: Studio) -> None:
    """Same key, same body: the same answer, marked as a replay, and one production only."""
    first = post(http, stack, studio, "/v1/productions", EXAMPLES["register_production"], "again")
    second = post(http, stack, studio, "/v1/productions", EXAMPLES["register_production"], "again")
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.headers["ETag"] == second.headers["ETag"]


def test_a_key_is_for_one_request(http: requests.Session, stack: Stack, studio: Studio) -> None:
    """Same key, other body: 422, and nothing is made."""
    body = EXAMPLES["register_production"]
    post(http, stack, studio, "/v1/productions", body, "reused")
    other = post(http, stack, studio, "/v1/productions", {**body, "episodes": 61}, "reused")
    assert other.status_code == 422
    assert other.json()["code"] == "key-reused"


def test_two_studios_may_use_the_same_key(http: requests.Session, stack: Stack, studio: Studio, rival: Studio) -> None:
    """A key belongs to its studio."""
    ours = post(http, stack, studio, "/v1/productions", EXAMPLES["register_production"], "common")
    theirs = post(http, stack, rival, "/v1/productions", EXAMPLES["register_production"], "common")
    assert ours.json()["production_id"] != theirs.json()["production_id"]
    assert "Idempotency-Replayed" not in theirs.headers


def test_twenty_at_once_have_one_effect(stack: Stack, studio: Studio) -> None:
    """Twenty concurrent repeats of a signature: one signature, one answer."""
    contract = studio.contract(studio.production(), studio.person(permit=True))
    path = f"/v1/contracts/{contract['contract_id']}/signatures"
    body = {
        "party": "performer",
        "name": "한서연",
        "time_zone": "Asia/Seoul",
        "document_sha256": contract["document_sha256"],
        "reason": "Signed on paper.",
    }

    def once(_: int) -> requests.Response:
        with requests.Session() as http:
            http.trust_env = False
            return post(http, stack, studio, path, body, "twenty")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(once, range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    now = studio.viewer.get(f"/v1/contracts/{contract['contract_id']}")
    assert now["state"] == "partially_signed"


def test_a_repeat_after_two_hundred_others_is_not_done_again(
    http: requests.Session, stack: Stack, studio: Studio
) -> None:
    """Terms that were replaced long ago do not come back: the first request is answered as the first time."""
    contract = studio.contract(studio.production(), studio.person(), sent=False)
    address = f"/v1/contracts/{contract['contract_id']}"

    def revise(number: int) -> requests.Response:
        terms = {**contract["terms"], "fee": {**contract["terms"]["fee"], "amount": f"{20_000 + number}.00"}}
        headers = {"Authorization": f"Bearer {studio.keys['producer']}", "Idempotency-Key": f"terms-{number}"}
        return http.put(f"{stack.gateway_url}{address}/terms", json=terms, headers=headers)

    first = revise(0)
    others = [revise(number) for number in range(1, 201)]
    assert {answer.status_code for answer in others} == {200}
    for number, done in ((0, first), (100, others[99])):
        again = revise(number)
        assert again.headers["Idempotency-Replayed"] == "true", number
        assert (again.content, again.headers["ETag"]) == (done.content, done.headers["ETag"])
    assert studio.viewer.get(address)["terms"]["fee"]["amount"] == "20200.00"


def test_a_malformed_key_is_refused(http: requests.Session, stack: Stack, studio: Studio) -> None:
    """A key is 1 to 255 visible ASCII characters."""
    for key in ("", "a b", "k" * 256):
        answer = post(http, stack, studio, "/v1/productions", EXAMPLES["register_production"], key)
        assert answer.status_code == 400, key
        assert answer.json()["code"] == "idempotency-key-malformed"


def test_a_secret_is_shown_once(http: requests.Session, stack: Stack, studio: Studio) -> None:
    """A repeat of issuing a credential cannot show the secret a second time, and says so."""
    path = f"/v1/studios/{studio.studio_id}/credentials"
    body = {"member_id": studio.members["producer"], "kind": "api_key"}
    first = post(http, stack, studio, path, body, "secret")
    second = post(http, stack, studio, path, body, "secret")
    assert first.status_code == 201
    assert first.json()["secret"].startswith("cbk_")
    assert second.status_code == 409
    assert second.json()["code"] == "secret-shown-before"
    assert first.json()["secret"] not in second.text


def test_remembered_answers_that_name_members_are_encrypted(
    http: requests.Session, stack: Stack, studio: Studio
) -> None:
    """What a studio answers names its members: neither its making nor later commands are remembered in clear."""
    path = f"/v1/studios/{studio.studio_id}/members"
    made = studio.producer.post(path, {"name": "Hwang Jini", "roles": ["viewer"]}, key="member")
    assert studio.producer.post(path, {"name": "Hwang Jini", "roles": ["viewer"]}, key="member") == made
    client: MongoClient[dict[str, Any]] = MongoClient(stack.mongo_url())
    with client:
        stored = client["gateway"]["studios"].find_one({"_id": studio.studio_id})
    assert stored is not None
    for entry in (stored["creation"], *stored["commands"]):
        with pytest.raises(zlib.error):
            zlib.decompress(entry["answer"])


def test_versions_guard_against_lost_updates(http: requests.Session, stack: Stack, studio: Studio) -> None:
    """If-Match with an old ETag is a 412 that names both versions; with the present one the command is done."""
    contract = studio.contract(studio.production(), studio.person(), sent=False)
    address = f"/v1/contracts/{contract['contract_id']}"
    auth = {"Authorization": f"Bearer {studio.keys['producer']}"}
    etag = http.get(stack.gateway_url + address, headers=auth).headers["ETag"]
    stale = post(http, stack, studio, f"{address}/cancellation", {"reason": "x"}, "v1", **{"If-Match": '"99"'})
    assert stale.status_code == 412
    fresh = post(http, stack, studio, f"{address}/cancellation", {"reason": "x"}, "v2", **{"If-Match": etag})
    assert fresh.status_code == 200
    unchanged = http.get(stack.gateway_url + address, headers=auth | {"If-None-Match": fresh.headers["ETag"]})
    assert unchanged.status_code == 304
    assert unchanged.content == b""
