"""Texts with placeholders: what is in braces is a name, and nothing is ever lost between the parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.talent.templates.text import BraceUnmatched, Part, fill, parse


def test_a_text_names_terms_and_clauses() -> None:
    """`{term}` is a term, `{>clause}` an included clause, doubled braces are braces."""
    assert parse("Pay {fee}. {>meals} {{x}}") == (
        Part(words="Pay "),
        Part(term="fee"),
        Part(words=". "),
        Part(clause="meals"),
        Part(words=" "),
        Part(words="{"),
        Part(words="x"),
        Part(words="}"),
    )


@given(st.text(), st.text())
def test_words_come_out_as_they_went_in(before: str, after: str) -> None:
    """Whatever is written around a placeholder stands around its value, braces and all."""
    text = "{fee}".join(words.replace("{", "{{").replace("}", "}}") for words in (before, after))
    assert fill(parse(text), {"fee": "{1}"}, str) == f"{before}{{1}}{after}"


@pytest.mark.parametrize(
    "text", ["{", "}", "{Fee}", "{fee.amount}", "{ fee }", "{}", "{>}", "{{}", "{__import__('os')}"]
)
def test_a_brace_that_is_no_placeholder_is_refused(text: str) -> None:
    """Nothing between braces is looked at but a name."""
    with pytest.raises(BraceUnmatched):
        parse(text)
