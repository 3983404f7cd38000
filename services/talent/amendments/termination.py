"""Ending an executed contract: its last day in force, the kill fee, and what is left of days and rights."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from events.errors import RuleError
from events.shapes import PartyKey
from events.talent.contracts import ContractTerminated
from services.talent import codes
from services.talent.amendments.amending import require_contract, told_grants
from services.talent.contracts.identities import STUDIO
from services.talent.contracts.lifecycle import Contract, Ground, Step, Termination, require
from services.talent.contracts.parties import require_party
from services.talent.contracts.terms import Terms

LONGEST_NOTICE = timedelta(days=366)


class LastDayOutOfRange(RuleError):
    """The last day in force is over, or too far away."""

    status = 422
    en = "The last day in force must be from {first} to {last}, not {last_day}."
    zh = "合同最后有效日须在 {first} 至 {last} 之间，而非 {last_day}。"


@dataclass(frozen=True)
class Notice:
    """A party's notice that it ends a contract, and whether the rights granted fall back to the performer."""

    party: PartyKey
    ground: Ground
    last_day: date
    rights_revert: bool = False


def terminate(contract: Contract, notice: Notice, reason: bytes, at: datetime, recorded_by: str) -> Step:
    """The contract ended after its last day in force; `reason` is sealed, `recorded_by` enters it.

    The event carries the work dates and grants that are left. Raises ContractStateConflict, IsAmendment, PartyUnknown,
    LastDayOutOfRange.
    """
    require(contract, "termination")
    require_contract(contract)
    require_party(contract, notice.party)
    today = at.date()
    if not today <= notice.last_day <= today + LONGEST_NOTICE:
        raise LastDayOutOfRange("/last_day", last_day=notice.last_day, first=today, last=today + LONGEST_NOTICE)
    terms, owed = contract.terms, kill_fee(contract.terms, notice)
    ended = Termination(notice.party, notice.ground, notice.last_day, owed, at, reason, recorded_by)
    said = ContractTerminated(
        contract_id=contract.id,
        production_id=terms.production_id,
        person_id=terms.person_id,
        role=terms.role,
        party=notice.party,
        ground=notice.ground,
        last_day=notice.last_day,
        work_dates=tuple(day for day in terms.work_dates if day <= notice.last_day),
        grants=() if notice.rights_revert else told_grants(terms),
        kill_fee=owed,
        currency=terms.fee.currency,
        terminated_at=at,
        recorded_by=recorded_by,
    )
    return replace(contract, state="terminated", termination=ended), [said]


def kill_fee(terms: Terms, notice: Notice) -> Decimal:
    """What the studio owes for ending the contract, in the fee's currency, rounded half up to its minor unit; 0 if nothing."""
    agreed = terms.kill_fee
    if agreed is None or notice.party != STUDIO or notice.ground != "convenience":
        return Decimal(0)
    if (terms.work_dates[0] - notice.last_day).days >= agreed.notice_days:
        return Decimal(0)
    unit = Decimal(1).scaleb(-codes.minor_digits(terms.fee.currency))
    return (terms.fee.amount * agreed.percent / 100).quantize(unit, ROUND_HALF_UP)
