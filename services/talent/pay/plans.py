"""Until when a production shoots, as production says: the day that wrap means for pay."""

from dataclasses import dataclass, replace
from datetime import date

from events.envelope import Envelope, Event
from events.production import ShootingDaysPlanned


@dataclass(frozen=True)
class ShootingPlan:
    """The last planned day of a production, whose id it has; `planned` is the version of the schedule that said so."""

    id: str
    tenant: str
    version: int
    planned: int
    last_day: date | None


def follow(
    known: ShootingPlan | None, envelope: Envelope[ShootingDaysPlanned], production_id: str
) -> tuple[ShootingPlan, list[Event]] | None:
    """The plan as it stands now; None when a later one is known. It has no events of its own, so its version stays 0."""
    if known is not None and known.planned >= envelope.version:
        return None
    last_day = max((day.date for day in envelope.data.days), default=None)
    plan = known or ShootingPlan(production_id, envelope.tenant, 0, 0, None)
    return replace(plan, planned=envelope.version, last_day=last_day), []
