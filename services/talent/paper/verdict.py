"""What the seal on a file says: asked of a process of its own, for a PDF can be made to need any amount of memory or time."""

import re
from dataclasses import dataclass
from datetime import datetime
from mmap import ACCESS_READ, mmap
from typing import BinaryIO, Literal

import orjson

from events.errors import RuleError
from events.schemas import load
from services.talent import confined

CERTIFICATES = "CALLBOARD_SEAL_CERTIFICATES"
AUTHORITIES = "CALLBOARD_TSA_CERTIFICATES"
AUTHORITIES_EXPECTED = "the certificates of time-stamping authorities or of their issuers, in PEM"
TSA_URL = "CALLBOARD_TSA_URL"
TSA_URL_EXPECTED = "the http(s) address of a time-stamping authority (RFC 3161)"
SEAL_KEY = "CALLBOARD_SEAL_KEY"
SEAL_KEY_EXPECTED = "a PKCS #8 key and its certificate, then any issuers and earlier certificates, in PEM"
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)
Fault = Literal["unreadable", "not_sealed", "foreign_seal", "changed", "appended"]


@dataclass(frozen=True)
class Verdict:
    """What the seal on a file says. Contract, document and times are told only when the seal itself is ours and unbroken.

    `sealed_at` is by our own clock, `timestamped_at` by that of an authority that is believed.
    """

    fault: Fault | None
    contract_id: str | None = None
    document_sha256: str | None = None
    sealed_at: datetime | None = None
    timestamped_at: datetime | None = None


@dataclass(frozen=True)
class Trust:
    """Whose seals and whose timestamps are believed: certificates in PEM."""

    seals: str
    authorities: str = ""


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


def glance(file: BinaryIO) -> Verdict | None:
    """The verdict on a file that cannot have a seal, without a process for it; None when it must be looked into.

    A PDF ends with `%%EOF` (ISO 32000-2, 7.5.5), and whatever signs it has a `/ByteRange` in the clear (12.8.1).
    """
    with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        if content.rfind(b"%%EOF") < 0:
            return Verdict("unreadable")
        if content.find(b"/ByteRange") < 0:
            return Verdict("not_sealed")
    return None


def judge(trust: Trust, file: BinaryIO) -> Verdict:
    """The verdict on a file by whom we trust; one that needs too much is unreadable. Raises CheckTakesTooLong."""
    known = {CERTIFICATES: trust.seals, AUTHORITIES: trust.authorities}
    try:
        said = confined.ask("services.talent.paper.checking", file, **known)
    except confined.TookTooLong:
        raise CheckTakesTooLong from None
    except confined.FellOver:
        return Verdict("unreadable")
    return load(Verdict, orjson.loads(said))
