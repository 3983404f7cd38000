"""Whether a name as typed is one of a person's, whatever its width, case, spaces, dots, and order of given and family name."""

import unicodedata
from collections.abc import Iterable
from itertools import permutations

from events.errors import RuleError
from services.talent.people.files import Names

_MOST_PARTS = 5
"""Names of more parts are compared with their parts in alphabetical order only, of which there is one."""


class NameUnexpected(RuleError):
    """The name that was typed is none of the person's; whoever types it is asked about it once."""

    status = 422
    en = (
        "The name does not match any name on file for this person ({expected}). If it is right, repeat the request with "
        '"name_confirmed": true: evidence and certificate will say that the name differs.'
    )
    zh = '所填姓名与档案中的姓名（{expected}）不符。如确认无误，请附上 "name_confirmed": true 重新提交：证据与签署证明将注明姓名不一致。'


def check(typed: str, names: Names, confirmed: bool) -> bool:
    """Whether the name differs from all of the person's; raises NameUnexpected unless that is confirmed."""
    known = [name for name in (names.legal, names.stage, names.chinese) if name]
    if matches(typed, known):
        return False
    if not confirmed:
        raise NameUnexpected("/name", expected=", ".join(map(masked, known)))
    return True


def matches(typed: str, known: Iterable[str]) -> bool:
    """Whether a name is one of those that are known."""
    written = _spellings(typed)
    return any(written & _spellings(name) for name in known)


def masked(name: str) -> str:
    """A name that its owner recognises and nobody else learns: `M••• S•••`."""
    return " ".join(f"{part[:1]}•••" for part in name.split())


def _spellings(name: str) -> set[str]:
    """The name without spaces and punctuation, its parts in every order."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    parts = "".join(" " if unicodedata.category(sign)[0] in "ZPC" else sign for sign in folded).split()
    if len(parts) > _MOST_PARTS:
        return {"".join(sorted(parts)), "".join(parts)}
    return {"".join(order) for order in permutations(parts)} - {""}
