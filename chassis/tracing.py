"""W3C Trace Context (traceparent, level 1), carried HTTP -> RPC -> event -> handler -> event."""

import os
import random
import re

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\Z")
_random = random.Random(os.urandom(16))


def start() -> str:
    """A new trace."""
    return f"00-{_random.getrandbits(128) or 1:032x}-{_random.getrandbits(64) or 1:016x}-01"


def follow(traceparent: str) -> str:
    """The next span of the trace in `traceparent`; a new trace when that is not a valid header."""
    if not _TRACEPARENT.match(traceparent):
        return start()
    return f"{traceparent[:36]}{_random.getrandbits(64) or 1:016x}{traceparent[52:]}"


def trace_id(traceparent: str) -> str:
    """The 32 hexadecimal digits that name the whole trace."""
    return traceparent[3:35]
