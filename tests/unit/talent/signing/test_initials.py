"""Sensitive clauses are initialled one by one, by the performer."""

from dataclasses import replace

import pytest

from services.talent.contracts.clauses import Clause
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.signing import Initials
from services.talent.contracts.terms import Consents
from services.talent.signing import initials
from services.talent.signing.initials import InitialsMissing, InitialsNotAsked


def test_riders_and_a_replica_that_is_consented_to_need_initials(document: ContractDocument) -> None:
    """The performer initials intimacy, stunt and minor riders, and the replica only where there is one."""
    riders = tuple(Clause(key, "某", "some") for key in ("intimacy", "stunt_2"))
    longer = replace(document, clauses=(*document.clauses, *riders))
    assert initials.needed(longer, performer=True) == ("intimacy", "stunt_2")
    replica = replace(longer, terms=replace(document.terms, consents=Consents(replica=True, replica_uses="x")))
    assert initials.needed(replica, performer=True) == ("replica", "intimacy", "stunt_2")
    assert initials.needed(replica, performer=False) == ()


def test_exactly_the_wanted_clauses_are_initialled() -> None:
    """None missing, none unasked, none twice."""
    initials.check(("stunt",), (Initials("stunt", "M.S."),))
    with pytest.raises(InitialsMissing):
        initials.check(("stunt", "replica"), (Initials("stunt", "M.S."),))
    for given in (Initials("fee", "M.S."), Initials("stunt", "M.S.")):
        with pytest.raises(InitialsNotAsked):
            initials.check(("stunt",), (Initials("stunt", "M.S."), given))
