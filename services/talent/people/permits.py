"""Work permits on a person's file: what lets a foreigner work, from when to when, and where."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Literal

from events.errors import RuleError
from events.places import PlaceNamed
from events.shapes import Items, Line, PermitId, Text
from events.talent.documents import CheckedBy
from services.talent.documents import expiry, scans
from services.talent.documents.scans import Check, Scan

Kind = Literal["work_permit", "short_term_work_proof", "visa"]
Places = Annotated[tuple[PlaceNamed, ...], Items(max=50, doc="where the permit allows work; none means anywhere")]
PermitNumber = Annotated[
    str,
    Text(max=60, pattern=r"[^\W_][\w ./()-]*", expected="the number as printed in the permit", example="ZP-2026-0187"),
]

MAX_PERMITS = 200


class PermitEndsBeforeItStarts(RuleError):
    """The permit would end before its first day."""

    status = 422
    en = "The permit would end on {valid_until}, before it starts on {valid_from}."
    zh = "许可的截止日期 {valid_until} 早于起始日期 {valid_from}。"


class PermitUnknown(RuleError):
    """The file has no such permit."""

    status = 404
    en = "There is no permit {permit_id} on this person's file."
    zh = "此人的档案中没有编号为 {permit_id} 的许可。"


class PermitAlreadyRevoked(RuleError):
    """The permit was revoked before."""

    en = "Permit {permit_id} was revoked before."
    zh = "许可 {permit_id} 此前已被撤销。"


class TooManyPermits(RuleError):
    """The file is full."""

    en = "A person's file holds at most {most} permits."
    zh = "每份人员档案最多记录 {most} 项许可。"


@dataclass(frozen=True)
class PermitFacts:
    """What a permit says; both dates are valid days."""

    kind: Kind
    number: PermitNumber
    valid_from: date
    valid_until: date
    places: Places = ()
    issuer: Line | None = None
    sponsor: Line | None = None
    file: Scan | None = None


@dataclass(frozen=True)
class Revocation:
    """Since when a permit no longer holds, and why."""

    reason: Line
    at: datetime


@dataclass(frozen=True)
class Permit:
    """A permit on file."""

    permit_id: PermitId
    kind: Kind
    number: PermitNumber
    valid_from: date
    valid_until: date
    places: Places
    recorded_at: datetime
    revocation: Revocation | None = None
    noticed: int | None = None
    """The last of `expiry.NOTICES` that was given."""
    issuer: Line | None = None
    sponsor: Line | None = None
    file: Scan | None = None
    check: Check | None = None

    def allows_work_on(self, day: date) -> bool:
        """Return whether it lets the person work on a day, wherever; a visa alone lets nobody."""
        return self.kind != "visa" and self.revocation is None and self.valid_from <= day <= self.valid_until


Permits = tuple[Permit, ...]


def record(permits: Permits, permit_id: str, facts: PermitFacts, at: datetime) -> Permits:
    """The permits with a new one; raises PermitEndsBeforeItStarts, TooManyPermits."""
    if facts.valid_until < facts.valid_from:
        raise PermitEndsBeforeItStarts("/valid_until", valid_from=facts.valid_from, valid_until=facts.valid_until)
    if len(permits) >= MAX_PERMITS:
        raise TooManyPermits(most=MAX_PERMITS)
    new = Permit(
        permit_id,
        facts.kind,
        facts.number,
        facts.valid_from,
        facts.valid_until,
        facts.places,
        at,
        issuer=facts.issuer,
        sponsor=facts.sponsor,
        file=facts.file,
    )
    return (*permits, new)


def revoke(permits: Permits, permit_id: str, reason: str, at: datetime) -> Permits:
    """The permits with this one revoked; raises PermitUnknown, PermitAlreadyRevoked."""
    if find(permits, permit_id).revocation is not None:
        raise PermitAlreadyRevoked(permit_id=permit_id)
    return tuple(replace(p, revocation=Revocation(reason, at)) if p.permit_id == permit_id else p for p in permits)


def check(permits: Permits, permit_id: str, by: str, by_what: CheckedBy, at: datetime) -> Permits:
    """The permits with this one checked by a member; raises PermitUnknown, AlreadyChecked."""
    checked = scans.check(find(permits, permit_id).check, by, by_what, at)
    return tuple(replace(p, check=checked) if p.permit_id == permit_id else p for p in permits)


def notice_on(permit: Permit) -> date | None:
    """When the next notice of the permit's end is due; None when there will be none."""
    if permit.revocation is not None:
        return None
    return expiry.notice_on(permit.valid_until, permit.noticed)


def notice(permit: Permit, today: date) -> int | None:
    """Which of `expiry.NOTICES` is due: of several that were missed the latest; None when none is."""
    if permit.revocation is not None:
        return None
    return expiry.notice(permit.valid_until, permit.noticed, today)


def find(permits: Permits, permit_id: str) -> Permit:
    """The permit with this id; raises PermitUnknown."""
    for permit in permits:
        if permit.permit_id == permit_id:
            return permit
    raise PermitUnknown(permit_id=permit_id)
