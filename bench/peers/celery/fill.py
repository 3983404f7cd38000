"""Tasks for the ledger's worker, as Celery writes them: `python -m bench.peers.celery.fill 50000`."""

import os
import sys
from uuid import uuid4

from kombu.serialization import dumps

from bench.peers import contracts
from bench.peers.celery.tasks import app, append_to_ledger
from bench.peers.filling import fill


def message(event):
    """The message that `append_to_ledger.delay(event)` sends."""
    task = app.amqp.create_task_message(str(uuid4()), append_to_ledger.name, (event,), {}, ignore_result=True)
    content_type, encoding, body = dumps(task.body, serializer="json")
    properties = {"content_type": content_type, "content_encoding": encoding, "application_headers": task.headers}
    return body.encode(), properties | task.properties


if __name__ == "__main__":
    events = contracts.prepared_events(int(sys.argv[1]))
    fill(os.environ["PEER_AMQP_URL"], "celery.ledger", map(message, events))
