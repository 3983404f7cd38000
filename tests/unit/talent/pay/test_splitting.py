"""Instalments sum exactly to the fee, whatever the percents and the currency's decimals."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.talent.pay.splitting import split


@st.composite
def percents(draw: st.DrawFn) -> tuple[Decimal, ...]:
    """One to twenty percentages of at most four decimal places that add up to 100."""
    cuts = draw(st.lists(st.integers(0, 1_000_000), max_size=19))
    edges = [0, *sorted(cuts), 1_000_000]
    return tuple(Decimal(b - a).scaleb(-4) for a, b in pairwise(edges))


@given(st.integers(0, 10**16), percents(), st.sampled_from([0, 2, 3, 4]))
def test_the_parts_sum_to_the_whole(units: int, shares: tuple[Decimal, ...], digits: int) -> None:
    """Exactly, in whole minor units, and no part is a unit or more from its exact share."""
    fee = Decimal(units).scaleb(-digits)
    parts = split(fee, shares, digits)
    assert sum(parts) == fee
    unit = Decimal(1).scaleb(-digits)
    for part, percent in zip(parts, shares, strict=True):
        assert part == part.quantize(unit) and part >= 0
        assert abs(part - fee * percent / 100) < unit


def test_the_largest_remainder_gets_the_unit_that_is_left() -> None:
    """Of 100 yen in thirds the first gets the odd yen; of unequal remainders the larger one does."""
    third = Decimal("33.3333")
    assert split(Decimal(100), (Decimal("33.3334"), third, third), 0) == (Decimal(34), Decimal(33), Decimal(33))
    assert split(Decimal("0.05"), (Decimal(30), Decimal(70)), 2) == (Decimal("0.02"), Decimal("0.03"))
    assert split(Decimal("0.05"), (Decimal(25), Decimal(75)), 2) == (Decimal("0.01"), Decimal("0.04"))
