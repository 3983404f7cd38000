"""Repetitions become figures, and figures meet targets or do not."""

import pytest

from bench.course import between
from bench.figures import Figure, NoFigure, Result, Target, percentile, ratio, slope
from bench.memory import rise


def figure(*values: float, subject: str = "ours") -> Figure:
    """A figure in pieces a second."""
    return Figure(subject, "rate", "/s", values)


def test_a_figure_is_the_median_with_its_spread() -> None:
    """One slow repetition does not move it."""
    measured = figure(300, 10, 320, 310, 305)
    assert (measured.median, measured.low, measured.high) == (305, 10, 320)


@pytest.mark.parametrize(
    ("percent", "value"), [(50, 50), (95, 95), (99, 99), (100, 100), (0, 1)], ids=["p50", "p95", "p99", "all", "none"]
)
def test_a_percentile_is_a_value_that_was_measured(percent: float, value: float) -> None:
    """Nearest rank: no interpolation between two latencies."""
    assert percentile(list(range(100, 0, -1)), percent) == value


def test_of_two_values_the_99th_percentile_is_the_greater() -> None:
    """Few measurements do not hide the worst one."""
    assert percentile([7.0, 3.0], 99) == 7.0


def test_nothing_measured_has_no_percentile() -> None:
    """It is no figure rather than a zero."""
    with pytest.raises(NoFigure):
        percentile([], 99)


def test_a_ratio_is_taken_inside_each_repetition() -> None:
    """When the machine is twice as fast for one repetition, both rates double and the ratio stays."""
    compared = ratio(figure(400, 800, 420), figure(100, 200, 105, subject="theirs"))
    assert compared.values == (4.0, 4.0, 4.0)
    assert compared.subject == "theirs"


def test_a_ratio_needs_the_same_repetitions() -> None:
    """A repetition that one of the two lacks is not paired with another."""
    with pytest.raises(ValueError, match="shorter"):
        ratio(figure(1, 2), figure(1))


@pytest.mark.parametrize(
    ("sense", "bound", "holds"),
    [
        ("at least", 4.0, True),
        ("at least", 4.1, False),
        ("more than", 3.9, True),
        ("more than", 4.0, False),
        ("at most", 4.0, True),
        ("at most", 3.9, False),
        ("less than", 4.1, True),
        ("less than", 4.0, False),
    ],
)
def test_a_target_is_about_the_median(sense: str, bound: float, holds: bool) -> None:
    """Bounds are reached, or passed, as the words say."""
    assert Target("speed", figure(1, 4, 9), sense, bound).holds is holds  # type: ignore[arg-type]  # parametrized


def test_a_result_holds_when_every_target_does() -> None:
    """One that is missed is enough."""
    met, missed = Target("a", figure(4), "at least", 4), Target("b", figure(4), "at least", 5)
    assert Result((), (met, met)).holds
    assert not Result((), (met, missed)).holds


def test_a_slope_is_that_of_the_line_through_the_points() -> None:
    """Noise around a line does not matter, and a single point has no slope."""
    assert slope([(0, 1), (1, 3), (2, 5)]) == pytest.approx(2)
    assert slope([(0, 0), (1, 2), (2, 0)]) == pytest.approx(0)
    assert slope([(5, 7), (5, 9)]) == 0


@pytest.mark.parametrize(("x", "y"), [(0, 10), (1, 10), (2, 15), (3, 20), (4, 20), (9, 20)])
def test_between_two_marks_the_count_rises_evenly(x: float, y: float) -> None:
    """Before the first mark and after the last it stands still."""
    assert between([(1, 10), (3, 20)], x) == y


def test_without_a_mark_nothing_is_counted() -> None:
    """Memory is looked at before the first load."""
    assert between([], 3) == 0


def test_growth_is_that_of_the_second_half() -> None:
    """What a process loads at the beginning is not growth; what it goes on gaining is."""
    settled = [(0, 50), (10, 100), (50, 100), (75, 100), (100, 100)]
    leaking = [(0, 50), (10, 100), (50, 100), (75, 105), (100, 110)]
    assert rise(settled, 50) == pytest.approx(0)
    assert rise(leaking, 50) == pytest.approx(10)
