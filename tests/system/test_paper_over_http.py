"""Contracts on paper through HTTP: sealed, downloaded, and checked by somebody without credentials."""

from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
import requests
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.stack import Stack
from tests import examples
from tests.system.conftest import Studio

PDF = {"Content-Type": "application/pdf"}
LARGEST = 25 * 2**20


@pytest.fixture(scope="module")
def contract(studio: Studio) -> Any:
    """An executed contract."""
    return studio.executed(studio.production(), studio.person())


@pytest.fixture(scope="module")
def pdf(studio: Studio, contract: Any) -> bytes:
    """Its sealed paper."""
    answer = studio.producer.request("GET", f"/v1/contracts/{contract['contract_id']}/sealed.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    return answer.content


def verify(stack: Stack, http: requests.Session, body: Any, headers: dict[str, str] = PDF) -> requests.Response:
    """Ask what a file is worth."""
    return http.post(f"{stack.gateway_url}/public/documents/verify", data=body, headers=headers, timeout=30)


def test_anybody_checks_the_sealed_paper(
    stack: Stack, studio: Studio, http: requests.Session, contract: Any, pdf: bytes
) -> None:
    """Who signed and when, and the ledger's entry with its proof, which holds the hash of the file."""
    found = verify(stack, http, pdf).json()
    assert (found["valid"], found["contract_id"]) == (True, contract["contract_id"])
    assert [signer["party"] for signer in found["signatures"]] == ["performer", "studio"]
    assert found["file_sha256"] == sha256(pdf).hexdigest()
    path = f"/ledger/sealed/{contract['contract_id']}/{found['file_sha256']}"
    assert found["proof"] == path
    proof = studio.viewer.wait(path, lambda answer: answer)
    assert sha256(pdf).hexdigest() in str(proof)


def test_another_validator_agrees(pdf: bytes) -> None:
    """pyHanko's own: the signature is intact and covers the whole file; with one changed byte it is not."""
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trusting = ValidationContext(trust_roots=[signature.signer_cert])
    status = validate_pdf_signature(signature, trusting)
    assert (status.intact, status.valid, status.coverage.name) == (True, True, "ENTIRE_FILE")
    changed = pdf[:20_000] + bytes([pdf[20_000] ^ 1]) + pdf[20_001:]
    (signature,) = PdfFileReader(BytesIO(changed)).embedded_signatures
    assert not validate_pdf_signature(signature, trusting).intact


def test_a_changed_paper_is_told(stack: Stack, http: requests.Session, pdf: bytes) -> None:
    """One byte: not valid, with the reason in words, and nobody's name."""
    found = verify(stack, http, pdf[:20_000] + bytes([pdf[20_000] ^ 1]) + pdf[20_001:]).json()
    assert (found["valid"], found["fault"], found["signatures"]) == (False, "changed", [])
    assert found["explanation"]["en"]


def test_what_is_no_paper_is_refused(stack: Stack, http: requests.Session) -> None:
    """Of another type, too large (told by its length, or only found out on the way), or no PDF whatever it is called."""
    assert verify(stack, http, b"%PDF-", {"Content-Type": "text/plain"}).status_code == 415
    assert verify(stack, http, b"PK\x03\x04").status_code == 422
    assert verify(stack, http, bytes(LARGEST + 1)).status_code == 413
    pieces = (bytes(2**20) for _ in range(26))
    assert verify(stack, http, pieces).status_code in (411, 413)


def test_a_contract_of_unknown_parties_is_not_sent(stack: Stack, office: Client) -> None:
    """Every detail that is missing is pointed at, in the reader's language; with all on record the same draft goes out."""
    made = accounts.admit_studio(office, "无名影业", "Hengdian", {"林晓": ["producer"]})
    with Client(stack.gateway_url, made["members"]["林晓"]["api_key"]) as producer:
        production = producer.post("/v1/productions", examples.EXAMPLES["register_production"])["production_id"]
        person = producer.post("/v1/people", {**examples.person(), "address": None})["person_id"]
        draft = producer.post("/v1/contracts", examples.contract(production, person))
        path = f"/v1/contracts/{draft['contract_id']}/dispatch"
        headers = {"Accept-Language": "zh", "Idempotency-Key": "unknown-parties"}
        refused = producer.request("POST", path, json=examples.dispatch(), headers=headers)
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (422, "parties-incomplete")
        assert "缺少 performer 的地址、 studio 的法定全称" in problem["detail"]
        fields = ("name", "form", "registration_number", "address", "signatory")
        assert [error["pointer"] for error in problem["errors"]] == [
            "/parties/0/address",
            *(f"/parties/1/{field}" for field in fields),
        ]
        assert {error["detail"] for error in problem["errors"]} == {"缺少必填字段。"}
        producer.command("PUT", "/v1/legal-details", examples.legal_details())
        producer.command("PATCH", f"/v1/people/{person}", {"address": "東京都渋谷区神宮前 1-2-3"})
        assert producer.post(path, examples.dispatch())["state"] == "sent"


def test_paper_of_another_studio_is_not_there(studio: Studio, rival: Studio, contract: Any) -> None:
    """404 for the plain paper and the sealed one."""
    for name in ("document.pdf", "sealed.pdf"):
        path = f"/v1/contracts/{contract['contract_id']}/{name}"
        assert rival.producer.request("GET", path).status_code == 404
        assert studio.viewer.request("GET", path).content.startswith(b"%PDF-")
