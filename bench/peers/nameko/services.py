"""The four services, in the shape of nameko's own examples.

What can go wrong with the defaults that users keep: a process that dies between the update and the confirm of its event
loses the event; a handler that raises loses the message, because nameko acknowledges it nevertheless
(requeue_on_error is off); one that dies after its write and before the acknowledgement does it again.
"""

import json
import os

from nameko.events import EventDispatcher, EventHandler
from nameko.exceptions import deserialize_to_instance
from nameko.extensions import DependencyProvider
from nameko.rpc import RpcProxy, rpc
from nameko.web.handlers import HttpRequestHandler
from pymongo import MongoClient, ReturnDocument
from werkzeug.wrappers import Response

from bench.peers import contracts
from bench.peers.contracts import ContractUnknown, SignatureRefused

deserialize_to_instance(ContractUnknown)
deserialize_to_instance(SignatureRefused)

STATUS = {ContractUnknown: 404, SignatureRefused: 409}


class JsonHandler(HttpRequestHandler):
    """An HTTP entrypoint that answers the known errors with their statuses, like that of nameko's examples."""

    def response_from_exception(self, exc):
        """The answer to an error."""
        status = STATUS.get(type(exc))
        if status is None:
            return super().response_from_exception(exc)
        return Response(json.dumps({"error": str(exc)}), status=status, mimetype="application/json")


class QuorumEventHandler(EventHandler):
    """An event handler whose queue is a quorum queue: nameko has no parameter for it."""

    def setup(self):
        """Name the kind of the queue before it is declared."""
        super().setup()
        self.queue.queue_arguments = {"x-queue-type": "quorum"}


http = JsonHandler.decorator
event_handler = QuorumEventHandler.decorator


class Database(DependencyProvider):
    """The database, with a client for the whole process."""

    def setup(self):
        """Connect."""
        client = MongoClient(os.environ["PEER_MONGO_URL"], w="majority", journal=True)
        self.database = client[os.environ["PEER_DATABASE"]]

    def get_dependency(self, worker_ctx):
        """The database."""
        return self.database


class Gateway:
    """The platform over HTTP."""

    name = "gateway"
    contracts = RpcProxy("contracts")

    @http("GET", "/contracts/<string:contract_id>")
    def get_contract(self, request, contract_id):
        """A contract."""
        return Response(json.dumps(self.contracts.get(contract_id)), mimetype="application/json")

    @http("POST", "/contracts/<string:contract_id>/signatures")
    def sign_contract(self, request, contract_id):
        """A party signs."""
        contract = self.contracts.sign(contract_id, json.loads(request.get_data(as_text=True)))
        return Response(json.dumps(contract), mimetype="application/json")


class Contracts:
    """The contracts, and what happens to them."""

    name = "contracts"
    database = Database()
    dispatch = EventDispatcher()

    @rpc(expected_exceptions=ContractUnknown)
    def get(self, contract_id):
        """A contract as it is shown."""
        contract = self.database.contracts.find_one({"_id": contract_id})
        if contract is None:
            raise ContractUnknown("there is no such contract")
        return contracts.view(contract)

    @rpc(expected_exceptions=(ContractUnknown, SignatureRefused))
    def sign(self, contract_id, signature):
        """Add a signature and say so."""
        found = self.database.contracts.find_one({"_id": contract_id})
        unchanged, update = contracts.sign(found, signature, contracts.now())
        contract = self.database.contracts.find_one_and_update(unchanged, update, return_document=ReturnDocument.AFTER)
        if contract is None:
            raise SignatureRefused("somebody else signed at the same time")
        if contract["state"] == "executed":
            self.dispatch("contract_signed", contracts.contract_signed(contract))
        return contracts.view(contract)


class Ledger:
    """Every signed contract is entered."""

    name = "ledger"
    database = Database()

    @event_handler("contracts", "contract_signed")
    def append_to_ledger(self, event):
        """Enter the event."""
        body = json.dumps(event).encode()
        self.database.entries.insert_one(contracts.entry(event, body, contracts.now()))


class Schedule:
    """Every signed contract is booked."""

    name = "schedule"
    database = Database()

    @event_handler("contracts", "contract_signed")
    def book_talent(self, event):
        """Book the performer's days."""
        production, booking = contracts.booking(event, contracts.now())
        self.database.schedules.update_one(production, booking, upsert=True)
