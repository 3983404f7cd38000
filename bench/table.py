"""What a run came to, as a table for the terminal."""

from collections.abc import Callable, Iterable, Sequence

from rich.table import Table
from rich.text import Text

from bench.figures import Figure, Target
from bench.record import Record


def number(value: float) -> str:
    """A value with three digits that matter, whole from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def spread(figure: Figure) -> str:
    """The median, and the smallest and greatest of the repetitions where there are several."""
    if len(figure.values) == 1:
        return number(figure.median)
    return f"{number(figure.median)} ({number(figure.low)}-{number(figure.high)})"


def narrow(figure: Figure) -> str:
    """The median, and half the distance from the smallest to the greatest in percent of it."""
    if len(figure.values) == 1 or not figure.median:
        return number(figure.median)
    return f"{number(figure.median)} ±{(figure.high - figure.low) / 2 / figure.median * 100:.0f}%"


def grid(figures: Iterable[Figure], cell: Callable[[Figure], str] = spread) -> tuple[list[str], list[list[str]]]:
    """The heading and the rows of a table: a row for each subject, a column for each thing that was measured."""
    shown = [figure for figure in figures if not figure.detail]
    columns = list(dict.fromkeys(heading(figure) for figure in shown))
    subjects = list(dict.fromkeys(figure.subject for figure in shown))
    cells = {(figure.subject, heading(figure)): cell(figure) for figure in shown}
    return ["", *columns], [[s, *(cells.get((s, column), "") for column in columns)] for s in subjects]


def heading(figure: Figure) -> str:
    """The thing that was measured, with its unit."""
    return f"{figure.what} {figure.unit}" if figure.unit and figure.unit != "x" else figure.what


def verdict(target: Target) -> Text:
    """A target, what was measured and whether it holds."""
    mark = Text("holds  ", "green") if target.holds else Text("MISSED ", "bold red")
    return Text.assemble(mark, f"{target.what}: {spread(target.figure)}, {target.sense} {number(target.bound)}")


def tables(records: Sequence[Record]) -> list[Table]:
    """One table for each measurement: figures above, targets below."""
    return [_table(record) for record in records]


def _table(record: Record) -> Table:
    table = Table(
        title=f"{record.key}  {record.title}", title_justify="left", title_style="bold", box=None, show_header=False
    )
    if record.result is None:
        table.add_row(Text(f"no figure: {record.failure}", "bold red"))
        return table
    columns, rows = grid(record.result.figures, narrow)
    figures = Table(box=None, pad_edge=False)
    for position, column in enumerate(columns):
        figures.add_column(column, justify="left" if position == 0 else "right", no_wrap=position == 0)
    for row in rows:
        figures.add_row(*row)
    table.add_row(figures)
    for target in record.result.targets:
        table.add_row(verdict(target))
    for note in record.result.notes:
        table.add_row(Text(note, "dim"))
    return table
