"""A process of its own that sets and seals paper: `python -m services.talent.paper.bindery`, started by talent when there is work.

Fonts, typesetter and PDF library take 170 MiB (measured), which talent has no other use for.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from chassis.apprentice import Task, serve
from chassis.settings import SettingInvalid, setting
from services.talent.paper.press import FontsMissing, Form, Press
from services.talent.paper.seal import SealKey
from services.talent.paper.timestamps import Authority, address
from services.talent.paper.verdict import SEAL_KEY, SEAL_KEY_EXPECTED, TSA_URL, TSA_URL_EXPECTED

FONTS = Path("/usr/share/fonts")


@dataclass(frozen=True)
class Bindery:
    """The press with its fonts, and the key of the seal."""

    press: Press
    key: SealKey

    def make(self, form: Form, data: dict[str, Any], seal: tuple[str, str] | None = None) -> bytes:
        """The form as PDF/A; the same bytes for the same data, unless it is sealed for a contract's id and its document's hash."""
        pdf = self.press.pdf(form, data)
        return self.key.seal(pdf, *seal) if seal else pdf


def bindery() -> Bindery:
    """Press and key as the settings say; raises SettingInvalid when a font is missing or the key is wrong."""
    try:
        press = Press(setting("CALLBOARD_FONTS", Path, "a folder with fonts", FONTS))
    except FontsMissing as error:
        raise SettingInvalid(f"callboard: CALLBOARD_FONTS: {error}") from None
    url = setting(TSA_URL, address, TSA_URL_EXPECTED, "")
    authority = Authority(url) if url else None
    return Bindery(press, setting(SEAL_KEY, partial(SealKey.parse, authority=authority), SEAL_KEY_EXPECTED))


def prepare() -> Task:
    """What is asked for is the arguments of `Bindery.make`, in JSON."""
    made = bindery()
    return lambda request: made.make(*orjson.loads(request))


if __name__ == "__main__":
    serve(prepare)
