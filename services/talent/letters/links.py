"""Personal links: made once, known by their hash only, opened with a one-time code, bound to the browser that asked for it.

A link is 256 random bits that only its letter holds. A browser that opens it asks for a code, and gets a cookie of 256 random bits
while six digits are sent to the recipient's address. With both, the link is bound to that browser and a session of half an hour
opens: neither the code without the cookie nor the cookie without the code is worth anything. When the answer is lost, the browser gives
the same code again. In any other browser the link is dead, and the one it is bound to continues later with a new code.
"""

import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from events.errors import RuleError
from services.talent.letters.addressees import Addressee

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODE_PAUSE = timedelta(seconds=30)
"""Between two codes."""
CODES_A_DAY = 10
SESSION_LIFE = timedelta(minutes=30)
LINK_LIFE = timedelta(days=366)
"""At most; the recipient's turn mostly ends earlier."""
MOST_RENEWALS = 3


class LinkUnknown(RuleError):
    """There is no such link, a newer one has taken its place, or what it led to is withdrawn."""

    status = 404
    en = "This link does not work: it is incomplete, or somebody else has taken its place."
    zh = "该链接无效：可能不完整，或已由其他接收人取代。"


class LinkBound(RuleError):
    """The link was opened in another browser before."""

    status = 403
    en = "This link was already used in another browser, and works only there. You can have a new one sent to your address."
    zh = "该链接已在另一浏览器中使用，仅在该浏览器中有效。您可以要求向您的邮箱发送新链接。"


class CodeTooOften(RuleError):
    """Codes were asked for too often."""

    status = 429
    en = "A code was sent a moment ago, or too many today. You can ask for another in {retry_after} seconds."
    zh = "验证码刚刚发送，或今日发送次数过多：{retry_after} 秒后可再次获取。"


class CodeMalformed(RuleError):
    """What was given is no code."""

    status = 422
    en = "A code has six digits."
    zh = "验证码为六位数字。"


class CodeWrong(RuleError):
    """The code is not the one that was sent."""

    status = 403
    en = "This is not the code that was sent. Tries left: {left}."
    zh = "验证码不正确。剩余次数：{left}。"


class CodeOver(RuleError):
    """There is no code that this browser could still use: none was sent, its time is over, or it was tried too often."""

    status = 403
    en = "There is no code that can be used in this browser: ask for a new one."
    zh = "没有可在此浏览器中使用的验证码：请重新获取。"


class SessionOver(RuleError):
    """Nobody has proved with a code, within the last half hour and in this browser, who they are."""

    status = 401
    en = "Enter a new code first: your session is over, or was never opened in this browser."
    zh = "请先输入新的验证码：会话已结束，或尚未在此浏览器中开启。"


class RenewedTooOften(RuleError):
    """Too many new links were asked for."""

    status = 429
    en = "Enough new links were sent to this recipient: ask the studio."
    zh = "已多次向该接收人发送新链接：请联系制片方。"


@dataclass(frozen=True)
class Code:
    """A one-time code that was sent: its hash, when, how often it was tried in vain, and whether it was given.

    `asker` is the hash of the cookie of the browser that asked for it, the only one that can give it.
    """

    sha256: str
    sent_at: datetime
    tries: int = 0
    asker: str = ""
    given: bool = False


@dataclass(frozen=True)
class Link:
    """A personal link, by the hash of its token: to a contract or to a person's page.

    `serial` is that of the recipient's address when it was made, `bound` is the hash of the browser's cookie, `verified_at` when the last right code was given, `codes` when codes were sent.
    """

    id: str
    tenant: str
    contract_id: str | None
    recipient: str
    serial: int
    issued_at: datetime
    code: Code | None = None
    codes: tuple[datetime, ...] = ()
    bound: str | None = None
    verified_at: datetime | None = None
    renewals: int = 0
    person_id: str | None = None


def issue(token: str, to: Addressee, renewals: int, at: datetime) -> Link:
    """A new link; `renewals` of the links before it were asked for by whoever had them."""
    made = Link(digest(token), to.tenant, to.contract_id, to.recipient, to.serial, at, person_id=to.person_id)
    return replace(made, renewals=renewals)


def digest(token: str) -> str:
    """What is stored of a token or cookie: its SHA-256, in hexadecimal digits; 256 random bits need no slow hash."""
    return sha256(token.encode()).hexdigest()


def code_digest(token: str, code: str) -> str:
    """What is stored of a code: keyed with the link's token, which is not stored, so that a million guesses tell nothing."""
    return hmac.digest(token.encode(), code.encode(), "sha256").hex()


def read_code(typed: str) -> str:
    """The six digits as typed, in whatever script or width, with spaces and hyphens between them; raises CodeMalformed."""
    digits = [
        str(unicodedata.decimal(character, "?"))
        for character in typed
        if unicodedata.category(character) not in ("Zs", "Cf", "Pd", "Cc")
    ]
    if len(digits) != 6 or "?" in digits:
        raise CodeMalformed("/code")
    return "".join(digits)


def require_live(link: Link | None, serial: int, at: datetime) -> Link:
    """The link; raises LinkUnknown when there is none, it is too old, or the recipient's address is another now."""
    if link is None or link.serial != serial or at > link.issued_at + LINK_LIFE:
        raise LinkUnknown
    return link


def require_browser(link: Link, cookie: str) -> None:
    """Raise LinkBound when the link is bound to another browser than the one with this cookie."""
    if link.bound is not None and not hmac.compare_digest(link.bound, digest(cookie)):
        raise LinkBound


def require_session(link: Link, cookie: str, at: datetime) -> datetime:
    """When the code was given that opened the session; raises LinkBound, SessionOver."""
    require_browser(link, cookie)
    if link.bound is None or link.verified_at is None or at > link.verified_at + SESSION_LIFE:
        raise SessionOver
    return link.verified_at


def send_code(link: Link, cookie: str, code_sha256: str, new_cookie: str, at: datetime) -> Link:
    """The link with a new code in place of any earlier one; raises LinkBound, CodeTooOften.

    Until the link is bound, who asks gets `new_cookie`, whatever they brought: nobody can plant one that they know.
    """
    require_browser(link, cookie)
    recent = tuple(sent for sent in link.codes if sent > at - timedelta(days=1))
    if (allowed := next_code_at(recent, at)) > at:
        raise CodeTooOften(retry_after=ceil((allowed - at).total_seconds()))
    return replace(link, code=Code(code_sha256, at, asker=link.bound or digest(new_cookie)), codes=(*recent, at))


def next_code_at(sent: Sequence[datetime], at: datetime) -> datetime:
    """When another code can be sent after those that were; `at` when it can be now."""
    recent = [when for when in sent if when > at - timedelta(days=1)]
    if not recent:
        return at
    after_pause = recent[-1] + CODE_PAUSE
    if len(recent) < CODES_A_DAY:
        return max(at, after_pause)
    return max(at, after_pause, recent[-CODES_A_DAY] + timedelta(days=1))


def try_code(link: Link, cookie: str, code_sha256: str, at: datetime) -> tuple[Link, RuleError | None]:
    """The link after a try, and what was wrong with it: the try counts also then; raises LinkBound, CodeOver.

    The right code binds the link to the browser that asked for it. Given again it is right again, and prolongs nothing.
    """
    require_browser(link, cookie)
    code = link.code
    if code is None or code.tries >= CODE_TRIES or at > code.sent_at + CODE_LIFE:
        raise CodeOver
    if not hmac.compare_digest(code.asker, digest(cookie)):
        raise CodeOver
    if not hmac.compare_digest(code.sha256, code_sha256):
        tried = replace(code, tries=code.tries + 1)
        return replace(link, code=tried), CodeWrong("/code", left=CODE_TRIES - tried.tries)
    if code.given:
        return link, None
    return replace(link, code=replace(code, given=True), bound=code.asker, verified_at=at), None


def renew(link: Link) -> Link:
    """The link, of which another one is sent to the same address; raises RenewedTooOften."""
    if link.renewals >= MOST_RENEWALS:
        raise RenewedTooOften
    return replace(link, renewals=link.renewals + 1)
