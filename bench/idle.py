"""B9: what the platform uses while nobody asks it anything, and nothing is left to do."""

import time

from bench.figures import Figure, Result, Target
from bench.run import Run
from bench.usage import Meter
from services.talent.contracts.repository import UNSEALED


def measure(run: Run) -> Result:
    """Processor time of our processes without mongod and RabbitMQ, in percent of one core."""
    ours = run.ours
    run.alone()
    # So many signings leave papers to seal for hours: that is work, a tenth of a processor, and not what is measured here.
    run.mongo["talent"]["contracts"].update_many(UNSEALED, {"$unset": {"unsealed_since": ""}})
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
