"""What compliance says: findings of the rules."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from events.envelope import Event
from events.shapes import BookingId, ContractId, FindingId, Line, PersonId, ProductionId

Severity = Literal["blocker", "warning", "info"]


@dataclass(frozen=True)
class FindingRaised(Event, type="compliance.finding.raised.v1", subject="finding_id"):
    """A rule is broken, or broken in another way than before: the latest facts replace the earlier ones."""

    finding_id: FindingId
    rule: Line
    rule_version: int
    severity: Severity
    person_id: PersonId
    production_id: ProductionId
    booking_id: BookingId
    contract_id: ContractId | None
    reason: Line
    first_date: date


@dataclass(frozen=True)
class FindingClosed(Event, type="compliance.finding.closed.v1", subject="finding_id"):
    """The facts changed so that the rule is kept."""

    finding_id: FindingId
    rule: Line
    severity: Severity
    booking_id: BookingId
    production_id: ProductionId
