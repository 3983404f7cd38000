"""What a run came to, as JSON and as a Markdown page with charts."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import charts
from bench.figures import RATIO, Figure
from bench.record import Circumstances, Record
from bench.table import grid, number, spread

WORK = {"B1": "sign", "B2": "read", "B3": "drain"}
"""What is done in the measurements that have peers, in a word."""


def write(folder: Path, circumstances: Circumstances, records: Sequence[Record]) -> None:
    """Write `latest.json`, `latest.md` and, for the README, `headline.svg`."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {"circumstances": circumstances.plain(), "measurements": [record.plain() for record in records]}
    (folder / "latest.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "latest.md").write_text(page(circumstances, records), encoding="utf-8")
    (folder / "headline.svg").write_text(headline(records), encoding="utf-8")


def headline(records: Sequence[Record]) -> str:
    """One chart of all ratios to peers."""
    results = [(record.key, record.result) for record in records if record.result is not None]
    ratios = [
        Figure(f"{WORK[key]} / {figure.subject}", figure.what, figure.unit, figure.values)
        for key, result in results
        for figure in result.figures
        if figure.what == RATIO and key in WORK
    ]
    return charts.bars("Callboard, times as fast as", ratios)


def page(circumstances: Circumstances, records: Sequence[Record]) -> str:
    """The report as Markdown."""
    return (
        "\n".join([*_head(circumstances, records), *(line for record in records for line in _section(record))]) + "\n"
    )


def _head(circumstances: Circumstances, records: Sequence[Record]) -> Iterator[str]:
    yield "# Benchmark"
    yield ""
    yield (
        f"{circumstances.scale.capitalize()} run of {circumstances.at:%d %B %Y, %H:%M} UTC at commit "
        f"`{circumstances.commit or 'unknown'}`: {circumstances.processor}, {circumstances.cores} cores, "
        f"{circumstances.memory_gib:g} GiB, {circumstances.system}, Python {circumstances.python}."
    )
    yield ""
    took = ", ".join(f"{record.key} {record.seconds:.0f} s" for record in records)
    yield (
        "Figures are medians of the repetitions, with the smallest and the greatest in brackets; only ratios are comparable. "
        f"It took {sum(record.seconds for record in records) / 60:.1f} minutes: {took}."
    )
    yield ""
    yield "| # | target | measured | |"
    yield "|---|---|---|---|"
    for record in records:
        if record.result is None:
            yield f"| {record.key} | {record.title} | no figure | **missed** |"
            continue
        for target in record.result.targets:
            wanted = f"{target.what}: {target.sense} {number(target.bound)}"
            yield f"| {record.key} | {wanted} | {spread(target.figure)} | {'holds' if target.holds else '**missed**'} |"
    yield ""


def _section(record: Record) -> Iterator[str]:
    yield f"## {record.key}: {record.title}"
    yield ""
    if record.result is None:
        yield f"No figure: {record.failure}"
        yield ""
        return
    columns, rows = grid(record.result.figures)
    yield from _table(columns, rows)
    ratios = [figure for figure in record.result.figures if figure.unit == "x"]
    if ratios:
        title = RATIO if all(figure.what == RATIO for figure in ratios) else record.title
        yield charts.bars(title, [_named(figure) for figure in ratios], record.result.targets)
        yield ""
    for chart in record.result.charts:
        yield charts.lines(chart)
        yield ""
    for note in record.result.notes:
        yield f"- {note}"
    yield ""
    details = [figure for figure in record.result.figures if figure.detail]
    if details:
        yield "<details><summary>By process</summary>"
        yield ""
        yield from _table(
            ["", "", "unit", "median (low-high)"],
            [[figure.subject, figure.what, figure.unit, spread(figure)] for figure in details],
        )
        yield "</details>"
        yield ""


def _named(figure: Figure) -> Figure:
    """The figure as a bar is labelled: by the peer, or by what was measured of us."""
    return figure if figure.what == RATIO else Figure(figure.what, figure.what, figure.unit, figure.values)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|---|{'---:|' * (len(columns) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
