"""Makes ``.venv`` what ``uv.lock`` says. The launcher calls it; it needs nothing but the standard library.

Everything that is downloaded is checked against a hash in the checkout: uv itself against ``uv.txt``, the rest
against ``uv.lock``. A copy of the lock, written last, marks a finished environment: an interrupted one is repaired.
"""

from __future__ import annotations

import fcntl
import filecmp
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local import packages
from deploy.local.errors import StackError
from deploy.local.home import CHECKOUT

LOCK = CHECKOUT / "uv.lock"
ENVIRONMENT = CHECKOUT / ".venv"
STAMP = ENVIRONMENT / "uv.lock"
PYTHON = ENVIRONMENT / "bin" / "python"
UV_REQUIREMENT = Path(__file__).with_name("uv.txt")
UV_FOLDER = ENVIRONMENT / "uv"
"""uv has a folder of its own: what it installs beside it does not change it."""
UV = UV_FOLDER / "bin" / "uv"
UV_STAMP = UV_FOLDER / "uv.txt"


class EnvironmentNotMade(StackError):
    """The Python environment could not be made."""


def is_current() -> bool:
    """Whether the environment is complete and made from the present lock."""
    return PYTHON.exists() and same(LOCK, STAMP)


def same(one: Path, other: Path) -> bool:
    """Whether both files exist with the same content."""
    return one.exists() and other.exists() and filecmp.cmp(one, other, shallow=False)


def make() -> None:
    """Create or repair the environment; several launchers at once wait for each other."""
    with one_at_a_time():
        if is_current():
            return
        say("Preparing the Python environment in .venv from uv.lock")
        if not PYTHON.exists() or not same(UV_REQUIREMENT, UV_STAMP):
            create()
            install_uv()
        synchronise()
        stamp(LOCK, STAMP)


def create() -> None:
    """A virtual environment with pip. An existing one keeps what is installed in it."""
    if importlib.util.find_spec("ensurepip") is None:
        # Debian splits it off. It belongs to the Python that runs now, whichever that is.
        packages.install([f"python3.{sys.version_info.minor}-venv"], say)
    run([sys.executable, "-m", "venv", str(ENVIRONMENT)], "create a virtual environment")


def install_uv() -> None:
    """The pinned uv, in its own folder."""
    shutil.rmtree(UV_FOLDER, ignore_errors=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    run([*command, "--target", str(UV_FOLDER), "--requirement", str(UV_REQUIREMENT)], "install uv")
    stamp(UV_REQUIREMENT, UV_STAMP)


def synchronise() -> None:
    """Install exactly what the lock names. The lock has hashes but no addresses: the user's index is asked."""
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        export = [str(UV), "export", "--frozen", "--all-groups", "--no-emit-project", "--quiet"]
        run([*export, "--output-file", str(requirements)], "read uv.lock")
        sync = [str(UV), "pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON)]
        run([*sync, str(requirements)], "install the Python packages")


def run(command: list[str], purpose: str) -> None:
    """Run a step in the checkout. Raises EnvironmentNotMade with the last line of what it said."""
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=uv_environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        raise EnvironmentNotMade(f"could not {purpose} (output above); is the package index reachable?")


def uv_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What pip's users have set, in uv's words: the index and the certificates."""
    settings = dict(environment)
    settings.pop("VIRTUAL_ENV", None)
    if "PIP_INDEX_URL" in environment:
        settings.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    if "PIP_CERT" in environment:
        settings.setdefault("SSL_CERT_FILE", environment["PIP_CERT"])
    settings.setdefault("UV_SYSTEM_CERTS", "1")
    return settings


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold a lock that the kernel frees when this process ends, however it ends."""
    with LOCK.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stamp(original: Path, copy: Path) -> None:
    """Mark a step as finished."""
    draft = copy.with_suffix(".new")
    shutil.copyfile(original, draft)
    draft.replace(copy)


def say(message: str) -> None:
    """Tell the user what takes time."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        make()
    except StackError as error:
        sys.exit(f"callboard: {error}")
