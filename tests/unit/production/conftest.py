"""A production, its schedule with two units on the second day, and the events that reach it."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from events.compliance import FindingClosed, FindingRaised
from events.envelope import Envelope, Event
from events.talent.availability import BookingGranted, BookingRefused
from events.talent.contracts import ContractAmended, ContractSigned, ContractTerminated
from kernel.places import built_in
from services.production.productions import NewProduction, Production, Title, register
from services.production.schedule import Schedule, ShootingDay, open_for, plan_days

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
STUDIO = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE"
PERSON = "prs_01JD8Z5R8T1W4Y7A0C3E6G9JKM"


@pytest.fixture
def at() -> datetime:
    """The time at which a step is taken."""
    return AT


@pytest.fixture
def production() -> Production:
    """A production based in Hengdian."""
    wanted = NewProduction(Title(zh="龙城之约"), 80, ("US", "KR"), "Hengdian")
    made, _ = register("prd_01JD8Z5A3F6H9KBN2QS5VX8Z1C", STUDIO, wanted, built_in(), AT)
    return made


@pytest.fixture
def schedule(production: Production) -> Schedule:
    """Unit A shoots in Hengdian on 1 and 2 March 2027, unit B in Hangzhou on 2 March."""
    days = (
        ShootingDay(date(2027, 3, 1), "A", "Hengdian"),
        ShootingDay(date(2027, 3, 2), "A", "Hengdian"),
        ShootingDay(date(2027, 3, 2), "B", "Hangzhou"),
    )
    return plan_days(open_for(production), days, built_in(), AT)[0]


def _envelope(data: Event, tenant: str, version: int) -> Envelope[Any]:
    return Envelope("evt_1", data.TYPE, "/x", "x", AT, tenant, "x", "agg_1", version, "req_1", "req_1", "", data)


@pytest.fixture
def signed(production: Production) -> Callable[..., Envelope[ContractSigned]]:
    """Makes a ContractSigned: `signed("A", date(...), ...)` is the contract with the id ctr_A and these work dates."""

    def make(contract: str, *days: date, tenant: str = STUDIO, person: str = PERSON) -> Envelope[ContractSigned]:
        event = ContractSigned(
            contract_id=f"ctr_{contract}",
            production_id=production.id,
            person_id=person,
            role="Lead",
            episodes=80,
            work_dates=days,
            hours_cap=10,
            rest_hours=12,
            fee=Decimal(12000),
            currency="USD",
            grants=(),
            dubbing_consent=True,
            ai_voice_consent=False,
            replica_consent=False,
            points=Decimal(0),
            document_sha256="0" * 64,
            party="studio",
            signed_at=AT,
        )
        return _envelope(event, tenant, 4)

    return make


@pytest.fixture
def amended(signed: Callable[..., Envelope[ContractSigned]]) -> Callable[..., Envelope[ContractAmended]]:
    """Makes a ContractAmended of the contract that `signed` makes, with other work dates (and role)."""

    def make(contract: str, version: int, *days: date, role: str = "Lead") -> Envelope[ContractAmended]:
        before = signed(contract, *days).data
        kept = {f.name for f in fields(ContractAmended)} - {"role"}
        said = {f.name: getattr(before, f.name) for f in fields(before) if f.name in kept}
        event = ContractAmended(**said, role=role, amendment_id="ctr_Z", number=1, amended_at=AT)
        return _envelope(event, STUDIO, version)

    return make


@pytest.fixture
def terminated(production: Production) -> Callable[..., Envelope[ContractTerminated]]:
    """Makes a ContractTerminated that leaves these work dates."""

    def make(contract: str, version: int, *days: date) -> Envelope[ContractTerminated]:
        event = ContractTerminated(
            contract_id=f"ctr_{contract}",
            production_id=production.id,
            person_id=PERSON,
            role="Lead",
            party="studio",
            ground="convenience",
            last_day=AT.date(),
            work_dates=days,
            grants=(),
            kill_fee=Decimal(0),
            currency="USD",
            terminated_at=AT,
        )
        return _envelope(event, STUDIO, version)

    return make


@pytest.fixture
def granted(production: Production) -> Callable[..., Envelope[BookingGranted]]:
    """Makes the calendar's grant of a booking's request: `granted("bkg_A", 1)` holds its days, request 2 books them."""

    def make(booking: str, request: int, tenant: str = STUDIO) -> Envelope[BookingGranted]:
        what: Any = "held" if request == 1 else "booked"
        return _envelope(BookingGranted(booking, production.id, PERSON, request, what), tenant, 1)

    return make


@pytest.fixture
def refused(production: Production) -> Callable[..., Envelope[BookingRefused]]:
    """Makes the calendar's refusal of a booking's request, of 1 March 2027."""

    def make(booking: str, request: int, reason: Any = "busy", lost: bool = True) -> Envelope[BookingRefused]:
        day = date(2027, 3, 1)
        return _envelope(BookingRefused(booking, production.id, PERSON, request, reason, day, lost), STUDIO, 1)

    return make


@pytest.fixture
def raised(production: Production) -> Callable[..., Envelope[FindingRaised]]:
    """Makes a FindingRaised on a booking: `raised("bkg_A", version)`."""

    def make(
        booking: str, version: int, finding: str = "fnd_1", severity: Any = "blocker", tenant: str = STUDIO
    ) -> Envelope[FindingRaised]:
        event = FindingRaised(
            finding_id=finding,
            rule="CN-WORK-90",
            rule_version=1,
            severity=severity,
            person_id=PERSON,
            production_id=production.id,
            booking_id=booking,
            contract_id=None,
            reason="permit_missing",
            first_date=date(2027, 3, 1),
        )
        return _envelope(event, tenant, version)

    return make


@pytest.fixture
def closed(production: Production) -> Callable[..., Envelope[FindingClosed]]:
    """Makes a FindingClosed on a booking: `closed("bkg_A", version)`."""

    def make(booking: str, version: int, finding: str = "fnd_1") -> Envelope[FindingClosed]:
        event = FindingClosed(finding, "CN-WORK-90", "blocker", booking, production.id)
        return _envelope(event, STUDIO, version)

    return make
