"""Sets forms in type: a Typst form and its data become PDF/A-2b, the same bytes for the same data."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import orjson
import typst

FORMS = Path(__file__).with_name("forms")
FAMILIES = (
    "Noto Serif",
    "Noto Sans",
    "Noto Serif CJK SC",
    "Noto Serif CJK TC",
    "Noto Serif CJK JP",
    "Noto Serif CJK KR",
    "Noto Serif Thai",
)
"""What the forms name; every other script that the folder has fonts for is found by itself."""
ROUNDS = 30
_NOT_SHOWN = re.compile(r'the text `?"((?:[^"\\]|\\.)*)"`? could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_NO_CHARACTER = {"Cc", "Cn", "Co", "Cs"}

Form = Literal["contract", "person"]


class FontsMissing(Exception):
    """The folder lacks fonts that the forms are set in; the text names them and the packages that have them."""


class CannotBeSet(Exception):
    """A text keeps being refused by the typesetter, which says why."""


class Press:
    """Forms in type, with the fonts of one folder and of nowhere else."""

    def __init__(self, folder: Path) -> None:
        """Learn which fonts there are; raises FontsMissing."""
        found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
        if missing := sorted(set(FAMILIES) - set(found.families())):
            raise FontsMissing(
                f"{folder} has no {', '.join(missing)}: install the Debian packages fonts-noto-cjk and fonts-noto-core"
            )
        self._fonts = found

    def pdf(self, form: Form, data: Mapping[str, Any]) -> bytes:
        """The form with its data as PDF/A-2b (ISO 19005-2). Takes tenths of a second of a processor; raises CannotBeSet.

        A character that no font has is shown as its code, such as [U+10FFFF], never left out.
        """
        text = _legible(orjson.dumps(data).decode())
        for _ in range(ROUNDS):
            try:
                made = self._compile(form, text, pdf_standards="a-2b")
            except typst.TypstError as error:
                unknown = {_unescape(found) for found in _NOT_SHOWN.findall(error.message + error.diagnostic)}
                if not unknown:
                    raise CannotBeSet(error.message) from error
                for each in sorted(unknown, key=len, reverse=True):
                    text = text.replace(each, "".join(map(_code, each)))
            else:
                assert isinstance(made, bytes)
                return made
        raise CannotBeSet(f"after {ROUNDS} rounds there are still characters that no font has")

    def pages(self, form: Form, data: Mapping[str, Any], ppi: float = 80) -> Sequence[bytes]:
        """The form as one PNG a page, for eyes; what no font has is shown as a box."""
        made = self._compile(form, orjson.dumps(data).decode(), format="png", ppi=ppi)
        return made if isinstance(made, list) else [made]

    def _compile(self, form: Form, text: str, **how: Any) -> Any:
        entry = FORMS / f"{form}.typ"
        return typst.compile(str(entry), root=str(FORMS), font_paths=self._fonts, sys_inputs={"data": text}, **how)


def _legible(text: str) -> str:
    """The text with what is no character at all (unassigned, for private use) as codes."""
    if text.isprintable():
        return text
    return "".join(_code(c) if unicodedata.category(c) in _NO_CHARACTER else c for c in text)


def _code(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _unescape(text: str) -> str:
    """The text that Rust's debug format shows."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], text)
