"""The clauses of a performer's contract, in Chinese and English under shared ids, rendered from the typed terms.

The studio's own templates are in `services.talent.templates`. A change of any wording is a new `TEMPLATE`: a contract names the one it was made from, and keeps the document itself.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated

from events.shapes import Text
from services.talent import codes
from services.talent.bilingual import Bilingual, counted
from services.talent.contracts.terms import Fee, Grant, Instalment, KillFee, Terms, TermUnknown

TEMPLATE = "performer/1"

# Not the locale's months: the wording of a template never changes.
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
MEDIA = {
    "svod": Bilingual("订阅视频点播", "subscription video on demand"),
    "avod": Bilingual("广告视频点播", "advertising-funded video on demand"),
    "tvod": Bilingual("单次付费点播", "transactional video on demand"),
    "in_app": Bilingual("应用内付费解锁", "in-app paid viewing"),
    "theatrical": Bilingual("影院放映", "theatrical exhibition"),
    "tv": Bilingual("电视播出", "television"),
    "airline": Bilingual("航空娱乐", "in-flight entertainment"),
    "social": Bilingual("社交媒体", "social media"),
    "merchandising": Bilingual("衍生商品", "merchandising"),
}
_DUE = {
    "signature": Bilingual("合同签署时", "on signature"),
    "first_day": Bilingual("首个工作日", "on the first working day"),
    "hours_confirmed": Bilingual("双方确认工时时", "when both sides have confirmed the hours"),
    "wrap": Bilingual("杀青时", "at wrap"),
}


@dataclass(frozen=True)
class Clause:
    """One clause under a title (a template may leave that out) in Chinese and in English; some the performer initials on their own."""

    id: Annotated[str, Text(max=40)]
    zh: Annotated[str, Text(max=50_000, breaks=True)]
    en: Annotated[str, Text(max=50_000, breaks=True)]
    title: Bilingual | None = None
    initials: bool = False


_TITLES = {
    "engagement": Bilingual("聘用", "Engagement"),
    "work_dates": Bilingual("工作日", "Working days"),
    "hours": Bilingual("工时与休息", "Working hours and rest"),
    "fee": Bilingual("酬金", "Fee"),
    "instalments": Bilingual("付款", "Payment"),
    "dubbing": Bilingual("配音", "Dubbing"),
    "ai_voice": Bilingual("合成声音", "Synthetic voice"),
    "replica": Bilingual("数字替身", "Digital replica"),
    "points": Bilingual("利润分成", "Profit share"),
    "kill_fee": Bilingual("解约金", "Kill fee"),
    "governing_law": Bilingual("适用法律", "Governing law"),
    "prevailing_language": Bilingual("文本效力", "Prevailing text"),
}


@dataclass(frozen=True)
class BuiltIn:
    """The wording that every studio can use without making a template of its own."""

    name: str = TEMPLATE
    desk_allowed: bool = True

    def render(self, terms: Terms, production: Bilingual) -> tuple[Clause, ...]:
        """The clauses in their order; raises TermUnknown, because this wording knows no particulars."""
        if terms.particulars:
            raise TermUnknown(clause="-", term=terms.particulars[0].name)
        return render(terms, production)


PERFORMER = BuiltIn()


def render(terms: Terms, production: Bilingual) -> tuple[Clause, ...]:
    """The clauses in their order; `terms` have passed `terms.check`, `production` is the title."""
    return (
        _engagement(terms, production),
        _work_dates(terms),
        _hours(terms),
        _fee(terms.fee),
        instalments_clause(terms.instalments),
        *(grant_clause(number, grant, len(terms.grants)) for number, grant in enumerate(terms.grants, start=1)),
        _dubbing(terms),
        _ai_voice(terms),
        _replica(terms),
        _points(terms),
        *((_kill_fee(terms.kill_fee),) if terms.kill_fee else ()),
        _governing_law(terms),
        _prevailing_language(terms),
    )


def _clause(id: str, zh: str, en: str, *, initials: bool = False) -> Clause:
    return Clause(id, zh, en, _TITLES[id], initials)


def _engagement(terms: Terms, production: Bilingual) -> Clause:
    return _clause(
        "engagement",
        f"制片方聘请演员在《{production.zh}》中饰演“{terms.role}”，共 {terms.episodes} 集。",
        f"The studio engages the performer to play “{terms.role}” in {counted(terms.episodes, 'episode')} "
        f"of “{production.en}”.",
    )


def _work_dates(terms: Terms) -> Clause:
    dates = terms.work_dates
    return _clause(
        "work_dates",
        f"工作日共 {len(dates)} 天：{'、'.join(map(date_zh, dates))}。",
        f"The performer works on {counted(len(dates), 'day')}: {', '.join(map(date_en, dates))}.",
    )


def _hours(terms: Terms) -> Clause:
    return _clause(
        "hours",
        f"每日工作时间不超过 {terms.hours_cap} 小时，相邻两个工作日之间至少休息 {terms.rest_hours} 小时。",
        f"A working day has at most {counted(terms.hours_cap, 'hour')}, and at least "
        f"{counted(terms.rest_hours, 'hour')} of rest lie between two working days.",
    )


def _fee(fee: Fee) -> Clause:
    zh, en = codes.currency_name(fee.currency, "zh"), codes.currency_name(fee.currency, "en")
    return _clause(
        "fee",
        f"全部酬金为税前 {fee.currency} {fee.amount:,f}（{zh}）。",
        f"The fee for the whole engagement is {fee.currency} {fee.amount:,f} ({en}) before tax.",
    )


def due(part: Instalment) -> Bilingual:
    """When an instalment is due."""
    if part.due_on is not None:
        return Bilingual(f"{date_zh(part.due_on)}前", f"by {date_en(part.due_on)}")
    if part.days is not None:
        return Bilingual(f"杀青后 {part.days} 天内", f"within {counted(part.days, 'day')} after wrap")
    return _DUE[part.trigger]


def instalments_clause(instalments: Iterable[Instalment]) -> Clause:
    """When which part of the fee is due."""
    parts = [(due(part), percent(part.percent)) for part in instalments]
    zh = "；".join(f"{when.zh}支付 {share}%" for when, share in parts)
    en = "; ".join(f"{share} % {when.en}" for when, share in parts)
    return _clause("instalments", f"酬金分期支付：{zh}。", f"The fee is due as follows: {en}.")


def grant_clause(number: int, grant: Grant, of: int) -> Clause:
    """The rights of one grant; its title has the number when it is one of several."""
    title = Bilingual(f"授权 {number}", f"Grant of rights {number}") if of > 1 else Bilingual("授权", "Grant of rights")
    said = granted(grant)
    return Clause(
        f"grant_{number}",
        f"演员授予制片方{'独占' if grant.exclusive else '非独占'}权利。媒体：{said.media.zh}；地区：{said.territories.zh}；"
        f"语言：{said.languages.zh}；期限：{said.term.zh}。",
        f"The performer grants the studio {'exclusive' if grant.exclusive else 'non-exclusive'} rights. "
        f"Media: {said.media.en}. Territories: {said.territories.en}. Languages: {said.languages.en}. "
        f"Term: {said.term.en}.",
        title,
    )


@dataclass(frozen=True)
class Granted:
    """What a grant covers, in words."""

    media: Bilingual
    territories: Bilingual
    languages: Bilingual
    term: Bilingual


def granted(grant: Grant) -> Granted:
    """What the grant covers, in words."""
    until_zh = f"至 {date_zh(grant.ends_on)}" if grant.ends_on else "至法律规定的保护期届满"
    until_en = f"until {date_en(grant.ends_on)}" if grant.ends_on else "for the whole term of protection"
    return Granted(
        _listed(MEDIA[medium].of for medium in grant.media),
        _listed(partial(codes.territory_name, code) for code in grant.territories),
        _listed(partial(codes.language_name, tag) for tag in grant.languages),
        Bilingual(f"自 {date_zh(grant.starts_on)} {until_zh}", f"from {date_en(grant.starts_on)} {until_en}"),
    )


def _listed(names: Iterable[Callable[[str], str]]) -> Bilingual:
    """Names in both languages, each asked for its language."""
    named = list(names)
    return Bilingual("、".join(name("zh") for name in named), ", ".join(name("en") for name in named))


def _dubbing(terms: Terms) -> Clause:
    given = terms.consents.dubbing
    return _clause(
        "dubbing",
        f"演员{'同意' if given else '不同意'}由他人以其他语言为其表演配音。",
        f"The performer {'consents' if given else 'does not consent'} to being dubbed by others into other languages.",
    )


def _ai_voice(terms: Terms) -> Clause:
    given = terms.consents.ai_voice
    return _clause(
        "ai_voice",
        f"演员{'同意' if given else '不同意'}以人工智能合成其声音。",
        f"The performer {'consents' if given else 'does not consent'} to the synthesis of their voice "
        "by artificial intelligence.",
        initials=given,
    )


def _replica(terms: Terms) -> Clause:
    uses = terms.consents.replica_uses
    if uses is None:
        return _clause(
            "replica",
            "演员不同意制作或使用其数字替身。",
            "The performer does not consent to the making or use of a digital replica of themselves.",
        )
    return _clause(
        "replica",
        f"演员同意仅为下列用途制作和使用其数字替身：{uses}",
        f"The performer consents to a digital replica of themselves for the following uses only: {uses}",
        initials=True,
    )


def _points(terms: Terms) -> Clause:
    points = terms.points
    if points is None:
        return _clause("points", "演员不参与利润分成。", "The performer has no share in the profit.")
    share = percent(points.percent)
    return _clause(
        "points",
        f"演员享有利润的 {share}%。利润的定义：{points.definition}",
        f"The performer has a share of {share} % in the profit, which is defined as: {points.definition}",
    )


def _kill_fee(agreed: KillFee) -> Clause:
    share = percent(agreed.percent)
    return _clause(
        "kill_fee",
        f"制片方在首个工作日前 {agreed.notice_days} 天之内，非因演员违约或不可抗力而终止本合同的，应支付全部酬金的 {share}% 作为解约金。",
        f"If the studio ends this contract for convenience less than {counted(agreed.notice_days, 'day')} before the first "
        f"working day, or later, it owes {share} % of the whole fee as a kill fee.",
    )


def _governing_law(terms: Terms) -> Clause:
    law = terms.governing_law
    return _clause(
        "governing_law",
        f"本合同适用{codes.jurisdiction_name(law, 'zh')}法律。",
        f"This contract is governed by the law of {codes.jurisdiction_name(law, 'en')}.",
    )


def _prevailing_language(terms: Terms) -> Clause:
    chinese = terms.prevailing_language == "zh"
    return _clause(
        "prevailing_language",
        f"本合同以中文和英文书就；如有歧义，以{'中文' if chinese else '英文'}文本为准。",
        f"This contract is made in Chinese and English; where they differ, the {'Chinese' if chinese else 'English'} "
        "text prevails.",
    )


def listed_dates(days: Sequence[date]) -> tuple[str, str]:
    """The days in Chinese and in English."""
    return "、".join(map(date_zh, days)), ", ".join(map(date_en, days))


def date_zh(day: date) -> str:
    """The day as Chinese contracts write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def date_en(day: date) -> str:
    """The day as English contracts write it."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def percent(number: Decimal) -> str:
    """The number without zeros behind it."""
    return f"{number.normalize():f}"
