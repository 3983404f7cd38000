"""The report's numbers: what is told is what was found, with zeros where nothing is wrong."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.faults import report
from tests.faults.checker import Verdict
from tests.faults.history import Attempt, History, Strike
from tests.faults.report import Result


def history() -> History:
    """One acknowledged signature, at the second attempt, under one kill."""
    attempts = [
        Attempt("ctr_1/agency", 1_000.0, 10.0, "unknown", "504 deadline-exceeded", "a"),
        Attempt("ctr_1/agency", 1_011.0, 0.1, "ok", "200", "b"),
    ]
    return History(attempts, {"ctr_1/agency"}, [Strike("kill -9 talent", 1_000.0, 1_002.0)])


def test_a_scenario_is_told_in_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations, acknowledged, attempts, faults; then what is wrong by kind, other kinds together."""
    monkeypatch.setenv(report.RESULTS, str(tmp_path / "results"))
    report.tell(Result.of("kills", history(), Verdict(lost=("a", "b"), parked=("c",)), 0.5))
    (told,) = report.read(tmp_path / "results")
    assert told.row() == ("kills", "1", "1", "2", "1", "2", "0", "0", "0", "1", "10.0", "0.5")


def test_the_page_names_its_commit_and_counts_faults_over_all_scenarios() -> None:
    """Whoever reads it knows what it is about."""
    results = [Result.of(name, history(), Verdict(), 0.5) for name in ("kills", "storm")]
    page = report.markdown(results, "0123abc", "full", date(2026, 1, 31))
    assert "from commit `0123abc` on 2026-01-31" in page
    assert "| kill -9 talent | 2 |" in page
    assert "| storm | 1 | 1 | 2 | 1 | 0 | 0 | 0 | 0 | 0 | 10.0 | 0.5 |" in page


def test_a_planted_bug_does_not_count_as_ours() -> None:
    """What was done to a platform with a bug on purpose is told beside the table."""
    page = report.markdown(
        [replace(Result.of("no_inbox", history(), Verdict(), 0), caught="doubled 12")], "", "", date.min
    )
    assert "- no_inbox: doubled 12" in page
    assert "kill -9 talent" not in page
    assert "| no_inbox" not in page


def test_what_is_measured_without_signatures_has_a_line_and_no_row() -> None:
    """A row of zeros would say that nothing was tried."""
    page = report.markdown([Result("returns", 0, 0, 0, measured="none was taken for confirmed")], "", "", date.min)
    assert "- returns: none was taken for confirmed" in page
    assert "| returns" not in page
