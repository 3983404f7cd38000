"""An apprentice for the tests: what it is asked for is what it does."""

import os
import time

from chassis import apprentice as apprentices
from chassis.apprentice import Task, serve


def prepare() -> Task:
    """Refuses to begin when the environment says so."""
    if why := os.environ.get("ODD_JOBS_REFUSE"):
        raise SystemExit(why)
    if os.environ.get("ODD_JOBS_FALL"):
        os._exit(9)
    return job


def job(request: bytes) -> bytes:
    """Say who answers, fail, sleep or fall over."""
    match request:
        case b"fail":
            raise ValueError("that is no job")
        case b"sleep":
            time.sleep(60)
        case b"fall":
            os._exit(9)
        case b"who":
            return str(os.getpid()).encode()
    return request[::-1]


if __name__ == "__main__":
    apprentices.IDLE = float(os.environ.get("ODD_JOBS_IDLE", apprentices.IDLE))
    serve(prepare)
