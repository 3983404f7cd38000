"""Letters: complete in four languages, with nothing in them but what they are for, and tried again for two days."""

from datetime import datetime, timedelta
from typing import get_args

import pytest

from services.talent.signing import consent, letters
from services.talent.signing.letters import Facts, Kind
from services.talent.signing.recipients import Reading

FACTS = Facts("佐藤 美咲", "龙城之约", "女継承人", "https://board.example/sign/" + "t" * 43, "204816")


@pytest.mark.parametrize("language", get_args(Reading))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_letter_is_written_in_every_language(kind: Kind, language: Reading) -> None:
    """It greets by name, tells of the production, and has a link or a code exactly when it is for that."""
    letter = letters.write("ltr_1", kind, language, "misaki@example.com", FACTS)
    assert (letter.id, letter.to) == ("ltr_1", "misaki@example.com")
    assert FACTS.name in letter.text and "{" not in letter.text + letter.subject
    assert (FACTS.link in letter.text) == (kind in ("turn", "reminder", "renewal", "executed"))
    assert (FACTS.code in letter.text) == (kind == "code")
    assert FACTS.link not in letter.subject


def test_a_subject_is_one_line() -> None:
    """Whatever a production is called, no header can be added."""
    letter = letters.write("ltr_1", "turn", "en", "a@example.com", Facts("A", "B\r\nBcc: c@example.com", "D", "x"))
    assert "\n" not in letter.subject and "\r" not in letter.subject


def test_sending_is_tried_for_two_days() -> None:
    """With growing pauses, and then given up."""
    at = datetime(2026, 11, 22)
    pauses = [due - at for n in range(1, 9) if (due := letters.next_try(n, at)) is not None]
    assert pauses == sorted(pauses) and sum(pauses, timedelta()) > timedelta(days=1, hours=20)
    assert letters.next_try(len(pauses) + 1, at) is None


def test_the_consent_is_there_in_every_language() -> None:
    """And only its present version is agreed to."""
    assert set(consent.TEXT) == set(get_args(Reading))
    consent.check(consent.VERSION)
    with pytest.raises(consent.ConsentOutdated):
        consent.check("esign/0")
