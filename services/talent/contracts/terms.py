"""The typed terms of a performer's contract: what the other services act on.

Each field has its limits in its type; `check` refuses terms that contradict each other or name what does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from events.errors import RuleError
from events.shapes import (
    Amount,
    Currency,
    Items,
    Language,
    Line,
    Number,
    Paragraph,
    Percentage,
    PersonId,
    ProductionId,
    Territory,
    Text,
)
from services.talent import codes

Medium = Literal["svod", "avod", "tvod", "in_app", "theatrical", "tv", "airline", "social", "merchandising"]
Trigger = Literal["signature", "date", "first_day", "hours_confirmed", "wrap", "days_after_wrap"]
Jurisdiction = Annotated[
    str,
    Text(
        min=2,
        max=6,
        pattern="[A-Z]{2}(-[A-Z0-9]{1,3})?",
        expected="an ISO 3166 code of a country or its subdivision such as CN or US-CA",
        example="US-CA",
    ),
]


class TermsContradictory(RuleError):
    """Two terms cannot hold together; the pointer names the one to mend."""

    status = 422
    en = "{reason}"
    zh = "{reason_zh}"

    def __init__(self, pointer: str, reason: str, reason_zh: str) -> None:
        super().__init__(pointer, reason=reason, reason_zh=reason_zh)


class DayTooFarAhead(RuleError):
    """A day of work or pay, or the start of a grant, that nobody can plan yet."""

    status = 422
    en = "{day} is too far ahead: the last day to agree on is {last}."
    zh = "{day} 过于遥远：可约定的日期最晚为 {last}。"


class TermUnknown(RuleError):
    """A clause or a contract names a term that the template does not know."""

    status = 422
    en = "There is no term {term} (clause {clause})."
    zh = "不存在名为 {term} 的条款项（条款 {clause}）。"


class TermMissing(RuleError):
    """A clause needs a term that the contract does not have."""

    status = 422
    en = "Clause {clause} needs the term {term}, which the contract does not have."
    zh = "条款 {clause} 需要条款项 {term}，而合同中没有该项。"


class TermContradictory(RuleError):
    """A term does not hold together with a clause, or with what the template says of the term."""

    status = 422
    en = "The term {term} contradicts clause {clause}: {reason}."
    zh = "条款项 {term} 与条款 {clause} 相矛盾：{reason_zh}。"


@dataclass(frozen=True)
class Fee:
    """The whole fee for the engagement, before tax."""

    amount: Amount
    currency: Currency


@dataclass(frozen=True)
class Instalment:
    """A part of the fee in percent, and what makes it due.

    `days` counts from wrap, for `days_after_wrap` only; `due_on` is the day, for `date` only. `hours_confirmed` is the day on which
    both sides have confirmed the hours on record.
    """

    trigger: Trigger
    percent: Percentage
    days: Annotated[int, Number(min=1, max=365)] | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Grant:
    """Rights that the performer grants: media x territories x languages; without `ends_on` for the term of protection."""

    media: Annotated[tuple[Medium, ...], Items(min=1, max=9)]
    territories: Annotated[tuple[Territory, ...], Items(min=1, max=300)]
    languages: Annotated[tuple[Language, ...], Items(min=1, max=200)]
    starts_on: date
    ends_on: date | None = None
    exclusive: bool = False


@dataclass(frozen=True)
class Consents:
    """What may be done with voice and likeness; a digital replica needs its uses described (Cal. Labor Code § 927)."""

    dubbing: bool = False
    ai_voice: bool = False
    replica: bool = False
    replica_uses: Paragraph | None = None


@dataclass(frozen=True)
class Points:
    """Profit participation: percent of the profit as `definition` defines it."""

    percent: Percentage
    definition: Paragraph


@dataclass(frozen=True)
class KillFee:
    """What the studio owes, in percent of the fee, when it ends the contract for convenience with less than the notice.

    `notice_days` are counted back from the first work date; with that much notice nothing is owed.
    """

    percent: Percentage
    notice_days: Annotated[int, Number(min=0, max=365)]


LONGEST_AHEAD = timedelta(days=20 * 365 + 5)
"""Twenty years: how far ahead work and pay can be agreed on; calendars and pay clocks count on from there."""

TermName = Annotated[
    str,
    Text(max=40, pattern="[a-z][a-z0-9_]*", expected="a term's name such as per_diem", example="per_diem"),
]


@dataclass(frozen=True)
class Particular:
    """A term that the contract's template declares beside the ones that every contract has; its value as text."""

    name: TermName
    value: Line


@dataclass(frozen=True)
class Terms:
    """The terms of one performer's engagement in one production.

    Work, agreed days of pay and the starts of grants are at most twenty years ahead; a grant may end at any time, or never.
    """

    production_id: ProductionId
    person_id: PersonId
    role: Line
    episodes: Annotated[int, Number(min=1, max=1000)]
    work_dates: Annotated[tuple[date, ...], Items(min=1, max=366, doc="ascending, each day once")]
    hours_cap: Annotated[int, Number(min=1, max=16, doc="hours of work a day at most")]
    rest_hours: Annotated[int, Number(min=8, max=24, doc="hours of rest between two days at least")]
    fee: Fee
    instalments: Annotated[tuple[Instalment, ...], Items(min=1, max=20, doc="together exactly 100 percent")]
    grants: Annotated[tuple[Grant, ...], Items(max=20)]
    consents: Consents
    governing_law: Jurisdiction
    prevailing_language: Literal["zh", "en"]
    points: Points | None = None
    kill_fee: KillFee | None = None
    particulars: Annotated[tuple[Particular, ...], Items(max=50)] = ()


def check(terms: Terms, today: date, at: str = "") -> None:
    """Raise TermsContradictory, DayTooFarAhead, or the error of an unknown code, at the JSON pointer below `at`."""
    _check_dates(terms, at)
    _check_reach(terms, today, at)
    _check_pay(terms, at)
    for position, grant in enumerate(terms.grants):
        _check_grant(grant, f"{at}/grants/{position}")
    if terms.consents.replica != (terms.consents.replica_uses is not None):
        raise TermsContradictory(
            f"{at}/consents/replica_uses",
            "The uses of a replica are described exactly when a replica is consented to.",
            "仅当同意使用数字替身时，才须且必须说明其用途。",
        )
    codes.check_territory(terms.governing_law[:2], f"{at}/governing_law")


def _check_dates(terms: Terms, at: str) -> None:
    if any(later <= earlier for earlier, later in zip(terms.work_dates, terms.work_dates[1:], strict=False)):
        raise TermsContradictory(
            f"{at}/work_dates",
            "The work dates are not in ascending order with each day once.",
            "工作日期须按升序排列且不得重复。",
        )
    if terms.hours_cap + terms.rest_hours > 24:
        raise TermsContradictory(
            f"{at}/rest_hours",
            f"{terms.hours_cap} hours of work and {terms.rest_hours} hours of rest do not fit into a day.",
            f"每日 {terms.hours_cap} 小时工作与 {terms.rest_hours} 小时休息之和超过一天。",
        )


def _check_reach(terms: Terms, today: date, at: str) -> None:
    days = [(f"{at}/work_dates/{n}", day) for n, day in enumerate(terms.work_dates)]
    days += [(f"{at}/instalments/{n}/due_on", part.due_on) for n, part in enumerate(terms.instalments) if part.due_on]
    days += [(f"{at}/grants/{n}/starts_on", grant.starts_on) for n, grant in enumerate(terms.grants)]
    last = today + LONGEST_AHEAD
    for pointer, day in days:
        if day > last:
            raise DayTooFarAhead(pointer, day=day, last=last)


def _check_pay(terms: Terms, at: str) -> None:
    codes.check_currency(terms.fee.currency, f"{at}/fee/currency")
    digits = codes.minor_digits(terms.fee.currency)
    if terms.fee.amount != round(terms.fee.amount, digits):
        raise TermsContradictory(
            f"{at}/fee/amount",
            f"{terms.fee.currency} has {digits} decimal places.",
            f"{terms.fee.currency} 最多保留 {digits} 位小数。",
        )
    for position, instalment in enumerate(terms.instalments):
        if (instalment.trigger == "days_after_wrap") != (instalment.days is not None):
            raise TermsContradictory(
                f"{at}/instalments/{position}/days",
                "Days are given exactly when the trigger is days_after_wrap.",
                "仅当触发条件为 days_after_wrap 时，才须且必须填写天数。",
            )
        if (instalment.trigger == "date") != (instalment.due_on is not None):
            raise TermsContradictory(
                f"{at}/instalments/{position}/due_on",
                "A day is given exactly when the trigger is date.",
                "仅当触发条件为 date 时，才须且必须填写日期。",
            )
    total = sum(instalment.percent for instalment in terms.instalments)
    if total != 100:
        raise TermsContradictory(
            f"{at}/instalments",
            f"The instalments add up to {total} percent, not to 100.",
            f"各期付款合计为 {total}%，而非 100%。",
        )


def _check_grant(grant: Grant, at: str) -> None:
    for position, territory in enumerate(grant.territories):
        codes.check_territory(territory, f"{at}/territories/{position}")
    for position, language in enumerate(grant.languages):
        codes.check_language(language, f"{at}/languages/{position}")
    lists: dict[str, Sequence[str]] = {
        "media": grant.media,
        "territories": grant.territories,
        "languages": grant.languages,
    }
    for name, values in lists.items():
        if len(set(values)) < len(values):
            raise TermsContradictory(f"{at}/{name}", "A value is listed more than once.", "存在重复列出的值。")
    if grant.ends_on is not None and grant.ends_on < grant.starts_on:
        raise TermsContradictory(
            f"{at}/ends_on",
            f"The grant would end on {grant.ends_on}, before it starts on {grant.starts_on}.",
            f"授权截止日期 {grant.ends_on} 早于起始日期 {grant.starts_on}。",
        )
