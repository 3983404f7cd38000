"""Auditions: slots of a day, filled with the people on the shortlist, each asked to confirm, decline or move.

A slot: open -> proposed -> confirmed          proposed, confirmed -> open (declined, or moved to another slot)
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from events.envelope import Event
from events.errors import RuleError
from events.shapes import AuditionId, Items, Line, Number, PersonId, ProductionId, RoleId, SubmissionId, TimeZone
from events.talent.casting import AuditionConfirmed, AuditionDeclined, AuditionMoved, AuditionProposed, AuditionsPlanned
from services.talent.availability.calendar import Appointment
from services.talent.casting.roles.calls import Role

LONGEST_AHEAD = timedelta(days=366)
SlotNumber = Annotated[int, Number(min=0, max=99)]
SlotState = Literal["open", "proposed", "confirmed"]


class SlotsImpossible(RuleError):
    """Slots are over, more than a year ahead, not in order, or overlap."""

    status = 422
    en = "Slots come in order, without overlap, from now to a year ahead."
    zh = "时段须按先后顺序排列、互不重叠，且在一年之内。"


class SlotUnknown(RuleError):
    """The audition has no such slot."""

    status = 404
    en = "There is no slot {slot} in this audition."
    zh = "此次试镜没有编号为 {slot} 的时段。"


class SlotNotTaken(RuleError):
    """Nobody is expected in this slot."""

    en = "Nobody is expected in slot {slot}."
    zh = "时段 {slot} 无人预约。"


class SlotTaken(RuleError):
    """Somebody else is expected in this slot, or it is over."""

    en = "Slot {slot} is not free any more."
    zh = "时段 {slot} 已不可用。"


@dataclass(frozen=True)
class NewAudition:
    """When and where people are seen: the start of each slot, and how many minutes each takes."""

    place: Line
    time_zone: TimeZone
    minutes: Annotated[int, Number(min=5, max=240)]
    slots: Annotated[tuple[datetime, ...], Items(min=1, max=100, doc="starts, ascending")]


@dataclass(frozen=True)
class Slot:
    """A time at which one person is seen; `declined` are those who cannot or will not come then."""

    starts_at: datetime
    ends_at: datetime
    state: SlotState = "open"
    submission_id: SubmissionId | None = None
    person_id: PersonId | None = None
    declined: tuple[PersonId, ...] = ()


@dataclass(frozen=True)
class Audition:
    """The slots of an audition for a role."""

    id: AuditionId
    tenant: str
    version: int
    role_id: RoleId
    production_id: ProductionId
    place: Line
    time_zone: TimeZone
    slots: tuple[Slot, ...]

    @property
    def seen(self) -> frozenset[str]:
        """Who is expected in one of the slots."""
        return frozenset(slot.person_id for slot in self.slots if slot.person_id is not None)


Step = tuple[Audition, list[Event]]


def plan(audition_id: str, role: Role, wanted: NewAudition, at: datetime) -> Step:
    """Slots without people; raises SlotsImpossible."""
    length = timedelta(minutes=wanted.minutes)
    before = at
    for position, start in enumerate(wanted.slots):
        if not before <= start <= at + LONGEST_AHEAD:
            raise SlotsImpossible(f"/slots/{position}")
        before = start + length
    starts = [start.astimezone(UTC).replace(microsecond=0) for start in wanted.slots]
    slots = tuple(Slot(start, start + length) for start in starts)
    made = Audition(audition_id, role.tenant, 0, role.id, role.production_id, wanted.place, wanted.time_zone, slots)
    return made, [AuditionsPlanned(audition_id, role.id, role.production_id, tuple(slot.starts_at for slot in slots))]


def appointment(audition: Audition, number: int) -> Appointment:
    """The hour that a slot takes of a person's time."""
    slot = audition.slots[number]
    return Appointment(audition.id, audition.tenant, slot.starts_at, slot.ends_at)


def propose(audition: Audition, seats: dict[int, tuple[str, str]]) -> Step:
    """The audition with people (submission and person) in slots; who has a slot, or whose slot is gone, is left out."""
    told: list[Event] = []
    slots, seen = list(audition.slots), set(audition.seen)
    for number, (submission_id, person_id) in sorted(seats.items()):
        slot = slots[number]
        if slot.state == "open" and person_id not in seen:
            slots[number] = replace(slot, state="proposed", submission_id=submission_id, person_id=person_id)
            seen.add(person_id)
            told.append(AuditionProposed(audition.id, submission_id, person_id, slot.starts_at, slot.ends_at))
    return replace(audition, slots=tuple(slots)), told


def confirm(audition: Audition, number: int) -> Step:
    """The person comes; raises SlotUnknown, SlotNotTaken."""
    slot = taken(audition, number)
    told: list[Event] = []
    if slot.state != "confirmed" and slot.submission_id is not None and slot.person_id is not None:
        told = [AuditionConfirmed(audition.id, slot.submission_id, slot.person_id, slot.starts_at)]
    return _with(audition, number, replace(slot, state="confirmed")), told


def decline(audition: Audition, number: int) -> Step:
    """The person does not come at this time: the slot is open for others; raises SlotUnknown, SlotNotTaken."""
    slot = taken(audition, number)
    assert slot.submission_id is not None and slot.person_id is not None  # a taken slot has both
    freed = replace(slot, state="open", submission_id=None, person_id=None, declined=(*slot.declined, slot.person_id))
    told = AuditionDeclined(audition.id, slot.submission_id, slot.person_id, slot.starts_at)
    return _with(audition, number, freed), [told]


def leave(audition: Audition, person_id: str, at: datetime) -> Step:
    """The audition without somebody who does not stand for the role any more, in the slots that are not over."""
    told: list[Event] = []
    for number, slot in enumerate(audition.slots):
        if slot.person_id == person_id and slot.starts_at > at:
            audition, events = decline(audition, number)
            told += events
    return audition, told


def move(audition: Audition, number: int, to: int) -> Step:
    """The person comes at another time, and is to confirm it; raises SlotUnknown, SlotNotTaken, SlotTaken."""
    slot, target = taken(audition, number), find(audition, to)
    assert slot.submission_id is not None and slot.person_id is not None  # a taken slot has both
    if target.state != "open":
        raise SlotTaken("/slot", slot=to)
    freed = replace(slot, state="open", submission_id=None, person_id=None)
    moved = _with(audition, number, freed)
    new = replace(target, state="proposed", submission_id=slot.submission_id, person_id=slot.person_id)
    told = AuditionMoved(audition.id, slot.submission_id, slot.person_id, slot.starts_at, target.starts_at)
    return _with(moved, to, new), [told]


def find(audition: Audition, number: int) -> Slot:
    """The slot with this number, from 0; raises SlotUnknown."""
    if number >= len(audition.slots):
        raise SlotUnknown(slot=number)
    return audition.slots[number]


def taken(audition: Audition, number: int) -> Slot:
    """The slot in which somebody is expected; raises SlotUnknown, SlotNotTaken."""
    slot = find(audition, number)
    if slot.state == "open":
        raise SlotNotTaken(slot=number)
    return slot


def _with(audition: Audition, number: int, slot: Slot) -> Audition:
    slots = (*audition.slots[:number], slot, *audition.slots[number + 1 :])
    return replace(audition, slots=slots)
