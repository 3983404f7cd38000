"""How many days a person works in China under short-term work proofs, across all studios.

Shooting is short-term work: at most 90 days, within the period of the proof (MOHRSS 2014 No. 78). A day counts once, when a
studio has booked the person in China on it and itself holds a proof that covers it. Other studios' days are only counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from events.envelope import Envelope, Event
from events.production import ScheduleChanged
from events.talent.people import PermitRecorded, PermitRevoked

LIMIT_DAYS = 90
"""A calendar year."""
PROOF, COUNTRY = "short_term_work_proof", "CN"


@dataclass(frozen=True)
class Proof:
    """A studio's short-term work proof for the person; both dates are valid days."""

    permit_id: str
    tenant: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True)
class Revoked:
    """Since when a permit does not hold; kept apart, because it may be heard of first."""

    permit_id: str
    since: date


@dataclass(frozen=True)
class Booked:
    """A booking's days in China, as of the schedule's version that said so."""

    booking_id: str
    tenant: str
    heard: int
    days: tuple[date, ...]


@dataclass(frozen=True)
class ShortTermWork:
    """What counts for one person, whose alliance-wide id it has; it belongs to no studio and has no events."""

    id: str
    tenant: str
    version: int
    proofs: tuple[Proof, ...] = ()
    revoked: tuple[Revoked, ...] = ()
    booked: tuple[Booked, ...] = ()


@dataclass(frozen=True)
class DaysUsed:
    """Of the 90 days: how many lie behind, how many are booked, and how many of both are the asking studio's."""

    worked: int
    booked: int
    here: int
    exceeded_on: date | None

    @property
    def left(self) -> int:
        """How many more days can be booked."""
        return max(0, LIMIT_DAYS - self.worked - self.booked)


def note_permit(
    known: ShortTermWork | None, envelope: Envelope[PermitRecorded | PermitRevoked], person_id: str
) -> tuple[ShortTermWork, list[Event]] | None:
    """With a proof, or what ends it; None when it says nothing new."""
    work, said = known or ShortTermWork(person_id, "", 0), envelope.data
    if isinstance(said, PermitRevoked):
        if any(revoked.permit_id == said.permit_id for revoked in work.revoked):
            return None
        return replace(work, revoked=(*work.revoked, Revoked(said.permit_id, envelope.time.date()))), []
    proof = Proof(said.permit_id, envelope.tenant, said.valid_from, said.valid_until)
    if said.kind != PROOF or proof in work.proofs:
        return None
    others = tuple(other for other in work.proofs if other.permit_id != said.permit_id)
    return replace(work, proofs=(*others, proof)), []


def note_bookings(
    known: ShortTermWork | None, envelope: Envelope[ScheduleChanged], person_id: str
) -> tuple[ShortTermWork, list[Event]] | None:
    """With the person's bookings as they now stand; None when later ones are known."""
    work, changed = known or ShortTermWork(person_id, "", 0), False
    for change in envelope.data.changes:
        before = next((b for b in work.booked if b.booking_id == change.booking_id), None)
        if change.person_id != person_id or (before is not None and before.heard >= envelope.version):
            continue
        in_china = tuple(dict.fromkeys(day.date for day in change.days if day.country == COUNTRY))
        days = () if change.status == "released" else in_china
        others = tuple(b for b in work.booked if b.booking_id != change.booking_id)
        work = replace(work, booked=(*others, Booked(change.booking_id, envelope.tenant, envelope.version, days)))
        changed = True
    return (work, []) if changed else None


def joined(person_id: str, works: Iterable[ShortTermWork]) -> ShortTermWork:
    """What counts for a person whom a studio knows under several ids."""
    known = list(works)
    return ShortTermWork(
        person_id,
        "",
        0,
        tuple(proof for work in known for proof in work.proofs),
        tuple(revoked for work in known for revoked in work.revoked),
        tuple(booked for work in known for booked in work.booked),
    )


def people_of(envelope: Envelope[ScheduleChanged]) -> Iterable[str]:
    """Whose bookings a change of a schedule is about."""
    return {change.person_id for change in envelope.data.changes}


def used(work: ShortTermWork, tenant: str, year: int, today: date) -> DaysUsed:
    """How the calendar year's days are used, seen by a studio on `today`, which counts as booked."""
    since = {revoked.permit_id: revoked.since for revoked in work.revoked}
    counted = {
        (day, booking.tenant)
        for booking in work.booked
        for day in booking.days
        if day.year == year
        and any(
            proof.tenant == booking.tenant
            and proof.valid_from <= day <= proof.valid_until
            and day < since.get(proof.permit_id, date.max)
            for proof in work.proofs
        )
    }
    days = sorted({day for day, _ in counted})
    behind = sum(day < today for day in days)
    return DaysUsed(
        worked=behind,
        booked=len(days) - behind,
        here=len({day for day, studio in counted if studio == tenant}),
        exceeded_on=days[LIMIT_DAYS] if len(days) > LIMIT_DAYS else None,
    )
