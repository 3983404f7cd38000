"""What a contract comes to, in the language that its reader chose: for information only, made from the typed terms.

How days, money, territories and languages are written is Unicode's CLDR, as babel carries it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Literal

from babel.dates import format_date, format_interval
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from events.shapes import Line, Paragraph
from services.talent import codes
from services.talent.contracts.terms import Grant, Instalment, Terms
from services.talent.letters.addressees import Reading
from services.talent.signing.summary_words import WORDS, Unit, Words

Topic = Literal[
    "engagement", "days", "hours", "fee", "instalments", "rights", "dubbing", "ai_voice", "replica", "points", "ending", "law"
]  # fmt: skip
MOST_NAMES = 12
"""Territories or languages that are named one by one; the clause has them all."""


@dataclass(frozen=True)
class Point:
    """One matter of a contract, in the reader's language; there may be several about rights."""

    topic: Topic
    title: Line
    text: Paragraph


@dataclass(frozen=True)
class Summary:
    """What a contract comes to, and that it is for information: which text prevails."""

    language: Reading
    note: Paragraph
    points: tuple[Point, ...]


def summarise(terms: Terms, production: str, language: Reading) -> Summary:
    """The summary of terms that have passed `terms.check`; `production` is the title in that language."""
    words = WORDS[language]
    points = (Point(topic, words.titles[topic], text) for topic, text in _points(terms, production, words, language))
    return Summary(language, words.note[terms.prevailing_language], tuple(points))


def _points(terms: Terms, production: str, words: Words, language: Reading) -> Iterator[tuple[Topic, str]]:
    yield "engagement", words.engagement.format(production=production, part=terms.role, episodes=terms.episodes)
    yield "days", f"{_count(len(terms.work_dates), 'day', words)}{words.colon}{_days(terms.work_dates, language)}"
    yield (
        "hours",
        words.hours.format(cap=_count(terms.hours_cap, "hour", words), rest=_count(terms.rest_hours, "hour", words)),
    )
    yield (
        "fee",
        words.fee.format(
            money=format_currency(terms.fee.amount, terms.fee.currency, locale=language, format_type="name")
        ),
    )
    yield "instalments", "\n".join(_instalment(part, words, language) for part in terms.instalments)
    for grant in terms.grants:
        yield "rights", _grant(grant, words, language)
    yield "dubbing", words.dubbing[terms.consents.dubbing]
    yield "ai_voice", words.ai_voice[terms.consents.ai_voice]
    uses = terms.consents.replica_uses
    yield "replica", words.replica.format(uses=uses) if uses is not None else words.no_replica
    if terms.points is not None:
        yield (
            "points",
            words.points.format(percent=_percent(terms.points.percent, language), definition=terms.points.definition),
        )
    if terms.kill_fee is not None:
        yield (
            "ending",
            words.ending.format(
                percent=_percent(terms.kill_fee.percent, language),
                days=_count(terms.kill_fee.notice_days, "day", words),
            ),
        )
    yield "law", words.law.format(place=codes.jurisdiction_name(terms.governing_law, language))


def _days(days: Sequence[date], language: Reading) -> str:
    """Days as a list of runs: `Dec 1 – 3, 2026 and Dec 9, 2026`."""
    since = [day - timedelta(days=n) for n, day in enumerate(days)]  # the same for days that follow one another
    runs = [[day for _, day in run] for _, run in groupby(zip(since, days, strict=True), lambda each: each[0])]
    return format_list([_run(run[0], run[-1], language) for run in runs], locale=language)


def _run(first: date, last: date, language: Reading) -> str:
    if first == last:
        return _day(first, language)
    return format_interval(first, last, "yMMMd", locale=language)


def _day(day: date, language: Reading) -> str:
    return format_date(day, "medium" if language == "en" else "long", locale=language)


def _count(number: int, unit: Unit, words: Words) -> str:
    one, several = words.counts[unit]
    return (one if number == 1 else several).format(number)


def _percent(percent: Decimal, language: Reading) -> str:
    return format_decimal(percent.normalize(), locale=language, decimal_quantization=False) + "%"


def _instalment(part: Instalment, words: Words, language: Reading) -> str:
    when = words.due[part.trigger].format(
        days=_count(part.days, "day", words) if part.days else "",
        day=_day(part.due_on, language) if part.due_on else "",
    )
    return words.instalment.format(percent=_percent(part.percent, language), when=when)


def _grant(grant: Grant, words: Words, language: Reading) -> str:
    starts_on = _day(grant.starts_on, language)
    until = words.until.format(day=_day(grant.ends_on, language)) if grant.ends_on else words.without_end
    facts = {
        "media": format_list([words.media[medium] for medium in grant.media], locale=language),
        "territories": _named([codes.territory_name(code, language) for code in grant.territories], words, language),
        "languages": _named([codes.language_name(tag, language) for tag in grant.languages], words, language),
        "term": words.term.format(start=starts_on, until=until),
    }
    lines = [
        words.exclusive[grant.exclusive],
        *(f"{words.grant[name]}{words.colon}{text}" for name, text in facts.items()),
    ]
    return "\n".join(lines)


def _named(names: Sequence[str], words: Words, language: Reading) -> str:
    left = len(names) - MOST_NAMES
    shown = [*names[:MOST_NAMES], words.more.format(count=left)] if left > 0 else list(names)
    return format_list(shown, locale=language)
