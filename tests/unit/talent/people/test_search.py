"""Finding people: in every script, by parts and beginnings of names, by pinyin, by what is never shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.talent.people import search
from services.talent.people.files import Names, Profile, SpokenLanguage
from services.talent.people.search import Wanted

TODAY = date(2026, 11, 22)
HAN = Profile(
    Names("한서연", "Seoyeon Han", "韩书妍"),
    "KR",
    (SpokenLanguage("ko", "native"), SpokenLanguage("zh-Hans", "B1")),
    birth_date=date(1998, 4, 17),
    skills=("Cello", "sword fighting"),
    attributes=("left-handed",),
)


def named(legal: str) -> Profile:
    """Somebody of whom only a name is known."""
    return Profile(Names(legal), "CN")


def asked(text: str | None = None, **facts: str) -> Wanted:
    """The words of a question."""
    known = {name: facts.get(name) for name in ("nationality", "language", "skill", "attribute")}
    return search.wanted(text, **known, ages=(None, None), today=TODAY)


def finds(profile: Profile, text: str | None = None, **facts: str) -> bool:
    """Whether a question leads to a file."""
    return set(asked(text, **facts).every) <= search.words(profile)


@pytest.mark.parametrize(
    "text",
    [
        "한서연",
        "서연",
        "연",
        "hanseoyeon",
        "seoyeon",
        "han seo",
        "SEOYEON HAN",
        "seoy",
        "韩书妍",
        "书妍",
        "韩",
        "han shuyan",
        "hanshu",
        "shuyan 韩",
    ],
)
def test_a_name_is_found_in_every_way_of_writing_it(text: str) -> None:
    """Hangul, ideographs and Latin letters, whole, in part or from the beginning of a word, in any order."""
    assert finds(HAN, text)


@pytest.mark.parametrize("text", ["サトウ", "さとう", "ｻﾄｳ", "みさき", "サトウ ミサキ", "美咲", "sato", "misaki satou"])
@pytest.mark.parametrize("reading", ["サトウ ミサキ", "さとう みさき"])
def test_a_japanese_name_is_found_by_its_reading(text: str, reading: str) -> None:
    """In hiragana, katakana of either width, or Latin letters, whichever of them is on file."""
    assert finds(Profile(Names("佐藤 美咲", reading=reading), "JP"), text)


@pytest.mark.parametrize("text", ["eoyeon", "yan shu han x", "書", "한연", "hanseoyeonx"])
def test_another_name_is_not(text: str) -> None:
    """The middle of a Latin word, what does not stand together, and what is not there."""
    assert not finds(HAN, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("曾志伟", "zeng zhiwei"),
        ("曾志伟", "ceng"),
        ("单雄信", "shan xiongxin"),
        ("朴宝剑", "piao"),
        ("José Núñez", "nunez"),
        ("Jose Nunez", "José NÚÑEZ"),
        ("さくら 花子", "花子"),
        ("さくら 花子", "saku"),
        ("สมชาย", "ชาย"),
        ("Ｌｉｎ Ｘｉａｏ", "lin xiao"),
        ("O'Brien-Smith, Anne", "brien anne"),
    ],
)
def test_scripts_readings_and_marks(name: str, text: str) -> None:
    """A surname's own reading, accents, full width, kana, Thai and punctuation are no obstacle."""
    assert finds(named(name), text)


def test_facts_are_found_and_not_told_apart_by_case() -> None:
    """Skills, languages, nationality, and attributes that nobody is shown."""
    assert finds(HAN, skill="cello", language="ZH-hans", nationality="KR", attribute="Left-Handed")
    assert not finds(HAN, skill="piano")
    assert not finds(HAN, language="zh")


@pytest.mark.parametrize(
    ("youngest", "oldest", "within"),
    [(28, 28, True), (None, 27, False), (29, None, False), (20, 30, True), (None, None, True), (30, 20, False)],
)
def test_ages_are_those_reached_this_year(youngest: int | None, oldest: int | None, within: bool) -> None:
    """Born in 1998 is 28 in 2026, from January to December; an impossible range finds nobody."""
    wanted = search.wanted(None, None, None, None, None, (youngest, oldest), TODAY)
    assert all(set(words) & search.words(HAN) for words in wanted.either) is within


def test_whole_names_come_first() -> None:
    """A whole name has more of the words that rank than a part of it, and a part more than a beginning."""
    ranks = [len(set(asked(text).best) & search.words(HAN)) for text in ("seoyeon han", "seoyeon", "seoy")]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 3


letters = st.text(st.characters(categories=["Ll", "Lu", "Lo"], max_codepoint=0xD7AF), min_size=1, max_size=8)


@given(st.lists(letters, min_size=1, max_size=4), st.data())
def test_every_part_of_a_name_leads_to_it(parts: list[str], data: st.DataObject) -> None:
    """Whatever the script: the name itself, any of its parts, and parts in another order find the file."""
    profile = named(" ".join(parts))
    assert finds(profile, profile.names.legal)
    some = data.draw(st.permutations(parts))
    assert finds(profile, " ".join(some[: data.draw(st.integers(1, len(some)))]))
