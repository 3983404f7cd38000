"""The platform over HTTP: contracts are read, signed and announced here.

What can go wrong: a process that dies between the update and the confirm of its event loses the event.
"""

import os
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pymongo import ReturnDocument

from bench.peers import contracts
from bench.peers.contracts import ContractUnknown, SignatureRefused
from bench.peers.faststream.broker import EVENTS, SIGNED, connect, make_broker
from bench.peers.rest import REFUSALS, Signature

broker = make_broker()
database = connect()


@asynccontextmanager
async def lifespan(app: FastAPI):
    """The broker is connected while the application runs."""
    async with broker:
        await broker.declare_exchange(EVENTS)
        yield


app = FastAPI(exception_handlers=REFUSALS, lifespan=lifespan)


@app.get("/contracts/{contract_id}")
async def get_contract(contract_id: str) -> JSONResponse:
    """A contract."""
    contract = await database.contracts.find_one({"_id": contract_id})
    if contract is None:
        raise ContractUnknown("there is no such contract")
    return JSONResponse(contracts.view(contract))


@app.post("/contracts/{contract_id}/signatures")
async def sign_contract(contract_id: str, signature: Signature) -> JSONResponse:
    """A party signs."""
    found = await database.contracts.find_one({"_id": contract_id})
    unchanged, update = contracts.sign(found, signature.model_dump(), contracts.now())
    contract = await database.contracts.find_one_and_update(unchanged, update, return_document=ReturnDocument.AFTER)
    if contract is None:
        raise SignatureRefused("somebody else signed at the same time")
    if contract["state"] == "executed":
        await broker.publish(contracts.contract_signed(contract), exchange=EVENTS, routing_key=SIGNED, persist=True)
    return JSONResponse(contracts.view(contract))


if __name__ == "__main__":
    port = int(os.environ["PEER_HTTP_PORT"])
    uvicorn.run(app, port=port, loop="uvloop", http="httptools", access_log=False, log_level="warning")
