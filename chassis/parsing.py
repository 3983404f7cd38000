"""HTTP/1.1 requests from bytes. llhttp decides what is one; what a proxy in front could read differently is refused.

llhttp (by httptools) is strict about RFC 9112: field lines, lengths, chunks, line ends. What it leaves to its user is here: one
valid Host, one way to write a path, `chunked` as the only coding, and how large a head may be.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

TARGET_LIMIT = 8_192  # bytes of the request's target
HEAD_LIMIT = 32_768  # bytes of names and values
FIELDS_LIMIT = 100
END = b""  # after the last piece of a body
_HOST = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:%\[\]-]+")
# Two slashes, dot segments, a fragment, a backslash, and slash, backslash, dot, NUL in disguise: servers differ in what they are.
_AMBIGUOUS = re.compile(rb"//|/\.{1,2}(?:/|$)|[#\\]|%(?:2[ef]|5c|00)", re.IGNORECASE)


class Malformed(ValueError):
    """What came is no request that everybody reads alike."""

    status = 400
    code = "malformed-request"


class TargetTooLong(Malformed):
    """The address is longer than TARGET_LIMIT."""

    status = 414
    code = "target-too-long"


class HeadTooLarge(Malformed):
    """There are more than FIELDS_LIMIT fields, or more than HEAD_LIMIT bytes of them."""

    status = 431
    code = "headers-too-large"


MALFORMED = frozenset(fault.code for fault in (Malformed, TargetTooLong, HeadTooLarge))


@dataclass(slots=True)
class Head:
    """A request without its body; `length` is None when the body comes in chunks. Names of fields are in lower case."""

    method: str = ""
    path: str = ""  # decoded, each byte a character, as WSGI wants it
    query: str = ""
    version: str = ""
    keep_alive: bool = False
    length: int | None = 0
    fields: list[tuple[str, str]] = field(default_factory=list)


class Parser:
    """Is fed with what comes on a connection; `found` has heads, pieces of their bodies, and END after each, in order.

    What came before a fault is found all the same.
    """

    def __init__(self) -> None:
        self.found: deque[Head | bytes] = deque()
        self.fault: Malformed | None = None
        self.ended = False  # no request can follow
        self.between = True  # nothing of the next request has come
        self._head = Head()
        self._target = b""
        self._size = 0
        self._parser = HttpRequestParser(self)

    def feed(self, data: bytes) -> None:
        """Parse the next bytes; nothing is parsed after a fault, or after a request to speak another protocol."""
        if self.ended:
            return
        self.between = False
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:  # not granted: the request is answered as HTTP/1.1, and is the last one
            self.ended = True
        except HttpParserError as error:
            self.ended = True
            cause = error.__context__  # what a method below raised
            self.fault = cause if isinstance(cause, Malformed) else Malformed(str(error))

    # -- called by llhttp ------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Begin a head."""
        self.between = False
        self._head, self._target, self._size = Head(), b"", 0

    def on_url(self, piece: bytes) -> None:
        """Add to the target."""
        self._target += piece
        if len(self._target) > TARGET_LIMIT:
            raise TargetTooLong(f"the target has more than {TARGET_LIMIT} bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a field."""
        fields = self._head.fields
        self._size += len(name) + len(value)
        if self._size > HEAD_LIMIT or len(fields) >= FIELDS_LIMIT:
            raise HeadTooLarge(f"the head has more than {FIELDS_LIMIT} fields or {HEAD_LIMIT} bytes")
        fields.append((name.decode("ascii").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """Judge the head, and give it out."""
        head = self._head
        head.method = self._parser.get_method().decode("ascii")
        head.version = self._parser.get_http_version()
        head.keep_alive = self._parser.should_keep_alive() and head.version == "1.1"
        if head.version not in ("1.0", "1.1"):
            raise Malformed("the version is not HTTP/1.0 or HTTP/1.1")
        given = dict(head.fields)
        hosts = [value for name, value in head.fields if name == "host"]
        if len(hosts) > 1 or (not hosts and head.version == "1.1"):
            raise Malformed("there must be one Host")
        if hosts and not _HOST.fullmatch(hosts[0]):
            raise Malformed("the Host is not one")
        if (coding := given.get("transfer-encoding")) is not None:
            if coding.lower() != "chunked" or head.version == "1.0":
                raise Malformed("the only coding is chunked, in HTTP/1.1")
            head.length = None
        else:
            head.length = int(given.get("content-length", 0))
        path, _, query = _origin_form(self._target, hosts).partition(b"?")
        if _AMBIGUOUS.search(path) or b"#" in query:
            raise Malformed("the path can be read in two ways")
        head.path = unquote_to_bytes(path).decode("latin-1")
        head.query = query.decode("latin-1")
        self.found.append(head)
        self._head = Head()  # takes the fields that may follow the body, which nobody reads

    def on_body(self, piece: bytes) -> None:
        """Give a piece of the body out."""
        self.found.append(piece)

    def on_message_complete(self) -> None:
        """Give the end out."""
        self.found.append(END)
        self.between = True


def _origin_form(target: bytes, hosts: list[str]) -> bytes:
    """The path and query of a target, which may be a whole URL of this very host (RFC 9112 §3.2.2); raises Malformed."""
    if target.startswith(b"/"):
        return target
    scheme, found, rest = target.partition(b"://")
    host, slash, path = rest.partition(b"/")
    if (
        not found
        or scheme.lower() not in (b"http", b"https")
        or [host.decode("latin-1").lower()] != [h.lower() for h in hosts]
    ):
        raise Malformed("the target is not a path")
    return slash + path if slash else b"/"
