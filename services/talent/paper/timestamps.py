"""Trusted time for seals (RFC 3161): asked of an authority over HTTP by the process that seals, which nobody waits behind but paper."""

from urllib.error import URLError
from urllib.request import Request, urlopen

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

SECONDS = 4.0  # for an answer; the first seal of a process asks twice, and who waits for paper gives up after nine
LARGEST = 1 << 20  # bytes of an answer
_ASKING, _ANSWERING = "application/timestamp-query", "application/timestamp-reply"


class TimestampRefused(Exception):
    """The authority did not answer, or not with a timestamp; the text says why."""


class Authority(TimeStamper):
    """A time-stamping authority at an address."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask for a timestamp (RFC 3161, 3.4); raises TimestampRefused."""
        request = Request(self._url, req.dump(), {"Content-Type": _ASKING, "Accept": _ANSWERING})  # noqa: S310 - http(s) by `address`
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                kind, content = answer.headers.get_content_type(), answer.read(LARGEST)
        except (URLError, OSError) as error:
            raise TimestampRefused(f"{self._url}: {error}") from None
        if kind != _ANSWERING:
            raise TimestampRefused(f"{self._url} answers {kind}, not {_ANSWERING}")
        return tsp.TimeStampResp.load(content)


def address(value: str) -> str:
    """The address of an authority; raises ValueError unless it is one of HTTP."""
    if not value.startswith(("http://", "https://")):
        raise ValueError(value)
    return value
