"""``./callboard test``: each suite is a pytest process of its own, because some patch the standard library."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence

from deploy.local.errors import StackError
from deploy.local.home import CHECKOUT

TESTS = CHECKOUT / "tests"
SUITES = ("architecture", "unit", "events", "service", "system", "browser", "faults")
"""Fast suites first: a mistake shows early."""
LONG = ("faults",)
"""Run only when named."""


class UnknownSuite(StackError):
    """There are no tests of that name."""


def select(names: Sequence[str]) -> list[str]:
    """The suites to run: those named, else all but the long ones. Raises UnknownSuite."""
    for name in names:
        if name not in SUITES:
            raise UnknownSuite(f"there is no suite {name}: choose from {', '.join(SUITES)}")
    return list(names) or [name for name in SUITES if name not in LONG and any((TESTS / name).rglob("test_*.py"))]


def run(names: Sequence[str], pytest_arguments: Sequence[str], say: Callable[[str], None]) -> int:
    """Run suites one after the other and repeat each one's summary at the end; the first failure's exit code."""
    summaries = {}
    failure = 0
    for name in names:
        say(f"Suite {name}")
        code, summaries[name] = run_suite(name, pytest_arguments)
        failure = failure or code
    if len(summaries) > 1:
        for name, summary in summaries.items():
            print(f"{name:13}{summary}", flush=True)
    return failure


def run_suite(name: str, pytest_arguments: Sequence[str]) -> tuple[int, str]:
    """Run one suite and show its output as it comes; the exit code and the last line, pytest's summary."""
    command = [sys.executable, "-m", "pytest", str(TESTS / name), *pytest_arguments]
    if sys.stdout.isatty():
        command.append("--color=yes")
    last = ""
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pytest:
        assert pytest.stdout is not None
        for line in pytest.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return pytest.returncode, last
