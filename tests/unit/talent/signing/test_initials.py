"""Sensitive clauses are initialled one by one, by the performer."""

from dataclasses import replace

import pytest

from services.talent.contracts.clauses import Clause
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.signing import Initials
from services.talent.contracts.terms import Consents
from services.talent.signing import initials
from services.talent.signing.initials import InitialsMissing, InitialsNotAsked
from tests.unit.talent.conftest import TITLE


def test_the_wording_says_which_clauses_need_initials(document: ContractDocument) -> None:
    """Whatever a clause is called: its id decides nothing; only the performer initials."""
    riders = (Clause("nudity", "某", "some", initials=True), Clause("stunt_2", "某", "some"))
    longer = replace(document, clauses=(*document.clauses, *riders))
    assert initials.needed(longer, performer=True) == ("nudity",)
    assert initials.needed(longer, performer=False) == ()


def test_the_built_in_wording_wants_initials_for_voice_and_replica(document: ContractDocument) -> None:
    """Where synthetic voice or replica are consented to, and not where they are refused."""
    given = replace(document.terms, consents=Consents(ai_voice=True, replica=True, replica_uses="x"))
    assert initials.needed(document, performer=True) == ()
    assert initials.needed(document.revised(TITLE, given), performer=True) == ("ai_voice", "replica")


def test_a_document_without_initials_has_the_bytes_that_it_had(document: ContractDocument) -> None:
    """The need of initials is in the signed text where there is one."""
    assert b"initials" not in document.canonical()
    given = replace(document.terms, consents=Consents(ai_voice=True))
    assert document.revised(TITLE, given).canonical().count(b'"initials":true') == 1


def test_what_a_signed_paper_has_no_initials_for_is_told() -> None:
    """At the desk they may be absent, but none is entered that nobody asked for."""
    assert initials.absent(("nudity", "replica"), (Initials("replica", "M.S."),)) == ("nudity",)
    with pytest.raises(InitialsNotAsked):
        initials.absent(("nudity",), (Initials("fee", "M.S."),))


def test_exactly_the_wanted_clauses_are_initialled() -> None:
    """None missing, none unasked, none twice."""
    initials.check(("stunt",), (Initials("stunt", "M.S."),))
    with pytest.raises(InitialsMissing):
        initials.check(("stunt", "replica"), (Initials("stunt", "M.S."),))
    for given in (Initials("fee", "M.S."), Initials("stunt", "M.S.")):
        with pytest.raises(InitialsNotAsked):
            initials.check(("stunt",), (Initials("stunt", "M.S."), given))
