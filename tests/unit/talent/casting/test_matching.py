"""Matching: what a requirement makes of a person, and the laws of the score."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.talent.casting.roles.matching import (
    LEVELS,
    AgeWanted,
    Candidate,
    DaysWanted,
    LanguageWanted,
    Requirements,
    RequirementsContradictory,
    SkillWanted,
    Term,
    age_on,
    check,
    match,
    score,
)
from services.talent.codes import LanguageUnknown

TODAY = date(2026, 11, 22)
SEOYEON = Candidate(date(1998, 4, 17), (("ko", "native"), ("zh", "B1"), ("en", None)), ("cello", "sword fighting"))

terms = st.builds(
    Term,
    st.just("skill"),
    st.integers(1, 10),
    st.sampled_from(("met", "partly", "not")),
    st.just("why"),
    st.just("缘由"),
)
skills = st.sampled_from(("cello", "fencing", "sword fighting", "sword dance", "judo"))
levels = st.sampled_from(LEVELS)
tags = st.sampled_from(("ko", "zh", "en", "ja"))
requirements = st.builds(
    Requirements,
    age=st.none()
    | st.builds(lambda a, b, w: AgeWanted(min(a, b), max(a, b), w), *[st.integers(0, 90)] * 2, st.integers(1, 10)),
    languages=st.lists(st.builds(LanguageWanted, tags, levels, st.integers(1, 10)), max_size=4).map(tuple),
    skills=st.lists(st.builds(SkillWanted, skills, st.integers(1, 10)), max_size=5).map(tuple),
    days=st.none() | st.integers(0, 30).map(lambda n: DaysWanted(TODAY, TODAY + timedelta(days=n))),
    stunt=st.booleans(),
)
candidates = st.builds(
    Candidate,
    st.none() | st.dates(date(1930, 1, 1), TODAY),
    st.lists(st.tuples(tags, st.none() | levels), max_size=4).map(tuple),
    st.lists(skills, max_size=4).map(tuple),
    st.sets(st.integers(0, 40).map(lambda n: TODAY + timedelta(days=n))),
)


@given(st.lists(terms), st.integers(1, 10))
def test_a_met_requirement_more_never_lowers_the_score(before: list[Term], weight: int) -> None:
    """Nor does one that is not met raise it; the score stays from 0 to 100."""
    had = score(before)
    assert 0 <= had <= 100
    assert score([*before, Term("one more", weight, "met", "", "")]) >= had
    assert score([*before, Term("one more", weight, "not", "", "")]) <= had


@given(st.lists(terms, min_size=1))
def test_everything_met_is_100_and_nothing_met_is_0(some: list[Term]) -> None:
    """And only then."""
    verdicts = {term.verdict for term in some}
    assert (score(some) == 100) == (verdicts == {"met"})
    assert verdicts != {"not"} or score(some) == 0


@given(requirements, candidates)
def test_the_score_is_the_sum_of_the_terms(wanted: Requirements, candidate: Candidate) -> None:
    """Each requirement is explained by one term, in both languages, and nothing else counts."""
    found = match(wanted, candidate, TODAY)
    given_terms = len(wanted.languages) + len(wanted.skills) + sum(map(bool, (wanted.age, wanted.days, wanted.stunt)))
    assert len(found.terms) == given_terms
    assert found.score == score(found.terms)
    assert all(term.why and term.why_zh and term.why != term.why_zh for term in found.terms)
    assert match(wanted, candidate, TODAY) == found


@given(requirements, candidates, skills)
def test_learning_something_never_makes_anybody_worse(wanted: Requirements, candidate: Candidate, skill: str) -> None:
    """One more skill on file can only help."""
    skilled = Candidate(candidate.birth_date, candidate.languages, (*candidate.skills, skill), candidate.busy)
    assert match(wanted, skilled, TODAY).score >= match(wanted, candidate, TODAY).score


def verdicts(wanted: Requirements, candidate: Candidate = SEOYEON) -> list[str]:
    """What becomes of each requirement."""
    return [term.verdict for term in match(wanted, candidate, TODAY).terms]


@pytest.mark.parametrize(
    ("language", "verdict"),
    [
        (LanguageWanted("ko", "C2"), "met"),
        (LanguageWanted("zh", "B1"), "met"),
        (LanguageWanted("ZH", "B2"), "partly"),
        (LanguageWanted("zh", "C1"), "not"),
        (LanguageWanted("en", "A1"), "partly"),
        (LanguageWanted("ja", "A1"), "not"),
    ],
)
def test_a_language_is_measured_by_its_level(language: LanguageWanted, verdict: str) -> None:
    """One level short, or of unknown level, counts half; less does not."""
    assert verdicts(Requirements(languages=(language,))) == [verdict]


@pytest.mark.parametrize(
    ("youngest", "oldest", "verdict"), [(28, 30, "met"), (29, 40, "partly"), (31, 40, "partly"), (32, 40, "not"), (10, 24, "not")]
)  # fmt: skip
def test_an_age_a_little_beside_counts_half(youngest: int, oldest: int, verdict: str) -> None:
    """Up to three years."""
    assert verdicts(Requirements(age=AgeWanted(youngest, oldest))) == [verdict]


def test_skills_are_met_by_name_and_partly_by_a_word() -> None:
    """Case does not matter; a shared word is near."""
    wanted = (SkillWanted("CELLO"), SkillWanted("stage fighting"), SkillWanted("judo"))
    assert verdicts(Requirements(skills=wanted)) == ["met", "partly", "not"]


def test_minors_and_nude_scenes_are_a_matter_of_age() -> None:
    """A role with nudity wants somebody of age, a minor's role somebody who is not; without a birth date neither is met."""
    child = Candidate(date(2012, 1, 1), (), ())
    assert [verdicts(Requirements(nudity=True), who) for who in (SEOYEON, child)] == [["met"], ["not"]]
    assert [verdicts(Requirements(minor=True), who) for who in (SEOYEON, child)] == [["not"], ["met"]]
    assert verdicts(Requirements(nudity=True), Candidate(None, (), ())) == ["not"]


def test_days_are_met_by_who_is_free() -> None:
    """Busy on at most half of the days counts half."""
    days = DaysWanted(TODAY, TODAY + timedelta(days=3))
    for taken, verdict in ((0, "met"), (2, "partly"), (3, "not")):
        busy = {TODAY + timedelta(days=n) for n in range(taken)}
        assert verdicts(Requirements(days=days), Candidate(None, (), (), busy)) == [verdict]


def test_a_year_is_over_on_the_birthday() -> None:
    """Who was born on 29 February is a year older on 1 March."""
    assert age_on(date(2000, 11, 23), TODAY) == 25
    assert age_on(date(2000, 11, 22), TODAY) == 26
    assert [age_on(date(2008, 2, 29), date(2026, month, day)) for month, day in ((2, 28), (3, 1))] == [17, 18]


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        (Requirements(age=AgeWanted(30, 20)), "/requirements/age/oldest"),
        (Requirements(nudity=True, minor=True), "/requirements/nudity"),
        (Requirements(age=AgeWanted(10, 17), nudity=True), "/requirements/age"),
        (Requirements(age=AgeWanted(18, 20), minor=True), "/requirements/age"),
        (Requirements(days=DaysWanted(TODAY, TODAY - timedelta(days=1))), "/requirements/days"),
        (Requirements(days=DaysWanted(TODAY, TODAY + timedelta(days=366))), "/requirements/days"),
        (Requirements(languages=(LanguageWanted("ko"), LanguageWanted("KO"))), "/requirements/languages/1/tag"),
    ],
)
def test_a_role_that_nobody_can_play_is_refused(wanted: Requirements, pointer: str) -> None:
    """The error points at the requirement, in both languages."""
    with pytest.raises(RequirementsContradictory) as refused:
        check(wanted, TODAY)
    assert refused.value.pointer == pointer
    assert refused.value.text("zh") != refused.value.text("en")


def test_a_language_that_does_not_exist_is_refused() -> None:
    """By its position."""
    with pytest.raises(LanguageUnknown) as refused:
        check(Requirements(languages=(LanguageWanted("qq"),)), TODAY)
    assert refused.value.pointer == "/requirements/languages/0/tag"
