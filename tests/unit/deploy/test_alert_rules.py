"""The alert rules: complete, and each one proven by a promtool test."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[3]
PROMETHEUS = CHECKOUT / "deploy" / "prometheus"
RUNBOOK = "docs/runbook.md"


def alerts() -> list[dict[str, Any]]:
    """Every alert rule."""
    groups = yaml.safe_load((PROMETHEUS / "rules" / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.mark.parametrize("alert", alerts(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_is_wrong_and_what_to_do(alert: dict[str, Any]) -> None:
    """Whoever is woken reads what is wrong, what it means, how urgent it is, and where the remedy is."""
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert alert["annotations"]["summary"]
    assert alert["annotations"]["description"]
    assert alert["annotations"]["runbook_url"].startswith(f"{RUNBOOK}#")


def test_every_alert_is_tested() -> None:
    """promtool's tests name every alert."""
    tests = "".join(file.read_text() for file in (PROMETHEUS / "tests").glob("*.yml"))

    assert [alert["alert"] for alert in alerts() if alert["alert"] not in tests] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian package prometheus) is not installed")
def test_the_rules_fire_when_they_should() -> None:
    """promtool evaluates the rules over made-up series: each fires in time and stays silent otherwise."""
    tests = sorted(str(file) for file in (PROMETHEUS / "tests").glob("*.yml"))
    done = subprocess.run(["promtool", "test", "rules", *tests], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
