"""What a body that is wrong on purpose can cost."""

from dataclasses import dataclass
from typing import Annotated

import pytest
from marshmallow import ValidationError

from chassis.errors import invalid
from events.schemas import MOST_FAULTS, load
from events.shapes import Items, Text

checked: list[str] = []


class Counted(str):
    """A text that knows when it is measured."""

    def __len__(self) -> int:
        checked.append(self)
        return super().__len__()


@dataclass(frozen=True)
class Stop:
    """A part of a request."""

    name: Annotated[str, Text(max=3)]


@dataclass(frozen=True)
class Route:
    """A request."""

    stops: Annotated[tuple[Stop, ...], Items(max=500)] = ()
    names: Annotated[tuple[Annotated[str, Text(max=3)], ...], Items(max=500)] = ()
    counts: dict[str, int] | None = None


@pytest.fixture(autouse=True)
def nothing_checked() -> None:
    """Begin with no item looked at."""
    checked.clear()


def faults(body: object) -> tuple[tuple[str, str], ...]:
    """What is answered of a body."""
    with pytest.raises(ValidationError) as refused:
        load(Route, body)
    return invalid(refused.value).errors


def test_a_lists_length_is_checked_before_its_items() -> None:
    """6,600 items are one fault, and none is looked at."""
    assert faults({"stops": [{"name": Counted("long")}] * 6_600}) == (("/stops", "Longer than maximum length 500."),)
    assert faults({"counts": dict.fromkeys(map(str, range(101)), "x")}) == (
        ("/counts", "Longer than maximum length 100."),
    )
    assert checked == []


def test_items_are_checked_until_a_hundred_are_wrong() -> None:
    """Nobody reads more, and the rest costs nothing."""
    assert len(faults({"stops": [{"name": Counted("long")}] * 500})) == MOST_FAULTS
    assert len(checked) <= 2 * MOST_FAULTS
    assert len(faults({"stops": [{"name": "long", "odd": 1}] * 500})) == MOST_FAULTS


def test_faults_of_a_list_keep_their_places() -> None:
    """The good items between them are no faults."""
    assert faults({"names": ["a", "long", "b", "longer"]}) == (
        ("/names/1", "Length must be between 1 and 3."),
        ("/names/3", "Length must be between 1 and 3."),
    )
