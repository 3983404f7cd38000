"""Work that is done every so often: `@every(30)`; a run that takes longer than its interval delays the next."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
from eventlet.event import Event as Signal
from nameko.extensions import Entrypoint

from chassis.logs import log

F = TypeVar("F", bound=Callable[..., Any])


class Every(Entrypoint):
    """The nameko entrypoint behind `@every(seconds)`; an error is logged and the next run comes in its turn."""

    def __init__(self, seconds: float, rest: float = 0, **kwargs: object) -> None:
        self.seconds = seconds
        self.rest = rest
        super().__init__(**kwargs)

    def start(self) -> None:
        """Begin, with the first run after one interval."""
        self._stopping = False
        self._thread = self.container.spawn_managed_thread(self._run, f"every.{self.method_name}")

    def stop(self) -> None:
        """No further run."""
        self._stopping = True
        self._thread.kill()

    def _run(self) -> None:
        took = 0.0
        while not self._stopping:
            eventlet.sleep(max(self.seconds, self.rest * took))
            done, began = Signal(), time.monotonic()

            def finished(_context: object, result: object, exc_info: object, done: Signal = done) -> object:
                done.send(exc_info)
                return result, exc_info

            self.container.spawn_worker(self, (), {}, handle_result=finished)
            failure = done.wait()
            took = time.monotonic() - began
            if failure is not None:
                log.error("timer_failed", timer=self.method_name, exc_info=failure)


def every(seconds: float, rest: float = 0) -> Callable[[F], F]:
    """Run a method every `seconds` seconds, and after a run not before `rest` times as long as that took."""
    decorated: Callable[[F], F] = Every.decorator(seconds, rest)
    return decorated
