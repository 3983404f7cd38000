"""Labels in two languages, and texts of somebody's own with the language whose letter forms they want."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from services.talent.bilingual import Bilingual

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")),
    ("ko", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_EAST_ASIAN = re.compile(
    "([\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
    "[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff·・ ]*)"
)
_ONE_LINE = 34  # Chinese characters, two Latin letters being as wide as one
Line = tuple[dict[str, str], list[dict[str, Any]]]
"""A label and the lines of its value."""


def label(zh: str, en: str) -> dict[str, str]:
    """What the paper calls something, in Chinese and English."""
    return {"zh": zh, "en": en}


def both(text: Bilingual) -> list[dict[str, Any]]:
    """A value in Chinese and in English: on one line, or each on its own when they are long."""
    if text.zh == text.en:
        return [own(text.zh)]
    runs = [_run(text.zh, "zh"), _run(text.en, "en")]
    return runs if len(text.zh) + len(text.en) // 2 > _ONE_LINE else [{"runs": runs, "apart": True}]


def own(text: str, language: str | None = None) -> dict[str, Any]:
    """A text of somebody's own, with the language of each part of it.

    Kana wants Japanese forms of the Han characters beside it, hangul Korean ones. Han characters alone do not tell: they have
    the forms of `language` when that is given, else Chinese ones.
    """
    whole = _language(text, language)
    parts = [part for part in _EAST_ASIAN.split(text) if part]
    languages = [whole if _EAST_ASIAN.match(part) else _language(part, None) for part in parts]
    if len(set(languages)) < 2:
        return _run(text, whole)
    return {**_run(text, whole), "runs": [_run(part, of) for part, of in zip(parts, languages, strict=True)]}


def line(zh: str, en: str, *value: str | Bilingual | None) -> Line:
    """A label with a value of one or more lines; nothing known is a dash."""
    lines = [both(text) if isinstance(text, Bilingual) else [own(text)] for text in value if text]
    return label(zh, en), [each for one in lines for each in one] or [own("—")]


def code(zh: str, en: str, value: str) -> tuple[dict[str, str], dict[str, str]]:
    """A label with a hash or an address, which may break anywhere."""
    return label(zh, en), _run(value, "code")


def moment(at: datetime) -> list[int]:
    """A time as the forms take it: year to second, UTC."""
    return list(at.astimezone(UTC).timetuple()[:6])


def utc(at: datetime) -> str:
    """A time for people, with its zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def on_the_wall(local_time: str) -> str:
    """A local time as signatures have it, for people: by the clock, and its distance from UTC."""
    return f"{local_time[:10]} {local_time[11:19]} UTC{local_time[-6:]}"


def frame(title: str, author: str, at: datetime, head: tuple[str, str], *foot: str) -> dict[str, Any]:
    """What every form has: the PDF's title, author and date, and what runs along its pages."""
    return {"title": title, "author": author, "date": moment(at), "head": head, "foot": foot}


def _run(text: str, language: str) -> dict[str, str]:
    return {"text": text, "lang": language}


def _language(text: str, given: str | None) -> str:
    found = next(_found(text), "en")
    return given if given is not None and found == "zh" and given.startswith(("ja", "ko", "zh")) else found


def _found(text: str) -> Iterator[str]:
    return (language for language, script in _SCRIPTS if script.search(text))
