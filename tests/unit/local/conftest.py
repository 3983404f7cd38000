"""A running stack of stand-ins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from tests.unit.local.stand_ins import make_stack


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A running stack of stand-ins."""
    with make_stack(tmp_path / "home") as running:
        yield running
