"""An executed contract ends after a last day; days behind it are free, and a kill fee is owed when it was agreed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from events.talent.contracts import ContractTerminated
from services.talent.amendments import termination
from services.talent.amendments.amending import IsAmendment
from services.talent.amendments.termination import LONGEST_NOTICE, LastDayOutOfRange, Notice
from services.talent.contracts.document import Reference
from services.talent.contracts.lifecycle import Contract, ContractStateConflict, Termination
from services.talent.contracts.signing import PartyUnknown
from services.talent.contracts.terms import Fee, KillFee

FIRST_DAY = date(2026, 12, 1)


@pytest.fixture
def executed(drafted: Contract) -> Contract:
    """A contract in force whose kill fee is a quarter of 18,000 within ten days of the first work date."""
    terms = replace(drafted.terms, kill_fee=KillFee(Decimal(25), 10))
    return replace(drafted, state="executed", terms=terms)


def test_days_after_the_last_are_told_free(executed: Contract, now: datetime) -> None:
    """Work dates up to the last day in force stay, and so do the grants; the reason is kept, not told."""
    notice = Notice("studio", "convenience", FIRST_DAY)
    ended, (event,) = termination.terminate(executed, notice, b"sealed", now, "mbr_1")
    owed = Decimal("4500.00")
    assert (ended.state, ended.terms) == ("terminated", executed.terms)
    assert ended.termination == Termination("studio", "convenience", FIRST_DAY, owed, now, b"sealed", "mbr_1")
    assert isinstance(event, ContractTerminated)
    assert event.recorded_by == "mbr_1"
    assert (event.work_dates, event.last_day) == ((FIRST_DAY,), FIRST_DAY)
    assert (executed.work_dates, ended.work_dates) == (executed.terms.work_dates, event.work_dates)
    assert len(event.grants) == len(executed.terms.grants) > 0
    assert (event.kill_fee, event.currency, event.party, event.ground) == (owed, "USD", "studio", "convenience")


def test_rights_go_back_when_the_notice_says_so(executed: Contract, now: datetime) -> None:
    """Then the event grants nothing."""
    notice = Notice("performer", "breach", now.date(), rights_revert=True)
    _, (event,) = termination.terminate(executed, notice, b"", now, "mbr_1")
    assert isinstance(event, ContractTerminated)
    assert (event.grants, event.work_dates) == ((), ())


@pytest.mark.parametrize(
    ("party", "ground", "notice_days", "owed"),
    [
        ("studio", "convenience", 9, "4500.00"),
        ("studio", "convenience", 0, "4500.00"),
        ("studio", "convenience", -1, "4500.00"),
        ("studio", "convenience", 10, "0"),
        ("studio", "breach", 0, "0"),
        ("studio", "force_majeure", 0, "0"),
        ("studio", "agreement", 0, "0"),
        ("performer", "convenience", 0, "0"),
    ],
)
def test_a_kill_fee_is_owed_for_ending_without_cause_or_notice(
    executed: Contract, party: str, ground: str, notice_days: int, owed: str
) -> None:
    """By the studio, for convenience, with less notice than was agreed; nobody else and for nothing else."""
    notice = Notice(party, ground, FIRST_DAY - timedelta(days=notice_days))  # type: ignore[arg-type]
    assert str(termination.kill_fee(executed.terms, notice)) == owed
    assert termination.kill_fee(replace(executed.terms, kill_fee=None), notice) == 0


def test_a_kill_fee_is_rounded_to_what_can_be_paid(executed: Contract) -> None:
    """Half up, to the currency's minor unit."""
    for amount, currency, owed in (("10.02", "USD", "2.51"), ("10", "JPY", "3"), ("0.002", "KWD", "0.001")):
        terms = replace(executed.terms, fee=Fee(Decimal(amount), currency))
        assert str(termination.kill_fee(terms, Notice("studio", "convenience", FIRST_DAY))) == owed


@pytest.mark.parametrize("days", [-1, LONGEST_NOTICE.days + 1])
def test_the_last_day_is_neither_over_nor_too_far_away(executed: Contract, now: datetime, days: int) -> None:
    """Nobody ends a contract yesterday."""
    with pytest.raises(LastDayOutOfRange) as refused:
        termination.terminate(
            executed, Notice("studio", "breach", now.date() + timedelta(days=days)), b"", now, "mbr_1"
        )
    assert (refused.value.pointer, refused.value.status) == ("/last_day", 422)


def test_only_a_contract_in_force_is_ended_by_one_of_its_parties(
    executed: Contract, sent: Contract, now: datetime
) -> None:
    """What is not executed is cancelled or declined; an amendment has no life of its own; strangers have no say."""
    notice = Notice("studio", "breach", now.date())
    with pytest.raises(ContractStateConflict, match="termination needs it to be executed"):
        termination.terminate(sent, notice, b"", now, "mbr_1")
    with pytest.raises(IsAmendment):
        termination.terminate(replace(executed, amends=Reference("ctr_base", "00" * 32, 1)), notice, b"", now, "mbr_1")
    with pytest.raises(PartyUnknown):
        termination.terminate(executed, replace(notice, party="agent"), b"", now, "mbr_1")
