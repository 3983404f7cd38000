"""The clauses say in Chinese and English what the typed terms say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from services.talent.contracts.clauses import TEMPLATE, Clause, render
from services.talent.contracts.terms import Consents, Instalment, Terms
from tests.unit.talent.conftest import TITLE

IDS = [
    "engagement",
    "work_dates",
    "hours",
    "fee",
    "instalments",
    "grant_1",
    "dubbing",
    "ai_voice",
    "replica",
    "points",
    "governing_law",
    "prevailing_language",
]


def clause(terms: Terms, name: str) -> Clause:
    """One clause of the rendered contract."""
    return next(c for c in render(terms, TITLE) if c.id == name)


def test_every_clause_is_there_in_both_languages(terms: Terms) -> None:
    """A Chinese and an English text share one id; each grant has its own clause."""
    rendered = render(terms, TITLE)
    assert [c.id for c in rendered] == IDS
    assert all(c.zh.endswith(("。", ".")) and c.en.endswith(".") for c in rendered)
    two = render(replace(terms, grants=terms.grants * 2), TITLE)
    assert [c.id for c in two if c.id.startswith("grant")] == ["grant_1", "grant_2"]


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("engagement", "《千金归来》", "80 episodes of “The Heiress Returns”"),
        ("work_dates", "2026年12月3日", "3 December 2026"),
        ("hours", "至少休息 11 小时", "at most 12 hours"),
        ("fee", "USD 18,000.00（美元）", "USD 18,000.00 (US Dollar)"),
        ("instalments", "杀青后 30 天内支付 30%", "30 % on signature; 40 % at wrap; 30 % within 30 days after wrap"),
        ("grant_1", "独占权利。媒体：应用内付费解锁", "exclusive rights"),
        ("grant_1", "美国、韩国、日本", "United States, South Korea, Japan"),
        ("grant_1", "至 2031年12月31日", "until 31 December 2031"),
        ("dubbing", "演员同意", "consents to being dubbed"),
        ("ai_voice", "演员不同意", "does not consent"),
        ("points", "利润的 1.5%", "1.5 % in the profit"),
        ("governing_law", "适用中国法律", "the law of China."),
        ("prevailing_language", "英文文本为准", "the English text prevails"),
    ],
)
def test_a_clause_says_what_the_terms_say(terms: Terms, name: str, zh: str, en: str) -> None:
    """The figures and names of the terms stand in both texts."""
    found = clause(terms, name)
    assert zh in found.zh
    assert en in found.en


def test_a_day_and_confirmed_hours_are_said(terms: Terms) -> None:
    """What is due on a day names it; what waits for the hours says whose confirmation it needs."""
    parts = (Instalment("date", Decimal(40), due_on=date(2027, 1, 31)), Instalment("hours_confirmed", Decimal(60)))
    found = clause(replace(terms, instalments=parts), "instalments")
    assert found.zh == "酬金分期支付：2027年1月31日前支付 40%；双方确认工时时支付 60%。"
    assert found.en == (
        "The fee is due as follows: 40 % by 31 January 2027; 60 % when both sides have confirmed the hours."
    )


def test_what_is_not_agreed_is_said_too(terms: Terms) -> None:
    """Without consent, points or an end, the clause says so instead of being silent."""
    other = replace(
        terms,
        consents=Consents(dubbing=False, ai_voice=True, replica=True, replica_uses="One wide shot."),
        points=None,
        prevailing_language="zh",
        grants=(replace(terms.grants[0], ends_on=None, exclusive=False),),
    )
    assert "does not consent" in clause(other, "dubbing").en
    assert clause(other, "ai_voice").zh.startswith("演员同意")
    assert "One wide shot." in clause(other, "replica").en and "One wide shot." in clause(other, "replica").zh
    assert "no share" in clause(other, "points").en
    assert "中文文本为准" in clause(other, "prevailing_language").zh
    assert "whole term of protection" in clause(other, "grant_1").en
    assert "非独占" in clause(other, "grant_1").zh


def test_the_wording_of_a_template_never_changes(terms: Terms) -> None:
    """Another wording is another template: change `TEMPLATE` and this hash together."""
    wording = "\n".join(f"{c.id}\n{c.title}\n{c.zh}\n{c.en}" for c in render(terms, TITLE))
    assert (TEMPLATE, sha256(wording.encode()).hexdigest()) == (
        "performer/1",
        "5e953c58a36fe212f3c221014b877c2b1ac68608274159d5b48d5b1012d9f5cb",
    )
