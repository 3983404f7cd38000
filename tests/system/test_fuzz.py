"""schemathesis against the running gateway: no 5xx, and every answer is as the OpenAPI document says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.client import Client
from deploy.local.home import CHECKOUT
from deploy.local.stack import Stack
from tests.system.conftest import Studio, admit

EXAMPLES = os.environ.get("CALLBOARD_FUZZ_EXAMPLES", "5")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)


@pytest.fixture(scope="module")
def fuzzed(stack: Stack, office: Client) -> Studio:
    """A studio of its own: fuzzing makes many things."""
    return admit(stack, office, "Fuzz")


def known_ids(studio: Studio) -> dict[str, str]:
    """Ids that exist, so that requests get past the 404."""
    production, person = studio.production(), studio.person()
    contract = studio.executed(production, person)
    held = studio.viewer.wait(
        "/v1/bookings",
        lambda page: page["items"] and page["items"][0]["held_by"],
        contract_id=contract["contract_id"],
    )
    spare = studio.viewer.post(
        f"/v1/studios/{studio.studio_id}/credentials", {"member_id": studio.members["viewer"], "kind": "api_key"}
    )
    return {
        "studio_id": studio.studio_id,
        "member_id": studio.members["viewer"],
        "credential_id": spare["credential_id"],
        "production_id": production,
        "person_id": person,
        "permit_id": studio.permit(studio.person()),
        "contract_id": studio.contract(production, person)["contract_id"],
        "template_id": studio.template(),
        "booking_id": held["items"][0]["booking_id"],
        "finding_id": held["items"][0]["held_by"][0],
        "document_id": studio.document(person),
        "payment_id": studio.payment(contract),
        **studio.time_of(person),
        **studio.shortlist(production, person),
        "slot": "0",
    }


@pytest.mark.parametrize(
    ("phases", "given_ids"),
    [("examples,coverage", True), ("fuzzing", False)],
    ids=["every constraint, ids that exist", "anything at all"],
)
def test_the_gateway_keeps_its_own_description(
    stack: Stack, fuzzed: Studio, tmp_path: Path, phases: str, given_ids: bool
) -> None:
    """Generated requests, valid and invalid, with ids that exist and with any: every answer is as documented."""
    lines = [f'"path.{name}" = "{value}"' for name, value in known_ids(fuzzed).items()] if given_ids else []
    settings = tmp_path / "schemathesis.toml"
    settings.write_text("[parameters]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={settings}",
        "run",
        f"{stack.gateway_url}/openapi.json",
        f"--url={stack.gateway_url}",
        f"--header=Authorization: Bearer {fuzzed.keys['producer']}",
        f"--checks={','.join(CHECKS)}",
        f"--max-examples={EXAMPLES}",
        f"--phases={phases}",
        "--workers=1",  # Python 3.11.2, which Debian 12 has, does not survive two threads that parse source (gh-106905)
        "--generation-database=none",
        "--request-timeout=20",
        "--no-color",
        "--seed=11",
    ]
    hooks = {"PYTHONPATH": str(CHECKOUT), "SCHEMATHESIS_HOOKS": "tests.system.fuzz_hooks"}
    environment = {**os.environ, **hooks, "NO_PROXY": "127.0.0.1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
