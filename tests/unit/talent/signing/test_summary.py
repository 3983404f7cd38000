"""A contract's summary: every matter of the terms, in the reader's language, and which text prevails."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from events.schemas import load
from services.talent import codes
from services.talent.contracts.api import DRAFT_CONTRACT, ContractRequest
from services.talent.contracts.terms import Consents, Instalment, KillFee, Medium, Terms, Trigger
from services.talent.letters.addressees import Reading
from services.talent.signing.summary import MOST_NAMES, Summary, Topic, summarise
from services.talent.signing.summary_words import WORDS

LANGUAGES = get_args(Reading)


@pytest.fixture
def terms() -> Terms:
    """The example's terms, with three days in a row and one later."""
    assert DRAFT_CONTRACT.example is not None
    known = load(ContractRequest, DRAFT_CONTRACT.example).terms
    days = tuple(date(2026, 12, day) for day in (1, 2, 3, 9))
    return replace(known, work_dates=days, kill_fee=KillFee(Decimal("25"), 14))


def texts(summary: Summary, topic: Topic) -> list[str]:
    """What a summary says about a matter."""
    return [point.text for point in summary.points if point.topic == topic]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_matter_is_named_in_every_language(terms: Terms, language: Reading) -> None:
    """In the order of the contract; no brace and no code is left, and no sentence of another language."""
    summary = summarise(terms, "灯影街", language)
    topics = [point.topic for point in summary.points]
    assert list(dict.fromkeys(topics)) == list(get_args(Topic))
    whole = "\n".join(point.title + point.text for point in summary.points)
    assert "{" not in whole and "in_app" not in whole and "USD" not in whole and "duration" not in whole
    assert "灯影街" in texts(summary, "engagement")[0]


def test_days_are_runs_and_money_is_in_words(terms: Terms) -> None:
    """As each language writes them."""
    said = {language: summarise(terms, "T", language) for language in LANGUAGES}
    assert texts(said["en"], "days") == ["4 days: Dec 1\u2009–\u20093, 2026 and Dec 9, 2026"]
    assert texts(said["ja"], "days") == ["4日：2026年12月1日～3日、2026年12月9日"]
    assert texts(said["zh"], "fee") == ["全部酬金：18,000.00美元（税前）。"]
    assert texts(said["ko"], "fee") == ["전체 18,000.00 미국 달러(세전)."]
    assert "30% within 30 days after wrap" in texts(said["en"], "instalments")[0]
    one = replace(terms, work_dates=terms.work_dates[:1])
    assert texts(summarise(one, "T", "en"), "days") == ["1 day: Dec 1, 2026"]


def test_the_text_that_prevails_is_named(terms: Terms) -> None:
    """The summary never does."""
    assert "中文文本为准" in summarise(replace(terms, prevailing_language="zh"), "T", "zh").note
    assert "the English text of the contract prevails" in summarise(terms, "T", "en").note
    assert "중국어 본문이 우선" in summarise(replace(terms, prevailing_language="zh"), "T", "ko").note


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_consent_is_told_from_its_absence(terms: Terms, language: Reading) -> None:
    """Dubbing, synthetic voice and replica each; a replica's uses are quoted as the contract has them."""
    none = summarise(replace(terms, consents=Consents()), "T", language)
    every = summarise(replace(terms, consents=Consents(True, True, True, "{0} Wide shots.")), "T", language)
    for topic in ("dubbing", "ai_voice", "replica"):
        assert texts(none, topic) != texts(every, topic)
    assert "{0} Wide shots." in texts(every, "replica")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_complete(language: Reading) -> None:
    """Every medium, trigger and topic has its words."""
    words = WORDS[language]
    assert set(words.media) == set(get_args(Medium))
    assert set(words.due) == set(get_args(Trigger))
    assert set(words.titles) == set(get_args(Topic))


def test_long_lists_are_cut_and_say_so(terms: Terms) -> None:
    """Whoever grants the world does not scroll through it; the clause has all."""
    (grant, *_) = terms.grants
    world = replace(terms, grants=(replace(grant, territories=tuple(sorted(codes.TERRITORIES)), ends_on=None),))
    (said,) = texts(summarise(world, "T", "en"), "rights")
    assert f"and {len(codes.TERRITORIES) - MOST_NAMES} more (see the contract)" in said
    assert "for as long as the law protects the work" in said


def test_a_year_of_days_is_a_text_that_the_answer_can_have(terms: Terms) -> None:
    """Even every other day of a year, and twenty instalments, stay within a paragraph."""
    every_other = tuple(date(2026, 1, 1) + timedelta(days=2 * n) for n in range(366))
    parts = tuple(Instalment("date", Decimal(5), due_on=date(2026, 1, 1)) for _ in range(20))
    for language in LANGUAGES:
        for point in summarise(replace(terms, work_dates=every_other, instalments=parts), "T", language).points:
            assert len(point.text) <= 10_000


def test_a_subdivision_is_named_with_its_country(terms: Terms) -> None:
    """Not by its code alone."""
    assert texts(summarise(replace(terms, governing_law="US-CA"), "T", "ja"), "law") == [
        "アメリカ合衆国 (US-CA)の法律。"
    ]
