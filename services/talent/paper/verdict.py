"""What the seal on a file says: asked of a process of its own, for anybody may have made the file.

A PDF can be made to need any amount of memory or time. There it gets so much of each, and what it breaks is nobody else's.
"""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal

import orjson

from events.errors import RuleError
from events.schemas import load

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
    file.flush()
    file.seek(0)
    command = (sys.executable, "-W", "ignore", "-m", "services.talent.paper.checking")
    environment = {CERTIFICATES: certificates, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, stdin=file, capture_output=True, env=environment, check=False)  # noqa: S603 - our own
    if done.returncode == -signal.SIGALRM:
        raise CheckTakesTooLong
    if done.returncode != 0:
        return Verdict("unreadable")
    return load(Verdict, orjson.loads(done.stdout))
