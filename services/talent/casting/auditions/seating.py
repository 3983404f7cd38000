"""Who gets which slot: as many people as possible, and of those who cannot all be seated, whoever came first.

Each candidate in turn gets a slot if there is any way to move those before them to other slots of theirs (Kuhn's algorithm for
bipartite matching). Nobody who is seated loses their seat by it, so that the first come is never left out for a later one, and the
number of seats taken is the largest possible. The same input always gives the same seats.
"""

from collections.abc import Mapping, Sequence


def seat(possible: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """A slot for as many candidates as possible: `possible` has, in order of who came first, the slots that each can have."""
    holder: dict[int, str] = {}
    for candidate in possible:
        _seat(candidate, possible, holder, set())
    return {candidate: slot for slot, candidate in sorted(holder.items())}


def _seat(candidate: str, possible: Mapping[str, Sequence[int]], holder: dict[int, str], tried: set[int]) -> bool:
    for slot in possible[candidate]:
        if slot not in holder:  # nobody has to move
            holder[slot] = candidate
            return True
    for slot in possible[candidate]:
        if slot not in tried:
            tried.add(slot)
            if _seat(holder[slot], possible, holder, tried):
                holder[slot] = candidate
                return True
    return False
