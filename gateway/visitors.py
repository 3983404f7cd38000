"""How much visitors without credentials may ask: an allowance for each address, and one of their own for links that are known.

Many signers may share an address with each other, and with somebody who uses its allowance up.
"""

import hashlib
from contextlib import AbstractContextManager

from cachetools import TTLCache

from gateway.limits import CLIENTS, RateLimits

KNOWN_SECONDS = 3_600  # since a service last accepted the link


class Visitors:
    """Counts visitors' requests; `limits` are those of an address and of a link."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self.policy = limits.policy
        self._known: TTLCache[bytes, bool] = TTLCache(CLIENTS, KNOWN_SECONDS)

    def hit(self, party: str, token: str) -> str:
        """Count a request of a party, with the token of a link or without; raises Problem 429."""
        link = _digest(token)
        return self._limits.hit(f"link {link.hex()}" if link in self._known else party)

    def refuse(self, party: str) -> None:
        """Count a request for nothing that there is; raises Problem 429."""
        self._limits.hit(f"refused {party}")

    def failures(self, party: str) -> AbstractContextManager[None]:
        """Count what a party tries inside, before it is done, unless it succeeds; raises Problem 429."""
        return self._limits.failures(f"refused {party}")

    def remember(self, token: str) -> None:
        """Know a link that a service accepted."""
        if token:
            self._known[_digest(token)] = True


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
