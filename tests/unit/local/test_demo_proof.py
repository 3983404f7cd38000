"""The demo says that the ledger is verified only when the proof shows it: every part that is forged is noticed."""

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest

from deploy.demo import files
from deploy.demo.engagement import Signed
from deploy.demo.proof import LedgerDoubtful, Verified, verify
from services.compliance.checkpoint import Checkpoint, SigningKey, sign_checkpoint
from services.compliance.leaf import Leaf, commit
from services.compliance.merkle import leaf_hash, node_hash

KEY = SigningKey("ledger.example", bytes(range(32)))
STUDIO, CONTRACT = "stu_1", "ctr_1"
TYPE = "talent.contract.signed.v1"
PAYLOAD_SALT, TENANT_SALT = b"\x01" * 32, b"\x02" * 32
SIBLING = leaf_hash(b"the entry before")


@pytest.fixture(scope="module")
def signed() -> Signed:
    """The story's contract as it was executed."""
    contract = files.load().contracts["seoyeon-heiress"]
    return Signed(contract, CONTRACT, "prd_1", "prs_1", ("한서연",), datetime(2027, 1, 1, tzinfo=UTC))


def proof_of(subject: str = CONTRACT, key: SigningKey = KEY) -> dict[str, Any]:
    """The proof of an entry at index 1 of a ledger of two, as the platform hands it out."""
    event = json.dumps({"type": TYPE, "subject": subject})
    tenant, payload = commit(TENANT_SALT, STUDIO.encode()), commit(PAYLOAD_SALT, event.encode())
    entry = Leaf("ledger.example", "evt_1", TYPE, date(2027, 1, 1), tenant, payload).encode()
    root = node_hash(SIBLING, leaf_hash(entry))
    return {
        "inclusion": {
            "leaf_index": 1,
            "leaf": entry.decode(),
            "path": [base64.b64encode(SIBLING).decode()],
            "checkpoint": sign_checkpoint(Checkpoint("ledger.example", 2, root), key),
        },
        "opened": {"event": event, "payload_salt": PAYLOAD_SALT.hex(), "tenant_salt": TENANT_SALT.hex()},
    }


def test_a_proof_that_holds_says_what_it_shows(signed: Signed) -> None:
    """The index of the entry, the size of the tree, and who signed it."""
    assert verify(proof_of(), KEY.verifier.text, signed, STUDIO) == Verified(1, 2, 1, "ledger.example")


@pytest.mark.parametrize(
    "forge",
    [
        lambda it: it["inclusion"].update(leaf=it["inclusion"]["leaf"].replace("evt_1", "evt_2")),
        lambda it: it["inclusion"].update(leaf_index=0),
        lambda it: it["inclusion"].update(path=[base64.b64encode(leaf_hash(b"another")).decode()]),
        lambda it: it["inclusion"].update(path=[]),
        lambda it: it["inclusion"].update(checkpoint=it["inclusion"]["checkpoint"].replace("\n2\n", "\n3\n")),
        lambda it: it["inclusion"].update(checkpoint=None),
        lambda it: it["opened"].update(event=it["opened"]["event"].replace(CONTRACT, "ctr_2")),
        lambda it: it["opened"].update(payload_salt="00" * 32),
        lambda it: it["opened"].update(tenant_salt="00" * 32),
        lambda it: it.update(opened=None),
    ],
)
def test_a_forged_part_is_noticed(signed: Signed, forge: Callable[[dict[str, Any]], None]) -> None:
    """Leaf, index, path, checkpoint, event and salts are each bound to the ledger's key."""
    forged = deepcopy(proof_of())
    forge(forged)
    with pytest.raises(LedgerDoubtful):
        verify(forged, KEY.verifier.text, signed, STUDIO)


def test_the_proof_must_be_about_the_contract(signed: Signed) -> None:
    """A proof that holds, of another contract, of another studio or by another ledger, shows nothing of this one."""
    for proof, studio in [
        (proof_of("ctr_2"), STUDIO),
        (proof_of(), "stu_2"),
        (proof_of(key=SigningKey("ledger.example", bytes(32))), STUDIO),
    ]:
        with pytest.raises(LedgerDoubtful):
            verify(proof, KEY.verifier.text, signed, studio)
