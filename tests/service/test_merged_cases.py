"""Somebody whom a studio knew twice, as compliance keeps them: bookings that they had are judged by the permits that they have."""

import os
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chassis.cause import new_id
from chassis.documents import now
from chassis.errors import NotFound
from chassis.outbox import Relay
from chassis.vault import Vault
from events.envelope import Envelope, Event
from events.production import BookedDay, BookingChange, ScheduleChanged
from events.talent.people import PermitRecorded, PersonMerged, PersonRegistered
from services.compliance.checkpoint import SigningKey
from services.compliance.repository import ComplianceRepository
from services.compliance.service import Compliance
from tests.service.place import Place

STUDIO, RIVAL = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE", "stu_01JD8Z4C7M2QK5V9W3XRT6B8NF"
DAY = date(2027, 3, 1)


@pytest.fixture
def compliance(place: Place, monkeypatch: pytest.MonkeyPatch) -> Compliance:
    """The service on a database of its own; its relay does not run."""
    monkeypatch.setenv("CALLBOARD_LEDGER_KEY", SigningKey.generate("test.example/ledger").text)
    service, relay = Compliance(), Relay("compliance", place.amqp_url)
    service.store = ComplianceRepository("compliance", place.database, relay, Vault(place.database, os.urandom(32)))
    service.store.ensure_indexes()
    return service


def told(data: Event, version: int, tenant: str = STUDIO) -> Envelope[Any]:
    """An event as it is heard."""
    return Envelope(new_id("evt"), data.TYPE, "/x", "x", now(), tenant, "x", "x", version, "req_1", "req_1", "", data)


def registered(person: str, tenant: str = STUDIO) -> Envelope[Any]:
    """Somebody from Korea is put on file."""
    return told(PersonRegistered(person, "KR", ()), 1, tenant)


def permitted(person: str, version: int = 2) -> Envelope[Any]:
    """A permit for the day, anywhere."""
    return told(PermitRecorded(person, new_id("pmt"), "work_permit", DAY, DAY, ()), version)


def booked(person: str) -> Envelope[Any]:
    """The person works on the day."""
    days = (BookedDay(DAY, "CN", ("Hengdian",)),)
    change = BookingChange(new_id("bkg"), person, new_id("ctr"), "Lead", days, "confirmed", ())
    return told(ScheduleChanged(new_id("sch"), new_id("prd"), (change,)), 1)


def states(compliance: Compliance, person: str, tenant: str | None = STUDIO) -> list[str]:
    """The states of the findings that are listed for a person."""
    which = {"people": compliance.store.known_as(person, tenant)}
    return [finding.state for _, finding in compliance.store.findings(tenant, which, None, 10)]


def test_a_permit_of_the_present_file_covers_the_bookings_of_the_former(compliance: Compliance) -> None:
    """All in one batch, and again: A went into B, B into C, and the permit is C's."""
    a, b, c = (new_id("prs") for _ in range(3))
    merges = [told(PersonMerged(a, b), 2), told(PersonMerged(b, c), 2)]
    heard = [registered(a), booked(a), registered(b), booked(b), registered(c), *merges]
    assert compliance.judge_permits(heard) == ["ok"] * 7
    assert [states(compliance, person) for person in (a, b, c)] == [["open", "open"]] * 3
    assert compliance.judge_permits([permitted(c)]) == ["ok"]
    assert [states(compliance, person) for person in (a, b, c)] == [["closed", "closed"]] * 3
    assert compliance.judge_permits(heard) == ["duplicate"] * 7
    assert states(compliance, a, None) == ["closed", "closed"]


def test_a_file_that_joins_somebody_with_a_permit_is_judged_at_once(compliance: Compliance) -> None:
    """Also when the one that it went into had gone on itself, whose word was heard first."""
    a, b, c = (new_id("prs") for _ in range(3))
    compliance.judge_permits([registered(a), booked(a), registered(b), registered(c), permitted(c)])
    compliance.judge_permits([told(PersonMerged(b, c), 2), told(PersonMerged(a, b), 2)])
    assert states(compliance, c) == ["closed"]


def test_another_studio_still_knows_two(compliance: Compliance) -> None:
    """Merging is each studio's own."""
    a, b = new_id("prs"), new_id("prs")
    theirs = [replace(each, tenant=RIVAL) for each in (registered(a), booked(a), registered(b))]
    compliance.judge_permits([*theirs, registered(a), registered(b), told(PersonMerged(a, b), 2), permitted(b)])
    assert states(compliance, a, RIVAL) == ["open"]
    assert states(compliance, b, RIVAL) == states(compliance, a) == []
    with pytest.raises(NotFound):
        compliance.store.known_as(new_id("prs"), STUDIO)
