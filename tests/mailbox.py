"""A real mail server in a process of its own, and what has arrived there."""

import sys
from email.message import EmailMessage
from pathlib import Path
from subprocess import PIPE, Popen
from types import TracebackType
from typing import Any, Self

from deploy.local.mailbox.letters import Letters

CHECKOUT = Path(__file__).parents[1]


class Mailbox:
    """The server as a test uses it: a context manager with its port and what has arrived."""

    def __init__(self, folder: Path, *tls: str) -> None:
        self._folder = folder
        self._tls = tls

    def __enter__(self) -> Self:
        command = (sys.executable, "-W", "ignore", "-m", "tests.smtp_server", str(self._folder), *self._tls)
        self._process = Popen(command, cwd=CHECKOUT, stdin=PIPE, stdout=PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    @property
    def url(self) -> str:
        """The server as a setting names it."""
        return f"smtp://127.0.0.1:{self.port}"

    def letters(self, to: str | None = None) -> list[EmailMessage]:
        """What has arrived, oldest first, for one address when it is given."""
        return [letter.message for letter in Letters(self._folder).all(to)]


def text_of(letter: EmailMessage) -> str:
    """What a letter says, without form."""
    body: Any = letter.get_body(("plain",))
    return str(body.get_content())
