"""When instalments are due, when they are missed, and what moves them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from events.shapes import Currency
from events.talent.pay import (
    HoursConfirmed,
    InstalmentMissed,
    InstalmentsScheduled,
    PaymentConfirmed,
    PaymentDisputed,
    PaymentRecorded,
)
from services.talent.contracts.terms import Fee, Instalment, Terms
from services.talent.pay import clock, payments
from services.talent.pay.clock import HoursInTheFuture, HoursNotAwaited, PayClock
from services.talent.pay.payments import PaymentFacts

SIGNED = date(2026, 11, 20)
AT = datetime(2027, 2, 1, 9, tzinfo=UTC)
CONTRACT, STUDIO = "ctr_01JD8Z6X3Z6B9D2F5H8K1N4Q7S", "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE"
PAID = "pay_01JD8Z7B2C4E6G8J0K2M4N6P8R"


def paying(terms: Terms, *parts: Instalment, amount: str = "1000.00", currency: Currency = "USD") -> PayClock:
    """A clock of these instalments, started on the day of signing."""
    agreed = replace(
        terms,
        fee=Fee(Decimal(amount), currency),
        instalments=parts,
        work_dates=(date(2026, 12, 1), date(2026, 12, 3)),
    )
    started, events = clock.start(CONTRACT, STUDIO, agreed, SIGNED)
    assert [type(event) for event in events] == [InstalmentsScheduled]
    return started


HALVES = (Instalment("signature", Decimal(50)), Instalment("wrap", Decimal(50)))


def facts(amount: str, paid_on: date = SIGNED, partly: bool = False, instalment: int = 1) -> PaymentFacts:
    """Evidence of a payment."""
    return PaymentFacts(instalment, Decimal(amount), "USD", paid_on, "TX-1", partly)


def paid(known: PayClock, amount: str, on: date = SIGNED, partly: bool = False, payment: str = PAID) -> PayClock:
    """The clock with a payment for its first instalment."""
    return payments.record(known, payment, facts(amount, on, partly), b"sealed", AT)[0]


def test_each_trigger_has_its_date(terms: Terms) -> None:
    """Signature, first work day, wrap and days after wrap; the event tells amounts and dates."""
    started = paying(
        terms,
        Instalment("signature", Decimal(25)),
        Instalment("first_day", Decimal(25)),
        Instalment("wrap", Decimal(25)),
        Instalment("days_after_wrap", Decimal(25), 30),
    )
    due = [part.due_on for part in started.instalments]
    assert due == [SIGNED, date(2026, 12, 1), date(2026, 12, 3), date(2027, 1, 2)]
    assert {part.state for part in started.instalments} == {"scheduled"}


def test_a_day_that_was_agreed_is_the_day(terms: Terms) -> None:
    """Whatever becomes of the shooting; one before the contract was executed is the day of that."""
    agreed, passed = date(2027, 1, 31), date(2026, 11, 1)
    started = paying(
        terms, Instalment("date", Decimal(50), due_on=agreed), Instalment("date", Decimal(50), due_on=passed)
    )
    assert [part.due_on for part in started.instalments] == [agreed, SIGNED]
    assert clock.reschedule(started, date(2027, 3, 1), SIGNED) == (started, [])


def test_what_waits_for_the_hours_has_no_day_before(terms: Terms) -> None:
    """It is never missed meanwhile, may be paid, and is due on the day on which both sides had confirmed."""
    started = paying(terms, HALVES[0], Instalment("hours_confirmed", Decimal(50)))
    waiting = paid(started, "500.00")
    assert (waiting.instalments[1].due_on, clock.next_check(waiting)) == (None, None)
    assert clock.miss(waiting, date(2028, 1, 1)) == (waiting, [])
    early = payments.record(waiting, "pay_2", facts("500.00", instalment=2), b"", AT)[0]
    assert early.instalments[1].punctual is True
    on = date(2026, 12, 9)
    confirmed, events = clock.confirm_hours(waiting, on, AT.date())
    assert [type(event) for event in events] == [HoursConfirmed, InstalmentsScheduled]
    assert confirmed.instalments[1].due_on == clock.next_check(confirmed) == on
    assert clock.reschedule(confirmed, date(2027, 3, 1), AT.date()) == (confirmed, [])
    assert clock.miss(confirmed, date(2026, 12, 10))[0].instalments[1].state == "overdue"


def test_hours_are_confirmed_once_and_when_somebody_waits(terms: Terms) -> None:
    """Not tomorrow, not twice, and not where nothing depends on them; before execution they count from it."""
    started = paying(terms, Instalment("hours_confirmed", Decimal(100)))
    with pytest.raises(HoursInTheFuture):
        clock.confirm_hours(started, SIGNED + timedelta(days=1), SIGNED)
    confirmed, _ = clock.confirm_hours(started, date(2026, 11, 1), SIGNED)
    assert confirmed.instalments[0].due_on == SIGNED
    for known in (confirmed, paying(terms, *HALVES)):
        with pytest.raises(HoursNotAwaited):
            clock.confirm_hours(known, SIGNED, SIGNED)


def test_the_last_day_that_there_is_has_none_after_it(terms: Terms) -> None:
    """A contract from before work dates had a limit may name it: the clock still runs, and what comes after is due then."""
    agreed = replace(
        terms, work_dates=(date(2026, 12, 1), date.max), instalments=(Instalment("days_after_wrap", Decimal(100), 30),)
    )
    started, _ = clock.start(CONTRACT, STUDIO, agreed, SIGNED)
    assert [part.due_on for part in started.instalments] == [date.max]
    moved, _ = clock.reschedule(started, date.max - timedelta(days=10), AT.date())
    assert [part.due_on for part in moved.instalments] == [date.max]


def test_nothing_is_due_before_the_contract_is_executed(terms: Terms) -> None:
    """A contract that is signed after its work dates is due on the day of signing."""
    agreed = replace(terms, instalments=(Instalment("first_day", Decimal(100)),), work_dates=(date(2026, 1, 1),))
    started, _ = clock.start(CONTRACT, STUDIO, agreed, SIGNED)
    assert started.instalments[0].due_on == SIGNED


def test_an_instalment_is_missed_the_day_after_its_due_date_once(terms: Terms) -> None:
    """On its last day it is in time; afterwards it is overdue, told once, and counts as late for good."""
    started = paying(terms, *HALVES)
    assert clock.next_check(started) == SIGNED
    assert clock.miss(started, SIGNED) == (started, [])
    missed, events = clock.miss(started, date(2026, 11, 21))
    assert [type(event) for event in events] == [InstalmentMissed]
    assert (missed.instalments[0].state, missed.instalments[0].punctual) == ("overdue", False)
    assert clock.miss(missed, date(2026, 11, 22)) == (missed, [])
    assert clock.next_check(missed) == date(2026, 12, 3)
    late = paid(missed, "500.00", date(2026, 11, 23)).instalments[0]
    assert (late.state, late.punctual) == ("paid", False)


def test_wrap_moves_what_is_unpaid(terms: Terms) -> None:
    """A new last day dates the instalments at wrap anew; the same plan again says nothing; no plan means the contract's."""
    started = paying(terms, *HALVES)
    moved, events = clock.reschedule(started, date(2026, 12, 20), SIGNED)
    assert [part.due_on for part in moved.instalments] == [SIGNED, date(2026, 12, 20)]
    assert [type(event) for event in events] == [InstalmentsScheduled]
    assert clock.reschedule(moved, date(2026, 12, 20), SIGNED) == (moved, [])
    assert clock.reschedule(moved, None, SIGNED)[0] == started


def test_a_missed_instalment_that_moves_ahead_is_open_again(terms: Terms) -> None:
    """When shooting goes on, the instalment at wrap is not overdue any more."""
    missed, _ = clock.miss(paying(terms, *HALVES), date(2026, 12, 10))
    moved, _ = clock.reschedule(missed, date(2026, 12, 20), date(2026, 12, 10))
    assert [part.state for part in moved.instalments] == ["overdue", "scheduled"]


def test_what_is_paid_keeps_its_date(terms: Terms) -> None:
    """An instalment that was paid does not become late because the plan changed afterwards."""
    whole = paid(paying(terms, Instalment("wrap", Decimal(100))), "1000.00", date(2026, 12, 2))
    assert clock.reschedule(whole, date(2026, 12, 1), date(2026, 12, 5)) == (whole, [])


def test_a_payment_settles_in_full_or_says_partly(terms: Terms) -> None:
    """Two parts settle; the payment is punctual when the last part was made in time; each is told with what is left."""
    started = paying(terms, *HALVES)
    once, events = payments.record(started, PAID, facts("200.00", partly=True), b"", AT)
    assert events == [PaymentRecorded(CONTRACT, PAID, 1, Decimal("200.00"), "USD", SIGNED, Decimal("300.00"))]
    assert once.instalments[0].state == "partly_paid"
    assert once.instalments[0].punctual is None
    twice = paid(once, "300.00", payment="pay_2")
    assert (twice.instalments[0].state, twice.instalments[0].punctual) == ("paid", True)


@pytest.mark.parametrize(
    ("evidence", "pointer"),
    [
        (facts("499.99"), "/amount"),
        (facts("500.01"), "/amount"),
        (facts("500.01", partly=True), "/amount"),
        (facts("500.00", partly=True), "/amount"),
        (facts("0", partly=True), "/amount"),
        (replace(facts("500.00"), currency="CNY"), "/currency"),
    ],
)
def test_a_payment_that_does_not_match_is_refused(terms: Terms, evidence: PaymentFacts, pointer: str) -> None:
    """Less without saying so, more, nothing, or another currency."""
    with pytest.raises(payments.PaymentDoesNotMatch) as refused:
        payments.record(paying(terms, *HALVES), PAID, evidence, b"", AT)
    assert refused.value.pointer == pointer


def test_what_cannot_be_paid_is_refused(terms: Terms) -> None:
    """Instalments that do not exist, days to come, and more payments than an instalment holds."""
    started = paying(terms, *HALVES)
    with pytest.raises(payments.InstalmentUnknown):
        payments.record(started, PAID, facts("500.00", instalment=3), b"", AT)
    with pytest.raises(payments.PaymentInTheFuture):
        payments.record(started, PAID, facts("500.00", date(2027, 2, 2)), b"", AT)
    for n in range(payments.MAX_PAYMENTS):
        started = paid(started, "0.01", partly=True, payment=f"pay_{n}")
    with pytest.raises(payments.TooManyPayments):
        paid(started, "0.01", partly=True)


def test_whoever_recorded_a_payment_does_not_confirm_it(terms: Terms) -> None:
    """Another member does, or the person; a payment of before is confirmed by anybody who may."""
    recorded, _ = payments.record(paying(terms, *HALVES), PAID, facts("500.00"), b"", AT, "mbr_1")
    with pytest.raises(payments.PaymentRecordedByYou):
        payments.confirm(recorded, PAID, "studio", AT, "mbr_1")
    for member in ("mbr_2", ""):
        assert payments.confirm(recorded, PAID, "studio", AT, member)[0].instalments[0].state == "confirmed"


def test_the_person_confirms(terms: Terms) -> None:
    """A confirmed payment ends the story of its instalment and says who confirmed it; it cannot be answered twice."""
    confirmed, events = payments.confirm(paid(paying(terms, *HALVES), "500.00"), PAID, "agent", AT)
    assert confirmed.instalments[0].state == "confirmed"
    assert confirmed.instalments[0].payments[0].answered_by == "agent"
    assert events == [PaymentConfirmed(CONTRACT, PAID, 1, "agent")]
    with pytest.raises(payments.PaymentAnswered):
        payments.dispute(confirmed, PAID, "studio", b"", AT)
    with pytest.raises(payments.PaymentUnknown):
        payments.confirm(confirmed, "pay_3", "person", AT)


def test_a_disputed_payment_is_outstanding_again(terms: Terms) -> None:
    """The instalment is open, is missed when its day is over, and another payment settles it, late."""
    disputed, events = payments.dispute(paid(paying(terms, *HALVES), "500.00"), PAID, "person", b"sealed", AT)
    assert events == [PaymentDisputed(CONTRACT, PAID, 1, Decimal("500.00"), "person")]
    assert disputed.instalments[0].payments[0].answered_by == "person"
    assert (disputed.instalments[0].state, disputed.instalments[0].outstanding) == ("scheduled", Decimal("500.00"))
    missed, _ = clock.miss(disputed, date(2026, 11, 21))
    again = paid(missed, "500.00", date(2026, 11, 25), payment="pay_2")
    assert (again.instalments[0].state, again.instalments[0].punctual) == ("paid", False)


def test_a_fee_of_nothing_is_paid(terms: Terms) -> None:
    """Nobody waits for zero, and it makes nobody punctual."""
    free = paying(terms, *HALVES, amount="0")
    assert {(part.state, part.punctual) for part in free.instalments} == {("paid", None)}
    assert clock.next_check(free) is None
