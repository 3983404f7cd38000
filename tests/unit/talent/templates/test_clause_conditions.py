"""Conditions of clauses: a closed language over typed terms."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schemas import load
from services.talent.contracts.terms import TermUnknown
from services.talent.templates import conditions
from services.talent.templates.conditions import Comparison, ConditionInvalid, Requirement
from services.talent.templates.vocabulary import Kind

KINDS: Mapping[str, Kind] = {
    "role": "text",
    "points": "number",
    "first_day": "date",
    "replica": "boolean",
    "fee": "money",
    "grants": "prose",
}
VALUES: dict[str, Any] = {
    "role": "Lead",
    "points": Decimal("1.50"),
    "first_day": date(2026, 12, 1),
    "replica": False,
    "fee": None,
    "grants": ("权利", "rights"),
}


def one(term: str, operator: Any, *values: str) -> tuple[Requirement, ...]:
    """The condition of one comparison."""
    return (Requirement((Comparison(term, operator, values),)),)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (one("role", "is", "Lead"), True),
        (one("role", "is", "lead"), False),
        (one("role", "is_not", "Lead"), False),
        (one("role", "in", "Guest", "Lead"), True),
        (one("role", "not_in", "Guest", "Lead"), False),
        (one("points", "is", "1.5"), True),
        (one("points", "at_least", "1.5"), True),
        (one("points", "at_least", "1.51"), False),
        (one("points", "at_most", "1.49"), False),
        (one("first_day", "at_most", "2026-12-01"), True),
        (one("first_day", "at_least", "2026-12-02"), False),
        (one("replica", "is", "false"), True),
        (one("replica", "is_not", "false"), False),
        (one("fee", "given"), False),
        (one("fee", "not_given"), True),
        (one("grants", "given"), True),
    ],
)
def test_a_comparison_is_of_the_terms_kind(condition: tuple[Requirement, ...], holds: bool) -> None:
    """Texts as they are, numbers by value, days by the calendar, and what is not given is nothing."""
    conditions.check(condition, KINDS, "a", "/when")
    assert conditions.holds(condition, VALUES) is holds


def test_what_is_not_given_is_neither_above_nor_below() -> None:
    """Only its absence, and being none of some values, is true of it."""
    values = {**VALUES, "points": None}
    assert not any(
        conditions.holds(one("points", operator, "1"), values) for operator in ("is", "in", "at_least", "at_most")
    )
    assert conditions.holds(one("points", "is_not", "1"), values) and conditions.holds(
        one("points", "not_in", "1"), values
    )


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=3), max_size=3))
def test_all_of_any_must_hold(written: list[list[bool]]) -> None:
    """A condition is a conjunction of disjunctions; the empty one always holds."""
    condition = tuple(
        Requirement(tuple(Comparison("replica", "is", ("false" if each else "true",)) for each in parts))
        for parts in written
    )
    assert conditions.holds(condition, VALUES) == all(any(parts) for parts in written)


@pytest.mark.parametrize(
    ("condition", "pointer"),
    [
        (one("fee", "is", "1"), "operator"),
        (one("role", "at_least", "A"), "operator"),
        (one("points", "is", "many"), "values/0"),
        (one("points", "is", "1e3"), "values/0"),
        (one("first_day", "is", "2026-02-30"), "values/0"),
        (one("replica", "is", "yes"), "values/0"),
        (one("points", "in", "1", "x"), "values/1"),
        (one("points", "is"), "values"),
        (one("points", "is", "1", "2"), "values"),
        (one("points", "given", "1"), "values"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(condition: tuple[Requirement, ...], pointer: str) -> None:
    """With the clause and the term named, and the place in the template."""
    with pytest.raises(ConditionInvalid, match="clause meals") as refused:
        conditions.check(condition, KINDS, "meals", "/clauses/2/when")
    assert refused.value.pointer == f"/clauses/2/when/0/any/0/{pointer}"


def test_an_unknown_term_is_refused() -> None:
    """A condition is over the terms that there are."""
    with pytest.raises(TermUnknown, match=r"no term salary \(clause meals\)"):
        conditions.check(one("salary", "given"), KINDS, "meals", "/when")


def test_a_condition_is_data() -> None:
    """It is read from JSON like everything else, and unknown operators are not."""
    written = {"any": [{"term": "role", "operator": "is", "values": ["Lead"]}]}
    assert (load(Requirement, written),) == one("role", "is", "Lead")
    with pytest.raises(Exception, match="Must be one of"):
        load(Requirement, {"any": [{"term": "role", "operator": "matches", "values": [".*"]}]})
