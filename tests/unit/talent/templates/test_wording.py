"""A template at work: the terms of a contract stand in its clauses, or the clause and the term are named."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import RuleError
from events.schemas import load
from services.talent.contracts import clauses
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.terms import (
    Consents,
    KillFee,
    Particular,
    TermContradictory,
    TermMissing,
    Terms,
    TermUnknown,
)
from services.talent.templates import content as contents
from services.talent.templates.content import Content
from services.talent.templates.vocabulary import STANDARD
from services.talent.templates.wording import ClauseTooLong, TemplateWording
from tests.unit.talent.conftest import TITLE

Write = Callable[..., Content]
PER_DIEM = [{"name": "per_diem", "kind": "money"}]


def render(content: Content, terms: Terms) -> dict[str, tuple[str, str]]:
    """The clauses by id: Chinese and English."""
    return {c.id: (c.zh, c.en) for c in TemplateWording("tpl/1", content).render(terms, TITLE)}


def having(terms: Terms, **particulars: str) -> Terms:
    """The terms with particulars."""
    return replace(terms, particulars=tuple(Particular(name, value) for name, value in particulars.items()))


@pytest.mark.parametrize(
    ("term", "zh", "en"),
    [
        ("production", "千金归来", "The Heiress Returns"),
        ("role", "Han Seo-yeon, the heiress", "Han Seo-yeon, the heiress"),
        ("fee", "USD 18,000.00（美元）", "USD 18,000.00 (US Dollar)"),
        ("first_day", "2026年12月1日", "1 December 2026"),
        ("work_days", "3", "3"),
        (
            "work_dates",
            "2026年12月1日、2026年12月2日、2026年12月3日",
            "1 December 2026, 2 December 2026, 3 December 2026",
        ),
        ("dubbing", "是", "yes"),
        ("points", "1.5", "1.5"),
    ],
)
def test_a_term_is_written_in_each_language(written: Write, terms: Terms, term: str, zh: str, en: str) -> None:
    """Money, days and yes or no as each language writes them."""
    assert render(written(a=f"[{{{term}}}]"), terms) == {"a": (f"[{zh}]", f"[{en}]")}


def test_every_standard_term_can_be_written(written: Write, terms: Terms) -> None:
    """A contract that agrees everything leaves no term without words."""
    full = replace(
        terms,
        kill_fee=KillFee(Decimal(25), 10),
        consents=Consents(dubbing=True, ai_voice=True, replica=True, replica_uses="One wide shot."),
    )
    for name in STANDARD:
        assert all(render(written(a=f"{{{name}}}"), full)["a"])


def test_a_clause_applies_when_its_condition_holds(written: Write, terms: Terms) -> None:
    """Otherwise it is not in the contract, and where it is included there is nothing."""
    when = [{"any": [{"term": "replica", "operator": "is", "values": ["true"]}]}]
    rider = {"zh": "替身", "en": "double", "when": when}
    template = written(a="<{>rider}>", rider=rider)
    assert render(template, terms) == {"a": ("<>", "<>")}
    agreed = replace(terms, consents=Consents(replica=True, replica_uses="One shot."))
    assert render(template, agreed) == {"a": ("<替身>", "<double>"), "rider": ("替身", "double")}


def test_a_fragment_stands_only_where_it_is_included(written: Write, terms: Terms) -> None:
    """It is no clause of its own, and may be included more than once."""
    template = written(a="{>f}{>f}", f={"zh": "x{role}", "en": "x{role}", "fragment": True})
    assert render(template, terms) == {"a": (f"x{terms.role}" * 2,) * 2}


def test_a_missing_term_is_named_with_its_clause(written: Write, terms: Terms) -> None:
    """A clause that applies needs its terms; one that does not apply needs nothing."""
    template = written(a="{>b}", b="{kill_fee}")
    with pytest.raises(TermMissing, match="Clause b needs the term kill_fee"):
        render(template, terms)
    guarded = {"zh": "{kill_fee}", "en": "{kill_fee}", "when": [{"any": [{"term": "kill_fee", "operator": "given"}]}]}
    assert render(written(a="x", b=guarded), terms) == {"a": ("x", "x")}


def test_a_contradictory_term_is_named_with_its_clause(written: Write, terms: Terms) -> None:
    """What a clause requires must hold where it applies, also when it is included."""
    requires = [{"any": [{"term": "hours_cap", "operator": "at_most", "values": ["8"]}]}]
    minor = {"zh": "x", "en": "x", "requires": requires, "fragment": True}
    with pytest.raises(TermContradictory, match=r"term hours_cap contradicts clause minor: .* at_most 8") as refused:
        render(written(a="{>minor}", minor=minor), terms)
    assert refused.value.status == 422 and "hours_cap" in refused.value.text("zh")
    assert render(written(a="{>minor}", minor=minor), replace(terms, hours_cap=8)) == {"a": ("x", "x")}


def test_particulars_are_typed(written: Write, terms: Terms) -> None:
    """The template says which there are and of what kind; the contract gives them."""
    template = written(PER_DIEM, a="{per_diem}")
    assert render(template, having(terms, per_diem="CNY 150.00")) == {
        "a": ("CNY 150.00（人民币）", "CNY 150.00 (Chinese Yuan)")
    }
    refusals: list[tuple[Terms, type[RuleError], str]] = [
        (terms, TermMissing, "Clause a needs the term per_diem"),
        (having(terms, per_diem="150"), TermContradictory, "per_diem contradicts clause a: '150' is no money"),
        (having(terms, per_diem="XXX 150"), TermContradictory, "is no money"),
        (having(terms, per_diem="CNY -1"), TermContradictory, "is no money"),
        (having(terms, per_diem="CNY 1", hotel="x"), TermUnknown, "no term hotel"),
        (replace(terms, particulars=(Particular("per_diem", "CNY 1"),) * 2), TermContradictory, "given twice"),
    ]
    for wrong, error, says in refusals:
        with pytest.raises(error, match=says):
            render(template, wrong)
    optional = written([{**PER_DIEM[0], "required": False}], a="x")
    assert render(optional, terms) == {"a": ("x", "x")}


def test_the_built_in_wording_knows_no_particulars(terms: Terms) -> None:
    """A term that no clause could say is not agreed in silence."""
    with pytest.raises(TermUnknown, match="per_diem"):
        clauses.PERFORMER.render(having(terms, per_diem="CNY 1"), "Title")


def test_inclusions_do_not_grow_without_end(written: Write, terms: Terms) -> None:
    """Each clause is written once, and none is longer than a clause can be."""
    doubling = {f"c{n}": f"{{>c{n + 1}}}{{>c{n + 1}}}" for n in range(60)}
    with pytest.raises(ClauseTooLong):
        render(written(**doubling, c60="x" * 100), terms)


def test_a_document_pins_the_version(written: Write, terms: Terms, document: ContractDocument) -> None:
    """The name of the version is in what is signed, and a revision is in the same wording."""
    wording = TemplateWording("tpl_01J9ZW5N3Q8V7Y2K4M6P8R0T1V/3", written(a="{role}"))
    made = ContractDocument.compose("ctr_A", "stu_A", TITLE, document.parties, terms, wording)
    assert (made.template, made.clauses[0].id, len(made.clauses)) == (wording.name, "a", 1)
    assert made.revised(TITLE, replace(terms, role="Other"), wording).clauses[0].en == "Other"


NAMES = st.sampled_from(["fee", "kill_fee", "grants", "first_day", "points", "hotel", "replica"])
COMPARISONS = st.fixed_dictionaries(
    {
        "term": NAMES,
        "operator": st.sampled_from(["given", "not_given", "is", "at_least", "in"]),
        "values": st.lists(st.sampled_from(["1", "2026-12-01", "true", "x"]), max_size=2),
    }
)
CONDITIONS = st.lists(st.fixed_dictionaries({"any": st.lists(COMPARISONS, min_size=1, max_size=2)}), max_size=2)
TEXTS = st.lists(
    st.one_of(NAMES.map("{{{}}}".format), st.sampled_from(["{>a}", "{>b}", "{>c}", "words ", "{{"])),
    min_size=1,
    max_size=3,
).map("".join)


@given(
    st.lists(st.tuples(TEXTS, CONDITIONS, CONDITIONS, st.booleans()), min_size=3, max_size=3),
    st.sampled_from(["text", "number", "date", "boolean", "money"]),
    st.sampled_from(["1", "CNY 1", "true", "2026-12-01"]),
)
def test_a_checked_template_writes_or_refuses_by_name(
    terms: Terms, said: list[tuple[str, Any, Any, bool]], kind: str, value: str
) -> None:
    """Whatever passes the check of templates never fails in any other way than with a named error."""
    content = load(
        Content,
        {
            "clauses": [
                {"id": name, "zh": words, "en": words, "when": when, "requires": requires, "fragment": fragment}
                for name, (words, when, requires, fragment) in zip("abc", said, strict=True)
            ],
            "terms": [{"name": "hotel", "kind": kind}],
        },
    )
    try:
        contents.check(content)
        rendered = render(content, having(terms, hotel=value))
    except RuleError as refusal:
        assert refusal.status == 422 and refusal.text("zh")
        return
    assert all("{fee}" not in zh + en for zh, en in rendered.values())
