"""Two files that may be about one person: similar names and the same birth date, or the same passport."""

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from anyascii import anyascii

from services.talent.people import search
from services.talent.people.files import Names, Profile

Reason = Literal["same_passport", "same_birth_date", "same_name", "similar_name"]
SIMILAR = 80
"""Percent of the letters that two names must share in order (Ratcliff and Obershelp) to be called similar."""


@dataclass(frozen=True)
class Likeness:
    """How alike the names are, in percent, and why the two may be one person."""

    percent: int
    reasons: tuple[Reason, ...]


def candidates(profile: Profile) -> search.Wanted:
    """Which files to compare: with a part of a name that begins alike, and born in the same year or nobody knows when."""
    parts = {part for name in _names(profile.names) for part in name.split()}
    begins = tuple(sorted(f"from {part[:4]}" for part in parts))
    born = ((f"born {profile.birth_date.year}", search.UNBORN),) if profile.birth_date else ()
    return search.Wanted((), (begins, *born))


def compare(one: Profile, other: Profile, same_passport: bool = False) -> Likeness | None:
    """Why the two may be one person; None when nothing says so.

    Without a passport in common the names must be similar and the birth dates equal; when one birth date is not known, the
    names must be the same.
    """
    percent = max(_alike(mine, theirs) for mine in _names(one.names) for theirs in _names(other.names))
    known = one.birth_date is not None and other.birth_date is not None
    same_birth_date = known and one.birth_date == other.birth_date
    reasons: list[Reason] = ["same_passport"] if same_passport else []
    if same_birth_date:
        reasons.append("same_birth_date")
    if percent == 100:
        reasons.append("same_name")
    elif percent >= SIMILAR:
        reasons.append("similar_name")
    suspicious = percent >= SIMILAR if same_birth_date else percent == 100 and not known
    return Likeness(percent, tuple(reasons)) if same_passport or suspicious else None


def _names(names: Names) -> list[str]:
    """Every name in Latin letters, without case, accents and punctuation."""
    found = []
    for name in (names.legal, names.stage, names.chinese):
        if name:
            latin = anyascii(unicodedata.normalize("NFKC", name)).lower()
            found.append("".join(c if c.isalnum() else " " for c in latin))
    return found


def _alike(one: str, other: str) -> int:
    """Percent of letters in common, for the better of two ways: as written, and with the parts in alphabetical order."""
    return max(_ratio(one.replace(" ", ""), other.replace(" ", "")), _ratio(_ordered(one), _ordered(other)))


def _ratio(one: str, other: str) -> int:
    return int(100 * SequenceMatcher(None, one, other, autojunk=False).ratio())


def _ordered(name: str) -> str:
    return "".join(sorted(name.split()))
