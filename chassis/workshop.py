"""Work for a processor, such as setting and sealing a document, off the event loop: in threads, a few at a time.

A tool is made when the process starts, so that what is wrong with it is told then. Measured: a page that is set on the event
loop stops every other call of the process for 0.2 s.
"""

from collections.abc import Callable
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from eventlet.semaphore import Semaphore

from chassis.errors import WorkshopFull
from chassis.extensions import DependencyProvider
from chassis.threads import in_thread

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")
AT_ONCE = 2
ROOM_SECONDS = 5  # that work waits for a free place: who asked gives up after ten


class Bench(Generic[T]):
    """A tool, and the places at which threads work with it."""

    def __init__(self, tool: T, at_once: int = AT_ONCE) -> None:
        self.tool = tool
        self._places = Semaphore(at_once)

    def work(self, task: Callable[Concatenate[T, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `task` makes of the tool in a thread of its own; raises WorkshopFull, and whatever the task raises."""
        if not self._places.acquire(timeout=ROOM_SECONDS):
            raise WorkshopFull
        try:
            return in_thread(task, self.tool, *args, **kwargs)
        finally:
            self._places.release()

    def wait(self, task: Callable[Concatenate[T, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Like `work`, for a task that waits itself (for a process of its own) and needs no thread."""
        if not self._places.acquire(timeout=ROOM_SECONDS):
            raise WorkshopFull
        try:
            return task(self.tool, *args, **kwargs)
        finally:
            self._places.release()


class Workshop(DependencyProvider):
    """`self.press = Workshop(make)`: what `make` makes when the process starts, on a `Bench`."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def setup(self) -> None:
        """Make the tool; a `SettingInvalid` that this raises ends the process with its text."""
        self._bench = Bench(self._make())

    def get_dependency(self, worker_ctx: Any) -> Bench[Any]:
        """The bench, shared by all workers."""
        return self._bench
