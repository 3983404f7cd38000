"""Work permits on a file."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.talent.documents.expiry import NOTICES
from services.talent.people import permits
from services.talent.people.permits import (
    MAX_PERMITS,
    Permit,
    PermitAlreadyRevoked,
    PermitEndsBeforeItStarts,
    PermitFacts,
    PermitUnknown,
    Revocation,
    TooManyPermits,
)

FACTS = PermitFacts("short_term_work_proof", "ZP-1", date(2026, 11, 25), date(2027, 2, 22), ("Hengdian",))


@pytest.fixture
def two(now: datetime) -> tuple[Permit, ...]:
    """A file with two permits."""
    return permits.record(permits.record((), "pmt_1", FACTS, now), "pmt_2", FACTS, now)


def test_a_permit_is_added_to_those_on_file(two: tuple[Permit, ...], now: datetime) -> None:
    """Earlier permits stay; the new one holds what was given and is not revoked."""
    three = permits.record(two, "pmt_3", FACTS, now)
    assert three[:2] == two
    assert three[2] == Permit(
        "pmt_3", "short_term_work_proof", "ZP-1", date(2026, 11, 25), date(2027, 2, 22), ("Hengdian",), now
    )


def test_a_permit_may_hold_for_one_day(now: datetime) -> None:
    """First and last day may be the same."""
    assert permits.record((), "pmt_1", replace(FACTS, valid_until=FACTS.valid_from), now)


def test_a_permit_cannot_end_before_it_starts(now: datetime) -> None:
    """The refusal points at the last day."""
    with pytest.raises(PermitEndsBeforeItStarts) as refused:
        permits.record((), "pmt_1", replace(FACTS, valid_until=date(2026, 11, 24)), now)
    assert refused.value.pointer == "/valid_until"


def test_a_file_holds_a_bounded_number_of_permits(now: datetime) -> None:
    """A file is one document of the database and must not grow without end."""
    full = permits.record((), "pmt_1", FACTS, now) * MAX_PERMITS
    with pytest.raises(TooManyPermits):
        permits.record(full, "pmt_2", FACTS, now)


def test_revoking_marks_one_permit(two: tuple[Permit, ...], now: datetime) -> None:
    """The permit keeps its facts and says since when and why it no longer holds; the others stay."""
    assert permits.revoke(two, "pmt_2", "left early", now) == (
        two[0],
        replace(two[1], revocation=Revocation("left early", now)),
    )


def test_a_permit_is_revoked_once(two: tuple[Permit, ...], now: datetime) -> None:
    """The first reason stands."""
    with pytest.raises(PermitAlreadyRevoked):
        permits.revoke(permits.revoke(two, "pmt_1", "a", now), "pmt_1", "b", now)


def test_an_unknown_permit_cannot_be_revoked(two: tuple[Permit, ...], now: datetime) -> None:
    """It is a 404: the file has no such permit."""
    with pytest.raises(PermitUnknown) as refused:
        permits.revoke(two, "pmt_3", "left early", now)
    assert refused.value.status == 404


@given(st.dates(max_value=date(9000, 1, 1)), st.lists(st.integers(0, 40), max_size=40), st.dates())
def test_notices_are_given_once_and_in_order(last: date, steps: list[int], today: date) -> None:
    """On whichever days somebody looks: each notice at most once, the longest before the end first, none too early."""
    permit = Permit("pmt_1", "visa", "V-1", last, last, (), datetime(2026, 11, 22))
    given_so_far = []
    for step in steps:
        if (date.max - today).days < step:
            break
        today += timedelta(days=step)
        due = permits.notice_on(permit)
        days = permits.notice(permit, today)
        assert (days is not None) == (due is not None and due <= today)
        if days is not None:
            assert (last - today).days <= days
            given_so_far.append(days)
            permit = replace(permit, noticed=days)
    assert given_so_far == sorted(set(given_so_far), reverse=True)
    assert set(given_so_far) <= set(NOTICES)


@pytest.mark.parametrize("last", [date.min, date.max])
def test_a_permit_may_end_when_the_calendar_does(last: date) -> None:
    """Dates that a calendar cannot count from are no reason to fail."""
    permit = Permit("pmt_1", "visa", "V-1", last, last, (), datetime(2026, 11, 22))
    for noticed in (None, *NOTICES):
        permits.notice_on(replace(permit, noticed=noticed))


def test_a_revoked_permit_is_not_announced(two: tuple[Permit, ...], now: datetime) -> None:
    """Its end came already."""
    revoked = permits.find(permits.revoke(two, "pmt_1", "left", now), "pmt_1")
    assert permits.notice_on(revoked) is None
    assert permits.notice(revoked, date(2030, 1, 1)) is None
