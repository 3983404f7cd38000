"""Visitors without credentials: one of them cannot use up what the others at their address may ask."""

import pytest

from chassis.errors import Problem
from gateway.limits import RateLimits
from gateway.visitors import Visitors


def test_a_known_link_has_an_allowance_of_its_own() -> None:
    """A flooder at the same address shuts out who is not known yet, but not the signers; each link is limited as well."""
    visitors = Visitors(RateLimits((5, 60), clock=lambda: 1_000.0))
    for token in ("anna", "bert"):
        visitors.hit("192.0.2.1", token)
        visitors.remember(token)
    for _ in range(3):
        visitors.hit("192.0.2.1", "")
    with pytest.raises(Problem) as refused:
        visitors.hit("192.0.2.1", "guessed")
    assert (refused.value.status, refused.value.retry_after) == (429, 12)
    for _ in range(5):
        visitors.hit("192.0.2.1", "anna")
    with pytest.raises(Problem):
        visitors.hit("192.0.2.1", "anna")
    visitors.hit("192.0.2.1", "bert")
    visitors.hit("192.0.2.2", "")


def test_credentials_that_do_not_work_are_counted_apart() -> None:
    """Somebody who guesses keys does not use up what visitors may ask."""
    visitors = Visitors(RateLimits((1, 60), clock=lambda: 1_000.0))
    visitors.refuse("192.0.2.1")
    with pytest.raises(Problem):
        visitors.refuse("192.0.2.1")
    visitors.hit("192.0.2.1", "")
