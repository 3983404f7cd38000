"""A storm of repeats: one key, many senders at once, and kills in the middle. One effect per key, and one answer."""

import threading
from concurrent.futures import ThreadPoolExecutor

from deploy.local import mongodb, rabbitmq
from deploy.local.stack import GATEWAY, Stack
from tests.faults.clients import Signer, Studio
from tests.faults.faults import Fault, Kill
from tests.faults.rig import Checker, Nemesis, check
from tests.faults.size import size

KEYS = size(100, 1_000)
REPEATS = size(10, 20)
ROUNDS = size(1, 3)
"""Of kills."""
PACE = 0.05
"""Seconds between two keys: without it all would be done before the second kill."""
VICTIMS: list[Fault] = [Kill(name) for name in ("talent", GATEWAY, mongodb.SERVER, rabbitmq.NODE)]


def test_one_effect_and_one_answer_per_key(stack: Stack, checker: Checker) -> None:
    """Every key is sent by all clients at the same moment; all get the same bytes, however often each has to ask."""
    studio = Studio(stack, clients=REPEATS)
    contracts = studio.prepare(KEYS)
    together = threading.Barrier(REPEATS, timeout=180)

    def send_all(client: Signer) -> int:
        done = 0
        for contract in contracts:
            together.wait()
            threading.Event().wait(PACE)
            done += studio.sign(client, contract, "agency").outcome == "ok"
        return done

    nemesis = Nemesis(stack, VICTIMS, studio.folder)
    with nemesis.striking(*nemesis.plan(ROUNDS)), ThreadPoolExecutor(REPEATS) as pool:
        answered = sum(pool.map(send_all, studio.clients))
    nemesis.close()
    studio.close()
    assert answered == KEYS * REPEATS
    check(studio, checker, "repeats of one key")
