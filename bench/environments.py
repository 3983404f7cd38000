"""The peers' Python environments: made from their locked requirements, kept in the launcher's home."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.environment import UV, same, stamp, uv_environment
from deploy.local.errors import StackError


class PeerEnvironmentNotMade(StackError):
    """A peer's Python environment could not be made."""


def make(requirements: Path, folder: Path) -> Path:
    """The python of an environment in `folder` that has exactly the locked requirements; kept until these change."""
    python = folder / "bin" / "python"
    finished = folder / "requirements.txt"
    if not python.exists() or not same(requirements, finished):
        _uv("venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
        _uv("pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(requirements))
        stamp(requirements, finished)
    return python


def _uv(*arguments: str) -> None:
    done = subprocess.run(
        [str(UV), *arguments], env=uv_environment(os.environ), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PeerEnvironmentNotMade(f"uv {arguments[0]} failed: {done.stderr.strip()}")
