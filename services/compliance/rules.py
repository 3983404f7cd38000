"""Rules are data: who they apply to, what must hold, how bad it is when it does not, and where that is written.

A rule's file is `rulebook/<id>.<version>.json`. Changing a rule adds a version; judgements name the version they used.
Nothing here is legal advice.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as File
from typing import Any, get_args

from events.compliance import Severity
from events.shapes import Line
from services.compliance.conditions import Condition, ConditionInvalid, Kind, Path, compile_condition
from services.compliance.rulefile import RuleFileInvalid, parse

DISCLAIMER = "This is no legal advice: rules are our reading of the sources named, as of the day they were verified."
RULEBOOK = File(__file__).with_name("rulebook")

PERSON_FACTS: Mapping[str, Kind] = {"person.nationality": Kind.TEXT}
"""What `applies_to` may ask."""

PERMIT_FACTS: Mapping[str, Kind] = {
    **PERSON_FACTS,
    "permit.kind": Kind.TEXT,
    "permit.valid_from": Kind.DATE,
    "permit.valid_until": Kind.DATE,
    "permit.places": Kind.TEXTS,
    "day.date": Kind.DATE,
    "day.place": Kind.TEXT,
    "day.within": Kind.TEXTS,
}
"""What a predicate may ask of a permit and a booked day at one place; `day.within` are the place and all that it lies in."""

_REASON_LENGTH = 80
"""Characters of a reason before its date and place are filled in, so that it fits a line of an event."""


@dataclass(frozen=True)
class Title:
    """What a rule is called."""

    en: Line
    zh: Line


@dataclass(frozen=True)
class Rule:
    """One version of a rule. `applies_to` tells whose bookings it judges, `accepts` which permit covers a day at a place.

    `jurisdiction` is the country where it applies (ISO 3166-1 alpha-2): days in other countries are not judged.
    `valid_to` is the last day on which it is in force; None means until further notice.
    """

    id: str
    version: int
    title: Title
    jurisdiction: str
    valid_from: date
    valid_to: date | None
    severity: Severity
    clause: str
    source: str
    verified_on: date
    reason: str
    applies_to: Condition = field(compare=False, repr=False)
    accepts: Condition = field(compare=False, repr=False)

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Rulebook:
    """All versions of all rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: (rule.id, rule.version)))
        self.ids = tuple(dict.fromkeys(rule.id for rule in self.rules))

    def in_force(self, rule_id: str, day: date) -> Rule | None:
        """The latest version of a rule that is in force on a day; None when none is."""
        versions = [rule for rule in self.rules if rule.id == rule_id and rule.in_force(day)]
        return versions[-1] if versions else None

    def get(self, rule_id: str, version: int) -> Rule:
        """One version of a rule; it is in the book because a version is never removed."""
        return next(rule for rule in self.rules if (rule.id, rule.version) == (rule_id, version))


def read_rulebook(folder: File = RULEBOOK) -> Rulebook:
    """Every rule of a folder; raises RuleFileInvalid for the first that is wrong."""
    rules: dict[tuple[str, int], Rule] = {}
    for file in sorted(folder.glob("*.json")):
        rule = read_rule(file.name, file.read_text(encoding="utf-8"))
        if file.name != f"{rule.id}.{rule.version}.json":
            raise RuleFileInvalid(
                file.name, 1, f"{rule.id} version {rule.version} belongs in {rule.id}.{rule.version}.json"
            )
        rules[rule.id, rule.version] = rule
    return Rulebook(rules.values())


def read_rule(file: str, text: str) -> Rule:
    """The rule in a file's text; raises RuleFileInvalid with line and reason."""
    written, lines = parse(file, text)
    try:
        return _rule(written)
    except ConditionInvalid as error:
        path = error.path
        while path not in lines:  # what is missing has no line: the one of what it is missing from
            path = path[:-1]
        raise RuleFileInvalid(file, lines[path], error.reason) from error


def _rule(written: Any) -> Rule:
    _fields(written, (), {*Rule.__dataclass_fields__, "predicate"} - {"accepts"})
    _fields(written["title"], ("title",), {"en", "zh"})
    version = written["version"]
    if type(version) is not int or version < 1:
        raise ConditionInvalid(("version",), "a version is a whole number from 1")
    valid_from = _date(written, "valid_from")
    valid_to = None if written["valid_to"] is None else _date(written, "valid_to")
    if valid_to is not None and valid_to < valid_from:
        raise ConditionInvalid(("valid_to",), "the rule would end before it begins")
    severity = _text(written, ("severity",))
    if severity not in get_args(Severity):
        raise ConditionInvalid(("severity",), f"a severity is one of {', '.join(get_args(Severity))}")
    predicate = written["predicate"]
    _fields(predicate, ("predicate",), {"every_booked_day_has", "where"})
    if predicate["every_booked_day_has"] != "permit":
        raise ConditionInvalid(("predicate", "every_booked_day_has"), "booked days can have: permit")
    return Rule(
        id=_text(written, ("id",), 60),
        version=version,
        title=Title(_text(written, ("title", "en")), _text(written, ("title", "zh"))),
        jurisdiction=_country(written, "jurisdiction"),
        valid_from=valid_from,
        valid_to=valid_to,
        severity=severity,  # type: ignore[arg-type]  # it was just checked
        clause=_text(written, ("clause",), 2000),
        source=_text(written, ("source",), 2000),
        verified_on=_date(written, "verified_on"),
        reason=_reason(written),
        applies_to=compile_condition(written["applies_to"], PERSON_FACTS, ("applies_to",)),
        accepts=compile_condition(predicate["where"], PERMIT_FACTS, ("predicate", "where")),
    )


def _fields(written: Any, path: Path, names: set[str]) -> None:
    if not isinstance(written, dict):
        raise ConditionInvalid(path, "an object is expected")
    if missing := sorted(names - set(written)):
        raise ConditionInvalid(path, f"{', '.join(missing)} is missing")
    for name in written:
        if name not in names:
            raise ConditionInvalid(
                (*path, name), f"{name} is not a field of a rule; the fields are {', '.join(sorted(names))}"
            )


def _text(written: Any, path: Path, longest: int = 200) -> str:
    value = written
    for key in path:
        value = value[key]
    if not isinstance(value, str) or not 1 <= len(value) <= longest or not value.isprintable():
        raise ConditionInvalid(path, f"a text of 1 to {longest} characters is expected")
    return value


def _date(written: Any, name: str) -> date:
    try:
        return date.fromisoformat(_text(written, (name,)))
    except ValueError:
        raise ConditionInvalid((name,), "a date YYYY-MM-DD is expected") from None


def _country(written: Any, name: str) -> str:
    code = _text(written, (name,))
    if not re.fullmatch("[A-Z]{2}", code):
        raise ConditionInvalid((name,), "a country code of ISO 3166-1 such as CN is expected")
    return code


def _reason(written: Any) -> str:
    reason = _text(written, ("reason",), _REASON_LENGTH)
    try:
        reason.format(date="", place="")
    except (KeyError, IndexError, ValueError, AttributeError):
        raise ConditionInvalid(("reason",), "a reason can be filled in with {date} and {place} only") from None
    return reason
