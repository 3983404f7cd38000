"""Logs: one JSON object a line on standard error, with time, level, service, event, correlation id and tenant.

No personal data and no secrets: callers log ids and counts, never names, addresses or payloads.
"""

import logging
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import structlog
from structlog.contextvars import bind_contextvars, merge_contextvars, reset_contextvars

log: Any = structlog.get_logger()
QUIET_SECONDS = 10
LONGEST_VALUE = 4_000  # characters of a text, such as a traceback
# API keys, access tokens (JWT), and the 32 random bytes in base64url of links, sessions and feeds.
_SECRET = re.compile(r"cbk_[A-Za-z0-9_-]+|eyJ[A-Za-z0-9_.-]{40,}|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")


@contextmanager
def bound(**known: str) -> Iterator[None]:
    """Every line that is logged inside says this too. (structlog's own looks at every variable there is, three times.)"""
    before = bind_contextvars(**known)
    try:
        yield
    finally:
        reset_contextvars(**before)


class Sparing:
    """Logs what strangers can cause as often as they like: the first of a kind, then one line in QUIET_SECONDS with the count."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._due: dict[tuple[str, str], float] = {}

    def warning(self, event: str, reason: str) -> None:
        """Log the event with its reason, one of a few, or count it for the next line."""
        kind = (event, reason)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if time.monotonic() >= self._due.get(kind, 0):
            self._due[kind] = time.monotonic() + QUIET_SECONDS
            log.warning(event, reason=reason, times=self._counts.pop(kind))


def _dumps(event: dict[str, Any], **_: Any) -> str:
    cut = {name: value[-LONGEST_VALUE:] if isinstance(value, str) else value for name, value in event.items()}
    return _SECRET.sub("[secret]", orjson.dumps(cut, default=str).decode())


def configure(service: str, level: str = "INFO") -> None:
    """Send structlog and the standard library's loggers to standard error as JSON lines."""
    chain: list[Any] = [
        merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        lambda _logger, _name, event: {"service": service, **event},
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*chain, structlog.processors.JSONRenderer(serializer=_dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel("WARNING")
