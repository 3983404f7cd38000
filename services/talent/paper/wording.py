"""Labels in two languages, and texts of somebody's own with the language whose letter forms they want."""

import re
from datetime import UTC, datetime
from typing import Any

_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_THAI = re.compile("[\u0e00-\u0e7f]")

Line = tuple[dict[str, str], list[dict[str, str]]]
"""A label and the lines of its value."""


def label(zh: str, en: str) -> dict[str, str]:
    """What the paper calls something, in Chinese and English."""
    return {"zh": zh, "en": en}


def own(text: str) -> dict[str, str]:
    """A text of somebody's own: kana wants Japanese forms of the Han characters beside it, hangul Korean ones."""
    scripts = ((_KANA, "ja"), (_HANGUL, "ko"), (_HAN, "zh"), (_THAI, "th"))
    return {"text": text, "lang": next((lang for script, lang in scripts if script.search(text)), "en")}


def line(zh: str, en: str, *value: str | None) -> Line:
    """A label with a value of one or more lines; nothing known is a dash."""
    return label(zh, en), [own(text) for text in value if text] or [own("—")]


def code(zh: str, en: str, value: str) -> tuple[dict[str, str], dict[str, str]]:
    """A label with a hash or an address, which may break anywhere."""
    return label(zh, en), {"text": value, "lang": "code"}


def moment(at: datetime) -> list[int]:
    """A time as the forms take it: year to second, UTC."""
    return list(at.astimezone(UTC).timetuple()[:6])


def utc(at: datetime) -> str:
    """A time for people, with its zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def frame(title: str, author: str, at: datetime, head: tuple[str, str], *foot: str) -> dict[str, Any]:
    """What every form has: the PDF's title, author and date, and what runs along its pages."""
    return {"title": title, "author": author, "date": moment(at), "head": head, "foot": foot}
