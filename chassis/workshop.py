"""Work that takes long, such as setting and sealing a document, in processes of its own: a few pieces at a time.

A tool is made when the process starts, so that what is wrong with it is told then. Measured: a page that is set on the event
loop stops every other call of the process for 0.2 s.
"""

from collections.abc import Callable
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from eventlet.semaphore import Semaphore

from chassis.errors import WorkshopFull
from chassis.extensions import DependencyProvider

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")
ROOM_SECONDS = 5  # that work waits for a free place: who asked gives up after ten


class Bench(Generic[T]):
    """A tool that works in processes of its own, and the places at it."""

    def __init__(self, tool: T, places: int = 1) -> None:
        self.tool = tool
        self._places = Semaphore(places)

    def work(self, task: Callable[Concatenate[T, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `task` makes of the tool; raises WorkshopFull, and whatever the task raises."""
        if not self._places.acquire(timeout=ROOM_SECONDS):
            raise WorkshopFull
        try:
            return task(self.tool, *args, **kwargs)
        finally:
            self._places.release()


class Workshop(DependencyProvider):
    """`self.press = Workshop(make)`: what `make` makes when the process starts, on a `Bench`."""

    def __init__(self, make: Callable[[], Any], places: int = 1) -> None:
        self._make = make
        self._count = places

    def setup(self) -> None:
        """Make the tool; a `SettingInvalid` that this raises ends the process with its text."""
        self._bench = Bench(self._make(), self._count)

    def get_dependency(self, worker_ctx: Any) -> Bench[Any]:
        """The bench, shared by all workers."""
        return self._bench
