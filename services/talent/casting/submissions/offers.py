"""An offer: the terms of a contract but for what the role and the person already say."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any, Literal

from events.shapes import Items, Number
from services.talent.casting.roles.calls import Role
from services.talent.contracts import terms
from services.talent.contracts.terms import (
    Consents,
    Fee,
    Grant,
    Instalment,
    Jurisdiction,
    KillFee,
    Particular,
    Points,
    Terms,
)
from services.talent.templates.versions import TemplateChoice


@dataclass(frozen=True)
class OfferedTerms:
    """The terms that are offered to a person for a role; the contract is drafted from the template, or in the built-in wording."""

    episodes: Annotated[int, Number(min=1, max=1000)]
    work_dates: Annotated[tuple[date, ...], Items(min=1, max=366, doc="ascending, each day once")]
    hours_cap: Annotated[int, Number(min=1, max=16, doc="hours of work a day at most")]
    rest_hours: Annotated[int, Number(min=8, max=24, doc="hours of rest between two days at least")]
    fee: Fee
    instalments: Annotated[tuple[Instalment, ...], Items(min=1, max=20, doc="together exactly 100 percent")]
    grants: Annotated[tuple[Grant, ...], Items(max=20)]
    consents: Consents
    governing_law: Jurisdiction
    prevailing_language: Literal["zh", "en"]
    points: Points | None = None
    kill_fee: KillFee | None = None
    particulars: Annotated[tuple[Particular, ...], Items(max=50)] = ()
    template: TemplateChoice | None = None


def fill(role: Role, person_id: str, offered: OfferedTerms, today: date) -> Terms:
    """The contract's terms: production and role from the role, the person, the rest as offered; raises what `terms.check` raises."""
    given: dict[str, Any] = {f.name: getattr(offered, f.name) for f in fields(offered) if f.name != "template"}
    filled = Terms(production_id=role.production_id, person_id=person_id, role=role.title, **given)
    terms.check(filled, today)
    return filled
