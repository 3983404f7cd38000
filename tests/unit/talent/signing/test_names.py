"""A typed name is one of the person's however it is written, and another name is asked about once."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.talent.people.files import Names
from services.talent.signing import names
from services.talent.signing.names import NameUnexpected

MISAKI = Names("SATO Misaki", "Misa", "佐藤美咲")
PART = st.text(st.sampled_from("abcäßéü한서연佐藤美咲サトウ"), min_size=1, max_size=6)
PARTS = st.lists(PART, min_size=1, max_size=4)
SEPARATOR = st.sampled_from([" ", "  ", "\u3000", "·", "・", "‧", "-", ", ", "’"])


@pytest.mark.parametrize(
    "typed",
    [
        "Misaki Sato",
        "ＳＡＴＯ　ｍｉｓａｋｉ",
        "misa",
        "佐藤 美咲",
        "佐藤・美咲",
        "sato, misaki",
        "美咲佐藤",
        "Sato-Misaki",
    ],
)
def test_every_way_to_write_a_name_is_right(typed: str) -> None:
    """Width, case, order, spaces and dots do not matter; legal, stage and Chinese name do alike."""
    if typed == "美咲佐藤":  # without a space nobody knows where the family name ends
        assert not names.matches(typed, ["佐藤美咲"])
        assert names.matches(typed, ["佐藤 美咲"])
    else:
        assert names.check(typed, MISAKI, confirmed=False) is False


@given(PARTS, SEPARATOR, SEPARATOR, st.data())
def test_parts_in_any_order_with_any_separator_match(
    parts: list[str], one: str, other: str, data: st.DataObject
) -> None:
    """Whatever the parts are."""
    shuffled = data.draw(st.sampled_from(list(permutations(parts))))
    assert names.matches(other.join(shuffled).upper().replace("SS", "ß"), [one.join(parts)])


@given(PARTS, PARTS)
def test_other_letters_are_another_name(one: list[str], other: list[str]) -> None:
    """A name never matches one that is not made of the same letters."""
    letters = [sorted("".join(parts).casefold().replace("ss", "ß")) for parts in (one, other)]
    if letters[0] != letters[1]:
        assert not names.matches(" ".join(one), [" ".join(other)])


def test_another_name_is_asked_about_once_without_telling_the_right_one() -> None:
    """What is expected is masked; confirmed, it is taken and marked."""
    with pytest.raises(NameUnexpected) as refused:
        names.check("Mickey Mouse", MISAKI, confirmed=False)
    assert refused.value.pointer == "/name"
    told = (
        str(refused.value.en.format(**refused.value.facts)) if hasattr(refused.value, "facts") else str(refused.value)
    )
    assert "Misaki" not in told and "藤" not in told
    assert names.masked("SATO Misaki") == "S••• M•••"
    assert names.check("Mickey Mouse", MISAKI, confirmed=True) is True


def test_a_name_of_nothing_matches_nothing() -> None:
    """Dots alone are no name."""
    assert not names.matches("···", ["··"])
