"""Rules are data: what is read, and what is refused with line and reason."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.compliance.conditions import Kind, Value, compile_condition
from services.compliance.rulefile import RuleFileInvalid
from services.compliance.rules import RULEBOOK, Rulebook, read_rule, read_rulebook

FILE = "CN-WORK-PERMIT.1.json"
TEXT = (RULEBOOK / FILE).read_text(encoding="utf-8")


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """The text of the rule that ships, with a change."""
    rule = json.loads(TEXT)
    change(rule)
    return json.dumps(rule, indent=2, ensure_ascii=False)


def test_the_rulebook_that_ships_is_read() -> None:
    """Each version of the one rule is a blocker, with where it is written and since when it is in force."""
    first, second = read_rulebook().rules
    for version, rule in enumerate((first, second), start=1):
        assert (rule.id, rule.version, rule.severity, rule.jurisdiction) == ("CN-WORK-PERMIT", version, "blocker", "CN")
        assert rule.valid_from == date(2013, 7, 1)
        assert "art. 41" in rule.clause and rule.source and rule.verified_on


@pytest.mark.parametrize(
    ("change", "at", "reason"),
    [
        (lambda rule: rule.update(severity="fatal"), '"severity"', "a severity is one of blocker, warning, info"),
        (lambda rule: rule.update(version=0), '"version"', "whole number"),
        (lambda rule: rule.update(version=True), '"version"', "whole number"),
        (lambda rule: rule.update(jurisdiction="China"), '"jurisdiction"', "a country code of ISO 3166-1"),
        (lambda rule: rule.update(valid_from="2013-13-01"), '"valid_from"', "YYYY-MM-DD"),
        (lambda rule: rule.update(valid_to="2013-06-30"), '"valid_to"', "end before it begins"),
        (lambda rule: rule.update(reason="No {permit}"), '"reason"', "{date} and {place}"),
        (lambda rule: rule.update(code="import os"), '"code"', "is not a field of a rule"),
        (lambda rule: rule.pop("clause"), "{", "clause is missing"),
        (lambda rule: rule["title"].pop("zh"), '"title"', "zh is missing"),
        (lambda rule: rule.update(applies_to={"fact": "permit.kind", "is": "visa"}), '"permit.kind"', "no fact"),
        (lambda rule: rule.update(applies_to={"maybe": []}), '"applies_to"', "one of: all, any, not, fact"),
        (lambda rule: rule.update(predicate={"every_booked_day_has": "visa", "where": {}}), '"visa"', "permit"),
    ],
)
def test_a_bad_rule_is_refused_with_its_line(change: Callable[[dict[str, Any]], object], at: str, reason: str) -> None:
    """The error names the file, the line of what is wrong, and the reason."""
    text = changed(change)
    with pytest.raises(RuleFileInvalid) as refused:
        read_rule(FILE, text)
    line = next(number for number, content in enumerate(text.splitlines(), start=1) if at in content)
    assert refused.value.line == line
    assert reason in refused.value.reason
    assert str(refused.value).startswith(f"{FILE}:{line}: ")


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"fact": "permit.valid_from", "at_most": "soon"}, "a date YYYY-MM-DD"),
        ({"fact": "permit.valid_from", "at_most": {"fact": "day.place"}}, "day.place is a text, not a date"),
        ({"fact": "permit.valid_from", "contains": "x"}, "permit.valid_from is a date: it takes"),
        ({"fact": "permit.places", "is_empty": 1}, "true or false"),
        ({"fact": "permit.places", "contains": 7}, "a text is expected"),
        ({"fact": "permit.kind", "in": []}, "a list of values"),
        ({"fact": "permit.kind"}, "compared in one way"),
        ({"fact": "permit.kind", "is": "a", "in": ["b"]}, "compared in one way"),
        ({"all": []}, "a list of conditions"),
        ([], "a condition is an object"),
    ],
)
def test_a_condition_must_fit_its_facts(condition: Any, reason: str) -> None:
    """Facts are typed: a comparison that could not be made is refused when the rule is read, not when it is applied."""
    text = changed(lambda rule: rule["predicate"].update(where=condition))
    with pytest.raises(RuleFileInvalid) as refused:
        read_rule(FILE, text)
    assert reason in refused.value.reason
    assert refused.value.line >= next(n for n, line in enumerate(text.splitlines(), start=1) if '"where"' in line)


def test_json_that_is_none_is_refused_with_its_line() -> None:
    """A syntax error names its line."""
    with pytest.raises(RuleFileInvalid) as refused:
        read_rule(FILE, '{\n  "id": "X",\n  "version": }\n')
    assert refused.value.line == 3


def test_a_field_that_is_given_twice_is_refused() -> None:
    """The second of two equal keys would silently win; its line is named."""
    with pytest.raises(RuleFileInvalid) as refused:
        read_rule(FILE, '{\n  "id": "X",\n  "id": "Y"\n}\n')
    assert (refused.value.line, refused.value.reason) == (3, "id is given twice")


def test_a_file_is_named_after_its_rule(tmp_path: Path) -> None:
    """Two files cannot claim one version of a rule."""
    (tmp_path / "other.json").write_text(TEXT, encoding="utf-8")
    with pytest.raises(RuleFileInvalid, match=r"belongs in CN-WORK-PERMIT\.1\.json"):
        read_rulebook(tmp_path)


def test_the_latest_version_in_force_on_a_day_counts() -> None:
    """A later version replaces an earlier one from its first day, and none is in force after the last."""

    def version(number: int, valid_from: str, valid_to: str | None) -> Any:
        return read_rule(
            FILE, changed(lambda rule: rule.update(version=number, valid_from=valid_from, valid_to=valid_to))
        )

    book = Rulebook([version(2, "2026-01-01", "2026-12-31"), version(1, "2013-07-01", "2026-06-30")])
    found = [
        book.in_force("CN-WORK-PERMIT", day)
        for day in (date(2013, 6, 30), date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert [rule and rule.version for rule in found] == [None, 1, 2, 2, None]
    assert book.get("CN-WORK-PERMIT", 1).version == 1


def test_conditions_combine() -> None:
    """all, any and not mean what they say."""
    kinds = {"a": Kind.TEXT, "on": Kind.DATE}
    is_x = {"fact": "a", "is": "x"}
    late = {"fact": "on", "at_least": "2026-02-01"}
    cases = [("x", 1), ("x", 3), ("y", 1), ("y", 3)]
    facts: list[dict[str, Value]] = [{"a": a, "on": date(2026, month, 1)} for a, month in cases]

    def holds(condition: Any) -> list[bool]:
        return [compile_condition(condition, kinds)(each) for each in facts]

    assert holds({"all": [is_x, late]}) == [False, True, False, False]
    assert holds({"any": [is_x, late]}) == [True, True, False, True]
    assert holds({"not": is_x}) == [False, False, True, True]
    assert holds({"fact": "on", "at_most": "2026-01-01"}) == [True, False, True, False]
    assert holds({"fact": "a", "not_in": ["x", "z"]}) == [False, False, True, True]


def test_texts_are_compared_without_regard_to_case_and_spelling() -> None:
    """Hengdian is HENGDIAN, and a full-width letter is the letter."""
    holds = compile_condition({"fact": "places", "contains": "ｈｅｎｇdian  town"}, {"places": Kind.TEXTS})
    assert holds({"places": ("Hengdian Town",)})
    assert not holds({"places": ("Hengdian",)})
