"""What is wrong with a template is found when it is written, with clause, term and place named."""

from collections.abc import Callable
from typing import Any

import pytest

from events.errors import RuleError
from events.schemas import load
from services.talent.contracts.terms import TermUnknown
from services.talent.templates import content
from services.talent.templates.api import DRAFT_TEMPLATE, TemplateRequest
from services.talent.templates.content import (
    ClauseRepeated,
    ClauseTextInvalid,
    Content,
    IncludeCycle,
    IncludedClauseUnknown,
    PlaceholdersDiffer,
    TermRepeated,
)

Write = Callable[..., Content]


def test_the_example_is_a_template() -> None:
    """What the documentation shows can be drafted."""
    content.check(load(TemplateRequest, DRAFT_TEMPLATE.example).content)


@pytest.mark.parametrize(
    ("clauses", "terms", "error", "pointer", "says"),
    [
        ({"a": "{salary}"}, [], TermUnknown, "/clauses/0/zh", "no term salary .clause a"),
        ({"a": {"zh": "{fee}", "en": "x"}}, [], PlaceholdersDiffer, "/clauses/0/en", "a names fee in zh only"),
        ({"a": {"zh": "x", "en": "{fee}"}}, [], PlaceholdersDiffer, "/clauses/0/zh", "a names fee in en only"),
        ({"a": {"zh": "{>b}", "en": "x"}, "b": "y"}, [], PlaceholdersDiffer, "/clauses/0/en", "a names b in zh only"),
        ({"a": "{>z}"}, [], IncludedClauseUnknown, "/clauses/0/zh", "a includes z"),
        ({"a": "{>a}"}, [], IncludeCycle, "/clauses/0", "a includes itself: a → a"),
        ({"x": "{>a}", "a": "{>b}", "b": "{>a}"}, [], IncludeCycle, "/clauses/1", "a includes itself: a → b → a"),
        ({"a": "ok", "b": "{fee"}, [], ClauseTextInvalid, "/clauses/1/zh", "b .zh. has a brace at position 1"),
        ({"a": "x"}, ["fee"], TermRepeated, "/terms/0/name", "name fee"),
        ({"a": "x"}, ["hotel", "hotel"], TermRepeated, "/terms/1/name", "name hotel"),
    ],
)
def test_a_fault_is_named(
    written: Write,
    clauses: dict[str, Any],
    terms: list[str],
    error: type[RuleError],
    pointer: str,
    says: str,
) -> None:
    """Unknown terms and clauses, cycles, languages that differ, and names that are taken."""
    with pytest.raises(error, match=says) as refused:
        content.check(written([{"name": name, "kind": "text"} for name in terms], **clauses))
    assert (refused.value.pointer, refused.value.status) == (pointer, 422)
    assert refused.value.text("zh") != refused.value.text("en")


def test_two_clauses_have_two_ids() -> None:
    """The ids are what the two languages, and the contract, share."""
    clause = {"id": "a", "zh": "x", "en": "x"}
    with pytest.raises(ClauseRepeated) as refused:
        content.check(load(Content, {"clauses": [clause, clause]}))
    assert refused.value.pointer == "/clauses/1/id"


def test_inclusions_may_meet(written: Write) -> None:
    """A clause that is included by two others is no cycle."""
    content.check(written(a="{>b}{>c}", b="{>d}", c="{>d}", d="{hotel}", terms=[{"name": "hotel", "kind": "text"}]))
