"""Finding people although their files are sealed: what can be looked for becomes words, of which only keyed hashes are stored.

A name is found in its own script, by any part of it, by its reading in either kana, and in Latin letters (Chinese by pinyin) as
somebody types it: by the beginnings of its words. What is hashed how is the repository's; here is which words a file has and which a question asks for.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from anyascii import anyascii

from services.talent.people.files import Profile

LONGEST_PREFIX = 12
"""Letters; who types more is asked for the first of them."""
UNBORN = "born unknown"
"""The word of a file without a birth date."""
Kind = Literal["words", "traits", "born"]
_KINDS: dict[str, Kind] = {
    "attribute": "traits",
    "language": "traits",
    "nationality": "traits",
    "skill": "traits",
    "born": "born",
}
_SYLLABLE = re.compile("[A-Z]?[^A-Z]+")
_UNSEGMENTED = re.compile(
    r"[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai and Lao, Hangul, kana and ideographs: scripts in which a part of a name is not set off by spaces."""
_SURNAMES = {
    "单": "Shan", "仇": "Qiu", "解": "Xie", "查": "Zha", "曾": "Zeng", "區": "Ou", "区": "Ou", "朴": "Piao", "盖": "Ge",
    "翟": "Zhai", "缪": "Miao", "乐": "Yue", "樂": "Yue", "員": "Yun", "员": "Yun", "繁": "Po", "秘": "Bi", "折": "She",
}  # fmt: skip
"""Characters that are read otherwise as a surname."""
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}


@dataclass(frozen=True)
class Wanted:
    """What a question asks for: every word of `every`, one of each of `either`; who has more of `best` comes first."""

    every: tuple[str, ...]
    either: tuple[tuple[str, ...], ...] = ()
    best: tuple[str, ...] = ()


def words(profile: Profile) -> frozenset[str]:
    """Every word by which a file can be found."""
    names = profile.names
    called = [names.legal, names.stage, names.chinese, names.reading, *(entry.stage for entry in profile.profiles)]
    found = {word for name in called if name for word in _name_words(name)}
    found |= {f"language {language.tag.lower()}" for language in profile.languages}
    skills = [*profile.skills, *(skill for entry in profile.profiles for skill in entry.skills)]
    found |= {f"skill {plain(skill)}" for skill in skills}
    found |= {f"skill {plain(entry.work)}" for entry in profile.profiles}
    found |= {f"attribute {plain(attribute)}" for attribute in profile.attributes}
    found.add(f"nationality {profile.nationality}")
    found.add(f"born {profile.birth_date.year}" if profile.birth_date else UNBORN)
    return frozenset(found)


def wanted(
    text: str | None,
    nationality: str | None,
    language: str | None,
    skill: str | None,
    attribute: str | None,
    ages: tuple[int | None, int | None],
    today: date,
) -> Wanted:
    """The words of a question. An age is the one that a person reaches in this calendar year; both bounds are included."""
    every = [] if text is None else [word for part in _parts(text) for word in _asked(part)]
    best = [] if text is None else [f"whole {_joined(text)}", *(f"part {_latin(part)}" for part in _parts(text))]
    every += [f"skill {plain(skill)}"] if skill else []
    every += [f"attribute {plain(attribute)}"] if attribute else []
    every += [f"language {language.lower()}"] if language else []
    every += [f"nationality {nationality}"] if nationality else []
    either = []
    youngest, oldest = ages
    if youngest is not None or oldest is not None:
        first, last = today.year - (120 if oldest is None else oldest), today.year - (youngest or 0)
        either.append(tuple(f"born {year}" for year in range(first, last + 1)))
    return Wanted(tuple(dict.fromkeys(every)), tuple(either), tuple(dict.fromkeys(best)))


def kind(word: str) -> Kind:
    """Whether a word is of the year of birth, of which a file has one, of what a person is or can do, or one of a name's many."""
    return _KINDS.get(word.partition(" ")[0], "words")


def fewer_and_fewer(best: Sequence[int]) -> Iterator[Sequence[int]]:
    """Words to look for together: all of them, all but one, each one alone, none."""
    if len(best) > 1:
        yield best
    if len(best) > 2:
        yield from (tuple(word for word in best if word is not left_out) for left_out in best)
    yield from ((word,) for word in best)
    yield ()


def _name_words(name: str) -> Iterator[str]:
    yield f"whole {_joined(name)}"
    yield f"whole {_latin(_joined(name))}"
    for part in _parts(name):
        yield f"part {_latin(part)}"
        if _UNSEGMENTED.search(part):
            yield from (f"in {part[at : at + size]}" for size in (1, 2) for at in range(len(part) - size + 1))
        for spelled in _spellings(part):
            syllables = _SYLLABLE.findall(spelled)
            for first in range(len(syllables)):
                tail = "".join(syllables[first:]).lower()
                yield from (f"from {tail[:length]}" for length in range(1, min(len(tail), LONGEST_PREFIX) + 1))


def _asked(part: str) -> Iterator[str]:
    if not _UNSEGMENTED.search(part):
        yield f"from {_latin(part)[:LONGEST_PREFIX]}"
    elif len(part) == 1:
        yield f"in {part}"
    else:
        yield from (f"in {part[at : at + 2]}" for at in range(len(part) - 1))


def _spellings(part: str) -> Iterator[str]:
    """A part of a name in Latin letters, each syllable of Chinese or Korean with a capital; also as a surname is read."""
    yield anyascii(part)
    if part[0] in _SURNAMES:
        yield _SURNAMES[part[0]] + anyascii(part[1:])


def _latin(text: str) -> str:
    return anyascii(text).lower()


def plain(text: str) -> str:
    """The text in one form for all ways of writing it: width, case, kind of kana, spaces and punctuation do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_HIRAGANA)
    return " ".join("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded).split())


def _parts(text: str) -> list[str]:
    return plain(text).split()


def _joined(text: str) -> str:
    return plain(text).replace(" ", "")
