"""The two tasks of a signed contract, and the application's settings.

What can go wrong: a worker that dies after its write and before the acknowledgement does it again; a task that raises is
acknowledged nevertheless (task_acks_on_failure_or_timeout is on) and so is lost.
"""

import json
import os

from celery import Celery
from kombu import Exchange, Queue
from pymongo import MongoClient

from bench.peers import contracts

THREADS = 16
"""Of each worker: its tasks wait for the database, and threads cost less here than prefork's processes."""

QUEUES = ("celery.ledger", "celery.schedule")

app = Celery("peers", broker=os.environ["PEER_AMQP_URL"])
app.conf.update(
    broker_pool_limit=THREADS,
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_ignore_result=True,
    task_queues=[
        Queue(name, Exchange("celery.tasks", "topic"), name, queue_arguments={"x-queue-type": "quorum"})
        for name in QUEUES
    ],
    task_routes=dict(zip(("append_to_ledger", "book_talent"), QUEUES, strict=True)),
    worker_pool="threads",
    worker_concurrency=THREADS,
    worker_prefetch_multiplier=4,
)

client = MongoClient(os.environ["PEER_MONGO_URL"], w="majority", journal=True, connect=False)
database = client[os.environ["PEER_DATABASE"]]


@app.task(name="append_to_ledger")
def append_to_ledger(event):
    """Enter the event."""
    database.entries.insert_one(contracts.entry(event, json.dumps(event).encode(), contracts.now()))


@app.task(name="book_talent")
def book_talent(event):
    """Book the performer's days."""
    production, booking = contracts.booking(event, contracts.now())
    database.schedules.update_one(production, booking, upsert=True)
