"""Personal links: a code to the address binds the link to one browser; guessing, repeating and passing on do not help."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.talent.letters import links
from services.talent.letters.links import (
    Code,
    CodeMalformed,
    CodeOver,
    CodeTooOften,
    CodeWrong,
    Link,
    LinkBound,
    LinkUnknown,
    RenewedTooOften,
    SessionOver,
)

TOKEN, COOKIE = "t" * 43, "c" * 43
RIGHT, WRONG = links.code_digest(TOKEN, "204816"), links.code_digest(TOKEN, "204817")


@pytest.fixture
def link(now: datetime) -> Link:
    """A link that nobody opened yet."""
    return Link(links.digest(TOKEN), "stu", "ctr", "performer", 0, now)


@pytest.fixture
def coded(link: Link, now: datetime) -> Link:
    """A link of which a code is on its way."""
    return links.send_code(link, "", RIGHT, COOKIE, now)


@pytest.fixture
def bound(coded: Link, now: datetime) -> Link:
    """A link that was opened in a browser."""
    opened, failure = links.try_code(coded, COOKIE, RIGHT, now)
    assert failure is None
    return opened


def test_the_code_opens_a_session_in_one_browser(bound: Link, now: datetime) -> None:
    """For half an hour in the browser with the cookie; in no other, also not without any cookie."""
    assert links.require_session(bound, COOKIE, now + timedelta(minutes=30)) == now
    with pytest.raises(SessionOver):
        links.require_session(bound, COOKIE, now + timedelta(minutes=31))
    for other in ("", "d" * 43):
        with pytest.raises(LinkBound):
            links.require_session(bound, other, now)
        with pytest.raises(LinkBound):
            links.send_code(bound, other, RIGHT, other, now + timedelta(hours=1))
        with pytest.raises(LinkBound):
            links.try_code(bound, other, RIGHT, now)


def test_the_same_browser_goes_on_later_with_a_new_code(bound: Link, now: datetime) -> None:
    """An unfinished signing is resumed: the session opens anew, under the cookie that the browser has."""
    later = now + timedelta(days=2)
    again = links.send_code(bound, COOKIE, RIGHT, "n" * 43, later)
    opened, failure = links.try_code(again, COOKIE, RIGHT, later)
    assert failure is None
    assert links.require_session(opened, COOKIE, later) == later


def test_without_a_code_nothing_opens(link: Link, now: datetime) -> None:
    """The link alone is not enough."""
    with pytest.raises(SessionOver):
        links.require_session(link, "", now)
    with pytest.raises(CodeOver):
        links.try_code(link, COOKIE, RIGHT, now)


def test_a_code_has_five_tries_and_ten_minutes(coded: Link, now: datetime) -> None:
    """Wrong ones are counted; after the fifth also the right one is refused, and so it is after ten minutes."""
    tried = coded
    for left in (4, 3, 2, 1, 0):
        tried, failure = links.try_code(tried, COOKIE, WRONG, now)
        assert isinstance(failure, CodeWrong) and failure.facts["left"] == left
    with pytest.raises(CodeOver):
        links.try_code(tried, COOKIE, RIGHT, now)
    with pytest.raises(CodeOver):
        links.try_code(coded, COOKIE, RIGHT, now + links.CODE_LIFE + timedelta(seconds=1))


def test_a_code_is_worth_nothing_in_a_browser_that_did_not_ask(coded: Link, now: datetime) -> None:
    """Nor does a try there use up one of the five; a code sent before the browser was kept with it opens nowhere."""
    for other in ("", "d" * 43):
        for code in (RIGHT, WRONG):
            with pytest.raises(CodeOver):
                links.try_code(coded, other, code, now)
    assert links.try_code(coded, COOKIE, RIGHT, now)[1] is None
    for cookie in ("", COOKIE):
        with pytest.raises(CodeOver):
            links.try_code(replace(coded, code=Code(RIGHT, now)), cookie, RIGHT, now)


def test_a_cookie_that_was_there_before_is_not_the_one_that_is_bound(link: Link, now: datetime) -> None:
    """Somebody could have planted it, knowing it: who asks for a code gets a new one until the link is bound."""
    planted = "p" * 43
    asked = links.send_code(
        links.send_code(link, "", WRONG, planted, now), planted, RIGHT, COOKIE, now + timedelta(minutes=1)
    )
    opened, failure = links.try_code(asked, COOKIE, RIGHT, now + timedelta(minutes=1))
    assert failure is None
    with pytest.raises(LinkBound):
        links.require_session(opened, planted, now + timedelta(minutes=1))


def test_a_code_given_again_says_the_same(bound: Link, now: datetime) -> None:
    """The answer may have been lost; it prolongs nothing, wrong ones still count, and after its time it is over."""
    later = now + timedelta(minutes=9)
    assert links.try_code(bound, COOKIE, RIGHT, later) == (bound, None)
    tried = bound
    for _ in range(links.CODE_TRIES):
        tried, failure = links.try_code(tried, COOKIE, WRONG, now)
        assert isinstance(failure, CodeWrong)
    for over, at in ((tried, now), (bound, now + links.CODE_LIFE + timedelta(seconds=1))):
        with pytest.raises(CodeOver):
            links.try_code(over, COOKIE, RIGHT, at)


def test_codes_cannot_be_asked_for_without_end(link: Link, now: datetime) -> None:
    """One in half a minute, ten a day."""
    at = now
    for _ in range(links.CODES_A_DAY):
        link = links.send_code(link, "", RIGHT, COOKIE, at)
        with pytest.raises(CodeTooOften):
            links.send_code(link, "", RIGHT, COOKIE, at + timedelta(seconds=29))
        at += timedelta(seconds=31)
    with pytest.raises(CodeTooOften):
        links.send_code(link, "", RIGHT, COOKIE, at)
    assert links.send_code(link, "", RIGHT, COOKIE, at + timedelta(days=1)).code is not None


def test_a_link_dies_with_its_address_and_with_time(link: Link, now: datetime) -> None:
    """Somebody else in the recipient's place, or too old: as if there were none."""
    assert links.require_live(link, 0, now) == link
    for dead in (None, replace(link, serial=1), replace(link, issued_at=now - links.LINK_LIFE - timedelta(seconds=1))):
        with pytest.raises(LinkUnknown):
            links.require_live(dead, 0, now)


def test_new_links_are_sent_three_times(link: Link) -> None:
    """Whoever has the link cannot fill the recipient's mailbox."""
    for _ in range(links.MOST_RENEWALS):
        link = links.renew(link)
    with pytest.raises(RenewedTooOften):
        links.renew(link)


@pytest.mark.parametrize(
    "typed", ["204816", "２０４８１６", " 204 816 ", "204-816", "٢٠٤٨١٦", "๒๐๔๘๑๖", "２０４\u3000８１６\u200b"]
)
def test_a_code_is_right_in_whatever_width_it_is_typed(typed: str) -> None:
    """Full-width digits, other scripts' digits, and what a person or a clipboard puts between them."""
    assert links.read_code(typed) == "204816"


@pytest.mark.parametrize("typed", ["", "20481", "2048160", "20481a", "²04816", "204,816"])
def test_what_is_no_code_is_no_try(typed: str) -> None:
    """It is said at the field, before a try is counted."""
    with pytest.raises(CodeMalformed) as refused:
        links.read_code(typed)
    assert refused.value.pointer == "/code"


def test_the_next_code_can_be_sent_after_the_pause_or_when_the_day_is_over(link: Link, now: datetime) -> None:
    """Who asks too early is told how long to wait."""
    sent = link
    for n in range(links.CODES_A_DAY):
        at = now + n * links.CODE_PAUSE
        assert links.next_code_at(sent.codes, at) == at
        sent = links.send_code(sent, "", RIGHT, COOKIE, at)
    assert links.next_code_at(sent.codes[:1], now) == now + links.CODE_PAUSE
    with pytest.raises(CodeTooOften) as refused:
        links.send_code(sent, "", RIGHT, COOKIE, now + timedelta(hours=1))
    assert refused.value.facts["retry_after"] == 23 * 3600
    assert links.next_code_at(sent.codes, now + timedelta(hours=1)) == now + timedelta(days=1)
