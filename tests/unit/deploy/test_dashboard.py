"""The dashboard and the Prometheus rules speak of the metrics that the processes really have."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from chassis import metrics

DEPLOY = Path(__file__).parents[3] / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))

PROCESS_METRICS = {
    "process_cpu_seconds_total",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
}
BROKER_METRICS = {"rabbitmq_alarms_memory_used_watermark", "rabbitmq_alarms_free_disk_space_watermark"}
PROMETHEUS_SERIES = {"up", "ALERTS"}
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
KEYWORDS = {"and", "or", "unless", "offset"}


def declared() -> dict[str, set[str]]:
    """The series of every metric that the processes declare, by the metric's name."""
    families = [
        family
        for metric in vars(metrics).values()
        if isinstance(metric, MetricWrapperBase)
        for family in metric.describe()
    ]
    return {family.name: {family.name + suffix for suffix in SUFFIXES[family.type]} for family in families}


def rules() -> list[dict[str, Any]]:
    """Every recording and alert rule."""
    files = sorted((DEPLOY / "prometheus" / "rules").glob("*.yml"))
    return [rule for file in files for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]


def panels(dashboard: Path) -> list[dict[str, Any]]:
    """The panels of a dashboard."""
    found: list[dict[str, Any]] = json.loads(dashboard.read_text())["panels"]
    return found


def expressions() -> Iterator[str]:
    """Every PromQL expression of the rules and the dashboards."""
    yield from (rule["expr"] for rule in rules())
    for dashboard in DASHBOARDS:
        yield from (target["expr"] for panel in panels(dashboard) for target in panel.get("targets", ()))


def series(expression: str) -> set[str]:
    """The names of the series that a PromQL expression reads."""
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]", "", bare)
    bare = re.sub(r"\b(by|without|on|ignoring)\s*\([^)]*\)", "", bare)
    return set(re.findall(r"\b[a-zA-Z_:][\w:]*\b(?!\s*\()", bare)) - KEYWORDS


def test_series_are_found_in_an_expression() -> None:
    """Functions, labels, durations and keywords are not taken for series, recorded names are."""
    expression = 'sum by (le, route) (rate(a_bucket{x="b_total"}[5m])) > 0 and max(c:d:rate5m offset 10m) or vector(0)'

    assert series(expression) == {"a_bucket", "c:d:rate5m"}


def test_every_series_exists() -> None:
    """A rule or panel that reads a metric nobody has would stay empty, or silent, for ever."""
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    known = set().union(*declared().values(), recorded, PROCESS_METRICS, BROKER_METRICS, PROMETHEUS_SERIES)

    assert {name for expression in expressions() for name in series(expression)} - known == set()


def test_every_metric_is_watched() -> None:
    """A metric that neither a panel nor a rule reads is seen by nobody."""
    read = {name for expression in expressions() for name in series(expression)}

    assert {name for name, its_series in declared().items() if not its_series & read} == set()


def test_every_recorded_series_is_read() -> None:
    """A recording rule that nothing reads is work for nothing."""
    read = {name for expression in expressions() for name in series(expression)}

    assert {rule["record"] for rule in rules() if "record" in rule} - read == set()


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_the_dashboard_is_addressable(dashboard: Path) -> None:
    """Links to the dashboard survive a new installation: its uid is fixed; every panel has an id of its own."""
    ids = [panel["id"] for panel in panels(dashboard)]

    assert json.loads(dashboard.read_text())["uid"] == f"callboard-{dashboard.stem}"
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_panels_ask_the_provisioned_data_source(dashboard: Path) -> None:
    """Every query names the data source that provisioning installs."""
    provisioned = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())
    uid = provisioned["datasources"][0]["uid"]
    targets = [target for panel in panels(dashboard) for target in panel.get("targets", ())]

    assert {target["datasource"]["uid"] for target in targets} == {uid}


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_panels_do_not_overlap(dashboard: Path) -> None:
    """Every panel has a place of its own on the 24 columns."""
    cells = {}
    for panel in panels(dashboard):
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        rows, columns = range(at["y"], at["y"] + at["h"]), range(at["x"], at["x"] + at["w"])
        cells[panel["title"]] = {(row, column) for row in rows for column in columns}

    assert [(one, other) for one, other in combinations(cells, 2) if cells[one] & cells[other]] == []
