"""Terms that contradict each other, or the world, are refused where they stand."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import RuleError
from services.talent.codes import CurrencyUnknown, LanguageUnknown, TerritoryUnknown
from services.talent.contracts import terms as rules
from services.talent.contracts.terms import (
    Consents,
    DayTooFarAhead,
    Fee,
    Grant,
    Instalment,
    Terms,
    TermsContradictory,
)

TODAY, DAY = date(2026, 11, 22), date(2027, 1, 1)
LAST, NEVER = date(2046, 11, 22), date.max
GRANT = Grant(("svod",), ("US",), ("en",), DAY)


def grant(**change: Any) -> dict[str, Any]:
    """A change of the terms to one sound grant and one with a fault."""
    return {"grants": (GRANT, replace(GRANT, **change))}


def test_sound_terms_pass(terms: Terms) -> None:
    """The example of the documentation is accepted, with and without what is optional."""
    rules.check(terms, TODAY)
    rules.check(replace(terms, grants=(), points=None), TODAY)


@pytest.mark.parametrize(
    ("change", "error", "pointer"),
    [
        ({"work_dates": (DAY, DAY)}, TermsContradictory, "/work_dates"),
        ({"work_dates": (date(2027, 1, 2), DAY)}, TermsContradictory, "/work_dates"),
        ({"hours_cap": 14, "rest_hours": 11}, TermsContradictory, "/rest_hours"),
        ({"fee": Fee(Decimal("1"), "DEM")}, CurrencyUnknown, "/fee/currency"),
        ({"fee": Fee(Decimal("1000.5"), "JPY")}, TermsContradictory, "/fee/amount"),
        ({"fee": Fee(Decimal("1000.005"), "USD")}, TermsContradictory, "/fee/amount"),
        ({"instalments": (Instalment("wrap", Decimal("99.9999")),)}, TermsContradictory, "/instalments"),
        ({"instalments": (Instalment("wrap", Decimal(100)),) * 2}, TermsContradictory, "/instalments"),
        ({"instalments": (Instalment("wrap", Decimal(100), 5),)}, TermsContradictory, "/instalments/0/days"),
        ({"instalments": (Instalment("days_after_wrap", Decimal(100)),)}, TermsContradictory, "/instalments/0/days"),
        ({"instalments": (Instalment("date", Decimal(100)),)}, TermsContradictory, "/instalments/0/due_on"),
        (
            {"instalments": (Instalment("hours_confirmed", Decimal(100), due_on=DAY),)},
            TermsContradictory,
            "/instalments/0/due_on",
        ),
        (grant(territories=("US", "EU")), TerritoryUnknown, "/grants/1/territories/1"),
        (grant(languages=("xx",)), LanguageUnknown, "/grants/1/languages/0"),
        (grant(media=("svod", "svod")), TermsContradictory, "/grants/1/media"),
        (grant(territories=("US", "US")), TermsContradictory, "/grants/1/territories"),
        (grant(languages=("en", "en")), TermsContradictory, "/grants/1/languages"),
        (grant(ends_on=date(2026, 12, 31)), TermsContradictory, "/grants/1/ends_on"),
        ({"consents": Consents(replica=True)}, TermsContradictory, "/consents/replica_uses"),
        ({"consents": Consents(replica_uses="stunts")}, TermsContradictory, "/consents/replica_uses"),
        ({"work_dates": (DAY, LAST, NEVER)}, DayTooFarAhead, "/work_dates/2"),
        ({"work_dates": (LAST + timedelta(days=1),)}, DayTooFarAhead, "/work_dates/0"),
        ({"instalments": (Instalment("date", Decimal(100), due_on=NEVER),)}, DayTooFarAhead, "/instalments/0/due_on"),
        (grant(starts_on=NEVER), DayTooFarAhead, "/grants/1/starts_on"),
        ({"governing_law": "ZZ"}, TerritoryUnknown, "/governing_law"),
        ({"governing_law": "UK-X"}, TerritoryUnknown, "/governing_law"),
    ],
)
def test_a_fault_is_refused_where_it_stands(
    terms: Terms, change: dict[str, Any], error: type[RuleError], pointer: str
) -> None:
    """Each refusal is a 422 that points at the term to mend, below the place where the terms are."""
    with pytest.raises(error) as refused:
        rules.check(replace(terms, **change), TODAY, "/terms")
    assert (refused.value.pointer, refused.value.status) == (f"/terms{pointer}", 422)


def test_a_refusal_is_told_in_both_languages(terms: Terms) -> None:
    """The reason of a contradiction reads in English and in Chinese."""
    with pytest.raises(TermsContradictory) as refused:
        rules.check(replace(terms, hours_cap=14), TODAY)
    assert "14 hours of work" in refused.value.text("en")
    assert "14 小时工作" in refused.value.text("zh")


@pytest.mark.parametrize(
    "change",
    [
        {"hours_cap": 13, "rest_hours": 11},
        {"fee": Fee(Decimal("1000.00"), "JPY")},
        {"fee": Fee(Decimal("0"), "USD")},
        {"instalments": (Instalment("days_after_wrap", Decimal(100), 30),)},
        {"instalments": (Instalment("date", Decimal(50), due_on=DAY), Instalment("hours_confirmed", Decimal(50)))},
        {"consents": Consents(replica=True, replica_uses="One wide shot of the wedding.")},
        {"governing_law": "US-CA"},
        grant(ends_on=DAY),
        grant(starts_on=LAST, ends_on=NEVER),
        {"work_dates": (DAY, LAST), "instalments": (Instalment("date", Decimal(100), due_on=LAST),)},
    ],
)
def test_what_just_fits_is_accepted(terms: Terms, change: dict[str, Any]) -> None:
    """The limits themselves are allowed."""
    rules.check(replace(terms, **change), TODAY)


@given(st.lists(st.decimals("0.01", "40", places=2), min_size=1, max_size=10))
def test_instalments_that_leave_nothing_over_are_accepted(terms: Terms, parts: list[Decimal]) -> None:
    """Whatever the parts are, they pass exactly when they add up to 100 percent."""
    total = sum(parts, Decimal(0))
    instalments = tuple(Instalment("wrap", part) for part in parts)
    if total < 100:
        rules.check(replace(terms, instalments=(*instalments, Instalment("signature", Decimal(100) - total))), TODAY)
    if total != 100:
        with pytest.raises(TermsContradictory):
            rules.check(replace(terms, instalments=instalments), TODAY)
