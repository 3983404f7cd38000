"""What is expected of a field, in the client's language."""

import dataclasses
import re
import typing
from typing import Any

import pytest
from marshmallow import ValidationError

from chassis.cause import new_id
from chassis.errors import Problem, invalid
from events.codecs import bare_type, optional
from events.likely import KINDS
from events.schemas import load
from events.shapes import Amount, Text
from gateway import problems
from gateway.routes import PREFIXES, apis
from services.talent.people.files import Profile

GOOD = {"names": {"legal": "Aiko Mori"}, "nationality": "JP"}
ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")


@dataclasses.dataclass(frozen=True)
class Price:
    """What something costs."""

    amount: Amount


def expected() -> set[str]:
    """The words that explain the form of every text in every request."""
    seen: set[Any] = set()
    found: set[str] = set()

    def visit(hint: Any) -> None:
        bare, limits = bare_type(hint)
        bare, inner = bare_type(optional(bare) or bare)
        found.update(x.expected for x in (limits, inner) if isinstance(x, Text) and x.pattern and x.expected)
        for part in typing.get_args(bare):
            visit(part)
        if dataclasses.is_dataclass(bare) and bare not in seen:
            seen.add(bare)
            for each in typing.get_type_hints(bare, include_extras=True).values():
                visit(each)

    for table in apis():
        for operation in table.operations:
            for shape in (operation.request, operation.query):
                if shape is not None:
                    visit(shape)
    return found


@pytest.mark.parametrize("phrase", sorted(expected()))
def test_no_chinese_message_holds_an_english_phrase(phrase: str) -> None:
    """Each form has its words in Chinese."""
    chinese = problems.translate(f"Expected {phrase}.", "zh")
    assert chinese.startswith("应为")
    assert not ENGLISH.search(chinese)
    assert not re.search(r"\b(a|an|the|of|such|as)\b", chinese)


@pytest.mark.parametrize(
    ("change", "english", "chinese"),
    [
        ({"birth_date": "1998/4/17"}, "Expected YYYY-MM-DD; 1998-04-17 is probably meant.", "可能是 1998-04-17"),
        ({"birth_date": "1998年4月17日"}, "Expected YYYY-MM-DD; 1998-04-17 is probably meant.", "可能是 1998-04-17"),
        ({"birth_date": "02/01/1998"}, "Expected YYYY-MM-DD.", "应为 YYYY-MM-DD 格式的日期。"),
        ({"birth_date": "1998-02-30"}, "There is no such day; expected YYYY-MM-DD.", "没有这一天"),
        ({"nationality": "Japan"}, "Expected an ISO 3166-1 alpha-2 code such as JP.", "两位字母代码"),
    ],
)
def test_a_field_has_one_fault_that_says_the_form(change: dict[str, Any], english: str, chinese: str) -> None:
    """And what is probably meant, where that is clear."""
    with pytest.raises(ValidationError) as refused:
        load(Profile, {**GOOD, **change})
    ((_, told),) = invalid(refused.value).errors
    assert told == english
    assert chinese in problems.translate(told, "zh")


@pytest.mark.parametrize("amount", [1200.5, True, "1,200.00", "1200,00", "1e3", [], {}])
def test_a_decimal_is_digits_in_a_string(amount: Any) -> None:
    """A JSON number with a fraction would be a binary one: what is expected is shown. A whole number is exact, and taken."""
    with pytest.raises(ValidationError) as refused:
        load(Price, {"amount": amount})
    ((_, told),) = invalid(refused.value).errors
    assert told == 'Expected a decimal number as a string, such as "1200.00".'
    assert problems.translate(told, "zh") == '应为字符串形式的十进制数，例如 "1200.00"。'
    assert load(Price, {"amount": 1200}) == load(Price, {"amount": "1200"})


def test_an_id_of_something_else_is_named() -> None:
    """A contract where a person is expected."""
    operation = next(o for table in apis() for o in table.operations if o.name == "submit_person")
    with pytest.raises(ValidationError) as refused:
        load(typing.cast(type, operation.request), {"person_id": new_id("ctr")})
    told = dict(invalid(refused.value).errors)["/person_id"]
    assert told == "ctr_... is the id of a contract; a person is expected."
    assert problems.translate(told, "zh") == "ctr_... 是合同的编号，此处应为人员的编号。"


def test_every_kind_of_id_has_a_name() -> None:
    """In both languages."""
    assert set(PREFIXES.values()) <= set(KINDS)
    for kind in KINDS.values():
        assert "的编号" in problems.translate(f"ctr_... is the id of {kind}; {kind} is expected.", "zh")


def test_a_rules_fault_is_told_in_the_clients_language() -> None:
    """Also where it points."""
    problem = Problem(422, "x", "There is no such day.", "没有这一天。", (("/day", "There is no such day."),))
    assert problems.document(problem, "zh", "")["errors"] == [{"pointer": "/day", "detail": "没有这一天。"}]
