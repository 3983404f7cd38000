"""What the tests of the ledger's tree share: the public RFC 6962 vectors and a tree by the letter of the RFC."""

import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[3].parent / "shared" / "data" / "rfc6962"


@pytest.fixture(scope="session")
def rfc6962() -> Callable[[str], list[dict[str, Any]]]:
    """Reads the vectors of a kind (inclusion or consistency); base64 becomes bytes, `name` is the file's."""

    def read(kind: str) -> list[dict[str, Any]]:
        files = sorted((VECTORS / kind).rglob("*.json"))
        if not files:
            pytest.skip(f"no RFC 6962 vectors beside this checkout: {VECTORS / kind} is absent")
        return [_decoded(json.loads(file.read_text())) | {"name": str(file.relative_to(VECTORS))} for file in files]

    return read


def _decoded(vector: dict[str, Any]) -> dict[str, Any]:
    """The vector with every hash as bytes and no path as an empty one."""
    hashes = {key: b64decode(vector[key] or "") for key in vector.keys() & {"root", "root1", "root2", "leafHash"}}
    return vector | hashes | {"proof": [b64decode(sibling) for sibling in vector["proof"] or []]}


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


@pytest.fixture
def literal_tree() -> type[LiteralTree]:
    """The slow tree that the real one is compared with."""
    return LiteralTree
