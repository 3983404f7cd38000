"""What the tests of the ledger's tree share: the public RFC 6962 vectors and a tree by the letter of the RFC."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.literal_tree import LiteralTree

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


@pytest.fixture
def literal_tree() -> type[LiteralTree]:
    """The slow tree that the real one is compared with."""
    return LiteralTree
