"""A person's credits: those that a studio's executed contracts and wrapped productions prove, and those that are only claimed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from events.shapes import ContractId, Line, ProductionId
from services.talent.contracts.lifecycle import EXECUTED, Contract
from services.talent.pay.plans import ShootingPlan
from services.talent.people.files import Credit, Year


@dataclass(frozen=True)
class Proof:
    """The executed contract that proves a credit: its first and last work date, and the day on which the production wrapped."""

    contract_id: ContractId
    production_id: ProductionId
    starts_on: date
    ends_on: date
    wrapped_on: date


@dataclass(frozen=True)
class KnownCredit:
    """A title, a role and a year: the year of the wrap when a contract proves it, else as the person says."""

    title: Line
    role: Line
    year: Year
    proof: Proof | None


def prove(contract: Contract, plan: ShootingPlan | None, today: date) -> Proof | None:
    """What the contract proves; None unless it was executed, did not end before its last work date, and the production wrapped.

    A production wraps on its last planned shooting day; while none is planned, this contract's last work date counts. Work
    that is still to come after the wrap, such as dubbing, is not done yet. An amendment proves nothing: its contract does.
    """
    if contract.state not in EXECUTED or contract.amends is not None:
        return None
    first, last = contract.terms.work_dates[0], contract.terms.work_dates[-1]
    if contract.termination is not None and contract.termination.last_day < last:
        return None
    wrapped_on = last if plan is None or plan.last_day is None else plan.last_day
    if max(wrapped_on, last) >= today:
        return None
    return Proof(contract.id, contract.terms.production_id, first, last, wrapped_on)


def known(
    contracts: Iterable[Contract],
    plans: Mapping[str, ShootingPlan],
    titles: Mapping[str, str],
    claimed: Sequence[Credit],
    today: date,
) -> dict[str, KnownCredit]:
    """The credits by their place, a text that sorts by time: of a year those that are claimed, then the others by their wrap.

    A claim to what a contract proves, whatever year it names, is not shown again.
    """
    proved = [
        KnownCredit(titles[proof.production_id], contract.terms.role, proof.wrapped_on.year, proof)
        for contract in contracts
        if (proof := prove(contract, plans.get(contract.terms.production_id), today)) is not None
    ]
    shown = {f"{c.year} {c.proof.wrapped_on} {c.proof.contract_id}": c for c in proved if c.proof is not None}
    done = {_same(credit.title, credit.role) for credit in proved}
    for n, claim in enumerate(dict.fromkeys(claimed)):
        if _same(claim.title, claim.role) not in done:
            shown[f"{claim.year} - {n:02}"] = KnownCredit(claim.title, claim.role, claim.year, None)
    return shown


def _same(title: str, role: str) -> tuple[str, str]:
    return title.casefold(), role.casefold()
