"""Errors as RFC 9457 problems: codes, languages, pointers into the request."""

from dataclasses import dataclass
from typing import Annotated

import pytest
from marshmallow import ValidationError

from chassis.errors import Busy, NotFound, Problem, invalid, problem_of, slug
from events.errors import RuleError
from events.schemas import load
from events.shapes import Number


class SceneUnknown(RuleError):
    """A rule's error about one field."""

    status = 422
    en = "There is no scene {scene}."
    zh = "没有场次 {scene}。"


@dataclass(frozen=True)
class Stop:
    """A part of a request."""

    at: Annotated[int, Number(min=1)]


@dataclass(frozen=True)
class Route:
    """A request."""

    stops: tuple[Stop, ...]


def test_a_rules_error_is_a_problem() -> None:
    """Status, code, both languages and the pointer to the field at fault travel."""
    problem = problem_of(SceneUnknown("/scene", scene="12A"))
    assert (problem.status, problem.code) == (422, "scene-unknown")
    assert (problem.en, problem.zh) == ("There is no scene 12A.", "没有场次 12A。")
    assert problem.errors == (("/scene", "There is no scene 12A."),)
    assert problem.retry_after is None


def test_what_may_be_repeated_says_when() -> None:
    """A 503 tells the client after how many seconds to repeat."""
    assert problem_of(Busy()).retry_after == 1


def test_foreign_is_for_the_audit_trail_only() -> None:
    """Whether a thing belongs to another tenant is a fact of the problem, never part of its texts."""
    mine, foreign = (problem_of(NotFound(what="contract", id="ctr_1", foreign=foreign)) for foreign in (False, True))
    assert (mine.foreign, foreign.foreign) == (False, True)
    assert (mine.status, mine.code, mine.en, mine.zh) == (foreign.status, foreign.code, foreign.en, foreign.zh)


def test_a_problem_survives_the_wire() -> None:
    """What the service sends is what the gateway gets, also when lists come instead of tuples."""
    problem = Problem(422, "invalid-request", "No.", "否。", (("/a", "a number"),), 3, True)
    wire = problem.to_wire()
    again = Problem.from_wire({**wire, "errors": [list(pair) for pair in wire["errors"]]})
    assert again.to_wire() == wire
    assert again.errors == (("/a", "a number"),)


def test_pointers_lead_to_every_field_at_fault() -> None:
    """A schema's refusal names each field by its JSON pointer (RFC 6901), list positions included."""
    with pytest.raises(ValidationError) as refused:
        load(Route, {"stops": [{"at": 1}, {"at": 0}, {}], "odd": 1})
    problem = invalid(refused.value)
    assert problem.status == 422
    assert {pointer for pointer, _ in problem.errors} == {"/stops/1/at", "/stops/2/at", "/odd"}
    assert {pointer for pointer, _ in invalid(refused.value, "/body").errors} >= {"/body/odd"}


def test_pointers_are_escaped() -> None:
    """A tilde or slash in a name is escaped as RFC 6901 says; an error of the whole has the empty pointer."""
    error = ValidationError({"a/b~c": ["wrong"], "_schema": ["wrong"]})
    assert [pointer for pointer, _ in invalid(error).errors] == ["/a~1b~0c", ""]


def test_no_answer_grows_without_end() -> None:
    """At most 100 fields are named."""
    assert len(invalid(ValidationError({str(n): ["wrong"] for n in range(500)})).errors) == 100


def test_codes_are_the_errors_names() -> None:
    """`ContractAlreadyExecuted` is known to clients as contract-already-executed."""
    assert slug(NotFound) == "not-found"
