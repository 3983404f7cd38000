"""Bad input gets a clear answer: problem+json with the place and what was expected, never a stack trace."""

import json
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from chassis.api import Operation
from chassis.cause import new_id
from deploy.local.stack import Stack
from gateway.routes import PREFIXES, apis
from tests.examples import EXAMPLES
from tests.system.conftest import Studio

OPERATIONS = [operation for table in apis() for operation in table.operations]
PERSON = EXAMPLES["register_person"]


def send(
    stack: Stack, studio: Studio, path: str, data: bytes | str, kind: str = "application/json", **headers: str
) -> Any:
    """A raw body."""
    with requests.Session() as http:
        http.trust_env = False
        auth = {"Authorization": f"Bearer {studio.keys['producer']}", "Content-Type": kind, **headers}
        return http.post(stack.gateway_url + path, data=data.encode() if isinstance(data, str) else data, headers=auth)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "malformed-json"),
        ("{", 400, "malformed-json"),
        ('{"a": NaN}', 400, "malformed-json"),
        ('{"a": 1, "a": 2}', 400, "malformed-json"),
        ('{"$where": "1"}', 400, "malformed-json"),
        ('{"a\\u0000": 1}', 400, "malformed-json"),
        ('{"a": "\\ud800"}', 400, "malformed-json"),
        ('{"a": 1e999}', 400, "malformed-json"),
        ("[" * 50 + "]" * 50, 400, "malformed-json"),
        ("[" * 100_000, 400, "malformed-json"),
        ("[" + "0," * 30_000 + "0]", 400, "malformed-json"),
        (b"\xff\xfe", 400, "malformed-json"),
        ("[]", 422, "invalid-request"),
        ('"text"', 422, "invalid-request"),
        ("null", 422, "invalid-request"),
        ("{}", 422, "invalid-request"),
        (b'{"a": "' + b"x" * (1 << 20) + b'"}', 413, "body-too-large"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_unacceptable_json(stack: Stack, studio: Studio, body: bytes | str, status: int, code: str) -> None:
    """What is not plain, bounded JSON is refused with the reason."""
    answer = send(stack, studio, "/v1/people", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"nationality": "Korea"}, "/nationality"),
        ({"nationality": 7}, "/nationality"),
        ({"names": {}}, "/names/legal"),
        ({"names": {"legal": ""}}, "/names/legal"),
        ({"names": {"legal": "a\x00b"}}, None),
        ({"languages": [{"tag": "not a tag"}]}, "/languages/0/tag"),
        ({"birth_date": "1998-02-30"}, "/birth_date"),
        ({"surprise": True}, "/surprise"),
        ({"contact": None, "names": {"legal": "x", "nick/name~": "y"}}, "/names/nick~1name~0"),
    ],
)
def test_every_fault_is_pointed_at(stack: Stack, studio: Studio, change: dict[str, Any], pointer: str | None) -> None:
    """A field of the wrong form is named by its JSON pointer with what was expected."""
    answer = send(stack, studio, "/v1/people", json.dumps({**PERSON, **change}))
    assert answer.status_code in (400, 422), answer.text
    if pointer is not None:
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("language", "detail"),
    [("en", "Not allowed here: U+202E at character 6."), ("zh", "第 6 个字符（U+202E）不允许使用。")],
)
def test_a_name_with_a_turned_direction_is_refused(stack: Stack, studio: Studio, language: str, detail: str) -> None:
    """A character that makes a text read differently is named with its place, in the client's language."""
    body = json.dumps({**PERSON, "names": {"legal": "Mina \u202emiK"}})
    answer = send(stack, studio, "/v1/people", body, **{"Accept-Language": language})
    assert answer.json()["errors"] == [{"pointer": "/names/legal", "detail": detail}]


def test_all_faults_at_once(stack: Stack, studio: Studio) -> None:
    """One answer names every fault, not only the first."""
    answer = send(stack, studio, "/v1/people", json.dumps({"nationality": "x", "surprise": 1}))
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/nationality", "/surprise", "/names"} <= pointers


def test_messages_come_in_chinese(stack: Stack, studio: Studio) -> None:
    """Accept-Language zh: title, detail and field messages are Chinese."""
    headers = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.1"}
    answer = send(stack, studio, "/v1/people", json.dumps({"surprise": 1}), **headers)
    assert answer.headers["Content-Language"] == "zh"
    problem = answer.json()
    assert problem["title"] == "请求内容不符合要求"
    assert {"pointer": "/surprise", "detail": "未知字段。"} in problem["errors"]


def test_other_statuses_are_problems_too(stack: Stack, studio: Studio, http: requests.Session) -> None:
    """404, 405 and 415 are problem+json with a trace id and the security headers."""
    auth = {"Authorization": f"Bearer {studio.keys['producer']}"}
    missing = http.get(f"{stack.gateway_url}/v1/nothing", headers=auth)
    method = http.delete(f"{stack.gateway_url}/v1/people", headers=auth)
    media = send(stack, studio, "/v1/people", "a=b", "application/x-www-form-urlencoded")
    assert [a.status_code for a in (missing, method, media)] == [404, 405, 415]
    assert method.headers["Allow"] == "GET, HEAD, POST"
    for answer in (missing, method, media):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["trace_id"] == answer.headers["Trace-Id"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=x", "/limit"),
        ("nope=1", "/nope"),
        ("limit=1&limit=2", "/limit"),
        ("cursor=!", "/cursor"),
        ("cursor=AAAA", None),
    ],
)
def test_queries_are_strict(
    stack: Stack, studio: Studio, http: requests.Session, query: str, pointer: str | None
) -> None:
    """Unknown, repeated or malformed parameters are refused by name; an invented cursor does not break anything."""
    auth = {"Authorization": f"Bearer {studio.keys['producer']}"}
    answer = http.get(f"{stack.gateway_url}/v1/contracts?{query}", headers=auth)
    if pointer is None:
        assert answer.status_code in (200, 422)
    else:
        assert answer.status_code == 422, answer.text
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_an_illegal_step_names_the_state(studio: Studio) -> None:
    """Signing a draft is a 409 that says what state the contract is in."""
    contract = studio.contract(studio.production(), studio.person(), sent=False)
    body = {
        "party": "performer",
        "name": "x",
        "time_zone": "Asia/Seoul",
        "document_sha256": contract["document_sha256"],
    }
    answer = studio.producer.request("POST", f"/v1/contracts/{contract['contract_id']}/signatures", json=body)
    assert answer.status_code == 409
    assert "draft" in answer.json()["detail"]


def test_pages_follow_one_another(studio: Studio) -> None:
    """A list of pages holds every item once, in order."""
    person, production = studio.person(), studio.production()
    made = {studio.contract(production, person, sent=False)["contract_id"] for _ in range(5)}
    found = [c["contract_id"] for c in studio.viewer.pages("/v1/contracts", production_id=production, limit=2)]
    assert len(found) == 5
    assert set(found) == made


def test_the_limit_is_announced_and_kept(stack: Stack, studio: Studio) -> None:
    """Every answer says how much is left."""
    answer = studio.viewer.request("GET", "/v1/whoami")
    assert answer.headers["RateLimit-Policy"].startswith('"studio";q=')
    assert answer.headers["RateLimit"].startswith('"studio";r=')


@pytest.mark.parametrize("limit", ["--5", "+5", "5.0", "５"])
def test_a_number_is_plain_digits(stack: Stack, studio: Studio, http: requests.Session, limit: str) -> None:
    """What only looks like a number is a 422, never a 500."""
    auth = {"Authorization": f"Bearer {studio.keys['producer']}"}
    answer = http.get(f"{stack.gateway_url}/v1/contracts", params={"limit": limit}, headers=auth)
    assert answer.status_code == 422


def test_a_body_in_chunks_is_read(stack: Stack, studio: Studio, http: requests.Session) -> None:
    """Transfer-Encoding: chunked is as good as a Content-Length, with the same limit."""
    auth = {"Authorization": f"Bearer {studio.keys['producer']}", "Content-Type": "application/json"}
    body = json.dumps(EXAMPLES["register_production"]).encode()
    made = http.post(f"{stack.gateway_url}/v1/productions", data=iter([body[:10], body[10:]]), headers=auth)
    assert made.status_code == 201, made.text
    large = http.post(f"{stack.gateway_url}/v1/productions", data=iter([b"x" * 65_536] * 20), headers=auth)
    assert large.status_code == 413


def test_many_at_once_do_not_starve_the_gateway(stack: Stack, studio: Studio) -> None:
    """The gateway's own operations answer also when more requests come at once than it has workers."""

    def ask(_: int) -> int:
        with requests.Session() as http:
            http.trust_env = False
            auth = {"Authorization": f"Bearer {studio.keys['viewer']}"}
            return http.get(f"{stack.gateway_url}/v1/whoami", headers=auth, timeout=30).status_code

    with ThreadPoolExecutor(200) as pool:
        assert set(pool.map(ask, range(400))) == {200}


@pytest.mark.parametrize(
    "operation", [o for o in OPERATIONS if o.by_link and o.request is not None], ids=lambda operation: operation.name
)
def test_a_link_is_looked_up_before_the_shape_of_a_body(
    operation: Operation, stack: Stack, http: requests.Session
) -> None:
    """Whoever has no link learns nothing of the form, and no fault is collected for them."""
    path = re.sub(r"{(\w+)}", lambda match: path_part(match[1]), operation.path)
    answer = http.request(operation.method, stack.gateway_url + path, json={"surprise": [{}] * 6_600})
    assert (answer.status_code, answer.json()["code"]) == (404, "link-unknown")


def path_part(name: str) -> str:
    """A value of the form that a path parameter has."""
    if name in PREFIXES:
        return new_id(PREFIXES[name])
    return {"token": secrets.token_urlsafe(32), "slot": "1"}[name]


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.public and o.request], ids=lambda o: o.name)
def test_a_stranger_sends_little(operation: Operation, stack: Stack, http: requests.Session) -> None:
    """A body of a public operation has 32 KiB, announced or in chunks."""
    path = re.sub(r"{(\w+)}", lambda match: path_part(match[1]), operation.path)
    large = json.dumps({"name": "x" * operation.largest_body}).encode()
    for data in (large, iter([large[:1000], large[1000:]])):
        headers = {"Content-Type": "application/json"}
        answer = http.request(operation.method, stack.gateway_url + path, data=data, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
        assert "32 KiB" in answer.json()["detail"]
