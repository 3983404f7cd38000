"""Letters to recipients: complete in four languages, with nothing in them but what they are for."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import get_args

import pytest

from services.talent.letters.addressees import Addressee, Contact, Reading
from services.talent.letters.letters import Sender
from services.talent.signing import consent, letters
from services.talent.signing.letters import TIMED, WITH_LINK, Facts, Kind

UNTIL = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
SENDER = Sender("横店灯笼影业", "https://board.example")
FACTS = Facts("龙城之约", "女継承人", "https://board.example/sign/" + "t" * 43, "204816", UNTIL)


def reader(language: Reading) -> Addressee:
    """A recipient of a contract."""
    return Addressee("stu", "prs", "performer", 0, language, Contact("佐藤 美咲", "misaki@example.com"), "ctr")


@pytest.mark.parametrize("language", get_args(Reading))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_letter_is_written_in_every_language(kind: Kind, language: Reading) -> None:
    """It greets by name, tells of the production, and has a link or a code exactly when it is for that."""
    letter = letters.write("ltr_1", kind, reader(language), SENDER, FACTS)
    assert (letter.id, letter.to) == ("ltr_1", "misaki@example.com")
    assert "佐藤 美咲" in letter.text and "{" not in letter.text + letter.subject
    assert (FACTS.link in letter.text) == (kind in WITH_LINK)
    assert (FACTS.code in letter.text) == (kind == "code")
    assert FACTS.link not in letter.subject


def test_a_subject_is_one_line() -> None:
    """Whatever a production is called, no header can be added."""
    letter = letters.write("ltr_1", "turn", reader("en"), SENDER, Facts("B\r\nBcc: c@example.com", "D", "x"))
    assert "\n" not in letter.subject and "\r" not in letter.subject


def test_the_consent_is_there_in_every_language() -> None:
    """And only its present version is agreed to."""
    assert set(consent.TEXT) == set(get_args(Reading))
    consent.check(consent.VERSION)
    with pytest.raises(consent.ConsentOutdated):
        consent.check("esign/0")


class Seen(HTMLParser):
    """What a mail program makes of a letter: texts, addresses that can be followed, and everything else that is named."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.links, self.loaded, self.texts = list[str](), list[str](), list[str](), list[str]()
        self.language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append(tag)
        given = dict(attrs)
        self.language = self.language or given.get("lang") or ""
        self.links += [str(given["href"])] if "href" in given else []
        self.loaded += [str(value) for name, value in attrs if name in ("src", "background", "srcset", "action")]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)


@pytest.mark.parametrize("language", get_args(Reading))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_html_says_what_the_text_says(kind: Kind, language: Reading) -> None:
    """In its language, with inline styles, nothing that is loaded, and no link but the one that the letter brings."""
    letter = letters.write("ltr_1", kind, reader(language), SENDER, FACTS)
    seen = Seen(letter.html)
    assert (seen.language, seen.loaded) == (language, [])
    assert set(seen.links) == ({FACTS.link} if kind in WITH_LINK else set())
    assert not {"script", "img", "link", "style", "form"} & set(seen.tags)
    whole = "".join(seen.texts)
    for line in letter.text.splitlines():
        assert all(part in whole for part in line.split(": " if language in ("en", "ko") else "：")) or line == "—"


@pytest.mark.parametrize("language", get_args(Reading))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_letter_says_who_writes_until_when_and_how_to_check_it(kind: Kind, language: Reading) -> None:
    """The studio's name is the sender's; the platform's address and what it never asks for stand in every letter."""
    letter = letters.write("ltr_1", kind, reader(language), SENDER, FACTS)
    assert letter.sender == "横店灯笼影业 via Callboard"
    assert "横店灯笼影业" in letter.text and "https://board.example" in letter.text
    assert ("2026" in letter.text) == (kind in TIMED)


def test_a_deadline_is_told_in_the_studios_zone_where_the_readers_is_unknown() -> None:
    """And the zone is named."""
    thai = replace(SENDER, time_zone="Asia/Bangkok")
    told = letters.write("ltr_1", "turn", reader("en"), thai, FACTS).text
    assert "Deadline: December 31, 2026, 10:59\u202fPM (Indochina Time)" in told
    own = letters.write("ltr_1", "turn", reader("ja"), thai, replace(FACTS, time_zone="Asia/Tokyo")).text
    assert "期限：2027年1月1日 0:59（日本標準時）" in own


def test_a_deadline_is_told_in_the_readers_zone_or_the_alliances() -> None:
    """And the zone is named."""
    told = {
        (language, zone): letters.write("ltr_1", "turn", reader(language), SENDER, replace(FACTS, time_zone=zone)).text
        for language, zone in (("ja", "Asia/Tokyo"), ("en", "America/Los_Angeles"), ("zh", None), ("ko", None))
    }
    assert "期限：2027年1月1日 0:59（日本標準時）" in told["ja", "Asia/Tokyo"]
    assert "Deadline: December 31, 2026, 7:59\u202fAM (Pacific Standard Time)" in told["en", "America/Los_Angeles"]
    assert "截止时间：2026年12月31日 23:59（中国标准时间）" in told["zh", None]
    assert "기한: 2026년 12월 31일 23:59(중국 표준시)" in told["ko", None]


def test_what_a_studio_wrote_is_quoted_and_leads_nowhere() -> None:
    """Neither as HTML, nor as words in braces, nor as an address that a mail program would make a link of."""
    evil = Facts(
        "<a href='https://evil.example'>win.example</a> {link} {code}", "x@evil.example", FACTS.link, FACTS.code
    )
    named = Sender("https://evil.example/pay", "https://board.example")
    to = reader("en")
    to = replace(to, contact=replace(to.contact, name="{code} {0} {unknown}"))
    letter = letters.write("ltr_1", "turn", to, named, evil)
    assert set(Seen(letter.html).links) == {FACTS.link}
    for shown in (letter.text, letter.html, letter.subject, letter.sender):
        assert "evil.example" not in shown and "https://evil" not in shown and "win.example" not in shown
        assert FACTS.code not in shown
    assert "{link}" in letter.text and "Hello {code} {0} {unknown}," in letter.text


@pytest.mark.parametrize("language", get_args(Reading))
def test_answers_go_to_the_studio_where_it_reads_them(language: Reading) -> None:
    """A letter whose answers nobody reads does not ask for any."""
    alone = letters.write("ltr_1", "turn", reader(language), SENDER, FACTS)
    answered = letters.write("ltr_1", "turn", reader(language), replace(SENDER, email="us@studio.example"), FACTS)
    assert (alone.reply_to, answered.reply_to) == ("", "us@studio.example")
    assert alone.text != answered.text
