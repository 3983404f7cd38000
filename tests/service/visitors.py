"""Visitors with personal links, as tests make them: what is in their letters, and what they ask."""

import re
from dataclasses import replace
from typing import Any

import orjson
import pytest

from chassis.api import Answer, Call
from chassis.post import Post, Smtp
from events.codecs import plain
from services.talent.service import Talent
from services.talent.signing import api
from tests.mailbox import Mailbox, text_of
from tests.service.talents import call


def writing(talent: Talent, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> Talent:
    """The service with a mail server, to which letters go at once."""
    talent.post = Post()
    talent.post.carrier = Smtp.parse(mailbox.url, "Callboard <board@example.com>")
    talent.post.public_url = "http://board.example"
    monkeypatch.setattr(talent.post, "soon", lambda work: work())
    return talent


def token_in(mailbox: Mailbox, to: str, page: str = "sign") -> str:
    """The token of the link to a page in the latest letter that has one."""
    for letter in reversed(mailbox.letters(to)):
        if match := re.search(rf"http://board\.example/{page}/([A-Za-z0-9_-]{{43}})\s", text_of(letter)):
            return match[1]
    raise AssertionError(f"no link for {to}")


def code_in(mailbox: Mailbox, to: str) -> str:
    """The code in the latest letter."""
    match = re.search(r"^(\d{6})$", text_of(mailbox.letters(to)[-1]), re.MULTILINE)
    assert match
    return match[1]


def visit(token: str, body: Any = None, cookie: str = "", key: str = "", query: Any = None, **path: str) -> Call:
    """A visitor's call, by a link."""
    made = call(body, api.InLanguage() if query is None else query, key=key, token=token, **path)
    visitor = replace(made, tenant="", actor="", scopes=frozenset(), session=cookie)
    return replace(visitor, client_ip="192.0.2.7", user_agent="Phone")


def cookie_of(answer: Answer, path: str) -> str:
    """The cookie that comes with a code: for this path only, and not for scripts."""
    (header,) = answer.headers
    assert header[0] == "Set-Cookie"
    assert "HttpOnly" in header[1] and "SameSite=Strict" in header[1] and f"Path={path};" in header[1]
    return header[1].partition(";")[0].partition("=")[2]


def body(answer: Any) -> Any:
    """An answer's body, or a page, as JSON."""
    found = getattr(answer, "body", answer)
    return orjson.loads(found) if isinstance(found, bytes) else plain(found)
