"""Hours that are taken: nobody is expected in two places at once, whichever studios ask."""

from dataclasses import replace

from events.envelope import Addressed
from events.errors import RuleError
from events.talent.availability import HourFreed, HourTaken
from services.talent.availability.calendar import Appointment, Calendar, Step


class HourNotFree(RuleError):
    """The person is expected elsewhere at this time."""

    en = "The person is not free from {starts_at} to {ends_at}."
    zh = "此人在 {starts_at} 至 {ends_at} 没有空档。"


def take(calendar: Calendar, wanted: Appointment) -> Step:
    """The hour for this appointment, instead of the one that it had; raises HourNotFree."""
    others = tuple(taken for taken in calendar.appointments if taken.id != wanted.id)
    if any(taken.starts_at < wanted.ends_at and wanted.starts_at < taken.ends_at for taken in others):
        raise HourNotFree(starts_at=wanted.starts_at, ends_at=wanted.ends_at)
    if wanted in calendar.appointments:
        return calendar, []
    told = HourTaken(calendar.id, wanted.starts_at, wanted.ends_at)
    return replace(calendar, appointments=(*others, wanted)), [told]


def free(calendar: Calendar, appointment_id: str, studio: str) -> Step:
    """The hour of this appointment is free again; no event when it was."""
    gone = [taken for taken in calendar.appointments if (taken.id, taken.studio) == (appointment_id, studio)]
    left = tuple(taken for taken in calendar.appointments if taken not in gone)
    return replace(calendar, appointments=left), [HourFreed(calendar.id, t.starts_at, t.ends_at) for t in gone]


def left(calendar: Calendar, appointment_id: str, studio: str) -> Step:
    """Like `free`, for when nobody asks: what is told is addressed to the studio."""
    freed, told = free(calendar, appointment_id, studio)
    return freed, [said if isinstance(said, Addressed) else Addressed(studio, said) for said in told]
