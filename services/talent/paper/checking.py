"""A process of its own that judges one PDF from anybody: `python -m services.talent.paper.checking` with the file as its input.

A PDF can be made to need any amount of memory or time. Here it gets so much of each, and what it breaks is nobody else's.
The certificates are in the environment, the verdict is printed as JSON.
"""

import logging
import os
import resource
import subprocess
import sys
from typing import BinaryIO

import orjson

from events.codecs import plain
from events.errors import RuleError
from events.schemas import load
from services.talent.paper.seal import Certificates, Verdict

MEMORY = 512 << 20  # bytes of address space
PROCESSOR_SECONDS = 5
PATIENCE = 8  # seconds until we give up on a machine that is too busy, before who asks does
CERTIFICATES = "CALLBOARD_SEAL_CERTIFICATES"


class CheckTakesTooLong(RuleError):
    """The machine is too busy to check the file now."""

    status = 503
    en = "The file could not be checked in time; repeat in a moment."
    zh = "未能及时完成文件查验；请稍后重试。"


def judge(certificates: Certificates, file: BinaryIO) -> Verdict:
    """The verdict on a file from a process of its own; one that needs too much is unreadable. Raises CheckTakesTooLong."""
    file.flush()
    file.seek(0)
    command = (sys.executable, "-W", "ignore", "-m", "services.talent.paper.checking")
    environment = {CERTIFICATES: certificates.pem, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, stdin=file, capture_output=True, env=environment, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise CheckTakesTooLong from None
    if done.returncode != 0:
        return Verdict("unreadable")
    return load(Verdict, orjson.loads(done.stdout))


def main() -> None:
    """Judge what is on standard input."""
    logging.disable(logging.CRITICAL)  # what pyHanko has to say of a broken file is in the verdict
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    with os.fdopen(0, "rb") as file:
        verdict = Certificates.parse(os.environ[CERTIFICATES]).judge(file)
    sys.stdout.buffer.write(orjson.dumps(plain(verdict)))


if __name__ == "__main__":
    main()
