"""Work for a processor off the event loop: in a thread of its own, while other requests go on."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from eventlet import tpool

P = ParamSpec("P")
R = TypeVar("R")


def in_thread(task: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `task` returns, run in a thread; raises what it raises. The task may not touch sockets or locks of this process."""
    result: R = tpool.execute(task, *args, **kwargs)
    return result
