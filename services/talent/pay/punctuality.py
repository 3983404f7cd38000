"""How punctual a studio pays: of the instalments that are paid or overdue, how many were paid in time."""

from dataclasses import dataclass, replace

from events.envelope import Event
from events.talent.pay import PunctualityChanged


@dataclass(frozen=True)
class Punctuality:
    """A studio's record; its id is the studio's. Amounts, people and contracts are not in it."""

    id: str
    tenant: str
    version: int
    on_time: int
    late: int


def recount(
    known: Punctuality | None, studio_id: str, on_time: int, late: int
) -> tuple[Punctuality, list[Event]] | None:
    """The record with new counts; None when they are known."""
    record = known or Punctuality(studio_id, studio_id, 0, 0, 0)
    if (record.on_time, record.late) == (on_time, late):
        return None
    return replace(record, on_time=on_time, late=late), [PunctualityChanged(studio_id, on_time, late)]
