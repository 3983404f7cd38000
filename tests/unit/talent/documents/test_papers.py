"""Documents on file: complete, checked, announced before they end, withdrawn."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.talent.documents import (
    DocumentChecked,
    DocumentExpired,
    DocumentExpiring,
    DocumentRecorded,
    DocumentWithdrawn,
)
from services.talent.codes import TerritoryUnknown
from services.talent.documents import papers
from services.talent.documents.numbers import PassportNumberMalformed
from services.talent.documents.papers import Document, DocumentFacts
from services.talent.documents.scans import AlreadyChecked

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
LAST = date(2027, 11, 22)
PERSON, STUDIO, ID = "prs_1", "stu_1", "doc_1"
PASSPORT = DocumentFacts("passport", "M12345678", "KR", valid_until=LAST)


def recorded(facts: DocumentFacts = PASSPORT) -> Document:
    """A document on file."""
    document, events = papers.record(ID, STUDIO, PERSON, facts, b"sealed", "", AT)
    assert events == [DocumentRecorded(PERSON, ID, facts.kind, facts.valid_from, facts.valid_until)]
    return document


@pytest.mark.parametrize(
    ("facts", "error", "pointer"),
    [
        (replace(PASSPORT, number=None), papers.DocumentIncomplete, "/number"),
        (replace(PASSPORT, country=None), papers.DocumentIncomplete, "/country"),
        (replace(PASSPORT, valid_until=None), papers.DocumentIncomplete, "/valid_until"),
        (DocumentFacts("agent_mandate"), papers.DocumentIncomplete, "/issuer"),
        (DocumentFacts("guardian_consent", issuer="Han Jiwoo"), papers.DocumentIncomplete, "/valid_until"),
        (DocumentFacts("union_membership", issuer="SAG-AFTRA"), papers.DocumentIncomplete, "/number"),
        (replace(PASSPORT, valid_from=LAST + timedelta(days=1)), papers.DocumentEndsBeforeItStarts, "/valid_until"),
        (replace(PASSPORT, country="ZZ"), TerritoryUnknown, "/country"),
        (replace(PASSPORT, number="12"), PassportNumberMalformed, "/number"),
    ],
)
def test_what_says_nothing_is_refused(facts: DocumentFacts, error: type[Exception], pointer: str) -> None:
    """Each kind needs its fields; dates and codes must be possible."""
    with pytest.raises(error) as refused:
        papers.validate(facts)
    assert refused.value.pointer == pointer  # type: ignore[attr-defined]


def test_what_is_complete_is_accepted() -> None:
    """A mandate may have neither number nor end; a document may hold for one day."""
    papers.validate(PASSPORT)
    papers.validate(DocumentFacts("agent_mandate", issuer="Blue Crane Artists"))
    papers.validate(replace(PASSPORT, valid_from=LAST))


def test_a_check_says_who_how_and_when() -> None:
    """The same member may check it in another way, not in the same way again."""
    checked, events = papers.check(recorded(), "mbr_1", "copy", AT)
    assert checked.check is not None
    assert (checked.check.by, checked.check.by_what, checked.check.at) == ("mbr_1", "copy", AT)
    assert events == [DocumentChecked(PERSON, ID, "copy")]
    assert papers.check(checked, "mbr_1", "original", AT)[1]
    assert papers.check(checked, "mbr_2", "copy", AT)[1]
    with pytest.raises(AlreadyChecked):
        papers.check(checked, "mbr_1", "copy", AT)


def test_what_is_withdrawn_is_not_checked_announced_or_withdrawn_again() -> None:
    """Its story has ended."""
    withdrawn, events = papers.withdraw(recorded(), b"why", AT)
    assert events == [DocumentWithdrawn(PERSON, ID)]
    assert papers.next_notice(withdrawn) is None
    assert papers.give_notice(withdrawn, LAST) == (withdrawn, [])
    with pytest.raises(papers.DocumentIsWithdrawn):
        papers.withdraw(withdrawn, b"", AT)
    with pytest.raises(papers.DocumentIsWithdrawn):
        papers.check(withdrawn, "mbr_1", "copy", AT)


def test_a_document_without_an_end_is_never_announced() -> None:
    """A mandate holds until it is withdrawn."""
    mandate = recorded(DocumentFacts("agent_mandate", issuer="Blue Crane Artists"))
    assert papers.next_notice(mandate) is None
    assert papers.give_notice(mandate, date(2099, 1, 1)) == (mandate, [])


@given(st.sets(st.integers(-5, 100), min_size=1))
def test_each_announcement_comes_once_and_in_time(days_left: set[int]) -> None:
    """On whichever days somebody looks: 60, 30 and 7 days ahead at most once each, and the end once it is over."""
    document, told = recorded(), []
    for days in sorted(days_left, reverse=True):
        due = papers.next_notice(document)
        document, events = papers.give_notice(document, LAST - timedelta(days=days))
        assert bool(events) == (due is not None and due <= LAST - timedelta(days=days))
        told += events
    assert len(told) <= 4
    expiring = [event.days_left for event in told if isinstance(event, DocumentExpiring)]
    assert expiring == sorted(expiring, reverse=True)
    assert sum(isinstance(event, DocumentExpired) for event in told) == (min(days_left) < 0)
