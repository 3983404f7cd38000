"""One platform for each test: a fault must not be explained by the one before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from tests.faults.clients import LIMITS_OFF
from tests.faults.rig import Checker, Studio


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The platform, running."""
    with Stack(tmp_path / "home", extra_env=LIMITS_OFF) as running:
        yield running


@pytest.fixture
def studio(stack: Stack) -> Iterator[Studio]:
    """A studio with sixteen clients."""
    made = Studio(stack)
    yield made
    made.close()


@pytest.fixture
def checker(stack: Stack) -> Iterator[Checker]:
    """The one who counts."""
    made = Checker(stack)
    yield made
    made.close()
