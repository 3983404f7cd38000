"""Events for the ledger's handler, as nameko's EventDispatcher writes them: `python -m bench.peers.nameko.fill 50000`."""

import json
import os
import sys

from bench.peers import contracts
from bench.peers.filling import fill

QUEUE = "evt-contracts-contract_signed--ledger.append_to_ledger"
PROPERTIES = {
    "content_type": "application/json",
    "content_encoding": "utf-8",
    "application_headers": {"nameko.call_id_stack": ["gateway.sign_contract.1", "contracts.sign.2"]},
}

if __name__ == "__main__":
    events = contracts.prepared_events(int(sys.argv[1]))
    fill(os.environ["PEER_AMQP_URL"], QUEUE, ((json.dumps(event).encode(), PROPERTIES) for event in events))
