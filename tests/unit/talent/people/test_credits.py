"""What of a person's work a studio can prove."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.talent.contracts.document import Reference
from services.talent.contracts.lifecycle import OPEN, Contract, State, Termination
from services.talent.pay.plans import ShootingPlan
from services.talent.people import credits
from services.talent.people.credits import KnownCredit, Proof
from services.talent.people.files import Credit

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 3)
LATER = date(2027, 2, 1)
TITLE = "龙城之约 A Promise"
DAY = timedelta(1)


@pytest.fixture
def executed(drafted: Contract) -> Contract:
    """A contract that every party signed, for three days in December."""
    terms = replace(drafted.terms, role="Mira", work_dates=(FIRST, FIRST + DAY, LAST))
    return replace(drafted, state="executed", terms=terms)


def plan(contract: Contract, last_day: date | None) -> ShootingPlan:
    """The plan of the contract's production."""
    return ShootingPlan(contract.terms.production_id, contract.tenant, 0, 1, last_day)


def known(contract: Contract, *claimed: Credit, today: date = LATER) -> list[KnownCredit]:
    """The credits of a person with one contract and these claims, newest first."""
    titles = {contract.terms.production_id: TITLE}
    found = credits.known([contract], {}, titles, claimed, today)
    return [found[place] for place in sorted(found, reverse=True)]


def test_the_wrap_proves_a_credit(executed: Contract) -> None:
    """The day after the last planned shooting day, not on it; other productions' plans do not matter."""
    wrap = LAST + 7 * DAY
    assert credits.prove(executed, plan(executed, wrap), wrap) is None
    proof = credits.prove(executed, plan(executed, wrap), wrap + DAY)
    assert proof == Proof(executed.id, executed.terms.production_id, FIRST, LAST, wrap)


@pytest.mark.parametrize("planned", [False, True])
def test_without_shooting_days_the_last_work_date_counts(executed: Contract, planned: bool) -> None:
    """Also when a plan was emptied."""
    known_plan = plan(executed, None) if planned else None
    assert credits.prove(executed, known_plan, LAST) is None
    proof = credits.prove(executed, known_plan, LAST + DAY)
    assert proof is not None and proof.wrapped_on == LAST


def test_work_after_the_wrap_has_to_be_done(executed: Contract) -> None:
    """A voice that is recorded after the shoot is no credit before it is."""
    wrapped = plan(executed, FIRST)
    assert credits.prove(executed, wrapped, LAST) is None
    proof = credits.prove(executed, wrapped, LAST + DAY)
    assert proof is not None and proof.wrapped_on == FIRST


@pytest.mark.parametrize("state", [*OPEN, "declined", "cancelled", "expired"])
def test_what_nobody_has_to_do_proves_nothing(executed: Contract, state: State) -> None:
    """Only what every party signed was work."""
    assert credits.prove(replace(executed, state=state), None, LATER) is None


def test_an_amendment_is_no_credit_of_its_own(executed: Contract) -> None:
    """The contract that it amends is."""
    amends = Reference(executed.id, "0" * 64, 1)
    assert credits.prove(replace(executed, amends=amends), None, LATER) is None
    assert credits.prove(replace(executed, renews=amends), None, LATER) is not None


@pytest.mark.parametrize(("last_day", "worked"), [(LAST - DAY, False), (LAST, True), (LAST + DAY, True)])
def test_work_that_was_broken_off_is_no_credit(executed: Contract, last_day: date, worked: bool) -> None:
    """A contract that was terminated proves one when it held until the last work date."""
    at = executed.drafted_at
    ended = Termination("studio", "agreement", last_day, Decimal(0), at, b"sealed")
    proof = credits.prove(replace(executed, state="terminated", termination=ended), None, LATER)
    assert (proof is not None) is worked


def test_a_claim_that_is_proved_is_shown_once(executed: Contract) -> None:
    """By title and role in whichever case, whatever the year; another role in the same title stays a claim."""
    same, other = Credit("龙城之约 A PROMISE", "mira", 2025), Credit(TITLE, "Dancer", 2026)
    shown = known(executed, same, other)
    assert [(c.title, c.role, c.year, c.proof is None) for c in shown] == [
        (TITLE, "Mira", 2026, False),
        (TITLE, "Dancer", 2026, True),
    ]
    assert known(executed, same, today=LAST) == [KnownCredit(same.title, same.role, same.year, None)]


def test_the_newest_come_first(executed: Contract) -> None:
    """By year, what is proved before what is claimed of the same; a claim that is made twice is one."""
    claims = [Credit("Salt", "Kid", year) for year in (2020, 2027, 2026, 2026, 1999)]
    shown = known(executed, *claims)
    assert [(c.year, c.title) for c in shown] == [
        (2027, "Salt"),
        (2026, TITLE),
        (2026, "Salt"),
        (2020, "Salt"),
        (1999, "Salt"),
    ]
