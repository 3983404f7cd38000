"""Codes of territories, languages and currencies, and their names."""

import pytest

from services.talent import codes
from services.talent.codes import CurrencyUnknown, LanguageUnknown, TerritoryUnknown


def test_the_markets_of_short_drama_are_territories() -> None:
    """Every country is there, the demo's markets among them."""
    assert {"US", "JP", "KR", "DE", "FR", "GB", "BR", "CN", "HK", "XK"} <= codes.TERRITORIES
    assert 245 <= len(codes.TERRITORIES) <= 255


@pytest.mark.parametrize("code", ["EU", "UN", "ZZ", "XA", "UK", "us"])
def test_what_is_no_territory_is_refused(code: str) -> None:
    """Groups of countries, placeholders and unassigned codes are no territories."""
    with pytest.raises(TerritoryUnknown, match=code):
        codes.check_territory(code, "/territory")


def test_current_money_is_known() -> None:
    """Currencies that somebody can pay with today."""
    assert {"USD", "CNY", "JPY", "KRW", "EUR", "GBP", "BRL", "KWD"} <= codes.CURRENCIES


@pytest.mark.parametrize("code", ["DEM", "XXX", "XAU", "USN", "ABC"])
def test_what_is_no_current_money_is_refused(code: str) -> None:
    """Money of the past, gold, test codes and inventions are refused."""
    with pytest.raises(CurrencyUnknown, match=code):
        codes.check_currency(code, "/currency")


def test_a_currency_has_its_own_decimal_places() -> None:
    """Cents, none, and thousandths."""
    assert [codes.minor_digits(code) for code in ("USD", "JPY", "KWD")] == [2, 0, 3]


def test_an_invented_language_is_refused() -> None:
    """The tag has the right form but no such language is registered."""
    codes.check_language("zh-Hans", "/language")
    with pytest.raises(LanguageUnknown, match="xx"):
        codes.check_language("xx", "/language")


def test_names_come_in_both_languages() -> None:
    """A contract's two texts name the same things."""
    assert (codes.territory_name("JP", "zh"), codes.territory_name("JP", "en")) == ("日本", "Japan")
    assert (codes.language_name("pt-BR", "zh"), codes.language_name("ko", "en")) == ("巴西葡萄牙语", "Korean")
    assert codes.currency_name("KRW", "zh") == "韩元"


def test_a_tag_without_a_name_shows_the_language_and_the_tag() -> None:
    """No language is left unnamed in a contract."""
    assert codes.language_name("ko-KR", "en") == "Korean (ko-KR)"
    assert codes.language_name("aab", "en") == "aab"
