"""Rate limits: what is counted, and before what."""

import pytest

from chassis.errors import Problem
from gateway.limits import RateLimits


def limits(amount: int) -> RateLimits:
    """So many an hour, at a moment that does not pass."""
    return RateLimits((amount, 3600), clock=lambda: 0.0)


def test_failures_count_and_successes_do_not() -> None:
    """Three may fail; whatever succeeds leaves the allowance as it was."""
    limited = limits(3)
    for _ in range(10):
        with limited.failures("a"):
            pass
    for _ in range(3):
        with pytest.raises(ValueError, match="wrong"), limited.failures("a"):
            raise ValueError("wrong")
    with pytest.raises(Problem) as refused, limited.failures("a"):
        pytest.fail("done although the limit was reached")
    assert (refused.value.status, refused.value.code) == (429, "rate-limited")
    assert refused.value.retry_after
    with limited.failures("b"):
        pass


def test_many_at_once_are_counted_before_any_is_over() -> None:
    """Each takes its share of the allowance when it begins."""
    limited = limits(2)
    with limited.failures("a"), limited.failures("a"), pytest.raises(Problem), limited.failures("a"):
        pytest.fail("a third began")
    with limited.failures("a"):
        pass


def test_the_headers_name_whose_allowance_it_is() -> None:
    """A studio's, unless it is an address's."""
    addresses = RateLimits((5, 60), each="address")
    assert addresses.policy == '"address";q=5;w=60'
    assert addresses.hit("a").startswith('"address";r=4;')
    assert limits(5).policy == '"studio";q=5;w=3600'
