"""What talent shows of an audition."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from services.talent.casting.auditions.api import AuditionView, SlotView
from services.talent.casting.auditions.openings import Opening
from services.talent.casting.auditions.slots import Audition


def audition(audition: Audition, left_open: Sequence[Opening] = ()) -> AuditionView:
    """An audition, its slots by number, each also by the clock of its place; when it was just filled, why some stayed open."""
    zone = ZoneInfo(audition.time_zone)
    return AuditionView(
        audition_id=audition.id,
        role_id=audition.role_id,
        production_id=audition.production_id,
        place=audition.place,
        time_zone=audition.time_zone,
        slots=tuple(
            SlotView(
                slot=number,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                local_time=slot.starts_at.astimezone(zone).isoformat(),
                state=slot.state,
                submission_id=slot.submission_id,
                person_id=slot.person_id,
            )
            for number, slot in enumerate(audition.slots)
        ),
        left_open=tuple(left_open),
    )
