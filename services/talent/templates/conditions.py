"""When a clause applies: a small, closed language over typed terms. Data only; nothing in it is ever run as code.

A condition is a list of requirements, all of which must hold; a requirement is a list of comparisons, any of which must hold;
a comparison sets one term beside values. With the negated operators every condition can be written so (conjunctive normal form).

A term that a contract does not have is never equal to, above or below anything: `is_not` and `not_in` hold for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from events.codecs import DATE, DECIMAL
from events.errors import RuleError
from events.shapes import Items, Line
from services.talent.contracts.terms import TermName, TermUnknown
from services.talent.templates.vocabulary import Kind, Value

Operator = Literal["is", "is_not", "in", "not_in", "at_least", "at_most", "given", "not_given"]

_OPERATORS: Mapping[Kind, tuple[Operator, ...]] = {
    "text": ("is", "is_not", "in", "not_in", "given", "not_given"),
    "number": ("is", "is_not", "in", "not_in", "at_least", "at_most", "given", "not_given"),
    "money": ("given", "not_given"),
    "date": ("is", "is_not", "in", "not_in", "at_least", "at_most", "given", "not_given"),
    "boolean": ("is", "is_not", "given", "not_given"),
    "prose": ("given", "not_given"),
}


class ConditionInvalid(RuleError):
    """A comparison takes a term in a way or with a value that its kind does not have."""

    status = 422
    en = "The condition of clause {clause} cannot be: {term} is a {kind}; {reason}."
    zh = "条款 {clause} 的条件不成立：{term} 的类型为 {kind}；{reason_zh}。"


@dataclass(frozen=True)
class Comparison:
    """One comparison; `values` are texts, decimal numbers, dates `YYYY-MM-DD`, or true and false."""

    term: TermName
    operator: Operator
    values: Annotated[tuple[Line, ...], Items(max=100)] = ()


@dataclass(frozen=True)
class Requirement:
    """Comparisons of which any must hold."""

    any: Annotated[tuple[Comparison, ...], Items(min=1, max=20)]


Condition = Annotated[tuple[Requirement, ...], Items(max=20, doc="all must hold; without any it always does")]


def check(condition: tuple[Requirement, ...], kinds: Mapping[str, Kind], clause: str, at: str) -> None:
    """Raise TermUnknown or ConditionInvalid, with the clause and the term, at the pointer below `at`."""
    for nth, requirement in enumerate(condition):
        for position, comparison in enumerate(requirement.any):
            _check(comparison, kinds, clause, f"{at}/{nth}/any/{position}")


def holds(condition: tuple[Requirement, ...], values: Mapping[str, Value | None]) -> bool:
    """Whether the terms fulfil the condition, which has passed `check`."""
    return unmet(condition, values) is None


def unmet(condition: tuple[Requirement, ...], values: Mapping[str, Value | None]) -> Requirement | None:
    """The first requirement that the terms do not fulfil; None when they fulfil all."""
    for requirement in condition:
        if not any(_passes(comparison, values[comparison.term]) for comparison in requirement.any):
            return requirement
    return None


def _check(comparison: Comparison, kinds: Mapping[str, Kind], clause: str, at: str) -> None:
    if comparison.term not in kinds:
        raise TermUnknown(f"{at}/term", clause=clause, term=comparison.term)
    kind = kinds[comparison.term]

    def invalid(pointer: str, reason: str, reason_zh: str) -> ConditionInvalid:
        return ConditionInvalid(
            pointer, clause=clause, term=comparison.term, kind=kind, reason=reason, reason_zh=reason_zh
        )

    if comparison.operator not in _OPERATORS[kind]:
        allowed = ", ".join(_OPERATORS[kind])
        raise invalid(f"{at}/operator", f"it takes {allowed}", f"可用的比较为 {allowed}")
    least, most = {"in": (1, 100), "not_in": (1, 100), "given": (0, 0), "not_given": (0, 0)}.get(
        comparison.operator, (1, 1)
    )
    if not least <= len(comparison.values) <= most:
        raise invalid(
            f"{at}/values", f"{comparison.operator} takes {least} to {most} values", f"应给出 {least} 至 {most} 个值"
        )
    for position, value in enumerate(comparison.values):
        if read(kind, value) is None:
            raise invalid(f"{at}/values/{position}", f"{value!r} is none", f"“{value}”不属于该类型")


def _passes(comparison: Comparison, value: Value | None) -> bool:
    if comparison.operator in ("given", "not_given"):
        return (value is not None) == (comparison.operator == "given")
    if value is None:
        return comparison.operator in ("is_not", "not_in")
    kind: Kind = (
        "boolean"
        if isinstance(value, bool)
        else "number"
        if isinstance(value, Decimal)
        else ("date" if isinstance(value, date) else "text")
    )
    wanted = [read(kind, each) for each in comparison.values]
    if comparison.operator in ("is", "in"):
        return value in wanted
    if comparison.operator in ("is_not", "not_in"):
        return value not in wanted
    (bound,) = wanted
    return bool(value >= bound if comparison.operator == "at_least" else value <= bound)  # type: ignore[operator]  # one kind


def read(kind: Kind, text: str) -> Value | None:
    """The value that a text stands for; None when it stands for none of this kind."""
    if kind == "text":
        return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text)
    if kind == "number":
        return Decimal(text) if DECIMAL.fullmatch(text) else None
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None
