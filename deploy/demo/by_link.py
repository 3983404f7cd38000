"""Signing as a performer does: by the personal link and the code that come by letter, without any key of the studio's."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from deploy.local.client import Client
from deploy.local.errors import StackError
from deploy.local.mailbox.letters import Letter, Letters
from deploy.local.stack import MAILBOX, Stack

ARRIVES_IN = 20.0
"""Seconds that a letter may take: it is sent as soon as it is written."""


class LetterMissing(StackError):
    """A letter that should have been written did not arrive."""


def letters_of(stack: Stack) -> Letters | None:
    """The letters in the stack's mailbox; None when it has none, because letters go to a mail server."""
    return None if stack.mailbox_url is None else Letters(stack.home.data(MAILBOX))


class Inbox:
    """The letters to one address that arrive from now on, read one after the other."""

    def __init__(self, letters: Letters, address: str) -> None:
        self._letters = letters
        self._address = address
        self._read = max((letter.number for letter in letters.all()), default=0)

    def link(self, page: str) -> str:
        """The token of the next link to a page (`sign`, `my`); raises LetterMissing."""
        return self._next(
            lambda letter: [x for x in letter.links if f"/{page}/" in x], f"a link to /{page}"
        ).rpartition("/")[2]

    def code(self) -> str:
        """The next code; raises LetterMissing."""
        return self._next(lambda letter: [letter.code] if letter.code else [], "a code")

    def _next(self, find: Callable[[Letter], list[str]], what: str) -> str:
        deadline = time.monotonic() + ARRIVES_IN
        while time.monotonic() < deadline:
            for letter in self._letters.all(self._address):
                if letter.number > self._read and (found := find(letter)):
                    self._read = letter.number
                    return found[0]
            time.sleep(0.05)
        raise LetterMissing(f"no letter with {what} came to {self._address} in {ARRIVES_IN:g} s: does the mailbox run?")


def sign(url: str, inbox: Inbox, name: str, time_zone: str) -> Any:
    """Open the next link to a contract, give the code, read, initial and sign; what became of the contract."""
    with Client(url) as browser:
        link = f"/public/signing/{inbox.link('sign')}"
        browser.post(f"{link}/code")
        browser.post(f"{link}/session", {"code": inbox.code()})
        reading = browser.get(f"{link}/document")
        initials = "".join(part[0] for part in name.split())
        signature = {
            "name": name,
            "time_zone": time_zone,
            "document_sha256": reading["document_sha256"],
            "consent": reading["consent"]["version"],
            "initials": [{"clause": clause, "initials": initials} for clause in reading["initials"]],
        }
        return browser.post(f"{link}/signature", signature)
