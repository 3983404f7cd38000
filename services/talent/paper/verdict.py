"""What the seal on a file says: asked of a process of its own, for a PDF can be made to need any amount of memory or time."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal

import orjson

from events.errors import RuleError
from events.schemas import load
from services.talent import confined

CERTIFICATES = "CALLBOARD_SEAL_CERTIFICATES"
SEAL_KEY = "CALLBOARD_SEAL_KEY"
SEAL_KEY_EXPECTED = "a PKCS #8 key and its certificate, then any issuers and earlier certificates, in PEM"
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)
Fault = Literal["unreadable", "not_sealed", "foreign_seal", "changed", "appended"]


@dataclass(frozen=True)
class Verdict:
    """What the seal on a file says. Contract, document and time are told only when the seal itself is ours and unbroken."""

    fault: Fault | None
    contract_id: str | None = None
    document_sha256: str | None = None
    sealed_at: datetime | None = None


class CheckTakesTooLong(RuleError):
    """The machine is too busy to check the file now."""

    status = 503
    en = "The file could not be checked in time; repeat in a moment."
    zh = "未能及时完成文件查验；请稍后重试。"


def certificates_in(text: str) -> str:
    """The certificates in PEM without the key; raises ValueError when there is none."""
    if not (found := _CERTIFICATE.findall(text)):
        raise ValueError("no certificate")
    return "".join(found)


def judge(certificates: str, file: BinaryIO) -> Verdict:
    """The verdict on a file, by the certificates in PEM; one that needs too much is unreadable. Raises CheckTakesTooLong."""
    try:
        said = confined.ask("services.talent.paper.checking", file, **{CERTIFICATES: certificates})
    except confined.TookTooLong:
        raise CheckTakesTooLong from None
    except confined.FellOver:
        return Verdict("unreadable")
    return load(Verdict, orjson.loads(said))
