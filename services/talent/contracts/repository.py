"""Contracts as they are stored: the documents, evidence and reasons in them are sealed."""

import zlib
from datetime import date
from typing import Any

import orjson
from pymongo import IndexModel

from chassis.api import decode_cursor
from chassis.mongo import Document, in_our_words
from chassis.store import Repository
from events.codecs import plain
from events.schemas import load
from services.talent.contracts.api import ContractsQuery
from services.talent.contracts.document import ContractDocument, digest
from services.talent.contracts.lifecycle import Contract, Paper
from services.talent.contracts.signing import Evidence
from services.talent.people.files import file_id

DUE_AT_ONCE = 200
MOST_EXPORTED = 1_000
_OUT: Document = {"state": {"$in": ["partially_signed", "sent"]}}


class ContractsRepository(Repository):
    """Contracts; everything personal in them (names, evidence, reasons) is sealed with the person's key."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.contracts = self.aggregates(
            "contracts",
            Contract,
            "contract",
            indexes=[
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("state", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("terms.production_id", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("terms.person_id", 1), ("_id", 1)]),
                IndexModel([("expires_on", 1)], partialFilterExpression=_OUT),
            ],
        )

    def list_contracts(self, tenant: str | None, query: ContractsQuery) -> list[Contract]:
        """The contracts that match, one more than the limit; of every studio when `tenant` is None."""
        wanted = {
            "tenant": tenant,
            "state": query.state,
            "terms.production_id": query.production_id,
            "terms.person_id": query.person_id,
        }
        where = {name: value for name, value in wanted.items() if value is not None}
        return self.contracts.select(where, query.limit + 1, after=decode_cursor(query.cursor))

    def contracts_of(self, tenant: str, person_id: str, *states: str) -> list[Contract]:
        """The contracts of a studio with a person, oldest first, in any of the states when some are named."""
        where: Document = {"tenant": tenant, "terms.person_id": person_id}
        if states:
            where["state"] = {"$in": list(states)}
        return self.contracts.select(where, MOST_EXPORTED)

    def overdue_contracts(self, today: date) -> list[str]:
        """Contracts that are out for signature although their last day is over, some at a time."""
        where = {**_OUT, "expires_on": {"$lt": today.isoformat()}}
        with in_our_words():
            return [d["_id"] for d in self.contracts.collection.find(where, {"_id": 1}).limit(DUE_AT_ONCE)]

    def archive(self, document: ContractDocument) -> Paper:
        """The document as it is kept."""
        canonical = document.canonical()
        subject = file_id(document.terms.person_id, document.studio_id)
        sealed = self.vault.seal_bytes(subject, zlib.compress(canonical))
        return Paper(document.template, digest(canonical), sealed)

    def canonical_document(self, contract: Contract) -> bytes:
        """The bytes that the parties sign."""
        return zlib.decompress(self.vault.open_bytes(_subject(contract), contract.paper.sealed))

    def document(self, contract: Contract) -> ContractDocument:
        """The document that the parties sign."""
        return load(ContractDocument, orjson.loads(self.canonical_document(contract)), tolerant=True)

    def seal_evidence(self, contract: Contract, evidence: Evidence) -> bytes:
        """The evidence of a signature as it is kept."""
        return self.vault.seal(_subject(contract), plain(evidence))

    def evidence(self, contract: Contract) -> tuple[Evidence, ...]:
        """The evidence of each signature, in order."""
        return tuple(Evidence(**self.vault.open(_subject(contract), s.evidence)) for s in contract.signatures)

    def seal_reason(self, contract: Contract, reason: str) -> bytes:
        """The reason of a refusal or cancellation as it is kept: it may be about health or family."""
        return self.vault.seal(_subject(contract), reason)

    def reason(self, contract: Contract) -> str | None:
        """Why the contract was declined or cancelled; None when it was not."""
        sealed = contract.closing.reason if contract.closing else None
        return None if sealed is None else str(self.vault.open(_subject(contract), sealed))


def _subject(contract: Contract) -> str:
    return file_id(contract.terms.person_id, contract.tenant)
