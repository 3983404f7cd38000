"""Two files that may be about one person."""

from dataclasses import replace
from datetime import date

import pytest

from services.talent.people import duplicates, search
from services.talent.people.files import Names, Profile

BORN = date(1998, 4, 17)
SEOYEON = Profile(Names("Han Seoyeon", chinese="韩书妍"), "KR", birth_date=BORN)


def named(*names: str, born: date | None = BORN) -> Profile:
    """A profile with a legal name, and a Chinese one if there are two."""
    return Profile(Names(names[0], chinese=names[1] if len(names) > 1 else None), "KR", birth_date=born)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (named("Han Seoyeon"), "same_name"),
        (named("SEOYEON HAN"), "same_name"),
        (named("Han Seo-yeon"), "same_name"),
        (named("Han Seoyoen"), "similar_name"),
        (named("Somebody Else", "韩书妍"), "same_name"),
    ],
)
def test_similar_names_with_the_same_birth_date(other: Profile, reason: str) -> None:
    """Order, case, hyphens and a slip of the keyboard do not hide a person; either side may be asked."""
    for found in (duplicates.compare(SEOYEON, other), duplicates.compare(other, SEOYEON)):
        assert found is not None
        assert found.reasons == ("same_birth_date", reason)


@pytest.mark.parametrize(
    "other",
    [
        named("Han Seoyeon", born=date(1998, 4, 18)),
        named("Kim Minjun"),
        named("Han Seoyoen", born=None),
    ],
)
def test_what_only_resembles_is_no_duplicate(other: Profile) -> None:
    """The same name on another day, another name on the same day, a similar name on an unknown day."""
    assert duplicates.compare(SEOYEON, other) is None


def test_the_same_name_is_enough_when_a_birth_date_is_missing() -> None:
    """Nothing says that they are two."""
    found = duplicates.compare(SEOYEON, named("Seoyeon Han", born=None))
    assert found is not None and found.reasons == ("same_name",)


def test_a_passport_in_common_is_enough() -> None:
    """Whatever the names."""
    found = duplicates.compare(SEOYEON, named("Kim Minjun", born=None), same_passport=True)
    assert found is not None and found.reasons == ("same_passport",)


@pytest.mark.parametrize("other", [named("SEOYEON HAN"), named("Han Seoyoen"), named("Somebody Else", "韩书妍")])
def test_duplicates_are_among_the_candidates(other: Profile) -> None:
    """The words that are asked for are words of the other file."""
    wanted, words = duplicates.candidates(SEOYEON), search.words(other)
    assert len(wanted.either) == 2
    assert all(set(choice) & words for choice in wanted.either)


def test_a_file_without_a_birth_date_is_a_candidate_of_its_own() -> None:
    """It has a word that says so."""
    unborn = replace(SEOYEON, birth_date=None)
    assert search.UNBORN in search.words(unborn)
    assert search.UNBORN in duplicates.candidates(SEOYEON).either[1]
    assert len(duplicates.candidates(unborn).either) == 1
