"""``./callboard test``: each suite is a pytest process of its own, because some patch the standard library."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.home import CHECKOUT

TESTS = CHECKOUT / "tests"
SUITES = ("architecture", "unit", "events", "service", "system", "browser", "faults")
"""Fast suites first: a mistake shows early."""
FAULTS = "faults"


class UnknownSuite(StackError):
    """There are no tests of that name."""


def select(names: Sequence[str]) -> list[str]:
    """The suites to run: those named, else all. Raises UnknownSuite."""
    for name in names:
        if name not in SUITES:
            raise UnknownSuite(f"there is no suite {name}: choose from {', '.join(SUITES)}")
    return list(names) or [name for name in SUITES if any((TESTS / name).rglob("test_*.py"))]


def run(
    names: Sequence[str],
    pytest_arguments: Sequence[str],
    say: Callable[[str], None],
    full: bool = False,
    report: Path | None = None,
) -> int:
    """Run suites one after the other and repeat each one's summary at the end; the first failure's exit code.

    ``full`` runs the faults in their long form, ``report`` is the page that gets what came of them.
    """
    summaries = {}
    failure = 0
    for name in names:
        say(f"Suite {name}")
        if name == FAULTS:
            code, summaries[name] = run_faults(pytest_arguments, full, report)
        else:
            code, summaries[name] = run_suite(name, pytest_arguments)
        failure = failure or code
    if len(summaries) > 1:
        for name, summary in summaries.items():
            print(f"{name:13}{summary}", flush=True)
    return failure


def run_faults(pytest_arguments: Sequence[str], full: bool, report: Path | None) -> tuple[int, str]:
    """Run the faults like any suite, and then show and write what came of every scenario."""
    form = {"CALLBOARD_FAULTS": "full"} if full else {}
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.jsonl"
        results.touch()
        environment = {**os.environ, **form, "CALLBOARD_FAULTS_RESULTS": str(results)}
        code, summary = run_suite(FAULTS, pytest_arguments, environment)
        page = ("--markdown", str(report.absolute())) if report else ()
        command = (sys.executable, "-m", "tests.faults.report", str(results), *page)
        subprocess.run(command, cwd=CHECKOUT, env=environment, check=True)
    return code, summary


def run_suite(
    name: str, pytest_arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run one suite and show its output as it comes; the exit code and the last line, pytest's summary."""
    command = [sys.executable, "-m", "pytest", str(TESTS / name), *pytest_arguments]
    if sys.stdout.isatty():
        command.append("--color=yes")
    last = ""
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pytest:
        assert pytest.stdout is not None
        for line in pytest.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return pytest.returncode, last
