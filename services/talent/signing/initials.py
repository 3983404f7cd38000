"""Clauses that the performer initials one by one, because they reach further than the rest of a contract."""

from collections.abc import Sequence

from events.errors import RuleError
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.signing import Initials

SENSITIVE = ("intimacy", "stunt", "replica", "minor")
"""Clause ids, or their first words: `stunt`, `stunt_2`, `intimacy_rider`."""


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
    """The ids of the clauses that a signer initials: the performer's affair; a replica only where it is consented to."""
    if not performer:
        return ()
    return tuple(
        clause.id
        for clause in document.clauses
        if (head := clause.id.partition("_")[0]) in SENSITIVE and (head != "replica" or document.terms.consents.replica)
    )


def check(wanted: Sequence[str], given: Sequence[Initials]) -> None:
    """Raise InitialsMissing or InitialsNotAsked unless exactly the wanted clauses are initialled, each once."""
    left = list(wanted)
    for position, one in enumerate(given):
        if one.clause not in left:
            raise InitialsNotAsked(f"/initials/{position}/clause", clause=one.clause)
        left.remove(one.clause)
    if left:
        raise InitialsMissing("/initials", clause=left[0])
