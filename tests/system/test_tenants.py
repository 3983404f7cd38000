"""Nobody reaches another studio's things: every operation, with foreign ids in path, query and body."""

import json
import random
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from chassis.api import Operation
from chassis.cause import new_id
from deploy.local.stack import Stack
from gateway.routes import PREFIXES, ULID_PATTERN, apis
from tests.examples import EXAMPLES
from tests.system.conftest import Studio

OPERATIONS = [operation for table in apis() for operation in table.operations]
TENANT_SCOPED = [operation for operation in OPERATIONS if not operation.public and operation.scope != "office"]
REFUSALS = 30
ROUNDS = 200
ID = re.compile(f"({'|'.join(PREFIXES.values())})_{ULID_PATTERN}")
NOT_OURS_TO_HIDE = {"person_id"}  # one person, several studios: the id alone opens nothing


@pytest.fixture(scope="module")
def victim(rival: Studio) -> dict[str, str]:
    """One of everything that a studio can have."""
    production, person = rival.production(), rival.person()
    permitted = rival.person()
    permit = rival.permit(permitted)
    contract = rival.executed(production, person)
    held = rival.viewer.wait(
        "/v1/bookings",
        lambda page: page["items"] and page["items"][0]["status"] == "on_hold",
        contract_id=contract["contract_id"],
    )
    booking = held["items"][0]
    credentials = rival.producer.get(f"/v1/studios/{rival.studio_id}/credentials")["items"]
    entry = rival.viewer.wait("/v1/ledger/entries", lambda page: page["items"], subject=contract["contract_id"])
    return {
        "studio_id": rival.studio_id,
        "member_id": rival.members["viewer"],
        "credential_id": credentials[0]["credential_id"],
        "production_id": production,
        "person_id": person,
        "permit_id": permit,
        "contract_id": contract["contract_id"],
        "scan_id": rival.scan(contract),
        "template_id": rival.template(),
        "booking_id": booking["booking_id"],
        "finding_id": booking["held_by"][0],
        "document_id": rival.document(person),
        "place_id": rival.place(),
        "payment_id": rival.payment(contract),
        **rival.time_of(person),
        **rival.shortlist(production, person),
        "index": str(entry["items"][0]["index"]),
        "slot": "0",
    }


def call(stack: Stack, studio: Studio, operation: Operation, path: str, **kwargs: Any) -> requests.Response:
    """One request with all the rights that a studio can give."""
    with requests.Session() as http:
        http.trust_env = False
        role = "legal" if operation.scope == "pay:confirm" else "producer"
        headers = {"Authorization": f"Bearer {studio.keys[role]}", **kwargs.pop("headers", {})}
        return http.request(operation.method, stack.gateway_url + path, headers=headers, timeout=15, **kwargs)


def filled(operation: Operation, ids: dict[str, str]) -> str:
    """The operation's path with ids."""
    return re.sub(r"{(\w+)}", lambda match: ids[match[1]], operation.path)


def body_with(operation: Operation, ids: dict[str, str]) -> Any:
    """The operation's example with every id in it replaced by one of `ids`."""
    by_prefix = {value.split("_")[0]: value for value in ids.values()}

    def replaced(match: re.Match[str]) -> str:
        return by_prefix.get(match[1], match[0])

    return json.loads(ID.sub(replaced, json.dumps(operation.example or {})))


def leaked(text: str, victim: dict[str, str], sent: str) -> set[str]:
    """The victim's ids in an answer that the question did not hold."""
    return {value for name, value in victim.items() if name in PREFIXES and value in text and value not in sent}


@pytest.mark.parametrize("operation", [o for o in TENANT_SCOPED if o.parameters()], ids=lambda o: o.name)
def test_foreign_ids_in_the_path(operation: Operation, stack: Stack, studio: Studio, victim: dict[str, str]) -> None:
    """Another studio's ids in the path answer 404 and tell nothing."""
    path = filled(operation, victim)
    body = body_with(operation, {}) if operation.request else None
    given: dict[str, Any] = {} if body is None else {"json": body}
    if operation.upload is not None:
        given = {"data": b"%PDF-1.7", "headers": {"Content-Type": operation.upload.media_types[0]}}
    answer = call(stack, studio, operation, path, **given)
    assert answer.status_code == 404, answer.text
    assert leaked(answer.text, victim, path) == set()


@pytest.mark.parametrize(
    ("operation", "name"),
    [(o, n) for o in TENANT_SCOPED for n in o.parameters()[1:] if n in PREFIXES],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_foreign_id_behind_ones_own(
    operation: Operation, name: str, stack: Stack, studio: Studio, rival: Studio, victim: dict[str, str]
) -> None:
    """One's own production (studio, person) in front does not open another studio's thing behind it."""
    first = operation.parameters()[0]
    own = {
        "production_id": studio.production,
        "person_id": studio.person,
        "studio_id": lambda: studio.studio_id,
        "contract_id": lambda: studio.executed(studio.production(), studio.person())["contract_id"],
    }
    path = filled(operation, {**victim, first: own[first]()})
    body = body_with(operation, {}) if operation.request else None
    answer = call(stack, studio, operation, path, **({"json": body} if body is not None else {}))
    assert answer.status_code == 404, answer.text


def _with_ids_in_body() -> Iterator[Operation]:
    for operation in TENANT_SCOPED:
        if operation.example and ID.search(json.dumps(operation.example)):
            yield operation


@pytest.mark.parametrize("operation", list(_with_ids_in_body()), ids=lambda o: o.name)
def test_foreign_ids_in_the_body(operation: Operation, stack: Stack, studio: Studio, victim: dict[str, str]) -> None:
    """Another studio's ids in the body answer 404 and nothing is made."""
    own = {
        "studio_id": studio.studio_id,
        "production_id": studio.production(),
        "person_id": studio.person(),
    }
    if "contract_id" in operation.parameters():
        own["contract_id"] = studio.contract(own["production_id"], own["person_id"], sent=False)["contract_id"]
    path = filled(operation, {**victim, **own})
    answer = call(stack, studio, operation, path, json=body_with(operation, victim))
    assert answer.status_code == 404, answer.text
    assert leaked(answer.text, victim, path + json.dumps(body_with(operation, victim))) == set()


@pytest.mark.parametrize(
    "operation",
    [o for o in TENANT_SCOPED if o.kind == "query" and o.query is not None and not o.parameters()],
    ids=lambda o: o.name,
)
def test_foreign_ids_in_the_query(operation: Operation, stack: Stack, studio: Studio, victim: dict[str, str]) -> None:
    """Another studio's ids as filters answer 404; without filters a list shows nothing foreign."""
    names = {f for f in operation.query.__dataclass_fields__ if f in victim}  # type: ignore[union-attr]
    required = {"media": "svod", "territory": "US", "language": "en", "on": "2027-06-01"}
    fixed = {k: v for k, v in required.items() if k in operation.query.__dataclass_fields__}  # type: ignore[union-attr]
    for params in [{**fixed, name: victim[name]} for name in names] + ([fixed] if not fixed else []):
        answer = call(stack, studio, operation, operation.path, params=params)
        assert answer.status_code == (404 if names & set(params) else 200), answer.text
        assert leaked(answer.text, victim, json.dumps(params)) == set()


def test_every_operation_wants_credentials(stack: Stack, http: requests.Session, victim: dict[str, str]) -> None:
    """Without credentials every operation that is not public answers 401, before it looks at anything."""
    for operation in OPERATIONS:
        if not operation.public:
            answer = http.request(operation.method, stack.gateway_url + filled(operation, victim))
            assert answer.status_code == 401, operation.name
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_role_does_what_its_scopes_say(stack: Stack, studio: Studio, http: requests.Session) -> None:
    """A viewer reads and cannot write: 403 names the scope."""
    headers = {"Authorization": f"Bearer {studio.keys['viewer']}"}
    answer = http.post(f"{stack.gateway_url}/v1/productions", json=EXAMPLES["register_production"], headers=headers)
    assert answer.status_code == 403
    assert answer.json()["code"] == "scope-missing"
    assert "productions:write" in answer.json()["detail"]


def test_a_denial_is_an_event(studio: Studio, stack: Stack, victim: dict[str, str], office: Any) -> None:
    """Reaching for another studio's contract is recorded in the ledger, under the studio that tried."""
    answer = studio.viewer.request("GET", f"/v1/contracts/{victim['contract_id']}")
    assert answer.status_code == 404
    trace = answer.headers["Trace-Id"]
    found = studio.viewer.wait("/v1/ledger/entries", lambda page: page["items"], correlation_id=trace)
    assert [e["type"] for e in found["items"]] == ["gateway.access.denied.v1"]


def test_many_denials_are_one_entry_with_its_count(studio: Studio, victim: dict[str, str]) -> None:
    """A member who is refused a thousand times a minute does not fill the ledger for ever."""
    path = f"/v1/contracts/{victim['contract_id']}/document"
    traces = [studio.viewer.request("GET", path).headers["Trace-Id"] for _ in range(REFUSALS)]

    def count(entry: Any) -> int:
        proof = studio.viewer.get(f"/v1/ledger/entries/{entry['index']}/proof")
        return int(json.loads(proof["opened"]["event"])["data"]["count"])

    windows: list[int] = []
    while sum(windows) < REFUSALS:  # an entry has the trace of the first refusal that it counts
        found = studio.viewer.wait(
            "/v1/ledger/entries", lambda page: page["items"], correlation_id=traces[sum(windows)]
        )
        windows.append(count(found["items"][0]))
    assert sum(windows) == REFUSALS
    assert len(windows) <= 3, "the requests took no longer than two windows"


def test_a_foreign_id_takes_as_long_as_an_unknown_one(studio: Studio, victim: dict[str, str]) -> None:
    """Of two answers 404, the slower one is the foreign id's as often as not: what is recorded is stored after the answer."""
    slower = 0
    for _ in range(ROUNDS):
        seconds = {}
        for contract in random.sample([victim["contract_id"], new_id("ctr")], 2):
            began = time.perf_counter()
            assert studio.viewer.request("GET", f"/v1/contracts/{contract}").status_code == 404
            seconds[contract] = time.perf_counter() - began
        slower += max(seconds, key=seconds.__getitem__) == victim["contract_id"]
    assert 0.3 < slower / ROUNDS < 0.7


def test_the_office_reads_across_and_suspends(stack: Stack, office: Any) -> None:
    """The office reads another studio's production; a suspended studio is refused within seconds, and lifted again."""
    from tests.system.conftest import admit

    third = admit(stack, office, "Third")
    production = third.production()
    assert office.get(f"/v1/productions/{production}")["production_id"] == production
    office.post(f"/v1/studios/{third.studio_id}/suspension", {"reason": "test"})
    deadline = time.monotonic() + 10
    while (answer := third.viewer.request("GET", "/v1/whoami")).status_code != 403:
        assert time.monotonic() < deadline, "still not suspended"
        time.sleep(0.1)
    assert answer.json()["code"] == "studio-suspended"
    office.post(f"/v1/studios/{third.studio_id}/reinstatement")
    deadline = time.monotonic() + 10
    while third.viewer.request("GET", "/v1/whoami").status_code != 200:
        assert time.monotonic() < deadline, "still suspended"
        time.sleep(0.1)
