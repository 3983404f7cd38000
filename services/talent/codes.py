"""Which territories, languages and currencies there are, and what they are called in Chinese and English.

The data is Unicode's CLDR as babel carries it, and the IANA subtag registry as langcodes carries it.
"""

from functools import cache, lru_cache

import langcodes
from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name, get_currency_precision

from events.errors import RuleError

_NOT_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
"""Two-letter codes of CLDR that ISO 3166-1 does not assign; XK stays, because platforms sell to Kosovo under it."""

TERRITORIES = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
)
CURRENCIES = frozenset(
    currency
    for uses in get_global("territory_currencies").values()
    for currency, _start, end, tender in uses
    if end is None and tender
)
"""Legal tender somewhere today."""


_SUBDIVISIONS = {
    "CA-BC": ("不列颠哥伦比亚省", "British Columbia"),
    "CA-ON": ("安大略省", "Ontario"),
    "CA-QC": ("魁北克省", "Quebec"),
    "GB-EAW": ("英格兰和威尔士", "England and Wales"),
    "GB-ENG": ("英格兰", "England"),
    "GB-NIR": ("北爱尔兰", "Northern Ireland"),
    "GB-SCT": ("苏格兰", "Scotland"),
    "US-CA": ("加利福尼亚州", "California"),
    "US-DE": ("特拉华州", "Delaware"),
    "US-GA": ("佐治亚州", "Georgia"),
    "US-NM": ("新墨西哥州", "New Mexico"),
    "US-NV": ("内华达州", "Nevada"),
    "US-NY": ("纽约州", "New York"),
    "US-TX": ("得克萨斯州", "Texas"),
}
"""Those of ISO 3166-2 whose law film contracts name; CLDR's names of the others are not in babel."""


class TerritoryUnknown(RuleError):
    """No territory has this code."""

    status = 422
    en = "{code} is not an ISO 3166-1 code of a territory."
    zh = "{code} 不是 ISO 3166-1 中的地区代码。"


class LanguageUnknown(RuleError):
    """No language has this tag."""

    status = 422
    en = "{tag} is not a valid BCP 47 tag of a language."
    zh = "{tag} 不是有效的 BCP 47 语言标签。"


class CurrencyUnknown(RuleError):
    """No currency of today has this code."""

    status = 422
    en = "{code} is not an ISO 4217 code of a current currency."
    zh = "{code} 不是现行货币的 ISO 4217 代码。"


def check_territory(code: str, pointer: str) -> None:
    """Raise TerritoryUnknown unless `code` is assigned in ISO 3166-1 alpha-2."""
    if code not in TERRITORIES:
        raise TerritoryUnknown(pointer, code=code)


def check_language(tag: str, pointer: str) -> None:
    """Raise LanguageUnknown unless every subtag of `tag` is registered (RFC 5646 §2.2.9)."""
    if not _is_language(tag):
        raise LanguageUnknown(pointer, tag=tag)


def check_currency(code: str, pointer: str) -> None:
    """Raise CurrencyUnknown unless `code` is legal tender today."""
    if code not in CURRENCIES:
        raise CurrencyUnknown(pointer, code=code)


def minor_digits(currency: str) -> int:
    """The decimal places of a currency's minor unit: 2 for USD, 0 for JPY, 3 for KWD."""
    digits: int = get_currency_precision(currency)
    return digits


def territory_name(code: str, locale: str) -> str:
    """A territory's name in a language of CLDR: "zh", "en"."""
    name: str = _locale(locale).territories[code]
    return name


def jurisdiction_name(code: str, locale: str) -> str:
    """The name of a country whose law governs, or of its subdivision; one without a name of ours in the language shows its code."""
    country, subdivision = territory_name(code[:2], locale), _SUBDIVISIONS.get(code)
    if len(code) == 2:
        return country
    if subdivision is None or locale not in ("zh", "en"):
        return f"{country} ({code})"
    return f"{country}{subdivision[0]}" if locale == "zh" else f"{subdivision[1]}, {country}"


def language_name(tag: str, locale: str) -> str:
    """A language's name in a language of CLDR; a tag without a name of its own shows the language and the tag."""
    names = _locale(locale).languages
    if (name := names.get(tag.replace("-", "_"))) is not None:
        return str(name)
    name = names.get(tag.partition("-")[0])
    return tag if name is None else f"{name} ({tag})"


def currency_name(code: str, locale: str) -> str:
    """A currency's name in "zh" or "en"."""
    name: str = get_currency_name(code, locale=_locale(locale))
    return name


@cache
def _locale(name: str) -> Locale:
    return Locale(name)


@lru_cache(4096)
def _is_language(tag: str) -> bool:
    return langcodes.tag_is_valid(tag)
