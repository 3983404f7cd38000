"""The process that judges one PDF from anybody: `python -m services.talent.paper.checking` with the file as its input.

The certificates are in the environment, the verdict is printed as JSON.
"""

import logging
import os
from typing import BinaryIO

import orjson

from events.codecs import plain
from services.talent import confined
from services.talent.paper.seal import Certificates
from services.talent.paper.verdict import AUTHORITIES, CERTIFICATES

PROCESSOR_SECONDS = 5
SECONDS = 8  # until a machine is too busy, before who asks gives up


def tell(file: BinaryIO) -> bytes:
    """The verdict on a file as JSON."""
    logging.disable(logging.CRITICAL)  # what pyHanko has to say of a broken file is in the verdict
    certificates = Certificates.parse(os.environ[CERTIFICATES], os.environ[AUTHORITIES])
    return orjson.dumps(plain(certificates.judge(file)))


if __name__ == "__main__":
    confined.answer(tell, PROCESSOR_SECONDS, SECONDS)
