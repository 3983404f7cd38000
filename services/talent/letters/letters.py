"""Letters: how one is put together in the reader's language, and how long sending it is tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.talent.letters.addressees import Addressee, Reading

Kind = Literal["turn", "reminder", "renewal", "code", "executed", "declined", "cancelled", "invitation"]
Fate = Literal["due", "sent", "bounced", "failed"]

RETRIES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400))
"""How long after each failed try the next one comes; then the letter has failed."""
LEASE = timedelta(minutes=2)
"""How long one process has to send a letter before another tries; its message id tells a repeat."""


@dataclass(frozen=True)
class Letter:
    """A letter that is to be sent; `id` is its message id, the same for every try."""

    id: str
    to: str
    subject: str
    text: str


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When to try again after so many failed tries; None: never."""
    return at + RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def put(letter_id: str, to: Addressee, words: tuple[str, str], told: Mapping[str, str]) -> Letter:
    """The letter with these words (subject and body) under the greeting; what is `told` stands in their braces."""
    subject, body = words
    told = {**told, "name": to.contact.name}
    text = f"{_GREETING[to.language]}\n\n{body}\n\n{_CLOSING[to.language]}\n".format(**told)
    return Letter(letter_id, to.contact.email, " ".join(subject.format(**told).split()), text)


_GREETING: dict[Reading, str] = {
    "zh": "{name}，您好：",
    "en": "Hello {name},",
    "ja": "{name} 様",
    "ko": "{name} 님, 안녕하세요.",
}
_CLOSING: dict[Reading, str] = {
    "zh": "请勿转发本邮件：链接与验证码仅供您本人使用。\nCallboard",
    "en": "Do not pass this letter on: link and code are for you alone.\nCallboard",
    "ja": "本メールを転送しないでください。リンクと確認コードはご本人専用です。\nCallboard",
    "ko": "이 메일을 전달하지 마십시오. 링크와 인증 코드는 본인만 사용할 수 있습니다.\nCallboard",
}
