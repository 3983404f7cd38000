"""What somebody probably meant who wrote a day, an id or a name in another form."""

import difflib
import re
from collections.abc import Iterable
from datetime import date

KINDS = {
    "aud": "an audition",
    "bkg": "a booking",
    "crd": "a credential",
    "ctr": "a contract",
    "doc": "a document",
    "dof": "a day off",
    "fed": "a calendar feed",
    "fnd": "a finding",
    "hld": "a hold",
    "mbr": "a member",
    "pay": "a payment",
    "plc": "a place",
    "pmt": "a permit",
    "prd": "a production",
    "prs": "a person",
    "rol": "a role",
    "sch": "a schedule",
    "scn": "a scan",
    "stu": "a studio",
    "sub": "a submission",
    "tpl": "a template",
}
_ID = re.compile("([a-z]{3})_[0-7][0-9A-HJKMNP-TV-Z]{25}")
_DAY = re.compile("([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?:[T ].*)?")


def kind_of(text: str) -> str | None:
    """What an id is of, by its prefix, such as "a contract"; None for what is no id."""
    match = _ID.fullmatch(text)
    return KINDS.get(match[1]) if match else None


def mistaken(text: str, wanted: str | None) -> str | None:
    """What to say of an id that is of something else than wanted, such as "a contract"; None for what is no id."""
    given = kind_of(text)
    return f"{text:.4}... is the id of {given}; {wanted} is expected." if given and wanted and given != wanted else None


def nearest(text: str, known: Iterable[str], likeness: float = 0.8) -> str | None:
    """The one of the known texts that is most like another."""
    return next(iter(difflib.get_close_matches(text, known, 1, likeness)), None)


def day(text: str) -> date | None:
    """The day in a text that begins with the year; the order of other forms is not guessed."""
    match = _DAY.fullmatch(text[:40])
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
