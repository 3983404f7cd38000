"""The calendar as a file that other programs subscribe to (iCalendar, RFC 5545), at a secret address that can be closed."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import icalendar

from events.envelope import Event
from events.errors import RuleError
from events.shapes import FeedId, PersonId, Sha256
from events.talent.availability import CalendarClosed, CalendarShared
from services.talent.availability import patterns
from services.talent.availability.calendar import Calendar, busy, rank
from services.talent.letters.addressees import Reading

TOKEN_PATTERN = "[A-Za-z0-9_-]{43}"  # noqa: S105  (the form of one, none itself)
_TOKEN_BYTES = 32
_PRODUCT = "-//Callboard//Availability//EN"
Works = Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """What entries are called in a language."""

    tentative: str
    first: str
    second: str
    booked: str
    off: str
    busy: str


WORDS: dict[Reading, Words] = {
    "zh": Words("暂定档期", "第一顺位预留至 {day}", "后续顺位预留至 {day}", "已确定", "休息", "忙碌"),
    "en": Words("Tentative booking", "First hold until {day}", "Second hold until {day}", "Booked", "Off", "Busy"),
    "ja": Words(
        "仮スケジュール", "第一仮押さえ（{day} まで）", "第二仮押さえ（{day} まで）", "確定", "休み", "予定あり"
    ),
    "ko": Words("임시 일정", "1순위 홀드({day}까지)", "2순위 홀드({day}까지)", "확정", "휴무", "일정 있음"),
}


class FeedAlreadyClosed(RuleError):
    """The address was closed before."""

    en = "The address of feed {feed_id} was closed before."
    zh = "日程地址 {feed_id} 此前已关闭。"


class FeedAddressShownBefore(RuleError):
    """The address is shown once."""

    en = "The address of feed {feed_id} was shown before and is not kept; close it and make another."
    zh = "日程地址 {feed_id} 仅显示一次且不留存；请将其关闭后另建。"


@dataclass(frozen=True)
class Feed:
    """A secret address of a person's calendar as a studio sees it; of the address only the hash is kept."""

    id: FeedId
    tenant: str
    version: int
    person_id: PersonId
    token_sha256: Sha256
    made_at: datetime
    closed_at: datetime | None = None


def new_token() -> str:
    """A token that nobody guesses: 256 random bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(token: str) -> str:
    """What is kept of a token: high entropy needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def share(feed_id: str, studio: str, person_id: str, token: str, at: datetime) -> tuple[Feed, list[Event]]:
    """A new address."""
    return Feed(feed_id, studio, 0, person_id, digest(token), at), [CalendarShared(feed_id, person_id)]


def close(feed: Feed, at: datetime) -> tuple[Feed, list[Event]]:
    """The address leads nowhere from now on; raises FeedAlreadyClosed."""
    if feed.closed_at is not None:
        raise FeedAlreadyClosed(feed_id=feed.id)
    return replace(feed, closed_at=at), [CalendarClosed(feed.id, feed.person_id)]


def render(
    calendar: Calendar, studio: str, at: datetime, works: Works | None = None, language: Reading = "en"
) -> bytes:
    """The calendar as the studio sees it, in a language: its own entries by kind and work, all others as busy; no reasons.

    `works` has the titles of productions, with roles, by the ids of productions and contracts.
    """
    words = WORDS[language]

    def summary(kind: str, *ids: str | None) -> str:
        work = next((works[each] for each in ids if works and each is not None and each in works), None)
        return f"{kind} · {work}" if work else kind

    made = icalendar.Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for hold in calendar.holds:
        if hold.studio == studio and hold.booking_id is not None:
            for run in runs(hold.days):
                made.add_component(
                    _entry(f"{hold.id}-{run[0]:%Y%m%d}", summary(words.tentative, hold.production_id), run, at)
                )
        elif hold.studio == studio:
            kind = (words.first if rank(calendar, hold) == 1 else words.second).format(day=hold.expires_on)
            run = hold.starts_on, hold.ends_on
            made.add_component(_entry(hold.id, summary(kind, hold.production_id), run, at))
    for booking in calendar.bookings:
        if booking.studio == studio:
            for run in runs(booking.days):
                told = summary(words.booked, booking.contract_id, booking.production_id)
                made.add_component(_entry(f"{booking.id}-{run[0]:%Y%m%d}", told, run, at))
    for off in calendar.days_off:
        if off.studio == studio:
            run = (off.starts_on, off.ends_on) if off.pattern is None else (off.days[0], off.days[0])
            entry = _entry(off.id, words.off, run, at)
            if off.pattern is not None:
                entry.add("rrule", patterns.rule(off.pattern, off.ends_on))
            made.add_component(entry)
    for run in runs(busy(calendar, studio)):
        made.add_component(_entry(f"busy-{calendar.id}-{run[0]:%Y%m%d}", words.busy, run, at))
    written: bytes = made.to_ical()
    return written


def runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Ascending days as first and last day of each unbroken run."""
    first = last = None
    for day in days:
        if first is None or last is None:
            first = last = day
        elif (day - last).days == 1:
            last = day
        else:
            yield first, last
            first = last = day
    if first is not None and last is not None:
        yield first, last


def _entry(name: str, summary: str, run: tuple[date, date], at: datetime) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", f"{name}@callboard")
    entry.add("dtstamp", at)
    entry.add("dtstart", run[0])
    if run[1] < date.max:  # a contract of before dates had a limit may name it; what has no end is a day long
        entry.add("dtend", run[1] + timedelta(days=1))  # the first day that is not part of it
    entry.add("summary", summary)
    entry.add("class", "PRIVATE")
    return entry
