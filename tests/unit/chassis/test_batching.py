"""Smart batching: what waits goes out together, an idle system waits for nothing, everybody gets their own result."""

import time
from collections.abc import Callable
from typing import Any

import eventlet
import pytest
from eventlet.event import Event

from chassis.batching import SmartBatch


class Work:
    """Doubles numbers, at the gate when there is one, and notes its batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate: Event | None = None

    def __call__(self, items: list[int]) -> list[int | BaseException]:
        """Results in order; odd numbers over 100 are refused one by one."""
        self.batches.append(items)
        if self.gate is not None:
            self.gate.wait()
        return [ValueError(item) if item > 100 and item % 2 else item * 2 for item in items]


def all_of(call: Callable[[int], Any], items: range) -> list[Any]:
    """Call from a greenthread each; results or exceptions in the order of the items."""

    def outcome(item: int) -> Any:
        try:
            return call(item)
        except Exception as error:
            return error

    return [thread.wait() for thread in [eventlet.spawn(outcome, item) for item in items]]


def test_everybody_gets_their_own_result() -> None:
    """Results come back in the order of the items, whatever batches they travelled in."""
    assert all_of(SmartBatch(Work(), limit=7), range(100)) == [item * 2 for item in range(100)]


def test_what_waits_goes_out_together() -> None:
    """While one batch is on its way the next gathers, up to the limit."""
    work = Work()
    work.gate = Event()
    batch = SmartBatch(work, limit=10)
    threads = [eventlet.spawn(batch, 0)]
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert work.batches == [[0]]
    threads += [eventlet.spawn(batch, item) for item in range(1, 26)]
    eventlet.sleep(0)
    work.gate.send()
    assert [thread.wait() for thread in threads] == [item * 2 for item in range(26)]
    assert [len(items) for items in work.batches] == [1, 10, 10, 5]


def test_an_idle_system_adds_no_delay() -> None:
    """A single call leaves at once; a timer of 10 ms would make these 100 calls last a second."""
    batch = SmartBatch(Work())
    began = time.monotonic()
    assert [batch(item) for item in range(100)] == [item * 2 for item in range(100)]
    assert time.monotonic() - began < 0.5


def test_lanes_work_side_by_side() -> None:
    """With two lanes a second batch leaves while the first is on its way, and no third."""
    work = Work()
    work.gate = Event()
    batch = SmartBatch(work, limit=1, lanes=2)
    threads = [eventlet.spawn(batch, item) for item in range(5)]
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert work.batches == [[0], [1]]
    work.gate.send()
    assert [thread.wait() for thread in threads] == [0, 2, 4, 6, 8]


def test_an_items_exception_is_its_own() -> None:
    """An exception returned for one item is raised to its caller only."""
    outcomes = all_of(SmartBatch(Work()), range(100, 104))
    assert outcomes[0::2] == [200, 204]
    assert [str(outcome) for outcome in outcomes[1::2]] == ["101", "103"]


def test_a_batchs_exception_is_everybodys_and_the_next_works() -> None:
    """What the work raises reaches every caller of the batch; afterwards the lane is free again."""
    failures = iter([True])

    def work(items: list[int]) -> list[int]:
        if next(failures, False):
            raise ConnectionError("away")
        return items

    batch = SmartBatch(work)
    assert [type(outcome) for outcome in all_of(batch, range(3))] == [ConnectionError] * 3
    assert all_of(batch, range(3)) == [0, 1, 2]


@pytest.mark.parametrize("results", [[], [1, 2, 3]])
def test_a_wrong_number_of_results_is_told_to_all(results: list[int]) -> None:
    """Work that forgets a result leaves nobody waiting for ever."""
    batch: SmartBatch[int, int] = SmartBatch(lambda items: results)
    with eventlet.Timeout(2):
        assert [type(outcome) for outcome in all_of(batch, range(2))] == [ValueError] * 2
