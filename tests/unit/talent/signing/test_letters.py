"""Letters to recipients: complete in four languages, with nothing in them but what they are for."""

from typing import get_args

import pytest

from services.talent.letters.addressees import Addressee, Contact, Reading
from services.talent.signing import consent, letters
from services.talent.signing.letters import WITH_LINK, Facts, Kind

FACTS = Facts("龙城之约", "女継承人", "https://board.example/sign/" + "t" * 43, "204816")


def reader(language: Reading) -> Addressee:
    """A recipient of a contract."""
    return Addressee("stu", "prs", "performer", 0, language, Contact("佐藤 美咲", "misaki@example.com"), "ctr")


@pytest.mark.parametrize("language", get_args(Reading))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_letter_is_written_in_every_language(kind: Kind, language: Reading) -> None:
    """It greets by name, tells of the production, and has a link or a code exactly when it is for that."""
    letter = letters.write("ltr_1", kind, reader(language), FACTS)
    assert (letter.id, letter.to) == ("ltr_1", "misaki@example.com")
    assert "佐藤 美咲" in letter.text and "{" not in letter.text + letter.subject
    assert (FACTS.link in letter.text) == (kind in WITH_LINK)
    assert (FACTS.code in letter.text) == (kind == "code")
    assert FACTS.link not in letter.subject


def test_a_subject_is_one_line() -> None:
    """Whatever a production is called, no header can be added."""
    letter = letters.write("ltr_1", "turn", reader("en"), Facts("B\r\nBcc: c@example.com", "D", "x"))
    assert "\n" not in letter.subject and "\r" not in letter.subject


def test_the_consent_is_there_in_every_language() -> None:
    """And only its present version is agreed to."""
    assert set(consent.TEXT) == set(get_args(Reading))
    consent.check(consent.VERSION)
    with pytest.raises(consent.ConsentOutdated):
        consent.check("esign/0")
