"""What may be asked of paper: contracts and files as PDF, and what a sealed file is worth."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from chassis.api import Operation, Upload
from chassis.errors import NotFound, PersonForgotten, WorkLost, WorkshopFull
from events.errors import RuleError
from events.shapes import ContractId, Items, Line, PartyKey, Sha256, Text, TimeZone
from events.talent.contracts import Authentication
from services.talent.paper.sealed import ContractNotSealed, TimestampUnavailable
from services.talent.paper.verdict import CheckTakesTooLong, Fault

PDF = "application/pdf"
LARGEST = 25 << 20  # bytes


class NotAPdf(RuleError):
    """What was sent is no PDF."""

    status = 422
    en = "This is no PDF: it does not begin with %PDF-."
    zh = "所发送的内容不是 PDF：其开头不是 %PDF-。"


@dataclass(frozen=True)
class Explanation:
    """What is wrong with a file, for people."""

    zh: Line
    en: Line


@dataclass(frozen=True)
class SealedSignature:
    """Who signed, and when; the name is null once the person is forgotten.

    `authentication` is `desk` when the studio entered the signature and the signer did not prove who they are. `disputed_at` is
    when the person said that it is not theirs, `name_differs` whether the name that was typed is none of the person's. `email_on_file`
    is whether the personal link went to the address on the person's file; null without a link or a file.
    """

    party: PartyKey
    name: Line | None
    signed_at: datetime
    local_time: Line
    time_zone: TimeZone
    authentication: Authentication
    name_differs: bool
    disputed_at: datetime | None
    email_on_file: bool | None


@dataclass(frozen=True)
class Verification:
    """What a file is worth: `valid` when its seal is ours and covers every byte, and the file is the one that was recorded.

    Contract and document are what an unbroken seal says, also when something was appended to the file. `proof` is where the
    ledger proves the entry that records the file's hash. `timestamped_at` is what a trusted authority says of the time of the seal.
    """

    valid: bool
    fault: Fault | None
    explanation: Explanation | None
    file_sha256: Sha256
    contract_id: ContractId | None
    document_sha256: Sha256 | None
    sealed_at: datetime | None
    timestamped_at: datetime | None
    signatures: Annotated[tuple[SealedSignature, ...], Items(max=10)]
    proof: Annotated[str, Text(max=200, doc="a path of this API")] | None


GET_CONTRACT_PDF = Operation(
    name="get_contract_pdf",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}/document.pdf",
    summary="A contract on paper: PDF/A, Chinese and English side by side",
    description="Without signatures. The same contract has the same bytes.",
    scope="contracts:read",
    media_type=PDF,
    errors=(NotFound, PersonForgotten, WorkshopFull, WorkLost),
)
GET_SEALED_CONTRACT = Operation(
    name="get_sealed_contract",
    kind="query",
    method="GET",
    path="/v1/contracts/{contract_id}/sealed.pdf",
    summary="The executed contract with its certificate, under an electronic seal (PAdES)",
    description="Made once, after the last signature: in the background, or now for who asks first. Its SHA-256 is in the public ledger and in the header "
    "Content-Digest (RFC 9530). `POST /public/documents/verify` and the page `/verify` check it.",
    scope="contracts:read",
    media_type=PDF,
    errors=(NotFound, PersonForgotten, ContractNotSealed, TimestampUnavailable, WorkshopFull, WorkLost),
)
EXPORT_PERSON_PDF = Operation(
    name="export_person_pdf",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/export.pdf",
    summary="Everything that the studio holds on a person, on paper",
    description="What `GET /v1/people/{person_id}/export` answers, as PDF/A for the person.",
    scope="identity:read",
    media_type=PDF,
    errors=(NotFound, PersonForgotten, WorkshopFull, WorkLost),
)
VERIFY_DOCUMENT = Operation(
    name="verify_document",
    kind="query",
    method="POST",
    path="/public/documents/verify",
    summary="Check a sealed contract: whether the seal holds, who signed and when, and where the ledger proves it",
    description="Anybody may ask. The file is deleted as soon as it was checked.",
    upload=Upload((PDF,), LARGEST),
    response=Verification,
    public=True,
    errors=(NotAPdf, WorkshopFull, CheckTakesTooLong),
)

OPERATIONS = (
    GET_CONTRACT_PDF,
    GET_SEALED_CONTRACT,
    EXPORT_PERSON_PDF,
    VERIFY_DOCUMENT,
)
