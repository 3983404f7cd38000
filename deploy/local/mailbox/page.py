"""The mailbox's pages: every letter by address, and one letter as its reader sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from re import fullmatch
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from deploy.local.loopback import LOOPBACK
from deploy.local.mailbox.letters import LINK, Letter, Letters

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"  # fmt: skip
_LETTER_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"  # fmt: skip


class Pages:
    """What is shown at which address; None where there is nothing."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._templates = Environment(loader=PackageLoader("deploy.local.mailbox"), autoescape=True)
        self._templates.filters["linked"] = _linked

    def page(self, target: str) -> tuple[str, str] | None:
        """The page at an address, and its content security policy."""
        parts = urlsplit(target)
        if parts.path == "/":
            return self._list(parse_qs(parts.query).get("to", [None])[0]), _POLICY
        found = fullmatch(r"/letters/(\d{1,9})(/html)?", parts.path)
        letter = self._letters.get(int(found[1])) if found else None
        if found is None or letter is None:
            return None
        return (_framed(letter), _LETTER_POLICY) if found[2] else (self._letter(letter), _POLICY)

    def _list(self, to: str | None) -> str:
        letters = self._letters.all()[::-1]
        addresses = sorted(Counter(letter.to for letter in letters).items())
        shown = [letter for letter in letters if to is None or letter.to == to.lower()]
        return self._templates.get_template("list.html").render(letters=shown, addresses=addresses, to=to)

    def _letter(self, letter: Letter) -> str:
        return self._templates.get_template("letter.html").render(letter=letter)


def handler(letters: Letters) -> type[BaseHTTPRequestHandler]:
    """What answers requests for the pages."""
    show = Pages(letters).page

    class Handler(BaseHTTPRequestHandler):
        """Answers GET for this machine's own names only, so that no other site's name leads here."""

        protocol_version = "HTTP/1.1"
        timeout = 10
        _show: Callable[[str], tuple[str, str] | None] = staticmethod(show)

        def do_GET(self) -> None:
            _, port = self.connection.getsockname()
            if self.headers.get("Host") not in (f"{LOOPBACK}:{port}", f"localhost:{port}"):
                self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
                return
            if (page := self._show(self.path)) is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            body = page[0].encode(errors="replace")
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", page[1])
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: the page asks for itself every few seconds."""

    return Handler


def _framed(letter: Letter) -> str:
    """The letter's HTML as it came; its links open beside the mailbox."""
    return letter.html.replace("<head>", '<head><base target="_blank">', 1)


def _linked(text: str) -> Markup:
    """The text, escaped, with its addresses as links."""
    anchor = Markup('<a href="{0}" target="_blank" rel="noreferrer">{0}</a>')
    return Markup().join(
        anchor.format(part) if n % 2 else escape(part)  # what a pattern with a group splits off is at odd places
        for n, part in enumerate(LINK.split(text))
    )
