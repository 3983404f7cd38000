"""Where the file of a document is kept, and that a named member has checked the document."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.errors import RuleError
from events.shapes import Line, Number, Sha256
from events.talent.documents import CheckedBy

LARGEST = 25 * 1024 * 1024
"""Bytes of a file."""


class AlreadyChecked(RuleError):
    """Somebody has checked the document in this way before."""

    en = "{by} has checked this document by its {by_what} before."
    zh = "{by} 此前已通过 {by_what} 核验该文件。"


@dataclass(frozen=True)
class Scan:
    """The file of a document: its name, type, size in bytes, and the SHA-256 of its bytes."""

    name: Line
    media_type: Literal["application/pdf", "image/jpeg", "image/png"]
    size: Annotated[int, Number(min=1, max=LARGEST, doc="bytes, at most 25 MiB")]
    sha256: Sha256


@dataclass(frozen=True)
class CheckRequest:
    """What the member who checks the document looked at: the original, a copy, or the issuer's register."""

    by_what: CheckedBy


@dataclass(frozen=True)
class Check:
    """Who of the studio checked a document, how, and when."""

    by: Line
    by_what: CheckedBy
    at: datetime


def check(known: Check | None, by: str, by_what: CheckedBy, at: datetime) -> Check:
    """The latest check; raises AlreadyChecked when it would say nothing new."""
    if known is not None and (known.by, known.by_what) == (by, by_what):
        raise AlreadyChecked("/by_what", by=by, by_what=by_what)
    return Check(by, by_what, at)
