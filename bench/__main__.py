"""`python -m bench`: measures, tells, and exits with 0 only when every target that was measured holds."""

import importlib.util
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import click
from pymongo import MongoClient

from bench import report
from bench.figures import NoFigure
from bench.measurements import MEASUREMENTS, Measurement
from bench.peering import FOLDER as PEERS_FOLDER
from bench.peering import STOP_SECONDS, Peering
from bench.record import Circumstances, Record
from bench.run import UNLIMITED, Run
from bench.scale import FULL, QUICK, Scale
from bench.seeding import SeedRefused
from bench.table import tables
from deploy.local import records, signals, terminal
from deploy.local.errors import AlreadyRunning, StackError
from deploy.local.home import CHECKOUT, Home
from deploy.local.stack import Stack

RESULTS = CHECKOUT / "bench" / "results"
PREFIX = "home-"
REFUSALS = (NoFigure, SeedRefused, StackError)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("keys", nargs=-1, metavar="[B1 B2 ...]")
@click.option("--quick", is_flag=True, help="Few and short repetitions: a first impression in three minutes.")
def main(keys: Sequence[str], quick: bool) -> None:
    """Measure Callboard beside its peers, on a stack of its own.

    Without names everything is measured. Prints tables, writes bench/results/latest.json and latest.md, and exits with 0
    only when every target that was measured holds.
    """
    scale = QUICK if quick else FULL
    chosen = select(keys)
    circumstances = Circumstances.now(scale.name)
    signals.interrupt_once()
    made: list[Record] = []
    try:
        with context(scale) as run:
            for measurement in chosen:
                made.append(record(measurement, run))
                terminal.out.print(*tables(made[-1:]), sep="\n")
                report.write(RESULTS, circumstances, sorted(made, key=attrgetter("key")))
    except StackError as error:
        terminal.complain(error)
        sys.exit(1)
    except KeyboardInterrupt:
        terminal.say("Interrupted.")
        sys.exit(130)
    missed = [each.key for each in made if not each.holds]
    terminal.out.print(f"Report: {RESULTS.relative_to(CHECKOUT)}/latest.md")
    terminal.out.print(f"Missed: {', '.join(missed)}" if missed else "Every target that was measured holds.")
    sys.exit(1 if missed else 0)


def select(keys: Sequence[str]) -> list[Measurement]:
    """The measurements of these keys, or all, in their order; raises click.UsageError for a key that is none."""
    known = {
        measurement.key: measurement for measurement in MEASUREMENTS if importlib.util.find_spec(measurement.module)
    }
    wanted = {key.upper() for key in keys} or {key for key, measurement in known.items() if not measurement.asked}
    if unknown := sorted(wanted - known.keys()):
        raise click.UsageError(f"there is no {', '.join(unknown)}: choose from {', '.join(known)}")
    return [measurement for key, measurement in known.items() if key in wanted]


def record(measurement: Measurement, run: Run) -> Record:
    """The record of a measurement, also when it comes to no figure."""
    run.measured = measurement.key
    run.void.clear()
    began = time.monotonic()
    try:
        result = measurement.measure(run)
    except REFUSALS as refusal:
        return Record(measurement.key, measurement.title, time.monotonic() - began, None, str(refusal))
    result = replace(result, notes=(*result.notes, *run.void))
    return Record(measurement.key, measurement.title, time.monotonic() - began, result)


@contextmanager
def context(scale: Scale) -> Iterator[Run]:
    """A run on a stack of its own, whose home is removed at the end."""
    place = Home.from_environment().path / "bench"
    place.mkdir(parents=True, exist_ok=True)
    clear(place)
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    try:
        with progress() as tell:
            tell("starting the stack")
            with Stack(home, extra_env=UNLIMITED) as stack, MongoClient[dict[str, Any]](stack.mongo_url()) as mongo:
                peering = Peering(stack, place)
                run = Run(stack, scale, mongo, peering, tell)
                run.course.start()
                try:
                    yield run
                finally:
                    run.course.stop()
                    peering.end()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def clear(place: Path) -> None:
    """Stop and remove what runs that were killed have left behind; another run that goes on is left alone."""
    for home in place.glob(f"{PREFIX}*"):
        with suppress(AlreadyRunning):
            stack = Stack(home)
            stack.stop_leftovers()
            records.stop(list(records.read(home / PEERS_FOLDER).values()), STOP_SECONDS)
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """What is done now: a live line where the tables go when that is a terminal, else lines for people who wait."""
    if not terminal.out.is_terminal:
        yield lambda line: terminal.err.print(line, markup=False)
        return
    with terminal.out.status("") as status:
        yield status.update


if __name__ == "__main__":
    main()
