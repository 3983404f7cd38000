"""B9: what the platform uses while nobody asks it anything."""

import time

from bench.figures import Figure, Result, Target
from bench.run import Run
from bench.usage import Meter


def measure(run: Run) -> Result:
    """Processor time of our processes without mongod and RabbitMQ, in percent of one core."""
    ours = run.ours
    run.alone()
    shares: list[dict[str, float]] = []
    for repetition in range(run.scale.repetitions):
        run.settle()
        run.say(f"{repetition + 1} of {run.scale.repetitions}: idle")
        with Meter(ours.processes()) as meter:
            time.sleep(run.scale.idle)
        shares.append({name: used.cpu / run.scale.idle * 100 for name, used in meter.used.items()})
    together = Figure("all together", "CPU", "% of a core", tuple(sum(share.values()) for share in shares))
    each = [Figure(name, "CPU", "% of a core", tuple(share[name] for share in shares)) for name in shares[0]]
    return Result((*each, together), (Target("all processes together, % of a core", together, "at most", 3.0),))
