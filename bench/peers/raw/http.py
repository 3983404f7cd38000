"""Bare nameko HTTP: every request is answered at once with the same JSON, as long as that of a contract."""

import json

from nameko.web.handlers import http
from werkzeug.wrappers import Response

from bench.peers import contracts

CONTRACT = json.dumps(next(contracts.prepared_events(1)))


class Bare:
    """One answer."""

    name = "bare"

    @http("GET", "/contracts/<string:contract_id>")
    def get_contract(self, request, contract_id):
        """The contract that is not looked for."""
        return Response(CONTRACT, mimetype="application/json")
