"""The process that judges one PDF from anybody: `python -m services.talent.paper.checking` with the file as its input.

The certificates are in the environment, the verdict is printed as JSON.
"""

import logging
import os
import resource
import signal
import sys

import orjson

from events.codecs import plain
from services.talent.paper.seal import Certificates
from services.talent.paper.verdict import CERTIFICATES

MEMORY = 512 << 20  # bytes of address space
PROCESSOR_SECONDS = 5
SECONDS = 8  # until a machine is too busy, before who asks gives up


def main() -> None:
    """Judge what is on standard input."""
    logging.disable(logging.CRITICAL)  # what pyHanko has to say of a broken file is in the verdict
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    signal.alarm(SECONDS)
    with os.fdopen(0, "rb") as file:
        verdict = Certificates.parse(os.environ[CERTIFICATES]).judge(file)
    sys.stdout.buffer.write(orjson.dumps(plain(verdict)))


if __name__ == "__main__":
    main()
