"""Letters: how one is put together in the reader's language, and how long sending it is tried."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name
from jinja2 import Environment, PackageLoader

from services.talent.letters.addressees import Addressee, Reading
from services.talent.letters.words import LABELS, WORDS, Label

Kind = Literal[
    "turn",
    "reminder",
    "renewal",
    "code",
    "executed",
    "declined",
    "cancelled",
    "terminated",
    "entered",
    "moved",
    "invitation",
]
Fate = Literal["due", "sent", "bounced", "failed"]

RETRIES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400))
"""How long after each failed try the next one comes; then the letter has failed."""
LEASE = timedelta(minutes=2)
"""How long one process has to send a letter before another tries; its message id tells a repeat."""
BASE_ZONE = "Asia/Shanghai"
"""Where most of the alliance's studios are: times are told in this zone, by its name, where neither reader's nor studio's is known."""
_TEMPLATE = Environment(loader=PackageLoader("services.talent.letters"), autoescape=True).get_template("letter.html")
_LOOKS_LIKE_AN_ADDRESS = re.compile(r"(?<=\w)([.:@])(?=[\w/])")


@dataclass(frozen=True)
class Letter:
    """A letter that is to be sent; `id` is its message id, the same for every try. `text` and `html` say the same.

    `sender` is the name that it comes under, `reply_to` the address for answers.
    """

    id: str
    to: str
    subject: str
    text: str
    html: str = ""
    sender: str = ""
    reply_to: str = ""


@dataclass(frozen=True)
class Sender:
    """Who writes: the studio, the address of the platform, where every link leads, where the studio reads answers, and its time zone."""

    studio: str
    platform: str
    email: str | None = None
    time_zone: str | None = None


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When to try again after so many failed tries; None: never."""
    return at + RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def put(
    letter_id: str,
    to: Addressee,
    sender: Sender,
    words: tuple[str, str],
    told: Mapping[str, str],
    facts: Sequence[tuple[Label, str]],
    link: str = "",
    code: str = "",
) -> Letter:
    """The letter with these words (subject, and paragraphs between empty lines) and facts, from the greeting to how it is checked.

    What is `told` stands in the words' braces: it is what a studio wrote, quoted as that, and never made into a link. A paragraph
    `{link}` or `{code}` is the one thing to press, or to read.
    """
    says, own = WORDS[to.language], {"link": link, "code": code}
    quoted = {name: _as_words(text) for name, text in {**told, "name": to.contact.name}.items()}
    studio = _as_words(sender.studio)
    subject, body = words
    paragraphs = [(part, part.format(**quoted, **own)) for part in (says.greeting, *body.split("\n\n"))]
    told_of = [
        (LABELS[to.language][label], value if label == "deadline" else _as_words(value)) for label, value in facts
    ]
    contact = says.answer if sender.email else says.ask
    closing = [line.format(studio=studio, platform=sender.platform) for line in (contact, *says.closing)]
    text = "\n\n".join(
        [
            *(shown for _, shown in paragraphs),
            *(["\n".join(f"{label}{says.colon}{value}" for label, value in told_of)] if told_of else []),
            "\n".join(["—", *closing]),
        ]
    )
    html = _TEMPLATE.render(
        language=to.language,
        paragraphs=paragraphs,
        facts=told_of,
        closing=closing,
        button=says.button,
        studio=studio,
        **own,
    )
    title = " ".join(subject.format(**quoted, **own).split())
    return Letter(letter_id, to.contact.email, title, f"{text}\n", html, f"{studio} via Callboard", sender.email or "")


def moment(at: datetime, time_zone: str | None, language: Reading) -> str:
    """A moment on the clock of a zone, which is named, as the language writes it."""
    says, local = WORDS[language], at.astimezone(ZoneInfo(time_zone or BASE_ZONE))
    day, hour = format_date(local, "long", locale=language), format_time(local, says.clock, locale=language)
    return says.moment.format(day=day, hour=hour, zone=get_timezone_name(local, "long", locale=language))


def _as_words(written: str) -> str:
    """What a studio wrote, in one line, which no mail program turns into a link: a word joiner parts `evil` from `.example`."""
    return _LOOKS_LIKE_AN_ADDRESS.sub("\\1\u2060", " ".join(written.split()))
