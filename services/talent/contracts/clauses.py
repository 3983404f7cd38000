"""The clauses of a performer's contract, in Chinese and English under shared ids, rendered from the typed terms.

The studio's own templates are in `services.talent.templates`. A change of any wording is a new `TEMPLATE`: a contract names the one it was made from, and keeps the document itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from events.shapes import Text
from services.talent import codes
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
_MEDIA = {
    "svod": ("订阅视频点播", "subscription video on demand"),
    "avod": ("广告视频点播", "advertising-funded video on demand"),
    "tvod": ("单次付费点播", "transactional video on demand"),
    "in_app": ("应用内付费解锁", "in-app paid viewing"),
    "theatrical": ("影院放映", "theatrical exhibition"),
    "tv": ("电视播出", "television"),
    "airline": ("航空娱乐", "in-flight entertainment"),
    "social": ("社交媒体", "social media"),
    "merchandising": ("衍生商品", "merchandising"),
}


@dataclass(frozen=True)
class Clause:
    """One clause: what it says in Chinese and in English."""

    id: Annotated[str, Text(max=40)]
    zh: Annotated[str, Text(max=50_000, breaks=True)]
    en: Annotated[str, Text(max=50_000, breaks=True)]


@dataclass(frozen=True)
class BuiltIn:
    """The wording that every studio can use without making a template of its own."""

    name: str = TEMPLATE

    def render(self, terms: Terms, production: str) -> tuple[Clause, ...]:
        """The clauses in their order; raises TermUnknown, because this wording knows no particulars."""
        if terms.particulars:
            raise TermUnknown(clause="-", term=terms.particulars[0].name)
        return render(terms, production)


PERFORMER = BuiltIn()


def render(terms: Terms, production: str) -> tuple[Clause, ...]:
    """The clauses in their order; `terms` have passed `terms.check`, `production` is the title."""
    return (
        _engagement(terms, production),
        _work_dates(terms),
        _hours(terms),
        _fee(terms.fee),
        instalments_clause(terms.instalments),
        *(grant_clause(number, grant) for number, grant in enumerate(terms.grants, start=1)),
        _dubbing(terms),
        _ai_voice(terms),
        _replica(terms),
        _points(terms),
        *((_kill_fee(terms.kill_fee),) if terms.kill_fee else ()),
        _governing_law(terms),
        _prevailing_language(terms),
    )


def _engagement(terms: Terms, production: str) -> Clause:
    return Clause(
        "engagement",
        f"制片方聘请演员在《{production}》（{terms.production_id}）中饰演“{terms.role}”，共 {terms.episodes} 集。",
        f"The studio engages the performer to play “{terms.role}” in {terms.episodes} episode(s) "
        f"of “{production}” ({terms.production_id}).",
    )


def _work_dates(terms: Terms) -> Clause:
    dates = terms.work_dates
    return Clause(
        "work_dates",
        f"工作日共 {len(dates)} 天：{'、'.join(map(date_zh, dates))}。",
        f"The performer works on {len(dates)} day(s): {', '.join(map(date_en, dates))}.",
    )


def _hours(terms: Terms) -> Clause:
    return Clause(
        "hours",
        f"每日工作时间不超过 {terms.hours_cap} 小时，相邻两个工作日之间至少休息 {terms.rest_hours} 小时。",
        f"A working day has at most {terms.hours_cap} hours, and at least {terms.rest_hours} hours of rest lie between "
        "two working days.",
    )


def _fee(fee: Fee) -> Clause:
    zh, en = codes.currency_name(fee.currency, "zh"), codes.currency_name(fee.currency, "en")
    return Clause(
        "fee",
        f"全部酬金为税前 {fee.currency} {fee.amount:,f}（{zh}）。",
        f"The fee for the whole engagement is {fee.currency} {fee.amount:,f} ({en}) before tax.",
    )


def instalments_clause(instalments: Iterable[Instalment]) -> Clause:
    """When which part of the fee is due."""
    due_zh = {
        "signature": "合同签署时",
        "first_day": "首个工作日",
        "hours_confirmed": "双方确认工时时",
        "wrap": "杀青时",
    }
    due_en = {
        "signature": "on signature",
        "first_day": "on the first working day",
        "hours_confirmed": "when both sides have confirmed the hours",
        "wrap": "at wrap",
    }
    zh, en = [], []
    for part in instalments:
        if part.due_on is not None:
            when = f"{date_zh(part.due_on)}前", f"by {date_en(part.due_on)}"
        else:
            when = f"杀青后 {part.days} 天内", f"within {part.days} day(s) after wrap"
        zh.append(f"{due_zh.get(part.trigger, when[0])}支付 {_percent(part.percent)}%")
        en.append(f"{_percent(part.percent)} % {due_en.get(part.trigger, when[1])}")
    return Clause("instalments", f"酬金分期支付：{'；'.join(zh)}。", f"The fee is due as follows: {'; '.join(en)}.")


def grant_clause(number: int, grant: Grant) -> Clause:
    """The rights of one grant."""
    media_zh, media_en = zip(*(_MEDIA[medium] for medium in grant.media), strict=True)
    until_zh = f"至 {date_zh(grant.ends_on)}" if grant.ends_on else "至法律规定的保护期届满"
    until_en = f"until {date_en(grant.ends_on)}" if grant.ends_on else "for the whole term of protection"
    return Clause(
        f"grant_{number}",
        f"演员授予制片方{'独占' if grant.exclusive else '非独占'}权利。媒体：{'、'.join(media_zh)}；"
        f"地区：{'、'.join(codes.territory_name(code, 'zh') for code in grant.territories)}；"
        f"语言：{'、'.join(codes.language_name(tag, 'zh') for tag in grant.languages)}；"
        f"期限：自 {date_zh(grant.starts_on)} {until_zh}。",
        f"The performer grants the studio {'exclusive' if grant.exclusive else 'non-exclusive'} rights. "
        f"Media: {', '.join(media_en)}. "
        f"Territories: {', '.join(codes.territory_name(code, 'en') for code in grant.territories)}. "
        f"Languages: {', '.join(codes.language_name(tag, 'en') for tag in grant.languages)}. "
        f"Term: from {date_en(grant.starts_on)} {until_en}.",
    )


def _dubbing(terms: Terms) -> Clause:
    given = terms.consents.dubbing
    return Clause(
        "dubbing",
        f"演员{'同意' if given else '不同意'}由他人以其他语言为其表演配音。",
        f"The performer {'consents' if given else 'does not consent'} to being dubbed by others into other languages.",
    )


def _ai_voice(terms: Terms) -> Clause:
    given = terms.consents.ai_voice
    return Clause(
        "ai_voice",
        f"演员{'同意' if given else '不同意'}以人工智能合成其声音。",
        f"The performer {'consents' if given else 'does not consent'} to the synthesis of their voice "
        "by artificial intelligence.",
    )


def _replica(terms: Terms) -> Clause:
    uses = terms.consents.replica_uses
    if uses is None:
        return Clause(
            "replica",
            "演员不同意制作或使用其数字替身。",
            "The performer does not consent to the making or use of a digital replica of themselves.",
        )
    return Clause(
        "replica",
        f"演员同意仅为下列用途制作和使用其数字替身：{uses}",
        f"The performer consents to a digital replica of themselves for the following uses only: {uses}",
    )


def _points(terms: Terms) -> Clause:
    points = terms.points
    if points is None:
        return Clause("points", "演员不参与利润分成。", "The performer has no share in the profit.")
    percent = _percent(points.percent)
    return Clause(
        "points",
        f"演员享有利润的 {percent}%。利润的定义：{points.definition}",
        f"The performer has a share of {percent} % in the profit, which is defined as: {points.definition}",
    )


def _kill_fee(agreed: KillFee) -> Clause:
    percent = _percent(agreed.percent)
    return Clause(
        "kill_fee",
        f"制片方在首个工作日前 {agreed.notice_days} 天之内，非因演员违约或不可抗力而终止本合同的，应支付全部酬金的 {percent}% 作为解约金。",
        f"If the studio ends this contract for convenience less than {agreed.notice_days} day(s) before the first working "
        f"day, or later, it owes {percent} % of the whole fee as a kill fee.",
    )


def _governing_law(terms: Terms) -> Clause:
    law, country = terms.governing_law, terms.governing_law[:2]
    return Clause(
        "governing_law",
        f"本合同适用{codes.territory_name(country, 'zh')}（{law}）法律。",
        f"This contract is governed by the law of {codes.territory_name(country, 'en')} ({law}).",
    )


def _prevailing_language(terms: Terms) -> Clause:
    chinese = terms.prevailing_language == "zh"
    return Clause(
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


def _percent(number: Decimal) -> str:
    return f"{number.normalize():f}"
