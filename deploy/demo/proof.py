"""Checks a ledger entry offline: what the platform hands out, the ledger's public key, and nothing else."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from deploy.demo.desk import Desk
from deploy.demo.effects import until
from deploy.demo.engagement import Signed
from deploy.local.client import ApiProblem, Client
from deploy.local.errors import StackError
from services.compliance.checkpoint import (
    CheckpointInvalid,
    KeyInvalid,
    NoteInvalid,
    SignatureInvalid,
    SignatureMissing,
    VerifierKey,
    open_checkpoint,
)
from services.compliance.leaf import CommitmentMismatch, Leaf, LeafInvalid, SaltInvalid, check_opening
from services.compliance.merkle import ProofInvalid, leaf_hash, verify_inclusion

_FAULTS = (
    CheckpointInvalid,
    CommitmentMismatch,
    KeyInvalid,
    LeafInvalid,
    NoteInvalid,
    ProofInvalid,
    SaltInvalid,
    SignatureInvalid,
    SignatureMissing,
)


class LedgerDoubtful(StackError):
    """The proof does not show that the entry is in the ledger."""


@dataclass(frozen=True)
class Verified:
    """What a checked proof shows: the entry at `index` is in the tree of `size`, whose root `signer` has signed."""

    index: int
    size: int
    siblings: int
    signer: str


def fetch(desk: Desk, index: int) -> Any:
    """The proof of a studio's entry, as soon as a signed checkpoint covers it."""

    def proof() -> Any:
        try:
            return desk.legal.get(f"/v1/ledger/entries/{index}/proof")
        except ApiProblem as problem:
            if problem.status == 404:
                return None
            raise

    return until(proof, lambda: f"the proof of ledger entry {index}")


def public_key(client: Client) -> str:
    """The ledger's public key."""
    return client.request("GET", "/ledger/key").text.strip()


def verify(proof: Any, key: str, signed: Signed, studio_id: str) -> Verified:
    """Check that the ledger holds the signing of this contract by this studio; raises LedgerDoubtful."""
    try:
        return _verify(proof, VerifierKey.parse(key), signed, studio_id)
    except _FAULTS as error:
        raise LedgerDoubtful(f"the ledger's proof for contract {signed.contract_id} does not hold: {error}") from None


def _verify(proof: Any, key: VerifierKey, signed: Signed, studio_id: str) -> Verified:
    inclusion, opened = proof["inclusion"], proof["opened"]
    if opened is None:
        raise LedgerDoubtful(f"ledger entry {inclusion['leaf_index']} cannot be opened: its key was destroyed")
    entry = inclusion["leaf"].encode()
    checkpoint = open_checkpoint(inclusion["checkpoint"] or "", [key])
    path = [base64.b64decode(sibling) for sibling in inclusion["path"]]
    verify_inclusion(leaf_hash(entry), inclusion["leaf_index"], checkpoint.size, path, checkpoint.root)
    leaf = Leaf.decode(entry)
    event = opened["event"].encode()
    check_opening(leaf.payload_commitment, bytes.fromhex(opened["payload_salt"]), event)
    check_opening(leaf.tenant_commitment, bytes.fromhex(opened["tenant_salt"]), studio_id.encode())
    said = json.loads(event)
    if (said["type"], said["subject"]) != (leaf.type, signed.contract_id):
        raise LedgerDoubtful(f"ledger entry {inclusion['leaf_index']} is about {said['type']} of {said['subject']}")
    return Verified(inclusion["leaf_index"], checkpoint.size, len(path), key.name)
