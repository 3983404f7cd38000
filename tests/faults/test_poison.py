"""Poison beside healthy traffic that comes out of order and twice: nobody waits for it, and nothing of it is lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient

from chassis.amqp import open_connection
from deploy.local.home import CHECKOUT
from deploy.local.stack import PROCESSES, Stack
from tests.faults.checker import BOOKING, Verdict
from tests.faults.clients import Signer
from tests.faults.disorder import Disorder
from tests.faults.history import History
from tests.faults.poison import KINDS, MALFORMED, Poison
from tests.faults.report import Result, tell
from tests.faults.rig import Checker, Studio
from tests.faults.sightings import Sightings, percentile
from tests.faults.size import size
from tests.faults.waiting import until

CONTRACTS = size(400, 10_000)
RATE = 40.0  # contracts executed per second
EVERY = 100  # contracts between two pieces of poison of a kind: 1 %
P99 = 2.0  # seconds from the acknowledgement of the last signature to the last of its effects

Rows = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture
def database(stack: Stack) -> Iterator[MongoClient[dict[str, Any]]]:
    """The databases, with the administrator's rights."""
    with MongoClient[dict[str, Any]](stack.mongo_url(), timeoutMS=20_000) as client:
        yield client


def parked(database: MongoClient[dict[str, Any]]) -> Rows:
    """What is parked now, by queue and message id."""
    rows = (row for name in PROCESSES for row in database[name]["parked"].find({"state": "parked"}))
    return {(row["queue"], row["message_id"]): row for row in rows}


def taken_away(database: MongoClient[dict[str, Any]], contracts: list[Any]) -> list[dict[str, Any]]:
    """The productions of contracts, which nobody knows for now, so that nothing can be booked for them."""
    collection = database["production"]["productions"]
    meant = {"_id": {"$in": [contract["contract_id"] for contract in contracts]}}
    theirs = {"_id": {"$in": database["talent"]["contracts"].distinct("terms.production_id", meant)}}
    productions = list(collection.find(theirs))
    collection.delete_many(theirs)
    return productions


def replay_all(stack: Stack) -> None:
    """`./callboard parked replay --all`."""
    command = (sys.executable, "-m", "deploy.local", "parked", "replay", "--all")
    environment = stack.environment("gateway") | {"CALLBOARD_HOME": str(stack.home.path)}
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def report_on(
    history: History, verdict: Verdict, struck: dict[str, int], latencies: list[float], drained_after: float
) -> None:
    """What healthy traffic came to, beside what struck; what the faults themselves left behind is not wrong."""
    ours = replace(verdict, made_up=(), parked=(), out_of_order=())
    seconds = f"p50 {percentile(latencies, 0.5):.2f} s, p99 {percentile(latencies, 0.99):.2f} s"
    measured = f"{seconds} from the acknowledgement of {len(latencies):,} last signatures to the last of their effects"
    result = Result.of("poison and disorder", history, ours, drained_after)
    tell(replace(result, faults={**result.faults, **struck}, measured=measured))


def test_poison_holds_up_nothing_and_is_kept_with_its_reason(
    stack: Stack, studio: Studio, checker: Checker, database: MongoClient[dict[str, Any]]
) -> None:
    """1 % poison of each kind, 5 % duplicates, no order: healthy p99 under 2 s; poison is parked, and replay works."""
    healthy = studio.prepare(CONTRACTS)
    doomed = studio.prepare(CONTRACTS // EVERY)
    productions = taken_away(database, doomed)
    studio.at_once(lambda client, contract: studio.sign(client, contract, "agency"), healthy + doomed)
    executed: dict[str, float] = {}
    published: list[tuple[Poison, str]] = []
    publishing = threading.Lock()

    with Sightings(stack.mongo_url()) as sightings, Disorder(stack.amqp_url()) as disorder:
        connection = open_connection(stack.amqp_url(), "test.poison")
        channel = connection.channel()
        began = time.monotonic()

        def sign(client: Signer, numbered: tuple[int, Any]) -> None:
            number, contract = numbered
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
            if number % EVERY == EVERY // 2:
                with publishing:
                    published.extend((kind, kind.publish(channel)) for kind in KINDS)
                assert studio.sign(client, doomed[number // EVERY], "studio").outcome == "ok"
            assert studio.sign(client, contract, "studio").outcome == "ok"
            executed[contract["contract_id"]] = time.monotonic()

        studio.at_once(sign, list(enumerate(healthy)))
        signed = time.monotonic()
        until(lambda: not sightings.missing(executed), 60, "every effect")
        drained_after = time.monotonic() - signed
        connection.close()
    latencies = sightings.latencies(executed)
    assert percentile(latencies, 0.99) < P99
    assert disorder.doubled > 0.02 * disorder.passed, "the fault was not there"

    expected = {(queue, message_id): words for kind, message_id in published for queue, words in kind.parked_by.items()}
    until(lambda: len(parked(database)) >= len(expected) + len(doomed), size(60, 300), "parking")
    rows = parked(database)
    assert expected.keys() <= rows.keys()
    wanted = dict.fromkeys(rows, "has no production") | expected
    strange = {f"{place}: {row['reason']}" for place, row in rows.items() if wanted[place] not in row["reason"]}
    assert strange == set()

    database["production"]["productions"].insert_many(productions)
    replay_all(stack)
    booked = {f"{contract['contract_id']}/studio" for contract in doomed}
    until(lambda: booked <= checker.effects()[BOOKING].keys(), 30, "the bookings that were replayed")
    again = [(queue, message_id) for kind, message_id in published if kind is MALFORMED for queue in kind.parked_by]
    until(lambda: all(parked(database)[it]["times"] > rows[it]["times"] for it in again), 30, "parking again")
    verdict = checker.verdict(studio.history)
    assert (verdict.lost, verdict.doubled, verdict.unpublished, verdict.gaps, verdict.audit) == ((), (), (), (), ())
    strangers = {message_id[4:] for _, message_id in published}
    assert all(any(stranger in made_up for stranger in strangers) for made_up in verdict.made_up), str(verdict)
    struck = {"event out of order": disorder.passed, "event told twice": disorder.doubled, "poison": len(published)}
    report_on(studio.history, verdict, struck, latencies, drained_after)
