"""A pay clock follows its contract: amendments and termination, heard in any order and as often as they come."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from events.talent.pay import InstalmentsScheduled
from services.talent.contracts.lifecycle import Contract, Signature, Termination
from services.talent.contracts.terms import Fee, Instalment, Terms
from services.talent.pay import changes, clock, payments
from services.talent.pay.clock import HoursNotAwaited, PayClock
from services.talent.pay.payments import PaymentFacts

SIGNED = date(2026, 11, 22)
THIRDS = (
    Instalment("signature", Decimal(30)),
    Instalment("first_day", Decimal(30)),
    Instalment("wrap", Decimal(40)),
)


@pytest.fixture
def contract(drafted: Contract, terms: Terms, now: datetime) -> Contract:
    """An executed contract over 1,000 USD."""
    agreed = replace(
        terms,
        fee=Fee(Decimal("1000.00"), "USD"),
        instalments=THIRDS,
        work_dates=(date(2026, 12, 1), date(2026, 12, 3)),
    )
    signature = Signature("studio", now, "", "Asia/Shanghai", "", b"")
    return replace(drafted, state="executed", terms=agreed, signatures=(signature,))


def amended(contract: Contract, amount: str, *parts: Instalment, currency: str = "USD") -> Contract:
    """The contract with another fee, split in another way."""
    return replace(
        contract, terms=replace(contract.terms, fee=Fee(Decimal(amount), currency), instalments=parts or THIRDS)
    )


def terminated(contract: Contract, last_day: date, now: datetime, kill_fee: str = "0") -> Contract:
    """The contract ended after a day."""
    ended = Termination("studio", "convenience", last_day, Decimal(kill_fee), now, b"")
    return replace(contract, state="terminated", termination=ended)


def after(known: PayClock | None, contract: Contract) -> PayClock:
    """The clock after the contract changed, told once; hearing of it again changes nothing."""
    step = changes.follow(known, contract)
    assert step is not None
    assert [type(event) for event in step[1]] == [InstalmentsScheduled]
    assert changes.follow(step[0], contract) is None
    return step[0]


def paid(known: PayClock, number: int, amount: str, now: datetime) -> PayClock:
    """The clock with a payment in full."""
    facts = PaymentFacts(number, Decimal(amount), "USD", SIGNED, "TX")
    return payments.record(known, f"pay_{number}", facts, b"", now)[0]


def shown(known: PayClock) -> list[tuple[str, str, str]]:
    """Amount, outstanding and state of each instalment."""
    return [(str(p.amount), str(p.outstanding), p.state) for p in known.instalments]


def test_an_amendment_splits_the_new_fee(contract: Contract, now: datetime) -> None:
    """What was paid stays paid; what was too little is partly paid, what is too much is paid."""
    known = paid(paid(after(None, contract), 1, "300.00", now), 2, "300.00", now)
    more = after(known, amended(contract, "2000.00"))
    assert shown(more) == [
        ("600.00", "300.00", "partly_paid"),
        ("600.00", "300.00", "partly_paid"),
        ("800.00", "800.00", "scheduled"),
    ]
    less = after(known, amended(contract, "500.00"))
    assert shown(less) == [("150.00", "0", "paid"), ("150.00", "0", "paid"), ("200.00", "200.00", "scheduled")]


def test_payments_of_instalments_that_are_gone_go_to_the_last(contract: Contract, now: datetime) -> None:
    """No payment is lost."""
    known = paid(paid(after(None, contract), 1, "300.00", now), 2, "300.00", now)
    whole = after(known, amended(contract, "1000.00", Instalment("wrap", Decimal(100))))
    assert shown(whole) == [("1000.00", "400.00", "partly_paid")]


def test_another_currency_after_a_payment_changes_nothing(contract: Contract, now: datetime) -> None:
    """Before one it does."""
    known = after(None, contract)
    assert after(known, amended(contract, "7000.00", currency="CNY")).currency == "CNY"
    assert changes.follow(paid(known, 1, "300.00", now), amended(contract, "7000.00", currency="CNY")) is None


def test_a_plan_of_shooting_days_is_no_amendment(contract: Contract) -> None:
    """The date that a plan gave stays when the contract's events come again."""
    moved, _ = clock.reschedule(after(None, contract), date(2026, 12, 20), SIGNED)
    assert changes.follow(moved, contract) is None


def test_termination_lapses_what_would_be_due_later(contract: Contract, now: datetime) -> None:
    """What was due stays due, and the kill fee is owed; no plan moves anything any more, and nothing more is missed."""
    ended = after(after(None, contract), terminated(contract, date(2026, 12, 1), now, kill_fee="250.00"))
    assert [(p.trigger, p.state, p.due_on) for p in ended.instalments] == [
        ("signature", "scheduled", SIGNED),
        ("first_day", "scheduled", date(2026, 12, 1)),
        ("wrap", "lapsed", date(2026, 12, 3)),
        ("termination", "scheduled", date(2026, 12, 1)),
    ]
    assert [part.number for part in clock.scheduled(ended).instalments] == [1, 2, 4]
    assert clock.reschedule(ended, date(2026, 12, 20), SIGNED) == (ended, [])
    missed, events = clock.miss(ended, date(2027, 1, 1))
    assert len(events) == 3
    assert missed.instalments[2].punctual is None


@pytest.mark.parametrize(("last_day", "state"), [(date(2026, 12, 1), "scheduled"), (date(2026, 11, 30), "lapsed")])
def test_hours_that_were_worked_stay_owed(contract: Contract, now: datetime, last_day: date, state: str) -> None:
    """A contract that ended before its first work date owes nothing for hours; after that they can still be confirmed."""
    agreed = amended(contract, "1000.00", Instalment("hours_confirmed", Decimal(100)))
    ended = after(after(None, agreed), terminated(agreed, last_day, now))
    assert [(p.due_on, p.state) for p in ended.instalments] == [(None, state)]
    if state == "scheduled":
        assert clock.confirm_hours(ended, last_day, last_day)[0].instalments[0].due_on == last_day
    else:
        with pytest.raises(HoursNotAwaited):
            clock.confirm_hours(ended, last_day, last_day)


def test_an_amendment_keeps_the_confirmed_hours(contract: Contract) -> None:
    """What newly waits for hours that were confirmed before is due since then; another agreed day is another date."""
    hours = Instalment("hours_confirmed", Decimal(60))
    known = after(None, amended(contract, "1000.00", Instalment("date", Decimal(40), due_on=date(2027, 1, 31)), hours))
    known, _ = clock.confirm_hours(known, date(2026, 12, 5), date(2026, 12, 6))
    moved = Instalment("date", Decimal(40), due_on=date(2027, 2, 28))
    changed = after(known, amended(contract, "1000.00", moved, hours))
    assert [part.due_on for part in changed.instalments] == [date(2027, 2, 28), date(2026, 12, 5)]


def test_the_order_of_events_does_not_matter(contract: Contract, now: datetime) -> None:
    """A clock that starts from the terminated contract is the one that followed it there."""
    ended = terminated(amended(contract, "2000.00"), date(2026, 12, 1), now)
    step_by_step = after(after(after(None, contract), amended(contract, "2000.00")), ended)
    assert after(None, ended) == step_by_step
