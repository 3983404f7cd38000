"""Smart batching: what waits goes out together, as soon as the last batch is on its way.

An idle system adds no delay (a batch of one leaves at once); a busy one makes larger batches by itself.
The same piece carries RPC messages, reads by id (one `$in`), conditional writes (one bulk) and key look-ups.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import eventlet
from eventlet.event import Event

I = TypeVar("I")  # noqa: E741
O = TypeVar("O")  # noqa: E741


class SmartBatch(Generic[I, O]):
    """Calls from many greenthreads become few calls of `work`, which takes a list and returns a result (or an exception) each."""

    def __init__(
        self, work: Callable[[list[I]], Sequence[O | BaseException]], limit: int = 100, lanes: int = 1
    ) -> None:
        self._work = work
        self._limit = limit
        self._waiting: deque[tuple[I, Event]] = deque()
        self._idle = lanes

    def __call__(self, item: I) -> O:
        """The result for `item`; raises the exception that `work` returned or raised for it."""
        done = Event()
        self._waiting.append((item, done))
        if self._idle:
            self._idle -= 1
            eventlet.spawn_n(self._run)
        result: O = done.wait()
        return result

    def _run(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(self._limit, len(self._waiting)))]
                self._send([item for item, _ in batch], [done for _, done in batch])
        finally:
            self._idle += 1

    def _send(self, items: list[I], done: list[Event]) -> None:
        try:
            outcomes: list[tuple[Event, Any]] = list(zip(done, self._work(items), strict=True))
        except BaseException as error:
            for event in done:
                event.send_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for event, result in outcomes:
            if isinstance(result, BaseException):
                event.send_exception(result)
            else:
                event.send(result)


SHORTEST_REST = 0.02  # seconds
LONGEST_REST = 0.05


def rest(worked: float, times: float = 1) -> None:
    """Pause after a batch for about as long as it took, in seconds, or `times` as long: what arrives meanwhile is the next one.

    A batch costs a round trip or four whatever its size: handlers that rest sign 520 contracts a second where others sign 440
    (record 0020). One event that comes alone does not wait. Nobody rests who has a whole batch waiting already.
    """
    eventlet.sleep(min(max(worked, SHORTEST_REST), LONGEST_REST) * times)
