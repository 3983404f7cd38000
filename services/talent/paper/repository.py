"""Sealed contracts as they are stored: encrypted, and found by the hash of the file."""

from typing import Any

from pymongo import IndexModel

from chassis.documents import now
from chassis.mongo import in_our_words
from chassis.store import Repository
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.repository import UNSEALED
from services.talent.paper.sealed import SealedContract
from services.talent.people.files import file_id


class PaperRepository(Repository):
    """The sealed papers, each beside its contract and under the same id."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.sealed_contracts = self.aggregates(
            "sealed_contracts", SealedContract, "sealed contract", indexes=[IndexModel([("sha256", 1)])]
        )

    def next_unsealed(self) -> str | None:
        """The one that has waited longest; it goes behind the others, lest one that cannot be sealed holds them up."""
        with in_our_words():
            found = self.database["contracts"].find_one_and_update(
                UNSEALED, {"$set": {"unsealed_since": now()}}, {"_id": 1}, sort=[("unsealed_since", 1)]
            )
        return None if found is None else str(found["_id"])

    def count_unsealed(self) -> int:
        """How many executed contracts wait for their paper."""
        with in_our_words():
            return self.database["contracts"].count_documents(UNSEALED)

    def note_sealed(self, contract_id: str) -> None:
        """It has its paper."""
        with in_our_words():
            self.database["contracts"].update_one({"_id": contract_id}, {"$unset": {"unsealed_since": ""}})

    def encrypt_paper(self, contract: Contract, pdf: bytes) -> bytes:
        """A sealed paper as it is kept; raises PersonForgotten."""
        return self.vault.seal_bytes(file_id(contract.terms.person_id, contract.tenant), pdf)

    def decrypt_paper(self, contract: Contract, sealed: SealedContract) -> bytes:
        """The sealed paper, byte for byte; raises PersonForgotten."""
        return self.vault.open_bytes(file_id(contract.terms.person_id, contract.tenant), sealed.paper)

    def contract_sealed_as(self, sha256: str) -> str | None:
        """The contract whose sealed paper has this hash, whosever it is."""
        with in_our_words():
            found = self.sealed_contracts.collection.find_one({"sha256": sha256}, {"_id": 1})
        return None if found is None else str(found["_id"])
