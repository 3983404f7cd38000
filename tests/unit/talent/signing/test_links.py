"""Personal links: a code to the address binds the link to one browser; guessing, repeating and passing on do not help."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.talent.signing import links
from services.talent.signing.links import (
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
    return links.send_code(link, "", RIGHT, now)


@pytest.fixture
def bound(coded: Link, now: datetime) -> Link:
    """A link that was opened in a browser."""
    opened, failure = links.try_code(coded, "", RIGHT, COOKIE, now)
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
            links.send_code(bound, other, RIGHT, now + timedelta(hours=1))
        with pytest.raises(LinkBound):
            links.try_code(bound, other, RIGHT, COOKIE, now)


def test_the_same_browser_goes_on_later_with_a_new_code(bound: Link, now: datetime) -> None:
    """An unfinished signing is resumed: the session opens anew."""
    later = now + timedelta(days=2)
    again = links.send_code(bound, COOKIE, RIGHT, later)
    opened, failure = links.try_code(again, COOKIE, RIGHT, COOKIE, later)
    assert failure is None
    assert links.require_session(opened, COOKIE, later) == later


def test_without_a_code_nothing_opens(link: Link, now: datetime) -> None:
    """The link alone is not enough."""
    with pytest.raises(SessionOver):
        links.require_session(link, "", now)
    with pytest.raises(CodeOver):
        links.try_code(link, "", RIGHT, COOKIE, now)


def test_a_code_has_five_tries_and_ten_minutes(coded: Link, now: datetime) -> None:
    """Wrong ones are counted; after the fifth also the right one is refused, and so it is after ten minutes."""
    tried = coded
    for left in (4, 3, 2, 1, 0):
        tried, failure = links.try_code(tried, "", WRONG, COOKIE, now)
        assert isinstance(failure, CodeWrong) and failure.facts["left"] == left
    with pytest.raises(CodeOver):
        links.try_code(tried, "", RIGHT, COOKIE, now)
    with pytest.raises(CodeOver):
        links.try_code(coded, "", RIGHT, COOKIE, now + links.CODE_LIFE + timedelta(seconds=1))


def test_a_code_works_once(bound: Link, now: datetime) -> None:
    """Given a second time it is refused, also in the same browser."""
    with pytest.raises(CodeOver):
        links.try_code(bound, COOKIE, RIGHT, COOKIE, now)


def test_codes_cannot_be_asked_for_without_end(link: Link, now: datetime) -> None:
    """One in half a minute, ten a day."""
    at = now
    for _ in range(links.CODES_A_DAY):
        link = links.send_code(link, "", RIGHT, at)
        with pytest.raises(CodeTooOften):
            links.send_code(link, "", RIGHT, at + timedelta(seconds=29))
        at += timedelta(seconds=31)
    with pytest.raises(CodeTooOften):
        links.send_code(link, "", RIGHT, at)
    assert links.send_code(link, "", RIGHT, at + timedelta(days=1)).code is not None


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
