"""The generated references: up to date, valid by their own standards, and compatible with the last release."""

import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft7Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.architecture.checkout import CHECKOUT
from tests.architecture.compatibility import asyncapi_breaks, openapi_breaks

DOCS = CHECKOUT / "docs"
RELEASED = DOCS / "released"
SPECS = "@asyncapi/specs@6.11.1"
CACHE = CHECKOUT / ".callboard" / "cache" / "asyncapi-specs"


def read(name: str) -> dict[str, Any]:
    """A committed document."""
    document: dict[str, Any] = json.loads((DOCS / name).read_text(encoding="utf-8"))
    return document


def test_the_committed_references_are_what_the_code_declares() -> None:
    """openapi.json, asyncapi.json, events.md and api.md cannot drift from the code."""
    command = [sys.executable, "-W", "ignore", "-m", "deploy.reference", "--check"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_openapi_document_is_valid() -> None:
    """By the OpenAPI 3.1 specification, references and examples of schemas included."""
    assert [error.message for error in OpenAPIV31SpecValidator(read("openapi.json")).iter_errors()] == []


@pytest.fixture(scope="module")
def asyncapi_schema() -> dict[str, Any]:
    """The official JSON Schema of AsyncAPI 3.0.0, fetched once; skips where it cannot be had."""
    file = CACHE / "3.0.0.json"
    if not file.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("the official AsyncAPI schema is not here: npm, which would fetch it, is not installed")
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [npm, "pack", SPECS, "--silent", "--pack-destination", str(CACHE)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        except subprocess.TimeoutExpired:
            pytest.skip("the official AsyncAPI schema is not here: npm did not fetch it within a minute")
        if done.returncode != 0:
            pytest.skip(f"the official AsyncAPI schema is not here: {done.stderr.strip().splitlines()[-1:]}")
        archive = CACHE / done.stdout.split()[-1]
        with tarfile.open(archive) as package:
            member = package.extractfile("package/schemas/3.0.0-without-$id.json")
            assert member is not None
            file.write_bytes(member.read())
        archive.unlink()
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


def test_the_asyncapi_document_is_valid(asyncapi_schema: dict[str, Any]) -> None:
    """By the official schema of AsyncAPI 3; a document that breaks it is told apart."""
    validator = Draft7Validator(asyncapi_schema)
    document = read("asyncapi.json")
    assert [error.message[:200] for error in validator.iter_errors(document)] == []
    document["operations"]["talent.publish"]["action"] = "shout"
    assert not validator.is_valid(document)


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    """The official schema does not follow references; we do."""
    document = read("asyncapi.json")
    for reference in _references(document):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in found, reference
            found = found[part]


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        here = [value["$ref"]] if "$ref" in value else []
        return here + [found for inner in value.values() for found in _references(inner)]
    return [found for inner in value for found in _references(inner)] if isinstance(value, list) else []


MESSAGES = read("asyncapi.json")["components"]["messages"]


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_golden_message_has_the_documented_form(name: str) -> None:
    """The document's schema of an event takes its golden message, and refuses it without its data."""
    payload = MESSAGES[name]["payload"] | {"components": read("asyncapi.json")["components"]}
    validator = Draft7Validator(payload)
    golden = deepcopy(MESSAGES[name]["examples"][0]["payload"])
    assert [error.message for error in validator.iter_errors(golden)] == []
    del golden["data"][next(iter(golden["data"]))]  # the subject: what comes last may be optional
    assert not validator.is_valid(golden)


@pytest.mark.parametrize(("name", "breaks"), [("openapi.json", openapi_breaks), ("asyncapi.json", asyncapi_breaks)])
def test_nothing_that_was_released_is_taken_away(name: str, breaks: Callable[..., list[str]]) -> None:
    """docs/released holds the documents of the last release: what they promise still holds."""
    if not (RELEASED / name).exists():
        pytest.skip(f"nothing is released yet: docs/released/{name} is absent")
    released = json.loads((RELEASED / name).read_text(encoding="utf-8"))
    assert breaks(released, read(name)) == []


def _remove_operation(api: dict[str, Any]) -> None:
    del api["paths"]["/v1/contracts/{contract_id}"]["get"]


def _remove_answer_field(api: dict[str, Any]) -> None:
    del api["components"]["schemas"]["ProductionView"]["properties"]["title"]


def _remove_request_field(api: dict[str, Any]) -> None:
    del api["components"]["schemas"]["NewProduction"]["properties"]["base_place"]


def _remove_field_behind_null(api: dict[str, Any]) -> None:
    del api["components"]["schemas"]["ShootingPeriod"]["properties"]["ends_on"]


def _require_field(api: dict[str, Any]) -> None:
    schema = api["components"]["schemas"]["NewProduction"]
    schema["properties"]["colour"] = {"type": "string"}
    schema["required"] = [*schema["required"], "colour"]


def _require_parameter(api: dict[str, Any]) -> None:
    api["paths"]["/v1/productions"]["get"]["parameters"].append({"in": "query", "name": "colour", "required": True})


def _change_type(api: dict[str, Any]) -> None:
    api["components"]["schemas"]["ProductionView"]["properties"]["episodes"]["type"] = "string"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_remove_operation, "GET /v1/contracts/{contract_id} is gone"),
        (_remove_answer_field, "title is gone"),
        (_remove_request_field, "base_place is gone"),
        (_remove_field_behind_null, "shooting: ends_on is gone"),
        (_require_field, "colour became required"),
        (_require_parameter, "parameter colour became required"),
        (_change_type, "episodes: the type changed"),
    ],
)
def test_a_breaking_change_of_the_api_is_found(change: Callable[[dict[str, Any]], None], says: str) -> None:
    """The comparison with the last release sees what a client would stumble over."""
    old = read("openapi.json")
    new = deepcopy(old)
    assert openapi_breaks(old, new) == []
    change(new)
    assert any(says in fault for fault in openapi_breaks(old, new))


def test_an_added_operation_or_optional_field_breaks_nothing() -> None:
    """The API may grow."""
    old = read("openapi.json")
    new = deepcopy(old)
    new["paths"]["/v1/new"] = new["paths"]["/v1/rights"]
    new["components"]["schemas"]["NewProduction"]["properties"]["colour"] = {"type": "string"}
    new["components"]["schemas"]["ProductionView"]["properties"]["colour"] = {"type": "string"}
    assert openapi_breaks(old, new) == []


def test_a_breaking_change_of_an_event_is_found() -> None:
    """A removed message, a removed field and one that may now be missing are each told."""
    old = read("asyncapi.json")
    new = deepcopy(old)
    assert asyncapi_breaks(old, new) == []
    del new["components"]["messages"]["ContractExpired"]
    del new["components"]["schemas"]["Grant"]["properties"]["media"]
    new["components"]["schemas"]["ContractSigned"]["required"].remove("fee")
    found = asyncapi_breaks(old, new)
    assert "ContractExpired is gone" in found
    assert "ContractSigned/grants[]: media is gone" in found
    assert "ContractSigned: fee may be missing now" in found
