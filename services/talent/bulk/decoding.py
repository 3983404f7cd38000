"""The text of a CSV file in whichever encoding a spreadsheet wrote it; what may be another text is refused, never guessed."""

import codecs
import re
import unicodedata
from collections.abc import Callable

from services.talent.bulk.sheets import SheetUnreadable

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "big5": "cp950", "euc-kr": "cp949", "shift_jis": "cp932"}
"""What Excel writes under these names."""
_BEYOND, _RUN = re.compile(r"[\x00-\x7f]+"), re.compile(r"[^\x00-\x7f]+")
_ACCENTED = re.compile(r"(?<=[A-Za-z])[\u00c0-\u024f]{1,2}|[\u00c0-\u024f](?=[A-Za-z])")
_LOOKED_AT = 20_000  # characters beyond ASCII, of all
_LIKELY = 0.8
"""Of the characters beyond ASCII so many are everyday ones of a text that is really in the encoding."""
_MARGIN = 0.15
"""By so much it is likelier than any other."""


def decode(content: bytes, charset: str | None = None) -> str:
    """The text, without a byte order mark: by its mark, as it is declared, as UTF-8, or as the only likely encoding.

    Raises SheetUnreadable with the encodings it may be in.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    if charset is not None:
        return _strictly(content, _WIDER.get(charset, charset))
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _likeliest(content)
    if _may_be_chinese(content, text):
        raise SheetUnreadable(reason="ambiguous", candidates="utf-8, gb18030")
    return text


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise SheetUnreadable(reason="charset", charset=encoding.removesuffix("-sig")) from None


def _may_be_chinese(content: bytes, text: str) -> bool:
    """Whether a text in UTF-8 is as well one in GB18030: some thousand characters of it are two bytes of UTF-8, too.

    An accented letter in a Latin word (José) is none of them, and neither is a text with a character of three bytes or more.
    """
    if _ACCENTED.sub("", text).isascii() or max(text) > "\u07ff":
        return False
    try:
        chinese = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return _share(chinese, "gb18030") >= _LIKELY


def _likeliest(content: bytes) -> str:
    texts: dict[str, str] = {}
    for charset in _EVERYDAY:
        try:
            text = content.decode(_WIDER.get(charset, charset))
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(character) in ("Cc", "Co", "Cn") for character in set(text) - set("\t\r\n")):
            texts[charset] = text
    if not texts:
        raise SheetUnreadable(reason="undecodable")
    shares = {charset: _share(text, charset) for charset, text in texts.items()}
    best, *others = sorted(texts, key=lambda charset: -shares[charset])
    if shares[best] < _LIKELY or any(shares[other] > shares[best] - _MARGIN for other in others):
        raise SheetUnreadable(reason="ambiguous", candidates=", ".join((best, *others)))
    return texts[best]


def _share(text: str, charset: str) -> float:
    """How many of the characters beyond ASCII are everyday ones; in the West, letters that stand alone among ASCII."""
    beyond = _BEYOND.sub("", text)[:_LOOKED_AT]
    if charset == "windows-1252":
        beyond = "".join(run if len(run) == 1 else "·" * len(run) for run in _RUN.findall(text[:_LOOKED_AT])) or "·"
    return sum(map(_EVERYDAY[charset], beyond)) / len(beyond)


def _in(encoding: str, first: bytes, last: bytes) -> Callable[[str], bool]:
    """Whether a character has two bytes in the encoding, from the first to the last: where its everyday ones are."""
    return lambda character: first <= character.encode(encoding, "ignore") <= last


_is_traditional = _in("cp950", b"\xa1\x40", b"\xc6\x7e")


def _is_chinese(character: str) -> bool:
    return len(character.encode("gb2312", "ignore")) == 2 or _is_traditional(character)


def _is_japanese(character: str) -> bool:
    return b"\x81\x40" <= character.encode("cp932", "ignore") <= b"\x98\x72" and not "\u0370" <= character <= "\u04ff"


_EVERYDAY: dict[str, Callable[[str], bool]] = {
    "gb18030": _is_chinese,
    "big5": _is_traditional,
    "euc-kr": lambda character: "\uac00" <= character <= "\ud7a3" and len(character.encode("euc_kr", "ignore")) == 2,
    "shift_jis": _is_japanese,
    "windows-1252": str.isalpha,
}
