"""A fee split into instalments that sum exactly to it: the method of largest remainders (Hamilton 1792)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def split(amount: Decimal, percents: Sequence[Decimal], digits: int) -> tuple[Decimal, ...]:
    """The parts of `amount` in whole minor units (`digits` decimal places); `percents` add up to 100.

    Each part is its exact share rounded down or up; the units that rounding down leaves go to the largest remainders, of
    equal ones to the first.
    """
    units = int(amount.scaleb(digits))
    shares = [units * Fraction(percent) / 100 for percent in percents]
    parts = [share.numerator // share.denominator for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda n: (parts[n] - shares[n], n))
    for n in by_remainder[: units - sum(parts)]:
        parts[n] += 1
    return tuple(Decimal(part).scaleb(-digits) for part in parts)
