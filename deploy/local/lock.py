"""``./callboard lock``: resolves ``pyproject.toml`` anew and keeps addresses of package indexes out of ``uv.lock``.

The lock binds by hash, so the address does not matter: each user's own index or mirror is asked.
"""

from __future__ import annotations

import os
import re
import subprocess

from deploy.local.environment import LOCK, UV, UV_REQUIREMENT, uv_environment
from deploy.local.errors import StackError
from deploy.local.home import CHECKOUT

NO_INDEX = "https://index.invalid"
"""A host that never exists (RFC 2606)."""
REGISTRY = re.compile(r'(registry = )"[^"]*"')
FILE = re.compile(r'(url = )"[^"]*/([^"/]+)"')
UV_VERSION = "0.13.9"


class LockFailed(StackError):
    """uv could not resolve the dependencies."""


def without_addresses(lock: str) -> str:
    """The text of a lock file with every index and file address replaced by one that never exists."""
    return FILE.sub(rf'\1"{NO_INDEX}/\2"', REGISTRY.sub(rf'\1"{NO_INDEX}/simple"', lock))


def refresh(upgrade: bool) -> None:
    """Resolve, keeping the locked versions unless ``upgrade``; then write the lock without addresses."""
    uv("lock", *(["--upgrade"] if upgrade else []))
    LOCK.write_text(without_addresses(LOCK.read_text()))
    hashes = uv("pip", "compile", "--quiet", "--generate-hashes", "--no-header", "-", text=f"uv=={UV_VERSION}\n")
    UV_REQUIREMENT.write_text("# The uv that makes .venv; written by ./callboard lock.\n" + hashes)


def uv(*arguments: str, text: str = "") -> str:
    """Run uv in the checkout and return its output. Raises LockFailed with what it said."""
    done = subprocess.run(
        [str(UV), *arguments],
        cwd=CHECKOUT,
        env=uv_environment(os.environ),
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LockFailed(f"uv {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout
