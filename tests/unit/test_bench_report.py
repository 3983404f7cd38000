"""The report says what was measured and what was missed, for people and for programs."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from bench import charts, report
from bench.figures import RATIO, Chart, Figure, Line, Result, Target
from bench.record import Circumstances, Record
from bench.table import number, tables

CIRCUMSTANCES = Circumstances(
    at=datetime(2026, 11, 22, 17, 0, tzinfo=UTC),
    commit="99d2664",
    scale="full",
    processor="a processor",
    cores=2,
    memory_gib=24.0,
    system="Linux 6",
    python="3.11.2",
)
RATE = Figure("Callboard", "rate", "/s", (700, 710, 720))
CPU = Figure("Callboard", "CPU each: talent", "ms", (0.8, 0.9, 1.0), detail=True)
FASTER = Figure("plain <nameko>", RATIO, "x", (4.5, 4.4, 4.6))
SLOWER = Figure("bare HTTP", RATIO, "x", (0.5, 0.4, 0.6))
TARGETS = (Target("against plain nameko", FASTER, "at least", 4), Target("against bare HTTP", SLOWER, "at least", 0.6))
MEMORY = Chart("Resident memory", "signings", "MiB", (Line("talent", ((0, 60), (100_000, 80))),), limit=120)
SIGNING = Record("B1", "signing", 300.0, Result((RATE, CPU, FASTER, SLOWER), TARGETS, ("A peer lost 2.",), (MEMORY,)))
FAILED = Record("B3", "draining", 1.0, None, "the queue did not drain")


def drawings(page: str) -> list[ElementTree.Element]:
    """Every chart of a page, parsed."""
    return [ElementTree.fromstring(line) for line in page.splitlines() if line.startswith("<svg")]


def test_the_report_says_which_targets_are_met(tmp_path: Path) -> None:
    """One line for each target, with what was measured; a measurement without a figure is missed."""
    report.write(tmp_path, CIRCUMSTANCES, [SIGNING, FAILED])
    page = (tmp_path / "latest.md").read_text()
    assert "| B1 | against plain nameko: at least 4 | 4.5 (4.4-4.6) | holds |" in page
    assert "| B1 | against bare HTTP: at least 0.6 | 0.5 (0.4-0.6) | **missed** |" in page
    assert "| B3 | draining | no figure | **missed** |" in page
    assert "No figure: the queue did not drain" in page
    assert "- A peer lost 2." in page
    assert "`99d2664`" in page


def test_the_figures_of_processes_are_apart(tmp_path: Path) -> None:
    """The first table has what matters; the rest is folded."""
    page = report.page(CIRCUMSTANCES, [SIGNING])
    first, folded = page.split("<details>")
    assert "710 (700-720)" in first
    assert "CPU each: talent" not in first
    assert "| Callboard | CPU each: talent | ms | 0.9 (0.8-1) |" in folded


def test_programs_read_every_repetition(tmp_path: Path) -> None:
    """The JSON has the medians and what they were made of."""
    report.write(tmp_path, CIRCUMSTANCES, [SIGNING, FAILED])
    told = json.loads((tmp_path / "latest.json").read_text())
    signing, draining = told["measurements"]
    assert told["circumstances"]["commit"] == "99d2664"
    assert signing["figures"][0]["median"] == 710
    assert signing["figures"][0]["repetitions"] == [700, 710, 720]
    assert [target["holds"] for target in signing["targets"]] == [True, False]
    assert signing["holds"] is False
    assert draining["failure"] == "the queue did not drain"


def test_the_headline_has_every_ratio(tmp_path: Path) -> None:
    """The chart for the README names the work and the peer of each bar."""
    report.write(tmp_path, CIRCUMSTANCES, [SIGNING, FAILED])
    drawing = ElementTree.fromstring((tmp_path / "headline.svg").read_text())
    texts = [text.text for text in drawing.findall("{*}text")]
    assert texts[1:] == ["sign / plain <nameko>", "4.50x", "sign / bare HTTP", "0.50x"]
    report.write(tmp_path, CIRCUMSTANCES, [FAILED])
    assert "4.50x" not in (tmp_path / "headline.svg").read_text(), "without peers there is nothing to compare"


def test_bars_show_ratios_targets_and_what_is_missed() -> None:
    """A bar is as long as its ratio; the one that misses its target has another colour."""
    (bars, _) = drawings(report.page(CIRCUMSTANCES, [SIGNING]))
    faster, slower = [rect for rect in bars.findall("{*}rect") if rect.get("height") == str(charts.BAR)]
    assert float(faster.get("width", 0)) == pytest.approx(9 * float(slower.get("width", 0)), rel=0.01)
    assert faster.get("fill") != slower.get("fill")
    assert len(bars.findall("{*}path")) == len(TARGETS)
    assert "plain <nameko>" in [text.text for text in bars.findall("{*}text")]


def test_lines_rise_with_what_they_show_and_stay_inside() -> None:
    """More memory is higher up; the limit is a broken line above both points."""
    drawing = ElementTree.fromstring(charts.lines(MEMORY))
    paths = drawing.findall("{*}path")
    (limit,) = [path for path in paths if path.get("stroke-dasharray")]
    course = paths[-1].get("d", "").removeprefix("M").split("L")
    (left, low), (right, high) = (tuple(map(float, point.split())) for point in course)
    bound = float(limit.get("d", "").split()[1].partition("L")[0])
    assert left < right <= charts.WIDTH
    assert 0 < bound < high < low < charts.HEIGHT


def test_the_terminal_shows_figures_and_verdicts() -> None:
    """Without the figures of single processes."""
    console = Console(file=StringIO(), width=120)
    with console.capture() as captured:
        console.print(*tables([SIGNING, FAILED]))
    shown = captured.get()
    assert "710 ±1%" in shown
    assert "holds  against plain nameko: 4.5 (4.4-4.6), at least 4" in shown
    assert "MISSED against bare HTTP" in shown
    assert "no figure: the queue did not drain" in shown
    assert "talent" not in shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1234.5, "1,234"), (710.0, "710"), (61.234, "61.2"), (0.369, "0.369"), (4.0, "4"), (0, "0")]
)
def test_a_number_has_three_digits_that_matter(value: float, shown: str) -> None:
    """More would not be true."""
    assert number(value) == shown
