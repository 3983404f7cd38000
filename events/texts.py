"""Which characters a text that somebody sends may hold: what is seen, and the joiners that scripts need.

A line (a name, a role, a title) follows the FreeformClass of PRECIS (RFC 8264 section 4.3): letters, marks, numbers, symbols,
punctuation and spaces. A paragraph may have line breaks and tabs, too. Neither takes controls, characters that turn the
direction of what follows (Unicode TR 36 section 2.6), invisible or private ones. Both are kept in NFC.
"""

import re
import unicodedata

# Joiners and variation selectors stand only behind what they change; anywhere else they are invisible.
_JOINED = "\u0600-\u10ff\u1700-\u1cff\ua840-\uabff\U00010a00-\U00011fff"  # Arabic, Indic and South-East Asian scripts
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SELECTED = f"#*0-9\u00a9\u00ae\u1000-\u109f\u2000-\u2bff\u3000-\u33ff\ua840-\ua87f\U0001f000-\U0001faff{_IDEOGRAPHS}"
_NEEDED = (
    rf"(?<![{_JOINED}])\u200c|(?<![{_JOINED}{_EMOJI}])\u200d"
    rf"|(?<![{_SELECTED}])[\ufe00-\ufe0f]|(?<![{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]|(?<![\u1820-\u18aa])[\u180b-\u180d\u180f]"
)
_NEVER = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\uffff"
)
_NEVER_BEYOND = "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U0010ffff" + "".join(
    chr(plane << 16 | last) for plane in range(1, 14) for last in (0xFFFE, 0xFFFF)
)
_BREAKS = "\t\n\r"


def _compile(never: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return a quick search for what may be unfit, and the exact one, which takes thirty times as long."""
    quick = f"[{never}\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U00010000-\U0010ffff]"
    return re.compile(quick), re.compile(f"[{never}{_NEVER_BEYOND}]|{_NEEDED}")


_IN_PARAGRAPHS, _IN_LINES = _compile(_NEVER), _compile(_NEVER + _BREAKS)
_COMPATIBLE = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")
_OTHERS = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")


def normalized(text: str) -> str:
    """Return the text in NFC, but with compatibility ideographs as they were written: a person's name is not respelled."""
    if text.isascii():
        return text
    if _COMPATIBLE.search(text):
        return _OTHERS.sub(lambda run: unicodedata.normalize("NFC", run[0]), text)
    return unicodedata.normalize("NFC", text)


def unfit(text: str, breaks: bool) -> re.Match[str] | None:
    """Return the first character that a paragraph (`breaks`) or a line may not hold."""
    quick, exact = _IN_PARAGRAPHS if breaks else _IN_LINES
    return exact.search(text) if quick.search(text) else None


def complaint(text: str, breaks: bool) -> str:
    """Return which character is not allowed and where it stands, counted from 1; empty when all are."""
    found = unfit(text, breaks)
    if found is not None:
        return f"Not allowed here: U+{ord(found[0]):04X} at character {found.start() + 1}."
    return "Expected something that can be seen." if text.isspace() else ""
