"""A person's case at a studio: what compliance knows of them from events, and the findings on their bookings.

Every fact remembers the version of the event that told it, so that an older word, however late, changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from events.compliance import FindingClosed, FindingRaised, Severity
from events.envelope import Envelope, Event
from events.places import require_known
from events.production import BookedDay, BookingChange, BookingStatus, ScheduleChanged
from events.talent.people import PermitRecorded, PermitRevoked, PersonMerged, PersonRegistered, PersonUpdated
from kernel.places import Gazetteer
from services.compliance.conditions import Value
from services.compliance.rules import Rule, Rulebook

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PLACE_LENGTH = 100
"""Characters of a place that a finding's reason repeats."""


@dataclass(frozen=True)
class PermitFacts:
    """What a permit allows: work of a kind from the first to the last day, at the places (none means anywhere)."""

    kind: str
    valid_from: date
    valid_until: date
    places: tuple[str, ...]


@dataclass(frozen=True)
class Permit:
    """A permit as last heard of; `facts` is None once it no longer holds. `heard` is that event's version."""

    id: str
    heard: int
    facts: PermitFacts | None


@dataclass(frozen=True)
class Booking:
    """A person's days on a production as last heard of; `heard` is the version of the schedule then."""

    id: str
    heard: int
    production_id: str
    contract_id: str | None
    days: tuple[BookedDay, ...]
    status: BookingStatus


@dataclass(frozen=True)
class Judgement:
    """What a rule says to a booking, and what it saw, so that it can be repeated.

    `uncovered_days` is the distance to the threshold: so many days have to be covered, or released, to keep the rule.
    """

    rule: str
    rule_version: int
    severity: Severity
    reason: str
    first_date: date
    uncovered_days: int
    nationality: str
    days: tuple[BookedDay, ...]
    permits: tuple[PermitFacts, ...]


@dataclass(frozen=True)
class Finding:
    """A rule that a booking breaks or broke, with the latest judgement; one per booking and rule."""

    id: str
    booking_id: str
    production_id: str
    contract_id: str | None
    state: Literal["open", "closed"]
    judgement: Judgement
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Case:
    """All that is judged of one person at one studio. `nationality` is None until the person's file is heard of.

    `into` is the id under which the person goes on when the studio knew them twice: their permits are told of under that one,
    the bookings that they had stay here.
    """

    id: str
    tenant: str
    version: int
    person_id: str
    nationality: str | None
    nationality_heard: int
    permits: tuple[Permit, ...]
    bookings: tuple[Booking, ...]
    findings: tuple[Finding, ...]
    into: str | None = None


Told = Envelope[PersonRegistered | PersonUpdated | PersonMerged | PermitRecorded | PermitRevoked | ScheduleChanged]


def case_id(person_id: str, tenant: str) -> str:
    """The id of a person's case at a studio."""
    return f"{person_id}.{tenant}"


def empty(of: str, tenant: str) -> Case:
    """The case with the id `of` before anything is heard."""
    return Case(of, tenant, 0, of.partition(".")[0], None, 0, (), (), ())


def finding_id(rule: str, booking_id: str) -> str:
    """The id of the one finding that a booking can have under a rule: the booking's time, then a hash of both."""
    digest = int.from_bytes(sha256(f"{rule}|{booking_id}".encode()).digest()[:10], "big")
    tail = "".join(_CROCKFORD[digest >> 5 * nth & 31] for nth in range(16))
    return f"fnd_{booking_id[4:14]}{tail}"


def runs(events: Sequence[Told]) -> Iterator[list[Told]]:
    """The events in order, each word of merged files by itself: what follows it concerns other cases than what was before."""
    run: list[Told] = []
    for told in events:
        if isinstance(told.data, PersonMerged):
            yield from (part for part in (run, [told]) if part)
            run = []
        else:
            run.append(told)
    if run:
        yield run


def concerned(told: Told, former: Mapping[str, Sequence[str]]) -> list[str]:
    """The cases that an event is about; `former` has those that were merged into a case."""
    data = told.data
    if isinstance(data, ScheduleChanged):
        return [case_id(person, told.tenant) for person in dict.fromkeys(change.person_id for change in data.changes)]
    of = case_id(data.person_id, told.tenant)
    return [of, *former.get(of, ())]


def hear(
    case: Case | None,
    told: Told,
    of: str,
    rulebook: Rulebook,
    known: Gazetteer,
    at: datetime,
    present: Case | None = None,
) -> tuple[Case, tuple[Event, ...]] | None:
    """The case with the id `of` after an event, judged anew; None when the event says nothing that is newer.

    `present` is the case of the person that a merged file went into, `known` are the places that its studio may name.
    Raises PlaceNotYetKnown.
    """
    require_known(_places(told.data), known)
    case = case or empty(of, told.tenant)
    heard = _note(case, told, present)
    if heard is case:
        return None
    data = told.data
    if isinstance(data, ScheduleChanged):
        changed = {change.booking_id for change in data.changes}
        return settle(heard, [booking for booking in heard.bookings if booking.id in changed], rulebook, known, at)
    return settle(heard, heard.bookings, rulebook, known, at)


def _places(data: Event) -> Iterator[str]:
    """Yield the id of every place that an event names."""
    if isinstance(data, PermitRecorded):
        yield from data.places
    elif isinstance(data, ScheduleChanged):
        yield from (place for change in data.changes for day in change.days for place in day.places)


def settle(
    case: Case, bookings: Iterable[Booking], rulebook: Rulebook, known: Gazetteer, at: datetime
) -> tuple[Case, tuple[Event, ...]]:
    """The case with the findings on these bookings as the rules now see them, and what is to be told of the difference."""
    found = {finding.id: finding for finding in case.findings}
    events: list[Event] = []
    for booking in bookings:
        for rule in rulebook.ids:
            key = finding_id(rule, booking.id)
            judgement = judge(case, booking, rule, rulebook, known)
            before = found.get(key)
            if judgement is not None:
                found[key] = _open(before, key, booking, judgement, at)
                if before is None or before.state == "closed" or _words(before.judgement) != _words(judgement):
                    events.append(_raised(case, found[key]))
            elif before is not None and before.state == "open":
                found[key] = replace(before, state="closed", changed_at=at, closed_at=at)
                events.append(_closed(before))
    return replace(case, findings=tuple(found.values())), tuple(events)


def judge(case: Case, booking: Booking, rule_id: str, rulebook: Rulebook, known: Gazetteer) -> Judgement | None:
    """What a rule has to say against a booking; None when it is kept, or does not apply.

    A day is covered when at each of its places some permit covers it. Nobody is judged before their nationality is
    known: the person's file is on its way.
    """
    if case.nationality is None or booking.status == "released":
        return None
    person: dict[str, Value] = {"person.nationality": case.nationality}
    permits = tuple(permit.facts for permit in case.permits if permit.facts is not None)
    uncovered: list[tuple[date, str, Rule]] = []
    for day in booking.days:
        rule = rulebook.in_force(rule_id, day.date)
        if rule is None or rule.jurisdiction != day.country or not rule.applies_to(person):
            continue
        for place in day.places or ("",):
            if not any(rule.accepts(person | _facts(permit, day.date, place, known)) for permit in permits):
                uncovered.append((day.date, place, rule))
                break
    if not uncovered:
        return None
    first, place, rule = min(uncovered, key=lambda each: each[0])
    named = known.find(place)
    return Judgement(
        rule=rule.id,
        rule_version=rule.version,
        severity=rule.severity,
        reason=rule.reason.format(
            date=first.isoformat(),
            place=(named.name("en") if named is not None else place)[:_PLACE_LENGTH] or "an unknown place",
        ),
        first_date=first,
        uncovered_days=len(uncovered),
        nationality=case.nationality,
        days=booking.days,
        permits=permits,
    )


def _facts(permit: PermitFacts, day: date, place: str, known: Gazetteer) -> dict[str, Value]:
    return {
        "permit.kind": permit.kind,
        "permit.valid_from": permit.valid_from,
        "permit.valid_until": permit.valid_until,
        "permit.places": tuple(known.id_of(each) for each in permit.places),
        "day.date": day,
        "day.place": place,
        "day.within": known.path(known.id_of(place)),
    }


def _note(case: Case, told: Told, present: Case | None) -> Case:
    """The case with what an event says; the same object when nothing of it is newer than what is known."""
    data = told.data
    if isinstance(data, ScheduleChanged):
        for change in data.changes:
            if change.person_id == case.person_id:
                case = _note_booking(case, change, data.production_id, told.version)
        return case
    if isinstance(data, PersonMerged):
        return _go_on(case, present) if present else case
    version = 0 if case.into and data.person_id == case.person_id else told.version
    if isinstance(data, PersonRegistered | PersonUpdated):
        if version <= case.nationality_heard:
            return case
        return replace(case, nationality=data.nationality, nationality_heard=version)
    facts = None
    if isinstance(data, PermitRecorded):
        facts = PermitFacts(data.kind, data.valid_from, data.valid_until, data.places)
    return _note_permit(case, Permit(data.permit_id, version, facts))


def _go_on(case: Case, present: Case) -> Case:
    """The case of somebody who goes on as another, with all that is known of that one; the same object when that was heard.

    What was heard under the former id counts as older than anything that is said under the present one.
    """
    if case.into == present.person_id:
        return case
    permits = {permit.id: replace(permit, heard=0) for permit in case.permits}
    permits |= {permit.id: permit for permit in present.permits}
    return replace(
        case,
        into=present.person_id,
        nationality=present.nationality or case.nationality,
        nationality_heard=present.nationality_heard,
        permits=tuple(permits.values()),
    )


def _note_permit(case: Case, permit: Permit) -> Case:
    """A revocation wins over a fact of the same version: what is heard late of a merged file has none of its own."""
    known = {each.id: each for each in case.permits}
    if permit.id in known and _weight(permit) <= _weight(known[permit.id]):
        return case
    known[permit.id] = permit
    return replace(case, permits=tuple(known.values()))


def _weight(permit: Permit) -> tuple[int, bool]:
    return permit.heard, permit.facts is None


def _note_booking(case: Case, change: BookingChange, production_id: str, heard: int) -> Case:
    known = {each.id: each for each in case.bookings}
    if change.booking_id in known and heard <= known[change.booking_id].heard:
        return case
    known[change.booking_id] = Booking(
        change.booking_id, heard, production_id, change.contract_id, change.days, change.status
    )
    return replace(case, bookings=tuple(known.values()))


def _open(before: Finding | None, key: str, booking: Booking, judgement: Judgement, at: datetime) -> Finding:
    if before is None:
        return Finding(key, booking.id, booking.production_id, booking.contract_id, "open", judgement, at, at, None)
    if before.state == "open":
        changed_at = before.changed_at if before.judgement == judgement else at
        return replace(before, judgement=judgement, changed_at=changed_at)
    return replace(before, state="open", judgement=judgement, opened_at=at, changed_at=at, closed_at=None)


def _words(judgement: Judgement) -> tuple[object, ...]:
    """What others are told of a judgement: only when this changes is there something to tell."""
    return judgement.rule, judgement.rule_version, judgement.severity, judgement.reason, judgement.first_date


def _raised(case: Case, finding: Finding) -> FindingRaised:
    judgement = finding.judgement
    return FindingRaised(
        finding_id=finding.id,
        rule=judgement.rule,
        rule_version=judgement.rule_version,
        severity=judgement.severity,
        person_id=case.person_id,
        production_id=finding.production_id,
        booking_id=finding.booking_id,
        contract_id=finding.contract_id,
        reason=judgement.reason,
        first_date=judgement.first_date,
    )


def _closed(finding: Finding) -> FindingClosed:
    judgement = finding.judgement
    return FindingClosed(finding.id, judgement.rule, judgement.severity, finding.booking_id, finding.production_id)
