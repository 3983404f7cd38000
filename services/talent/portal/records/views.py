"""What is shown of one's own records."""

from collections.abc import Callable, Iterable
from datetime import date

from services.talent.availability.calendar import Calendar
from services.talent.availability.feeds import runs
from services.talent.contracts.lifecycle import EXECUTED, Contract
from services.talent.documents.papers import Document
from services.talent.people.permits import Permit
from services.talent.portal.records.api import DayKind, OwnContract, OwnDays, OwnPaper

Work = tuple[str | None, str | None]
"""The title of a production and the role in it, where they are known."""


def contract(contract: Contract, production: str) -> OwnContract:
    """A contract, without its terms: these are in the PDF, and behind the link to sign."""
    return OwnContract(
        contract.id, production, contract.terms.role, contract.state, contract.expires_on, contract.state in EXECUTED
    )


def days(
    calendar: Calendar, studio: str, today: date, work: Callable[[str | None, str | None], Work]
) -> tuple[OwnDays, ...]:
    """The days of a studio from today on, the first ones first; `work` names the work by its contract and production."""
    entries: list[tuple[DayKind, tuple[date, ...], Work]] = [
        *(("booked", b.days, work(b.contract_id, b.production_id)) for b in calendar.bookings if b.studio == studio),
        *(("held", h.days, work(None, h.production_id)) for h in calendar.holds if h.studio == studio),
        *(("off", off.days, (None, None)) for off in calendar.days_off if off.studio == studio),
    ]
    shown = [
        OwnDays(kind, *named, first, last)
        for kind, all_days, named in entries
        for first, last in runs(day for day in all_days if day >= today)
    ]
    return tuple(sorted(shown, key=lambda each: (each.starts_on, each.kind)))


def papers(documents: Iterable[Document], permits: Iterable[Permit]) -> tuple[OwnPaper, ...]:
    """What is on file and was not taken back, with what ends first in front."""
    shown = [
        *(OwnPaper(one.kind, one.valid_until) for one in documents if one.withdrawal is None),
        *(OwnPaper("permit", one.valid_until) for one in permits if one.revocation is None),
    ]
    return tuple(sorted(shown, key=lambda each: each.valid_until or date.max))
