"""Seats: as many as possible, the first come never left out for a later one, always the same."""

from hypothesis import given
from hypothesis import strategies as st

from services.talent.casting.auditions.seating import seat

wishes = st.lists(st.lists(st.integers(0, 4), unique=True, max_size=3), max_size=4).map(
    lambda lists: {f"p{n}": slots for n, slots in enumerate(lists)}
)


def _most(order: list[str], possible: dict[str, list[int]], taken: set[int]) -> int:
    """How many can be seated at best: everybody in turn sits on each seat that is left, or does not."""
    if not order:
        return 0
    first, rest = order[0], order[1:]
    skipped = _most(rest, possible, taken)
    return max([skipped, *(1 + _most(rest, possible, taken | {s}) for s in possible[first] if s not in taken)])


@given(wishes)
def test_nobody_sits_twice_and_everybody_where_they_can(possible: dict[str, list[int]]) -> None:
    """A seat is one person's, and one of those that they can have; the same question has the same answer."""
    seats = seat(possible)
    assert len(set(seats.values())) == len(seats)
    assert all(slot in possible[person] for person, slot in seats.items())
    assert seat(possible) == seats


@given(wishes)
def test_as_many_as_possible_sit_and_the_first_come_before_the_later(possible: dict[str, list[int]]) -> None:
    """Somebody is seated exactly when one more of those who came so far can be: nobody is left out for a later one."""
    seats, people = seat(possible), list(possible)
    assert len(seats) == _most(people, possible, set())
    for count, person in enumerate(people):
        before = {p: possible[p] for p in people[:count]}
        with_them = {p: possible[p] for p in people[: count + 1]}
        more = _most(list(with_them), with_them, set()) - _most(list(before), before, set())
        assert (person in seats) == (more == 1)
