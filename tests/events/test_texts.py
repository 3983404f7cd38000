"""Which characters the texts that people send may hold."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.texts import complaint, normalized, unfit

NAMES = (
    "한서연", "佐藤　美咲", "O’Brien-Smith, Jr.", "Zoë Núñez", "Łukasz", "กานต์ สุขใจ", "नेहा क्‍षत्रिय", "علی‌رضا", "葛\U000e0100飾", "神田", "𠮷野",
    "Team ❤️", "👩‍🎤", "1️⃣", "أحمد", "דנה", "Nguyễn Văn Ân", "Ông Hai", "မောင်", "林晓 Lin Xiao", "a\u00a0b", "ᠮᠣᠩᠭᠣᠯ᠋",
)  # fmt: skip
PHISHING = "Mina\n\nYour contract was moved: https://example.com/"
REFUSED = (
    (PHISHING, "U+000A at character 5"),
    ("Mina\r", "U+000D at character 5"),
    ("USD \u202e00.001\u202c", "U+202E at character 5"),
    ("a\u2066b", "U+2066 at character 2"),
    ("a\u200bb", "U+200B at character 2"),
    ("\ufeffMina", "U+FEFF at character 1"),
    ("Mi\u00adna", "U+00AD at character 3"),
    ("Mi\u200dna", "U+200D at character 3"),
    ("Mina\ufe0f", "U+FE0F at character 5"),
    ("क्\u200d\u200d", "U+200D at character 4"),
    ("\u3164", "U+3164 at character 1"),
    ("a\u2028b", "U+2028 at character 2"),
    ("a\x85b", "U+0085 at character 2"),
    ("a\ue000", "U+E000 at character 2"),
    ("a\ufdd0", "U+FDD0 at character 2"),
    ("a\U0001ffff", "U+1FFFF at character 2"),
    ("a\U000e0041", "U+E0041 at character 2"),
    ("a\U000e0100", "U+E0100 at character 2"),
    ("a\ufffd", "U+FFFD at character 2"),
)
INVISIBLE = [
    chr(code)
    for code in range(0x110000)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and chr(code) not in "\t\n\r\u200c\u200d"
]
VISIBLE_FORMATS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd") | {
    chr(code) for code in range(0x13430, 0x13439)
}
"""Signs of Arabic, Syriac, Kaithi and Egyptian script that are seen, though their category is Cf."""


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_worlds_scripts_are_lines(name: str) -> None:
    """Letters, marks and punctuation of every script, and the joiners and selectors that stand behind what needs them."""
    assert complaint(name, breaks=False) == ""
    assert complaint(f"{name}\r\n\t{name}", breaks=True) == ""


@pytest.mark.parametrize(("text", "which"), REFUSED)
def test_what_cannot_be_seen_is_refused_with_its_place(text: str, which: str) -> None:
    """The complaint names the character and where it stands."""
    assert complaint(text, breaks=False) == f"Not allowed here: {which}."
    assert bool(complaint(text, breaks=True)) is (which[:6] not in ("U+000A", "U+000D"))


@pytest.mark.parametrize("text", [" ", "\u3000\u2003", "\u00a0"])
def test_a_line_of_spaces_is_refused(text: str) -> None:
    """It would be a name that nobody sees."""
    assert complaint(text, breaks=False) == "Expected something that can be seen."


@pytest.mark.parametrize("breaks", [False, True])
def test_no_invisible_character_is_fit(breaks: bool) -> None:
    """Every control, format and private character of Unicode, but the few format characters that are seen."""
    fit = {character for character in INVISIBLE if unfit(f"a{character}b", breaks) is None}
    assert fit == VISIBLE_FORMATS


@given(st.text(st.characters() | st.sampled_from("".join(text for text, _ in REFUSED))), st.booleans())
def test_the_quick_search_misses_nothing(text: str, breaks: bool) -> None:
    """Behind an emoji every text is searched exactly."""
    assert (unfit(text, breaks) is None) is (unfit(f"\U0001f600 {text}", breaks) is None)


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Lo", "So")), min_size=1)
)
def test_letters_numbers_and_punctuation_are_fit(text: str) -> None:
    """Whatever is plainly seen is taken."""
    assert unfit(text, breaks=False) is None


@given(st.text())
def test_normalizing_is_nfc_and_done_once(text: str) -> None:
    """But a compatibility ideograph, which some family registers tell from the unified one, stays as it was written."""
    once = normalized(text)
    assert normalized(once) == once
    assert unicodedata.normalize("NFC", once) == unicodedata.normalize("NFC", text)
    assert normalized("神e\u0301") == "神é"
