"""The rig in one place: what a scenario needs, and how it is judged and told.

Clients (`clients`) write what they try to files (`history`), the nemesis (`nemesis`) strikes with faults (`faults`), the checker
(`checker`) decides from the files and the databases, and what came of it goes into the report (`report`).
"""

from tests.faults.checker import Checker
from tests.faults.clients import Studio
from tests.faults.nemesis import Nemesis
from tests.faults.report import Result, tell

__all__ = ["Checker", "Nemesis", "Studio", "check"]


def check(studio: Studio, checker: Checker, scenario: str = "", drain_seconds: float = 120) -> Result:
    """Acknowledged ⊆ effects ⊆ attempted, each effect exactly once, nothing parked, the ledger whole; tells the report."""
    history = studio.history
    verdict = checker.verdict(history, drain_seconds)
    result = Result.of(scenario, history, verdict, checker.drained_after)
    if scenario:
        tell(result)
    assert not verdict.wrong, str(verdict)
    assert checker.drained_after <= drain_seconds, f"drained only after {checker.drained_after:.0f} s"
    return result
