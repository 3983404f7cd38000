"""Amendments and renewals: contracts of their own that refer to an executed one; an executed amendment changes its terms."""

from dataclasses import replace
from decimal import Decimal

from events.errors import RuleError
from events.talent.contracts import AmendmentSigned, ContractAmended, Grant
from services.talent.contracts.document import Reference
from services.talent.contracts.lifecycle import Applied, Contract, Step, require, require_same_subject
from services.talent.contracts.terms import Terms


class IsAmendment(RuleError):
    """The step is one of the amended contract."""

    en = "{contract_id} is an amendment: take this step on the contract {amended} that it amends."
    zh = "{contract_id} 是一份补充协议：请对其所补充的合同 {amended} 执行此操作。"


class AmendmentOpen(RuleError):
    """An amendment of the contract may still be executed."""

    en = "An amendment of {contract_id} is open: have it signed, declined or cancelled first."
    zh = "合同 {contract_id} 有一份补充协议尚未了结：请先完成签署、拒签或撤销。"


class AmendmentAhead(RuntimeError):
    """An amendment comes before an earlier one: that one is still on its way."""


def amend(contract: Contract, terms: Terms, executed: Contract | None) -> Reference:
    """What an amendment with these terms refers to: the document in force, of the last executed amendment if any.

    Raises ContractStateConflict, IsAmendment, TermsContradictory.
    """
    require(contract, "amendment")
    require_contract(contract)
    require_same_subject(contract.terms, terms, production=True, at="/terms")
    if executed is None or executed.amends is None:
        return Reference(contract.id, contract.paper.sha256, 1)
    return Reference(contract.id, executed.paper.sha256, executed.amends.number + 1)


def renew(contract: Contract, terms: Terms) -> Reference:
    """What a renewal with these terms refers to; raises ContractStateConflict, IsAmendment, TermsContradictory."""
    require(contract, "renewal", "executed")
    require_contract(contract)
    require_same_subject(contract.terms, terms, production=False, at="/terms")
    in_force = contract.amendments[-1].document_sha256 if contract.amendments else contract.paper.sha256
    return Reference(contract.id, in_force, contract.renews.number + 1 if contract.renews else 1)


def apply(contract: Contract, amendment: Contract, signed: AmendmentSigned) -> Step | None:
    """The contract with the terms of an executed amendment in force.

    None when they are already, or when the contract ended before. Raises AmendmentAhead.
    """
    if contract.state != "executed" or signed.number <= len(contract.amendments):
        return None
    if signed.number != len(contract.amendments) + 1:
        raise AmendmentAhead(f"amendment {signed.number} of {contract.id} comes after {len(contract.amendments)}")
    applied = Applied(signed.amendment_id, signed.number, signed.document_sha256, signed.signed_at)
    amended = replace(contract, terms=amendment.terms, amendments=(*contract.amendments, applied))
    return amended, [_amended(contract.id, amendment.terms, signed)]


def require_contract(contract: Contract) -> None:
    """Raise IsAmendment when it is an amendment of another one."""
    if contract.amends is not None:
        raise IsAmendment(contract_id=contract.id, amended=contract.amends.contract_id)


def _amended(contract_id: str, terms: Terms, signed: AmendmentSigned) -> ContractAmended:
    return ContractAmended(
        contract_id=contract_id,
        amendment_id=signed.amendment_id,
        number=signed.number,
        production_id=terms.production_id,
        person_id=terms.person_id,
        role=terms.role,
        episodes=terms.episodes,
        work_dates=terms.work_dates,
        hours_cap=terms.hours_cap,
        rest_hours=terms.rest_hours,
        fee=terms.fee.amount,
        currency=terms.fee.currency,
        grants=told_grants(terms),
        dubbing_consent=terms.consents.dubbing,
        ai_voice_consent=terms.consents.ai_voice,
        replica_consent=terms.consents.replica,
        points=terms.points.percent if terms.points else Decimal(0),
        document_sha256=signed.document_sha256,
        amended_at=signed.signed_at,
    )


def told_grants(terms: Terms) -> tuple[Grant, ...]:
    """The granted rights as events tell of them."""
    return tuple(Grant(g.media, g.territories, g.languages, g.starts_on, g.ends_on, g.exclusive) for g in terms.grants)
