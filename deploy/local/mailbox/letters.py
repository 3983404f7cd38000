"""The letters that a mailbox keeps: files in one folder, the newest `KEPT` of them, each as it came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Any

KEPT = 500
LARGEST = 256 * 1024
"""Bytes of a letter at most: the folder never has more than 128 MB."""
LINK = re.compile(r"(https?://[!#-;=?-~]*[A-Za-z0-9/=_-])")
"""An address in a text, without the full stop after it."""
_CODE = re.compile(r"^\s*(\d{6})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Letter:
    """A letter that arrived: its number in the mailbox, when it came, and the message."""

    number: int
    at: datetime
    message: EmailMessage

    @property
    def to(self) -> str:
        """Whom it is for, in lower case."""
        return parseaddr(str(self.message["To"] or ""))[1].lower()

    @property
    def sender(self) -> str:
        """Who it says it is from, in one line: the parser leaves the space between encoded words, which RFC 2047 does not."""
        return " ".join(str(self.message["From"] or "").split())

    @property
    def subject(self) -> str:
        """Its subject in one line."""
        return " ".join(str(self.message["Subject"] or "").split())

    @cached_property
    def text(self) -> str:
        """What it says, without form."""
        return self._part("plain")

    @cached_property
    def html(self) -> str:
        """What it says, with form; empty when it came without."""
        return self._part("html")

    @property
    def links(self) -> list[str]:
        """The addresses in its text, each once."""
        return list(dict.fromkeys(LINK.findall(self.text)))

    @property
    def code(self) -> str | None:
        """The six digits that stand on a line of their own."""
        found = _CODE.search(self.text)
        return found[1] if found else None

    def _part(self, kind: str) -> str:
        body: Any = self.message.get_body((kind,))
        return "" if body is None else str(body.get_content())


class Letters:
    """The folder with the letters."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes) -> int:
        """Keep a letter, and no more than the newest `KEPT`; its number."""
        numbers = self._numbers()
        number = max(numbers, default=0) + 1
        draft = self.folder / "draft"
        draft.write_bytes(content)
        draft.replace(self._file(number))
        for old in sorted(numbers)[: max(0, len(numbers) + 1 - KEPT)]:
            self._file(old).unlink(missing_ok=True)
        return number

    def all(self, to: str | None = None) -> list[Letter]:
        """The letters, oldest first, those for one address when it is given."""
        return [letter for letter in self._read() if to is None or letter.to == to.lower()]

    def get(self, number: int) -> Letter | None:
        """The letter with a number; None when it is not kept (any more)."""
        file = self._file(number)
        try:
            content, arrived = file.read_bytes(), file.stat().st_mtime
        except FileNotFoundError:
            return None
        message: Any = message_from_bytes(content.replace(b"\r\n", b"\n"), policy=policy.default)
        return Letter(number, datetime.fromtimestamp(arrived, UTC), message)

    def _read(self) -> Iterator[Letter]:
        for number in sorted(self._numbers()):
            if (letter := self.get(number)) is not None:
                yield letter

    def _numbers(self) -> list[int]:
        return [int(file.stem) for file in self.folder.glob("*.eml")]

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:06}.eml"
