"""Conditions of rules: a small declarative form over typed facts. Data only; nothing in it is ever run as code.

A condition is one of::

    {"all": [condition, ...]}   {"any": [condition, ...]}   {"not": condition}
    {"fact": F, "is": V}        {"fact": F, "in": [V, ...]}     {"fact": F, "not_in": [V, ...]}
    {"fact": F, "at_least": V}  {"fact": F, "at_most": V}       (dates)
    {"fact": F, "contains": V}  {"fact": F, "is_empty": true}   (lists of texts)
    {"fact": F, "overlaps": {"fact": G}}                        (two lists of texts)

where V is a value of the fact's type (a date as `YYYY-MM-DD`) or another fact of that type: `{"fact": G}`.
Texts are compared without regard to case and to the form in which Unicode spells them.
"""

import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date
from enum import Enum
from typing import Any

Value = str | date | tuple[str, ...]
Facts = Mapping[str, Value]
Condition = Callable[[Facts], bool]
Path = tuple[str | int, ...]
"""Where in a rule file something is: the keys and positions that lead to it."""


class Kind(Enum):
    """The type of a fact."""

    TEXT = "a text"
    DATE = "a date"
    TEXTS = "a list of texts"


class ConditionInvalid(ValueError):
    """A condition that cannot be; `path` leads to what is wrong."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(reason)


def fold(text: str) -> str:
    """A text as it is compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def compile_condition(written: Any, kinds: Mapping[str, Kind], path: Path = ()) -> Condition:
    """The test that a written condition stands for; `kinds` are the facts it may name. Raises ConditionInvalid."""
    if not isinstance(written, dict):
        raise ConditionInvalid(path, "a condition is an object")
    if "fact" in written:
        return _comparison(written, kinds, path)
    if len(written) != 1 or (joint := next(iter(written))) not in ("all", "any", "not"):
        raise ConditionInvalid(path, "a condition has one of: all, any, not, fact")
    inner = written[joint]
    if joint == "not":
        negated = compile_condition(inner, kinds, (*path, "not"))
        return lambda facts: not negated(facts)
    if not isinstance(inner, list) or not inner:
        raise ConditionInvalid((*path, joint), f"{joint} is followed by a list of conditions")
    parts = [compile_condition(each, kinds, (*path, joint, nth)) for nth, each in enumerate(inner)]
    hold = all if joint == "all" else any
    return lambda facts: hold(part(facts) for part in parts)


def _comparison(written: Mapping[str, Any], kinds: Mapping[str, Kind], path: Path) -> Condition:
    fact = written["fact"]
    kind = _kind(fact, kinds, (*path, "fact"))
    operators = [key for key in written if key != "fact"]
    if len(operators) != 1:
        raise ConditionInvalid(path, "a fact is compared in one way")
    (operator,) = operators
    at = (*path, operator)
    if operator not in _OPERATORS[kind]:
        raise ConditionInvalid(at, f"{fact} is {kind.value}: it takes {', '.join(_OPERATORS[kind])}")
    given = written[operator]
    if operator == "is_empty":
        if not isinstance(given, bool):
            raise ConditionInvalid(at, "is_empty is followed by true or false")
        return lambda facts: (not facts[fact]) is given
    if operator in ("in", "not_in"):
        return _membership(fact, given, kind, operator == "in", at)
    if operator == "overlaps" and not isinstance(given, dict):
        raise ConditionInvalid(at, 'another list is named as {"fact": ...}')
    value = _operand(given, Kind.TEXT if operator == "contains" else kind, kinds, at)
    compare = _COMPARE[operator]
    return lambda facts: compare(_comparable(facts[fact]), value(facts))


def _membership(fact: str, given: Any, kind: Kind, wanted: bool, path: Path) -> Condition:
    if not isinstance(given, list) or not given:
        raise ConditionInvalid(path, "a list of values is expected")
    members = {_literal(each, kind, (*path, nth)) for nth, each in enumerate(given)}
    return lambda facts: (_comparable(facts[fact]) in members) is wanted


def _operand(given: Any, kind: Kind, kinds: Mapping[str, Kind], path: Path) -> Callable[[Facts], Any]:
    if isinstance(given, dict):
        if set(given) != {"fact"}:
            raise ConditionInvalid(path, 'another fact is named as {"fact": ...}')
        other = given["fact"]
        if _kind(other, kinds, (*path, "fact")) is not kind:
            raise ConditionInvalid((*path, "fact"), f"{other} is {kinds[other].value}, not {kind.value}")
        return lambda facts: _comparable(facts[other])
    literal = _literal(given, kind, path)
    return lambda _: literal


def _literal(given: Any, kind: Kind, path: Path) -> Any:
    if not isinstance(given, str):
        raise ConditionInvalid(path, f"{kind.value} is expected")
    if kind is Kind.TEXT:
        return fold(given)
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ConditionInvalid(path, "a date YYYY-MM-DD is expected") from None


def _kind(fact: Any, kinds: Mapping[str, Kind], path: Path) -> Kind:
    if not isinstance(fact, str) or fact not in kinds:
        raise ConditionInvalid(path, f"there is no fact {fact!r} here; there are {', '.join(kinds)}")
    return kinds[fact]


def _comparable(value: Value) -> Any:
    if isinstance(value, tuple):
        return {fold(each) for each in value}
    return fold(value) if isinstance(value, str) else value


_OPERATORS: Mapping[Kind, Collection[str]] = {
    Kind.TEXT: ("is", "in", "not_in"),
    Kind.DATE: ("is", "in", "not_in", "at_least", "at_most"),
    Kind.TEXTS: ("contains", "overlaps", "is_empty"),
}
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda fact, value: bool(fact == value),
    "at_least": lambda fact, value: bool(fact >= value),
    "at_most": lambda fact, value: bool(fact <= value),
    "contains": lambda fact, value: value in fact,
    "overlaps": lambda fact, value: not value.isdisjoint(fact),
}
