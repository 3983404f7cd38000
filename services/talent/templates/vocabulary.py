"""The typed terms that a clause can name: those of every contract, and the particulars that a template declares.

A term has a kind, which says how it is compared in conditions and written in each language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from services.talent import codes
from services.talent.bilingual import Bilingual
from services.talent.contracts import clauses
from services.talent.contracts.terms import Fee, Terms

Kind = Literal["text", "number", "money", "date", "boolean", "prose"]
"""`prose` is a term with several parts, which a clause states as the built-in wording does."""

Value = str | Decimal | Fee | date | bool | tuple[str, str]
"""What a term holds; prose its Chinese and English text."""


@dataclass(frozen=True)
class StandardTerm:
    """A term that every contract can have: its kind, whether it is always there, and where it is in the terms."""

    kind: Kind
    always: bool
    read: Callable[[Terms, Bilingual], Any]


def _optional(value: Any, read: Callable[[Any], Any]) -> Any:
    return None if value is None else read(value)


def _prose(written: list[clauses.Clause]) -> tuple[str, str] | None:
    return ("".join(each.zh for each in written), " ".join(each.en for each in written)) if written else None


STANDARD: Mapping[str, StandardTerm] = {
    "production": StandardTerm("prose", True, lambda t, title: (title.zh, title.en)),
    "production_id": StandardTerm("text", True, lambda t, _: t.production_id),
    "person_id": StandardTerm("text", True, lambda t, _: t.person_id),
    "role": StandardTerm("text", True, lambda t, _: t.role),
    "episodes": StandardTerm("number", True, lambda t, _: Decimal(t.episodes)),
    "work_days": StandardTerm("number", True, lambda t, _: Decimal(len(t.work_dates))),
    "first_day": StandardTerm("date", True, lambda t, _: t.work_dates[0]),
    "last_day": StandardTerm("date", True, lambda t, _: t.work_dates[-1]),
    "work_dates": StandardTerm("prose", True, lambda t, _: clauses.listed_dates(t.work_dates)),
    "hours_cap": StandardTerm("number", True, lambda t, _: Decimal(t.hours_cap)),
    "rest_hours": StandardTerm("number", True, lambda t, _: Decimal(t.rest_hours)),
    "fee": StandardTerm("money", True, lambda t, _: t.fee),
    "fee_amount": StandardTerm("number", True, lambda t, _: t.fee.amount),
    "currency": StandardTerm("text", True, lambda t, _: t.fee.currency),
    "instalments": StandardTerm("prose", True, lambda t, _: _prose([clauses.instalments_clause(t.instalments)])),
    "grants": StandardTerm("prose", False, lambda t, _: _prose([clauses.grant_clause(1, g, 1) for g in t.grants])),
    "dubbing": StandardTerm("boolean", True, lambda t, _: t.consents.dubbing),
    "ai_voice": StandardTerm("boolean", True, lambda t, _: t.consents.ai_voice),
    "replica": StandardTerm("boolean", True, lambda t, _: t.consents.replica),
    "replica_uses": StandardTerm("text", False, lambda t, _: t.consents.replica_uses),
    "points": StandardTerm("number", False, lambda t, _: _optional(t.points, lambda p: p.percent)),
    "points_definition": StandardTerm("text", False, lambda t, _: _optional(t.points, lambda p: p.definition)),
    "kill_fee": StandardTerm("number", False, lambda t, _: _optional(t.kill_fee, lambda k: k.percent)),
    "kill_fee_notice": StandardTerm(
        "number", False, lambda t, _: _optional(t.kill_fee, lambda k: Decimal(k.notice_days))
    ),
    "governing_law": StandardTerm("text", True, lambda t, _: t.governing_law),
    "prevailing_language": StandardTerm("text", True, lambda t, _: t.prevailing_language),
}


def written(value: Value, language: Literal["zh", "en"]) -> str:
    """The value as a clause in this language says it."""
    chinese = language == "zh"
    if isinstance(value, bool):
        return ("是" if value else "否") if chinese else ("yes" if value else "no")
    if isinstance(value, tuple):
        return value[0] if chinese else value[1]
    if isinstance(value, Fee):
        return (
            f"{value.currency} {value.amount:,f}（{codes.currency_name(value.currency, 'zh')}）"
            if chinese
            else (f"{value.currency} {value.amount:,f} ({codes.currency_name(value.currency, 'en')})")
        )
    if isinstance(value, date):
        return clauses.date_zh(value) if chinese else clauses.date_en(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value
