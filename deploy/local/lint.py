"""``./callboard lint``: every check of the code, its configuration and what it is deployed with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.home import CHECKOUT

TOOLS = Path(sys.executable).parent
PYTHON_PACKAGES = ("bench", "chassis", "deploy", "events", "gateway", "services")


@dataclass(frozen=True)
class Check:
    """A command; ``optional`` when the system and not our lock brings the tool."""

    name: str
    command: tuple[str, ...]
    optional: bool = False


def checks() -> list[Check]:
    """What is checked, the quick ones first."""
    prometheus = CHECKOUT / "deploy" / "prometheus"
    shell_scripts = ("callboard", ".ci/run", *tracked("*.sh"))
    return [
        Check("ruff check", ("ruff", "check", ".")),
        Check("ruff format", ("ruff", "format", "--check", ".")),
        Check("mypy", ("mypy", *(argument for name in PYTHON_PACKAGES for argument in ("-p", name)))),
        Check("import rules", ("lint-imports",)),
        Check("shell scripts", ("shellcheck", *shell_scripts)),
        Check("YAML", ("yamllint", "--strict", *tracked("*.yml", "*.yaml"))),
        Check("Dockerfile", ("hadolint", "deploy/docker/Dockerfile")),
        Check("compose file", ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")),
        Check("Prometheus rules", ("promtool", "check", "rules", *found(prometheus, "rules/*.yml")), optional=True),
        Check("Prometheus tests", ("promtool", "test", "rules", *found(prometheus, "tests/*.yml")), optional=True),
    ]


def tracked(*patterns: str) -> list[str]:
    """The files of the checkout that git knows, or would, by pattern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (CHECKOUT / name).exists()]


def found(folder: Path, pattern: str) -> list[str]:
    """The files in a folder by pattern."""
    return [str(path.relative_to(CHECKOUT)) for path in sorted(folder.glob(pattern))]


def run(say: Callable[[str], None]) -> int:
    """Run all checks, also after one failed; 1 when one failed."""
    environment = os.environ | {"PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    failed = []
    for check in checks():
        if check.optional and shutil.which(check.command[0], path=environment["PATH"]) is None:
            say(f"{check.name}: not checked, {check.command[0]} is not installed")
            continue
        say(check.name)
        if subprocess.run(check.command, cwd=CHECKOUT, env=environment, check=False).returncode != 0:
            failed.append(check.name)
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0
