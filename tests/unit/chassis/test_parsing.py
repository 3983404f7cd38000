"""Requests from bytes: what everybody reads alike, and the refusal of everything else (RFC 9112)."""

import pytest

from chassis.parsing import END, FIELDS_LIMIT, HEAD_LIMIT, TARGET_LIMIT, Head, Parser

GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


def parsed(data: bytes, size: int = 65_536) -> Parser:
    """A parser that was fed so many bytes at a time."""
    parser = Parser()
    for start in range(0, len(data), size):
        parser.feed(data[start : start + size])
    return parser


def heads(parser: Parser) -> list[Head]:
    """The heads that it found."""
    return [found for found in parser.found if isinstance(found, Head)]


@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_a_request_is_the_same_in_any_pieces(size: int) -> None:
    """Method, path, query, fields and body, of two requests in turn."""
    first = POST + b"X-Two: 2\r\nContent-Length: 5\r\n\r\nhello"
    second = b"GET /a%20b?c=d%2F HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    parser = parsed(first + second, size)
    assert parser.fault is None
    one, two = heads(parser)
    assert (one.method, one.path, one.version, one.length, one.keep_alive) == ("POST", "/", "1.1", 5, True)
    assert one.fields == [("host", "a"), ("x-two", "2"), ("content-length", "5")]
    assert (two.path, two.query, two.keep_alive) == ("/a b", "c=d%2F", False)
    pieces = [found for found in parser.found if isinstance(found, bytes)]
    assert b"".join(pieces) == b"hello"
    assert pieces.count(END) == 2


@pytest.mark.parametrize("size", [1, 65_536])
def test_chunks_are_put_together(size: int) -> None:
    """Extensions and trailing fields are ignored."""
    parser = parsed(CHUNKED + b"3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nHost: b\r\n\r\n", size)
    (head,) = heads(parser)
    assert (head.length, head.fields) == (None, [("host", "a"), ("transfer-encoding", "chunked")])
    assert b"".join(found for found in parser.found if isinstance(found, bytes)) == b"abc0123456789"
    assert parser.between


MALFORMED = {
    "a line without a colon": GET + b"Foo bar\r\n\r\n",
    "a space before the colon": GET + b"Foo : bar\r\n\r\n",
    "a space before the first line": b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "a folded line": GET + b"Foo: b\r\n c\r\n\r\n",
    "no name": GET + b": b\r\n\r\n",
    "a bare CR in a value": GET + b"Foo: b\rHost: b\r\n\r\n",
    "a bare CR at the end": GET + b"Foo: b\r\r\n\r\n",
    "bare LFs": b"GET / HTTP/1.1\nHost: a\n\n",
    "NUL in a value": GET + b"Foo: b\0c\r\n\r\n",
    "a control character in a value": GET + b"Foo: \x01\r\n\r\n",
    "NUL in the target": b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a tab in the target": b"GET /\ta HTTP/1.1\r\nHost: a\r\n\r\n",
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "the same length twice": POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "a list of lengths": POST + b"Content-Length: 3, 3\r\n\r\nabc",
    "a length with a sign": POST + b"Content-Length: +3\r\n\r\nabc",
    "a length below zero": POST + b"Content-Length: -3\r\n\r\nabc",
    "no length at all": POST + b"Content-Length:\r\n\r\nabc",
    "a length beyond 64 bits": POST + b"Content-Length: 99999999999999999999\r\n\r\nabc",
    "length and coding": POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "another coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two codings": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked in HTTP/1.0": b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk size that is none": CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
    "a chunk size in C": CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n",
    "a chunk size below zero": CHUNKED + b"-3\r\nabc\r\n0\r\n\r\n",
    "a chunk size with a space": CHUNKED + b"3 \r\nabc\r\n0\r\n\r\n",
    "a chunk size that ends with LF": CHUNKED + b"3\nabc\r\n0\r\n\r\n",
    "a chunk that is longer": CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n",
    "a chunk size beyond 64 bits": CHUNKED + b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    "an extension with LF": CHUNKED + b"3;a\nb\r\nabc\r\n0\r\n\r\n",
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "two Hosts": GET + b"Host: b\r\n\r\n",
    "a Host that is none": b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "an empty Host": b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "another version": b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "a method in lower case": b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
    "noise": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "two slashes": b"GET //v1/people HTTP/1.1\r\nHost: a\r\n\r\n",
    "two slashes inside": b"GET /v1//people HTTP/1.1\r\nHost: a\r\n\r\n",
    "a slash in disguise": b"GET /v1%2fpeople HTTP/1.1\r\nHost: a\r\n\r\n",
    "a backslash": b"GET /v1\\people HTTP/1.1\r\nHost: a\r\n\r\n",
    "a backslash in disguise": b"GET /v1%5Cpeople HTTP/1.1\r\nHost: a\r\n\r\n",
    "NUL in disguise": b"GET /v1%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "the folder above": b"GET /v1/../people HTTP/1.1\r\nHost: a\r\n\r\n",
    "the folder above in disguise": b"GET /v1/%2E./people HTTP/1.1\r\nHost: a\r\n\r\n",
    "a fragment": b"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
    "a fragment after the query": b"GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n",
    "a target that is a host": b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a target that is a star": b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "the URL of another host": b"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("size", [1, 65_536])
@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_what_can_be_read_in_two_ways_is_refused(data: bytes, size: int) -> None:
    """400, and nothing after it is read, least of all a request that somebody hid in it."""
    parser = parsed(data + GET + b"\r\n", size)
    assert parser.fault is not None
    assert parser.fault.status == 400
    assert parser.found.count(END) == 0
    assert parser.ended


def test_what_came_before_a_fault_is_found() -> None:
    """A good request is answered also when its client goes on with a bad one."""
    parser = parsed(GET + b"\r\n" + MALFORMED["two Hosts"])
    assert len(heads(parser)) == 1
    assert parser.found[-1] == END
    assert parser.fault is not None


def test_a_head_has_limits() -> None:
    """Of its target, its fields and their number; each has a status of its own."""
    long = parsed(b"GET /" + b"a" * TARGET_LIMIT + b" HTTP/1.1\r\nHost: a\r\n\r\n", 1_000)
    large = parsed(GET + b"Foo: " + b"b" * HEAD_LIMIT + b"\r\n\r\n", 1_000)
    many = parsed(GET + b"F: b\r\n" * FIELDS_LIMIT + b"\r\n")
    assert [parser.fault and parser.fault.status for parser in (long, large, many)] == [414, 431, 431]


def test_a_url_of_the_host_itself_is_a_path() -> None:
    """RFC 9112 §3.2.2: clients send it to proxies, and servers take it."""
    (head,) = heads(parsed(b"GET http://A/v1/people?limit=1 HTTP/1.1\r\nHost: a\r\n\r\n"))
    assert (head.path, head.query) == ("/v1/people", "limit=1")


def test_another_protocol_is_not_spoken() -> None:
    """Upgrade is ignored, and what follows is not read as a request."""
    parser = parsed(GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + GET + b"\r\n")
    assert (len(heads(parser)), parser.ended, parser.fault) == (1, True, None)


def test_half_a_request_is_not_one() -> None:
    """The parser says that something is missing."""
    for length in range(1, len(GET) + 2):
        parser = parsed((GET + b"\r\n")[:length])
        assert not parser.found
        assert not parser.between
