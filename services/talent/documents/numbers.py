"""What a passport's number looks like: ICAO Doc 9303-4 for all, and the national form where one is known.

ICAO gives the number nine places of the machine-readable zone, in which only A-Z and 0-9 can stand. The national forms are
those that the issuing states describe for ordinary, service and diplomatic passports in circulation.
"""

import re

from events.errors import RuleError

_ICAO = (re.compile("[A-Z0-9]{5,9}"), "5 to 9 letters and digits (ICAO Doc 9303)")
_NATIONAL = {
    country: (re.compile(pattern), expected)
    for country, pattern, expected in (
        ("AU", "[A-Z]{1,2}[0-9]{7}", "one or two letters and 7 digits"),
        ("CA", "[A-Z]{2}[0-9]{6}|[A-Z][0-9]{6}[A-Z]{2}", "2 letters and 6 digits, or a letter, 6 digits and 2 letters"),
        ("CN", "[DEGPS][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DPS]E[0-9]{7}", "E and 8 digits, or EA to EZ and 7 digits"),
        ("DE", "[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}", "9 places without vowels and without B, D, Q and S"),
        ("FR", "[0-9]{2}[A-Z]{2}[0-9]{5}", "2 digits, 2 letters and 5 digits"),
        ("GB", "[0-9]{9}", "9 digits"),
        ("IN", "[A-Z][0-9]{7}", "a letter and 7 digits"),
        ("JP", "[A-Z]{2}[0-9]{7}", "2 letters and 7 digits"),
        ("KR", "[A-Z][0-9]{8}|[A-Z][0-9]{3}[A-Z][0-9]{4}", "a letter and 8 digits, or such as M123A4567"),
        ("US", "[A-Z0-9][0-9]{8}", "9 digits, or a letter and 8 digits"),
    )
}


class PassportNumberMalformed(RuleError):
    """No passport of this country has such a number."""

    status = 422
    en = "{number} is not the number of a passport of {country}: expected {expected}."
    zh = "{number} 不符合 {country} 护照号码的格式。"


def check_passport(country: str, number: str, pointer: str) -> None:
    """Raise PassportNumberMalformed unless the number, without spaces and hyphens, can be one of the country's."""
    printed = re.sub("[ -]", "", number).upper()
    pattern, expected = _NATIONAL.get(country, _ICAO)
    if not pattern.fullmatch(printed):
        raise PassportNumberMalformed(pointer, number=number, country=country, expected=expected)
