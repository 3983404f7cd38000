"""What speaks against the days that are agreed with a person; it stops nobody, and is told to who drafts, sends, offers and signs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from events.shapes import Items
from services.talent.availability.calendar import Calendar
from services.talent.availability.requests import obstacles
from services.talent.people.permits import Permit

WarningReason = Literal["busy", "day_off", "past", "no_permit"]


@dataclass(frozen=True)
class DaysWarning:
    """Why some of the agreed days may not come about.

    `busy`: another studio needs the person, or recorded a day off. `day_off`: your studio recorded it. `past`: they are over.
    `no_permit`: the person is a foreigner where the production is based, and no permit on file is valid.
    """

    reason: WarningReason
    days: Annotated[tuple[date, ...], Items(min=1, max=366)]


Warnings = Annotated[
    tuple[DaysWarning, ...],
    Items(max=4, doc="in the answers to drafting, sending, offering and signing, until the last signature"),
]


def of_days(
    days: Iterable[date], studio: str, calendar: Calendar, permits: Sequence[Permit] | None, today: date
) -> tuple[DaysWarning, ...]:
    """Return what speaks against the days, by reason; `permits` are None when the person needs none."""
    found: dict[WarningReason, list[date]] = {}
    wanted = sorted(set(days))
    for reason, day in obstacles(calendar, studio, wanted):
        found.setdefault(reason, []).append(day)
    for day in wanted:
        if day < today:
            found.setdefault("past", []).append(day)
        elif permits is not None and not any(permit.allows_work_on(day) for permit in permits):
            found.setdefault("no_permit", []).append(day)
    return tuple(DaysWarning(reason, tuple(of)) for reason, of in found.items())
