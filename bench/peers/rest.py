"""What the peers that FastAPI serves have in common: the body of a signature, and the answers to what is refused."""

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from bench.peers.contracts import ContractUnknown, SignatureRefused


class Signature(BaseModel):
    """A party's signature under a document."""

    party: str
    name: str
    time_zone: str
    document_sha256: str


async def unknown(request: Request, error: ContractUnknown) -> JSONResponse:
    """404."""
    return JSONResponse({"error": str(error)}, 404)


async def refused(request: Request, error: SignatureRefused) -> JSONResponse:
    """409."""
    return JSONResponse({"error": str(error)}, 409)


REFUSALS = {ContractUnknown: unknown, SignatureRefused: refused}
