"""Sealed contracts as they are stored: encrypted, and found by the hash of the file."""

from collections.abc import Sequence
from typing import Any

from pymongo import IndexModel, UpdateOne

from chassis.documents import now
from chassis.mongo import ensure_indexes, in_our_words
from chassis.store import Repository
from services.talent.contracts.lifecycle import Contract
from services.talent.paper.sealed import SealedContract
from services.talent.people.files import file_id


class PaperRepository(Repository):
    """The sealed papers, each beside its contract and under the same id."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.sealed_contracts = self.aggregates(
            "sealed_contracts", SealedContract, "sealed contract", indexes=[IndexModel([("sha256", 1)])]
        )

        self._unsealed = self.database["unsealed"]

    def ensure_indexes(self) -> None:
        """Also of the contracts that wait for their paper."""
        super().ensure_indexes()
        ensure_indexes(self._unsealed, [IndexModel([("since", 1)])])

    def note_unsealed(self, contract_ids: Sequence[str]) -> None:
        """Contracts that are executed and have no paper yet; one that is noted twice is sealed once."""
        with in_our_words():
            self._unsealed.bulk_write(
                [UpdateOne({"_id": one}, {"$setOnInsert": {"since": now()}}, upsert=True) for one in contract_ids],
                ordered=False,
            )

    def next_unsealed(self) -> str | None:
        """The one that has waited longest; it goes behind the others, lest one that cannot be sealed holds them up."""
        with in_our_words():
            found = self._unsealed.find_one_and_update({}, {"$set": {"since": now()}}, {"_id": 1}, sort=[("since", 1)])
        return None if found is None else str(found["_id"])

    def note_sealed(self, contract_id: str) -> None:
        """It has its paper."""
        with in_our_words():
            self._unsealed.delete_one({"_id": contract_id})

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
