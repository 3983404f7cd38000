"""Figures: what repetitions of a measurement come to, and whether a target is met."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

Sense = Literal["at least", "more than", "at most", "less than"]
_COMPARE: dict[Sense, Callable[[float, float], bool]] = {
    "at least": operator.ge,
    "more than": operator.gt,
    "at most": operator.le,
    "less than": operator.lt,
}

RATIO = "ours / theirs"


class NoFigure(Exception):
    """The measurement did not come to a figure; the message says why."""


@dataclass(frozen=True)
class Figure:
    """What was measured of a subject, once in each repetition, in `unit`."""

    subject: str
    what: str
    unit: str
    values: tuple[float, ...]
    detail: bool = False
    """Whether it explains other figures, and is left out where there is little room."""

    @property
    def median(self) -> float:
        """The middle of the repetitions."""
        return median(self.values)

    @property
    def low(self) -> float:
        """The smallest of the repetitions."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The greatest of the repetitions."""
        return max(self.values)


@dataclass(frozen=True)
class Target:
    """What the median of a figure has to be."""

    what: str
    figure: Figure
    sense: Sense
    bound: float

    @property
    def holds(self) -> bool:
        """Whether it is."""
        return _COMPARE[self.sense](self.figure.median, self.bound)


@dataclass(frozen=True)
class Line:
    """A course for a chart: points (x, y) of a subject."""

    subject: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chart:
    """Lines over one another, and the value that none may pass."""

    title: str
    x: str
    y: str
    lines: tuple[Line, ...]
    limit: float | None = None


@dataclass(frozen=True)
class Result:
    """What a measurement came to. `notes` tell what a reader must know, also effects that were lost or doubled."""

    figures: tuple[Figure, ...]
    targets: tuple[Target, ...]
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether every target is met; a measurement without a target in this run says nothing against it."""
        return all(target.holds for target in self.targets)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of the values do not exceed (nearest rank); raises NoFigure when there are none."""
    if not values:
        raise NoFigure("nothing was measured")
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def ratio(ours: Figure, theirs: Figure) -> Figure:
    """Our figure in terms of theirs, repetition by repetition: both saw the same machine at nearly the same time."""
    pairs = zip(ours.values, theirs.values, strict=True)
    return Figure(theirs.subject, RATIO, "x", tuple(mine / other for mine, other in pairs))


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The rise of y for each x, by least squares; 0 when every x is the same."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
