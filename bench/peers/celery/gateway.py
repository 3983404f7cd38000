"""The platform over HTTP: contracts are read, signed and announced here.

The functions block, as Celery's do, and so run in FastAPI's threads. What can go wrong: a process that dies between the
update and the confirms of its two messages loses one or both.
"""

import os

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pymongo import ReturnDocument

from bench.peers import contracts
from bench.peers.celery.tasks import append_to_ledger, book_talent, database
from bench.peers.contracts import ContractUnknown, SignatureRefused
from bench.peers.rest import REFUSALS, Signature

app = FastAPI(exception_handlers=REFUSALS)


@app.get("/contracts/{contract_id}")
def get_contract(contract_id: str) -> JSONResponse:
    """A contract."""
    contract = database.contracts.find_one({"_id": contract_id})
    if contract is None:
        raise ContractUnknown("there is no such contract")
    return JSONResponse(contracts.view(contract))


@app.post("/contracts/{contract_id}/signatures")
def sign_contract(contract_id: str, signature: Signature) -> JSONResponse:
    """A party signs."""
    found = database.contracts.find_one({"_id": contract_id})
    unchanged, update = contracts.sign(found, signature.model_dump(), contracts.now())
    contract = database.contracts.find_one_and_update(unchanged, update, return_document=ReturnDocument.AFTER)
    if contract is None:
        raise SignatureRefused("somebody else signed at the same time")
    if contract["state"] == "executed":
        event = contracts.contract_signed(contract)
        append_to_ledger.delay(event)
        book_talent.delay(event)
    return JSONResponse(contracts.view(contract))


if __name__ == "__main__":
    port = int(os.environ["PEER_HTTP_PORT"])
    uvicorn.run(app, port=port, loop="uvloop", http="httptools", access_log=False, log_level="warning")
