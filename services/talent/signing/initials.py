"""Clauses that the performer initials one by one, because they reach further than the rest of a contract."""

from collections.abc import Sequence

from events.errors import RuleError
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.signing import Initials


class InitialsMissing(RuleError):
    """A clause that needs initials of its own has none."""

    status = 422
    en = "The clause {clause} needs your initials."
    zh = "条款 {clause} 须单独签注姓名首字母。"


class InitialsNotAsked(RuleError):
    """A clause was initialled that needs no initials, or twice."""

    status = 422
    en = "The clause {clause} needs no initials, or has them already."
    zh = "条款 {clause} 无需签注，或已重复签注。"


def needed(document: ContractDocument, performer: bool) -> tuple[str, ...]:
    """The ids of the clauses that a signer initials, as the wording says: the performer's affair."""
    return tuple(clause.id for clause in document.clauses if clause.initials) if performer else ()


def absent(wanted: Sequence[str], given: Sequence[Initials]) -> tuple[str, ...]:
    """The clauses that a signed paper has no initials for; raises InitialsNotAsked for one that needs none."""
    return tuple(_left(wanted, given))


def check(wanted: Sequence[str], given: Sequence[Initials]) -> None:
    """Raise InitialsMissing or InitialsNotAsked unless exactly the wanted clauses are initialled, each once."""
    if left := _left(wanted, given):
        raise InitialsMissing("/initials", clause=left[0])


def _left(wanted: Sequence[str], given: Sequence[Initials]) -> list[str]:
    left = list(wanted)
    for position, one in enumerate(given):
        if one.clause not in left:
            raise InitialsNotAsked(f"/initials/{position}/clause", clause=one.clause)
        left.remove(one.clause)
    return left
