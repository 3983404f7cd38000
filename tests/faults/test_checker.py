"""The checker's judgement, on histories and databases that are made up."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.checker import BOOKING, EFFECTS, ENTRY, RIGHTS, SIGNATURE, Observed, decide
from tests.faults.history import NEMESIS, Attempt, History, Recorder, Strike

FIRST, LAST = "ctr_1/agency", "ctr_1/studio"


def attempt(op: str, outcome: str = "ok", seconds: float = 0.1, digest: str = "a") -> Attempt:
    """An attempt at a signature."""
    return Attempt(op, 1_000.0, seconds, outcome, "200", digest)


def history(*attempts: Attempt, strikes: tuple[Strike, ...] = ()) -> History:
    """What clients and nemesis wrote."""
    return History(list(attempts), {each.op for each in attempts}, list(strikes))


def observed(*ops: str) -> Observed:
    """Databases with every effect of these operations, once."""
    kinds = (SIGNATURE, ENTRY, BOOKING, RIGHTS)
    return Observed({kind: Counter(op for op in ops if kind in EFFECTS[op.partition("/")[2]]) for kind in kinds})


def test_what_was_acknowledged_and_is_there_once_is_right() -> None:
    """Acknowledged, present once: nothing is wrong."""
    assert decide(history(attempt(FIRST), attempt(LAST)), observed(FIRST, LAST)).wrong == {}


@pytest.mark.parametrize("kind", [SIGNATURE, ENTRY, BOOKING, RIGHTS])
def test_a_missing_effect_is_lost(kind: str) -> None:
    """An acknowledged signature needs each of its effects."""
    found = observed(LAST)
    found = replace(found, effects={**found.effects, kind: Counter()})
    assert decide(history(attempt(LAST)), found).lost == (f"{kind} of {LAST}",)


def test_a_second_effect_is_doubled() -> None:
    """Twice is wrong, also when nobody was told."""
    found = observed(LAST, LAST)
    assert decide(history(attempt(LAST, "unknown")), found).wrong == {"doubled": 4}


def test_what_was_only_attempted_may_be_there_or_not() -> None:
    """An unknown outcome is open."""
    tried = history(attempt(LAST, "unknown"))
    assert decide(tried, observed()).wrong == decide(tried, observed(LAST)).wrong == {}


def test_an_effect_of_nothing_is_made_up() -> None:
    """Nobody attempted it, in this scenario or an earlier one."""
    assert decide(history(), observed(FIRST)).wrong == {"made_up": 2}
    assert decide(history(), observed(FIRST), {"ctr_1"}).wrong == {}


def test_two_different_answers_to_one_operation_are_wrong() -> None:
    """A repeat is answered as the first time."""
    assert decide(history(attempt(FIRST), attempt(FIRST, digest="b")), observed(FIRST)).two_answers == (FIRST,)


def test_a_call_ends_two_seconds_after_its_deadline() -> None:
    """Later is late, but not by the time for which the gateway itself stood still."""
    slow = attempt(FIRST, "unknown", seconds=13)
    assert len(decide(history(slow), observed()).late) == 1
    pause = Strike("pause gateway", 1_002.0, 1_005.0)
    assert decide(history(slow, strikes=(pause,)), observed()).late == ()


@pytest.mark.parametrize(
    "wrong",
    [{"pending": 1}, {"parked": ("why",)}, {"gaps": ("a",)}, {"out_of_order": ("a",)}, {"audit": "broken"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_whole_must_be_whole(wrong: dict[str, object]) -> None:
    """Whatever is unpublished, parked, missing, out of order or not verifiable is told."""
    assert len(decide(history(), Observed({}, **wrong)).wrong) == 1  # type: ignore[arg-type]


def test_a_history_outlives_its_writers(tmp_path: Path) -> None:
    """What is in the files counts: an attempt without an end is attempted, half a line is none."""
    client, nemesis = Recorder(tmp_path, "client-00"), Recorder(tmp_path, NEMESIS)
    client.write("invoke", op=FIRST)
    client.write("ok", op=FIRST, answer="200", digest="a")
    client.write("invoke", op=LAST)
    client.close()
    with (tmp_path / "client-00.jsonl").open("a") as file:
        file.write('{"do": "ok", "op"')
    nemesis.write("strike", fault="kill -9 talent")
    nemesis.write("over", fault="kill -9 talent")
    nemesis.close()
    found = History.read(tmp_path)
    assert (found.attempted, found.acknowledged) == ({FIRST, LAST}, {FIRST})
    assert found.faults == {"kill -9 talent": 1}
