"""What differs between two sets of terms, place by place, and back again."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from events.codecs import plain
from services.talent.contracts.terms import Consents, Fee, Grant, Instalment, KillFee, Particular, Points, Terms
from services.talent.negotiation.differences import Change, apply, compare, fields

DAYS = (
    st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)), min_size=1, max_size=5, unique=True).map(sorted).map(tuple)
)
PERCENT = st.decimals(0, 100, places=2)
GRANTS = st.builds(
    Grant,
    media=st.sampled_from([("svod",), ("svod", "tv")]),
    territories=st.sampled_from([("US",), ("US", "KR")]),
    languages=st.just(("en",)),
    starts_on=st.just(date(2027, 1, 1)),
    ends_on=st.none() | st.just(date(2030, 1, 1)),
    exclusive=st.booleans(),
)
INSTALMENTS = st.builds(Instalment, trigger=st.sampled_from(["signature", "wrap"]), percent=PERCENT)
ANY_TERMS = st.builds(
    Terms,
    production_id=st.just("prd_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"),
    person_id=st.just("prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"),
    role=st.sampled_from(["Lead", "“陆天明”"]),
    episodes=st.integers(1, 3),
    work_dates=DAYS,
    hours_cap=st.integers(8, 12),
    rest_hours=st.just(11),
    fee=st.builds(Fee, amount=st.decimals(0, 9, places=2), currency=st.sampled_from(["USD", "CNY"])),
    instalments=st.lists(INSTALMENTS, min_size=1, max_size=4).map(tuple),
    grants=st.lists(GRANTS, max_size=3).map(tuple),
    consents=st.builds(Consents, dubbing=st.booleans(), replica_uses=st.none() | st.just("One shot.")),
    governing_law=st.just("CN"),
    prevailing_language=st.sampled_from(["zh", "en"]),
    points=st.none() | st.builds(Points, percent=PERCENT, definition=st.just("Net.")),
    kill_fee=st.none() | st.builds(KillFee, percent=PERCENT, notice_days=st.integers(0, 3)),
    particulars=st.lists(st.builds(Particular, name=st.just("per_diem"), value=st.sampled_from("ab")), max_size=2).map(
        tuple
    ),
)


@given(ANY_TERMS, ANY_TERMS)
def test_the_changes_lead_from_the_old_terms_to_the_new(old: Terms, new: Terms) -> None:
    """Whatever two sets of terms say, applying the difference to one gives the other."""
    changes = compare(old, new)
    assert plain(apply(old, changes)) == plain(new)
    assert (changes == ()) == (plain(old) == plain(new))
    assert len({change.pointer for change in changes}) == len(changes)


def test_a_change_names_its_place_with_old_and_new(terms: Terms) -> None:
    """A value within an object has its own pointer; a list of days is one value."""
    later = (*terms.work_dates, terms.work_dates[-1] + timedelta(days=1))
    changes = compare(terms, replace(terms, fee=Fee(Decimal("20000.00"), "USD"), work_dates=later))
    assert changes == (
        Change(
            "/work_dates",
            '["2026-12-01","2026-12-02","2026-12-03"]',
            '["2026-12-01","2026-12-02","2026-12-03","2026-12-04"]',
        ),
        Change("/fee/amount", '"18000.00"', '"20000.00"'),
    )
    assert fields(changes) == ("work_dates", "fee")


def test_items_come_and_go_one_by_one(terms: Terms) -> None:
    """An instalment that is added stood nowhere before, one that is dropped stands nowhere after."""
    fewer = compare(terms, replace(terms, instalments=terms.instalments[:2]))
    more = compare(terms, replace(terms, grants=(*terms.grants, terms.grants[0])))
    assert [(c.pointer, c.new) for c in fewer] == [("/instalments/2", None)]
    assert [(c.pointer, c.old) for c in more] == [("/grants/1", None)]


def test_what_was_not_agreed_is_null(terms: Terms) -> None:
    """Points that are given up become null as a whole."""
    (change,) = compare(terms, replace(terms, points=None))
    assert (change.pointer, change.new) == ("/points", "null")
