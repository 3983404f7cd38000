"""Following the versions of an aggregate."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.compliance.completeness import Run, follow

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)


def test_contiguous_versions_leave_no_gap() -> None:
    """In whatever order they come within a chunk."""
    assert follow(Run("a"), [2, 1, 3], AT) == Run("a", 4)


def test_a_missing_version_is_named_until_it_comes() -> None:
    """The gap is as old as the entry that first showed it, and closes with the missing one."""
    run = follow(Run("a"), [1, 4], AT)
    assert (run.missing, run.since) == ((2, 3), AT)
    run = follow(run, [5], LATER)
    assert (run.missing, run.since) == ((2, 3), AT)
    assert follow(run, [3, 2], LATER) == Run("a", 6)


def test_a_second_gap_is_as_young_as_its_own_entries() -> None:
    """Closing the first gap starts the clock of the next."""
    run = follow(follow(Run("a"), [2, 4], AT), [1], LATER)
    assert (run.missing, run.since) == ((3,), LATER)


@given(st.permutations(range(1, 12)), st.sets(st.integers(1, 11)), st.integers(1, 4))
def test_cutting_into_chunks_changes_nothing(order: list[int], lost: set[int], size: int) -> None:
    """Whatever the order and the chunks, and however often a chunk is looked at: just the lost ones are missing."""
    heard = [version for version in order if version not in lost]
    run = Run("a")
    for begin in range(0, len(heard), size):
        run = follow(run, heard[begin : begin + size], AT)
        run = follow(run, heard[begin : begin + size], AT)
    last = max(heard, default=0)
    assert run.missing == tuple(version for version in sorted(lost) if version < last)
    assert (run.since is None) == (not run.missing)
