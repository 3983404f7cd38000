"""One signal is enough: the first one that asks the process to end interrupts it, the others are ignored."""

from __future__ import annotations

import signal
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_once() -> None:
    """Make the next ending signal raise KeyboardInterrupt and silence those after it: stopping is not interrupted."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for ending in ENDING:
            signal.signal(ending, signal.SIG_IGN)
        raise KeyboardInterrupt

    for ending in ENDING:
        # Under nohup the end of the terminal must not end the stack.
        if ending != signal.SIGHUP or signal.getsignal(ending) != signal.SIG_IGN:
            signal.signal(ending, interrupt)
