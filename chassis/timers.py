"""Work that is done every so often: `@every(30)`; a run that takes longer than its interval delays the next."""

from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
from eventlet.event import Event as Signal
from nameko.extensions import Entrypoint

from chassis.logs import log

F = TypeVar("F", bound=Callable[..., Any])


class Every(Entrypoint):
    """The nameko entrypoint behind `@every(seconds)`; an error is logged and the next run comes in its turn."""

    def __init__(self, seconds: float, **kwargs: object) -> None:
        self.seconds = seconds
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
        while not self._stopping:
            eventlet.sleep(self.seconds)
            done = Signal()

            def finished(_context: object, result: object, exc_info: object, done: Signal = done) -> object:
                done.send(exc_info)
                return result, exc_info

            self.container.spawn_worker(self, (), {}, handle_result=finished)
            failure = done.wait()
            if failure is not None:
                log.error("timer_failed", timer=self.method_name, exc_info=failure)


def every(seconds: float) -> Callable[[F], F]:
    """Run a method every `seconds` seconds."""
    decorated: Callable[[F], F] = Every.decorator(seconds)
    return decorated
