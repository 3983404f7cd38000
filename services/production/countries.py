"""Countries, by their codes."""

from functools import cache

from babel import Locale

from events.errors import RuleError

_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


class TerritoryUnknown(RuleError):
    """Not a country of ISO 3166-1."""

    status = 422
    en = "{territory} is not a country code of ISO 3166-1."
    zh = "{territory} 不是 ISO 3166-1 国家或地区代码。"


@cache
def countries() -> frozenset[str]:
    """The codes of ISO 3166-1 alpha-2, and XK, under which platforms sell to Kosovo; CLDR's others are left out."""
    codes = {str(code) for code in Locale("en").territories}
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


def check_country(code: str, pointer: str) -> None:
    """Raise TerritoryUnknown, pointing at the field, unless the code is a country's."""
    if code not in countries():
        raise TerritoryUnknown(pointer, territory=code)
