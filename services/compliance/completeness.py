"""Completeness: the versions of every aggregate are contiguous from 1, so whoever hears everything can tell what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

PATIENCE = timedelta(seconds=60)
"""How long an event may come later than its successors before it counts as missing."""


@dataclass(frozen=True, slots=True)
class Run:
    """The versions of one aggregate that are in the ledger: all below `next`, and `ahead` of it, in ascending order.

    `since` is when an entry first showed that one is missing; None while nothing is.
    """

    id: str
    next: int = 1
    ahead: tuple[int, ...] = ()
    since: datetime | None = None

    @property
    def missing(self) -> tuple[int, ...]:
        """The versions that lie between those in the ledger."""
        return (
            tuple(version for version in range(self.next, self.ahead[-1]) if version not in self.ahead)
            if self.ahead
            else ()
        )


def follow(run: Run, versions: Iterable[int], at: datetime) -> Run:
    """The run after more entries, of which the first is from `at`; entries that were counted before change nothing."""
    ahead = {*run.ahead, *(version for version in versions if version >= run.next)}
    following = run.next
    while following in ahead:
        ahead.remove(following)
        following += 1
    since = None if not ahead else at if run.since is None or following != run.next else run.since
    return Run(run.id, following, tuple(sorted(ahead)), since)
