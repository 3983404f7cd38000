"""The report: each scenario tells what was tried, what struck and what went wrong; `python -m tests.faults.report` prints it all.

`CALLBOARD_FAULTS_RESULTS` names the file that gets a JSON line for each scenario.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

import click
from rich.console import Console
from rich.table import Table

from deploy.local.home import CHECKOUT
from tests.faults.checker import Verdict
from tests.faults.history import History
from tests.faults.size import FULL

RESULTS = "CALLBOARD_FAULTS_RESULTS"


@dataclass(frozen=True)
class Result:
    """What came of a scenario, in numbers."""

    scenario: str
    operations: int
    acknowledged: int
    attempts: int
    faults: Mapping[str, int] = field(default_factory=dict)
    wrong: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)
    drained_after: float = 0.0
    longest_call: float = 0.0
    """Seconds."""
    caught: str = ""
    """For a planted bug: what the checker says of it. Such a scenario is told apart from the others."""
    measured: str = ""
    """What else was measured, in words."""

    @classmethod
    def of(cls, scenario: str, history: History, verdict: Verdict, drained_after: float) -> Self:
        """The numbers of a history and its verdict."""
        return cls(
            scenario,
            len(history.attempted),
            len(history.acknowledged),
            len(history.attempts),
            dict(history.faults),
            verdict.wrong,
            dict(history.answers),
            round(drained_after, 1),
            round(max((attempt.seconds for attempt in history.attempts), default=0), 2),
        )

    def row(self) -> tuple[str, ...]:
        """The cells of the table."""
        wrong = [str(self.wrong.get(kind, 0)) for kind in COUNTED]
        rest = sum(number for kind, number in self.wrong.items() if kind not in COUNTED)
        counts = (self.operations, self.acknowledged, self.attempts, sum(self.faults.values()))
        return (
            self.scenario,
            *(f"{count:,}" for count in counts),
            *wrong,
            str(rest),
            f"{self.longest_call:.1f}",
            f"{self.drained_after:.1f}",
        )


COUNTED = ("lost", "doubled", "out_of_order", "late")
COLUMNS = (
    "scenario", "operations", "acknowledged", "attempts", "faults",
    "lost", "doubled", "out of order", "late", "other wrong", "longest call s", "drained after s",
)  # fmt: skip


def tell(result: Result) -> None:
    """Add a scenario to the report that is being made, when one is."""
    print(json.dumps(asdict(result), ensure_ascii=False))
    if path := os.environ.get(RESULTS):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


def read(path: Path) -> list[Result]:
    """The scenarios that were told so far."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Result(**line) for line in lines]


def faults(results: Sequence[Result]) -> Counter[str]:
    """How often each fault struck in all scenarios."""
    return sum((Counter(result.faults) for result in results), Counter())


def _judged(results: Sequence[Result]) -> list[Result]:
    """The scenarios in which parties signed and no bug was planted."""
    return [result for result in results if result.operations and not result.caught]


def markdown(results: Sequence[Result], commit: str, form: str, day: date) -> str:
    """The report as a page."""
    head = " | ".join(COLUMNS)
    judged = _judged(results)
    lines = [
        "# Fault report",
        "",
        f"Made by `./callboard test faults{' --full' if form == 'full' else ''}` from commit `{commit}` on {day.isoformat()}.",
        "An operation is one party's signature; acknowledged ⊆ effects ⊆ attempted, each effect exactly once, is what is counted.",
        "",
        f"| {head} |",
        f"|{'---|' * len(COLUMNS)}",
        *(f"| {' | '.join(result.row())} |" for result in judged),
        "",
        "## Faults",
        "",
        "| fault | times |",
        "|---|---|",
        *(f"| {name} | {times:,} |" for name, times in sorted(faults(judged).items())),
        "",
        "## Also measured",
        "",
        *(f"- {result.scenario}: {result.measured}" for result in results if result.measured),
        "",
        "## Planted bugs",
        "",
        *(f"- {result.scenario}: {result.caught}" for result in results if result.caught),
        "",
        "## Answers",
        "",
        *(
            f"- {result.scenario}: {', '.join(f'{answer} x {times:,}' for answer, times in result.answers.items())}"
            for result in judged
            if result.answers
        ),
        "",
    ]
    return "\n".join(lines)


def show(results: Sequence[Result]) -> None:
    """Print the report."""
    table = Table(title="Faults")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == COLUMNS[0] else "right")
    judged = _judged(results)
    for result in judged:
        table.add_row(*result.row())
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(table)
    for name, times in sorted(faults(judged).items()):
        console.print(f"{times:>7,}  {name}", highlight=False)
    for result in results:
        if result.measured:
            console.print(f"{result.scenario}: {result.measured}", highlight=False, soft_wrap=True)
        if result.caught:
            console.print(f"planted {result.scenario}: {result.caught}", highlight=False, soft_wrap=True)


@click.command()
@click.argument("results", type=click.Path(exists=True, path_type=Path))
@click.option("--markdown", "page", type=click.Path(path_type=Path), help="Also write a page.")
def main(results: Path, page: Path | None) -> None:
    """Show the results in a file, and write them as a page."""
    found = read(results)
    show(found)
    if page is not None:
        page.parent.mkdir(parents=True, exist_ok=True)
        form = "full" if FULL else "short"
        page.write_text(markdown(found, commit(), form, datetime.now(UTC).date()), encoding="utf-8")


def commit() -> str:
    """The commit of the checkout, and whether files differ from it."""

    def git(*words: str) -> str:
        return subprocess.run(("git", *words), cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "HEAD") + (" with changes" if changed else "")


if __name__ == "__main__":
    main()
