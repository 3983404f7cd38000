"""Letters about a performer's own page: complete in four languages, with nothing in them but what they are for."""

from typing import get_args

import pytest

from services.talent.letters.addressees import Addressee, Contact, Reading
from services.talent.letters.letters import Sender
from services.talent.portal.invitations import letters
from services.talent.portal.invitations.letters import Facts, Kind

SENDER = Sender("横店晨光影业", "https://board.example")
FACTS = Facts("佐藤 美咲", "https://board.example/my/" + "t" * 43, "204816")


@pytest.mark.parametrize("language", get_args(Reading))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_letter_says_who_writes(kind: Kind, language: Reading) -> None:
    """It greets the reader, names the studio, and has a link or a code exactly when it is for that."""
    to = Addressee("stu", "prs.stu", "agent", 1, language, Contact("Blue Crane", "d@example.com"), person_id="prs")
    letter = letters.write("ltr_1", kind, to, SENDER, FACTS)
    assert (letter.id, letter.to) == ("ltr_1", "d@example.com")
    whole = letter.subject + letter.text
    assert "Blue Crane" in letter.text and SENDER.studio in whole and "{" not in whole
    assert (FACTS.link in letter.text) == (kind != "code")
    assert (FACTS.code in letter.text) == (kind == "code")
    assert FACTS.link not in letter.subject
