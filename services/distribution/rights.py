"""Rights in: what executed contracts grant, and which of it covers a title x media x territory x language on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from events.distribution import RightsChanged, RightsRegistered
from events.envelope import Envelope
from events.errors import RuleError
from events.shapes import ContractId
from events.talent.contracts import ContractAmended, ContractSigned, ContractTerminated, Grant

NO_RIGHTS_IN: Literal["No Rights In"] = "No Rights In"

ContractWord = ContractSigned | ContractAmended | ContractTerminated
"""What a contract says of its grants; each word carries all of them, and the newest counts."""

Dimension = Literal["media", "territory", "language", "date"]


@dataclass(frozen=True)
class RightsIn:
    """The rights that one contract grants; its id is the contract's, `contract_version` that of its last word on them."""

    id: str
    tenant: str
    version: int
    production_id: str
    grants: tuple[Grant, ...]
    registered_at: datetime
    contract_version: int = 0


@dataclass(frozen=True)
class Question:
    """The rights asked about, on a day; None in a dimension means any."""

    media: str | None
    territory: str | None
    language: str | None
    on: date


@dataclass(frozen=True)
class HeldRight:
    """A grant that covers what was asked, and the contract that it is in."""

    contract_id: ContractId
    grant: Grant


@dataclass(frozen=True)
class NearMiss:
    """The grant that comes nearest, and in what it fails."""

    contract_id: ContractId
    grant: Grant
    fails: tuple[Dimension, ...]


@dataclass(frozen=True)
class Holding:
    """What is held: every grant that covers the question, or the named reason why none does, with the nearest."""

    rights: tuple[HeldRight, ...]
    reason: Literal["No Rights In"] | None
    nearest: NearMiss | None

    @property
    def exclusive(self) -> bool:
        """Whether one of the grants is exclusive."""
        return any(right.grant.exclusive for right in self.rights)


class ProductionNotNamed(RuleError):
    """The question does not say for which title."""

    status = 422
    en = "Say for which production: production_id is missing."
    zh = "请说明针对哪个制作项目：缺少 production_id。"


def register(
    known: RightsIn | None, said: Envelope[ContractWord], at: datetime
) -> tuple[RightsIn, tuple[RightsRegistered | RightsChanged, ...]] | None:
    """Put what a contract now grants on the register.

    None when a word of the contract as new or newer was heard before: its words may come in any order. What changes no
    right is noted without an event.
    """
    contract = said.data
    if known is None:
        rights = RightsIn(
            contract.contract_id, said.tenant, 0, contract.production_id, contract.grants, at, said.version
        )
        registered = RightsRegistered(contract.contract_id, contract.production_id, contract.grants)
        return rights, (registered,) if contract.grants else ()
    if known.contract_version >= said.version:
        return None
    rights = replace(known, grants=contract.grants, contract_version=said.version)
    changed = RightsChanged(contract.contract_id, contract.production_id, contract.grants)
    return rights, (changed,) if contract.grants != known.grants else ()


def hold(rights: Iterable[RightsIn], question: Question) -> Holding:
    """What the registered rights of a title say to a question.

    Without a grant that covers it the reason is No Rights In, and the nearest grant is the one that fails in the fewest
    dimensions, the earliest contract first.
    """
    held: list[HeldRight] = []
    nearest: NearMiss | None = None
    for each in rights:
        for grant in each.grants:
            fails = failures(grant, question)
            if not fails:
                held.append(HeldRight(each.id, grant))
            elif nearest is None or len(fails) < len(nearest.fails):
                nearest = NearMiss(each.id, grant, fails)
    if held:
        return Holding(tuple(held), None, None)
    return Holding((), NO_RIGHTS_IN, nearest)


def failures(grant: Grant, question: Question) -> tuple[Dimension, ...]:
    """The dimensions in which a grant does not cover what is asked; none when it covers it all."""
    fails: list[Dimension] = []
    if not grant.media or (question.media is not None and question.media not in grant.media):
        fails.append("media")
    if question.territory is not None and question.territory not in grant.territories:
        fails.append("territory")
    if question.language is not None and not any(speaks(granted, question.language) for granted in grant.languages):
        fails.append("language")
    if question.on < grant.starts_on or (grant.ends_on is not None and question.on > grant.ends_on):
        fails.append("date")
    return tuple(fails)


def speaks(granted: str, language: str) -> bool:
    """Whether a granted language covers another: `zh` covers `zh-Hans`, not the reverse (RFC 4647 §3.3.1)."""
    granted, language = granted.lower(), language.lower()
    return language == granted or language.startswith(f"{granted}-")
