"""The checkout as the tests of the architecture see it."""

import subprocess
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("kernel", "events", "chassis", "services", "gateway", "deploy")


@cache
def files() -> tuple[Path, ...]:
    """Every file that git knows, or would."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    paths = (CHECKOUT / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def python_files() -> list[Path]:
    """The Python of the product, without its tests."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(CHECKOUT).parts[0] in PACKAGES]
