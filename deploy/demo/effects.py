"""What a signed contract brings about in the other services: waited for, timed by their clocks, and counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from deploy.demo.desk import Desk
from deploy.demo.engagement import Signed, found
from deploy.local.errors import StackError

SECONDS = 10.0
"""How long an effect may take before it counts as missing."""
_POLL = 0.02
_SIGNED = "talent.contract.signed.v1"

T = TypeVar("T")


class EffectMissing(StackError):
    """Something that a signature or a permit should bring about did not come."""


class EffectRepeated(StackError):
    """Something came more than once."""


@dataclass(frozen=True)
class Effects:
    """The ledger's entries, bookings and registered rights that one contract brought about."""

    entries: list[Any]
    bookings: list[Any]
    rights: list[Any]

    @property
    def entry(self) -> Any:
        """The ledger's entry."""
        return self.entries[0]

    @property
    def booking(self) -> Any:
        """The booking."""
        return self.bookings[0]


def of(desk: Desk, signed: Signed) -> Effects:
    """The effects that are there now."""
    client, contract_id = desk.legal, signed.contract_id
    return Effects(
        found(client, "/v1/ledger/entries", subject=contract_id, type=_SIGNED),
        found(client, "/v1/bookings", contract_id=contract_id),
        found(client, "/v1/rights", contract_id=contract_id),
    )


def wait_for(desk: Desk, signed: Signed) -> Effects:
    """The effects as soon as all are there; a contract without grants registers no rights. Raises EffectMissing."""
    seen: list[Effects] = []

    def complete() -> Effects | None:
        seen[:] = [of(desk, signed)]
        return seen[0] if not _missing(seen[0], signed) else None

    return until(complete, lambda: f"contract {signed.contract.key}: {', '.join(_missing(seen[0], signed))}")


def check_once(desk: Desk, signed: Signed) -> Effects:
    """The effects, each of which must be there exactly once; raises EffectMissing, EffectRepeated."""
    effects = of(desk, signed)
    if missing := _missing(effects, signed):
        raise EffectMissing(f"contract {signed.contract.key}: {', '.join(missing)} is gone")
    for what, items in (("ledger entry", effects.entries), ("booking", effects.bookings), ("rights", effects.rights)):
        if len(items) > 1:
            raise EffectRepeated(f"contract {signed.contract.key}: the {what} is there {len(items)} times")
    return effects


def wait_for_finding(desk: Desk, signed: Signed, state: str) -> Any:
    """The finding about a contract's booking as soon as it is in the state; raises EffectMissing."""

    def finding() -> Any:
        findings = found(desk.legal, "/v1/findings", person_id=signed.person_id, state=state)
        return next((each for each in findings if each["contract_id"] == signed.contract_id), None)

    return until(finding, lambda: f"contract {signed.contract.key}: a finding that is {state}")


def wait_for_booking(desk: Desk, signed: Signed, status: str) -> Any:
    """The contract's booking as soon as it has the status; raises EffectMissing."""

    def booking() -> Any:
        bookings = found(desk.legal, "/v1/bookings", contract_id=signed.contract_id)
        return next((each for each in bookings if each["status"] == status), None)

    return until(booking, lambda: f"contract {signed.contract.key}: a booking that is {status}")


def until(look: Callable[[], T | None], what: Callable[[], str], seconds: float = SECONDS) -> T:
    """What `look` sees as soon as it sees something; raises EffectMissing, naming `what`, after `seconds`."""
    deadline = time.monotonic() + seconds
    while (seen := look()) is None:
        if time.monotonic() > deadline:
            raise EffectMissing(f"{what()} did not come in {seconds:g} s: see ./callboard status and logs")
        time.sleep(_POLL)
    return seen


def milliseconds(since: datetime, moment: str) -> int:
    """From a moment to the RFC 3339 time of another."""
    return round((datetime.fromisoformat(moment) - since).total_seconds() * 1000)


def _missing(effects: Effects, signed: Signed) -> list[str]:
    needed = [("ledger entry", effects.entries), ("booking", effects.bookings)]
    if signed.contract.grants:
        needed.append(("registered rights", effects.rights))
    return [what for what, items in needed if not items]
