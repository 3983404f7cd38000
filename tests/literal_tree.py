"""A tree by the letter of RFC 6962: what the ledger's own is compared with, its code and what anybody downloads of it."""

from collections.abc import Sequence
from hashlib import sha256


class LiteralTree:
    """The definitions of RFC 6962 section 2.1, word for word and slow: what the real tree is compared with."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        """A tree over these entries."""
        self.entries = entries

    def root(self, begin: int = 0, end: int | None = None) -> bytes:
        """MTH(D[begin:end])."""
        end = len(self.entries) if end is None else end
        if end - begin == 0:
            return sha256().digest()
        if end - begin == 1:
            return sha256(b"\x00" + self.entries[begin]).digest()
        split = begin + _split(end - begin)
        return sha256(b"\x01" + self.root(begin, split) + self.root(split, end)).digest()

    def node(self, level: int, index: int) -> bytes:
        """The root of a complete subtree."""
        begin, end = index << level, (index + 1) << level
        assert end <= len(self.entries), f"the subtree ({level}, {index}) is not complete"
        return self.root(begin, end)

    def path(self, index: int, begin: int, end: int) -> list[bytes]:
        """PATH(index, D[begin:end]) (section 2.1.1)."""
        if end - begin == 1:
            return []
        split = _split(end - begin)
        if index < split:
            return [*self.path(index, begin, begin + split), self.root(begin + split, end)]
        return [*self.path(index - split, begin + split, end), self.root(begin, begin + split)]

    def proof(self, size: int, begin: int, end: int, *, known: bool = True) -> list[bytes]:
        """SUBPROOF(size, D[begin:end], known) (section 2.1.2)."""
        if size == end - begin:
            return [] if known else [self.root(begin, end)]
        split = _split(end - begin)
        if size <= split:
            return [*self.proof(size, begin, begin + split, known=known), self.root(begin + split, end)]
        return [*self.proof(size - split, begin + split, end, known=False), self.root(begin, begin + split)]


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    split = 1
    while split * 2 < count:
        split *= 2
    return split
