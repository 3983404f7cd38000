"""Events for the raw loop: `python -m bench.peers.raw.fill 50000`."""

import json
import os
import sys

from bench.peers import contracts
from bench.peers.filling import fill
from bench.peers.raw.drain import QUEUE

if __name__ == "__main__":
    events = contracts.prepared_events(int(sys.argv[1]))
    properties = {"content_type": "application/json"}
    fill(os.environ["PEER_AMQP_URL"], QUEUE, ((json.dumps(event).encode(), properties) for event in events))
