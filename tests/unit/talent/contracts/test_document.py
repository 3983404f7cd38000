"""The canonical document: the same agreement has the same bytes, and any difference shows in the hash."""

import json
from dataclasses import replace
from decimal import Decimal

from events.schemas import load
from services.talent.bilingual import Bilingual
from services.talent.contracts.document import ContractDocument, digest
from services.talent.contracts.terms import Fee


def test_the_document_is_canonical_json(document: ContractDocument) -> None:
    """Sorted keys, no spaces, decimals and dates as strings (RFC 8785)."""
    canonical = document.canonical()
    parsed = json.loads(canonical)
    plain = json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical == plain
    assert parsed["terms"]["fee"] == {"amount": "18000.00", "currency": "USD"}
    assert parsed["terms"]["work_dates"][0] == "2026-12-01"
    assert parsed["parties"][0]["name"] == "한서연"


def test_the_document_reads_back_with_the_same_hash(document: ContractDocument) -> None:
    """What is stored can be read, revised and hashed again."""
    again = load(ContractDocument, json.loads(document.canonical()))
    assert again == document
    assert digest(again.canonical()) == digest(document.canonical())


def test_the_hash_covers_names_terms_and_both_texts(document: ContractDocument) -> None:
    """A change anywhere is another document."""
    first, second = document.clauses[0], document.clauses[1]
    others = [
        replace(document, production=Bilingual("千金归来", "Another title")),
        replace(document, parties=(replace(document.parties[0], name="한서윤"), document.parties[1])),
        replace(document, parties=document.parties[::-1]),
        replace(document, terms=replace(document.terms, fee=Fee(Decimal("18000.01"), "USD"))),
        replace(document, clauses=(replace(first, zh=first.zh + " "), *document.clauses[1:])),
        replace(document, clauses=(first, replace(second, en=second.en + " "), *document.clauses[2:])),
        replace(document, template="performer/2"),
    ]
    assert len({digest(d.canonical()) for d in (document, *others)}) == len(others) + 1


def test_a_revision_keeps_the_parties_and_renders_the_clauses_anew(document: ContractDocument) -> None:
    """New terms and title, the same names, ids and order of signing."""
    terms = replace(document.terms, episodes=60)
    revised = document.revised(Bilingual("千金离去", "The Heiress Leaves"), terms)
    assert (revised.parties, revised.contract_id, revised.studio_id) == (
        document.parties,
        document.contract_id,
        document.studio_id,
    )
    assert (revised.terms, revised.production) == (terms, Bilingual("千金离去", "The Heiress Leaves"))
    assert "60 episodes of “The Heiress Leaves”" in revised.clauses[0].en
