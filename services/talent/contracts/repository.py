"""Contracts as they are stored: the documents, evidence and reasons in them are sealed."""

import zlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from pymongo import IndexModel

from chassis.api import Order, decode_cursor
from chassis.documents import changes, now
from chassis.mongo import Document, in_our_words
from chassis.store import Repository
from events.codecs import plain
from events.schemas import load
from services.talent.contracts.api import ContractsQuery
from services.talent.contracts.document import ContractDocument, digest
from services.talent.contracts.lifecycle import EXECUTED, Contract, Paper
from services.talent.contracts.signing import Evidence
from services.talent.people.files import PersonFile, file_id
from services.talent.signing.recipients import Recipient

MOST_EXPORTED = 1_000
UNSEALED: Document = {"unsealed_since": {"$type": "date"}}
"""Of what is executed and has no sealed paper yet: the execution itself notes it, in the same write."""
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
                IndexModel([("unsealed_since", 1)], partialFilterExpression=UNSEALED),
                _references("amends"),
                _references("renews"),
                # One amendment at a time: the second to be drafted is refused.
                IndexModel([("amending", 1)], unique=True, partialFilterExpression={"amending": {"$type": "string"}}),
            ],
            differ=_contract_changes,
        )

    def list_contracts(self, tenant: str | None, query: ContractsQuery, people: Sequence[str] = ()) -> list[Contract]:
        """The contracts that match, one more than the limit; of every studio when `tenant` is None.

        `people` are all ids of the person who is asked for.
        """
        wanted = {
            "tenant": tenant,
            "state": query.state,
            "terms.production_id": query.production_id,
            "amends.contract_id": query.amends,
            "renews.contract_id": query.renews,
            "terms.person_id": {"$in": list(people)} if people else query.person_id,
        }
        where = {name: value for name, value in wanted.items() if value is not None}
        return self.contracts.select(where, query.limit + 1, after=decode_cursor(query.cursor), order=query.order)

    def contracts_of(self, file: PersonFile, *states: str) -> list[Contract]:
        """The contracts of a studio with the person of a file, oldest first, in any of the states when some are named."""
        where: Document = {"tenant": file.tenant, "terms.person_id": {"$in": list(file.known_as)}}
        if states:
            where["state"] = {"$in": list(states)}
        return self.contracts.select(where, MOST_EXPORTED)

    def sent_contracts_of(self, file: PersonFile, limit: int, cursor: str | None, order: Order) -> list[Contract]:
        """The contracts of a studio with the person of a file that were sent, one more than the limit."""
        where: Document = {
            "tenant": file.tenant,
            "terms.person_id": {"$in": list(file.known_as)},
            "state": {"$ne": "draft"},
        }
        return self.contracts.select(where, limit + 1, after=decode_cursor(cursor), order=order)

    def contracts_with_work(self, file: PersonFile, today: date) -> list[str]:
        """Executed contracts of a studio with the person of a file with work from today on; amendments are in their contract."""
        where: Document = {
            "tenant": file.tenant,
            "terms.person_id": {"$in": list(file.known_as)},
            "state": {"$in": list(EXECUTED)},
            "amends": None,
            "terms.work_dates": {"$gte": today.isoformat()},
        }
        found = self.contracts.select(where, MOST_EXPORTED)
        return [contract.id for contract in found if contract.work_dates and contract.work_dates[-1] >= today]

    def overdue_contracts(self, today: date) -> list[str]:
        """Contracts that are out for signature although their last day is over, some at a time."""
        where = {**_OUT, "expires_on": {"$lt": today.isoformat()}}
        return self.contracts.due(where)

    def last_amendment(self, contract_id: str) -> Contract | None:
        """The last executed amendment of a contract; None before the first."""
        where = {"amends.contract_id": contract_id, "state": "executed"}
        found = self.contracts.select(where, MOST_EXPORTED)
        return max(found, key=lambda each: each.amends.number if each.amends else 0, default=None)

    def amendment_pending(self, contract: Contract) -> bool:
        """Whether an amendment of the contract may still be executed, or was and is not in force yet."""
        later = {"state": "executed", "amends.number": {"$gt": len(contract.amendments)}}
        where = {"$or": [{"amending": contract.id}, {"amends.contract_id": contract.id, **later}]}
        with in_our_words():
            return self.contracts.collection.find_one(where, {"_id": 1}) is not None

    def archive(self, document: ContractDocument) -> Paper:
        """The document as it is kept."""
        canonical = document.canonical()
        subject = file_id(document.terms.person_id, document.studio_id)
        sealed = self.vault.seal_bytes(subject, zlib.compress(canonical))
        return Paper(document.template, digest(canonical), sealed)

    def canonical_document(self, contract: Contract) -> bytes:
        """The bytes that the parties sign."""
        return zlib.decompress(self.vault.open_bytes(subject_of(contract), contract.paper.sealed))

    def document(self, contract: Contract) -> ContractDocument:
        """The document that the parties sign."""
        return load(ContractDocument, orjson.loads(self.canonical_document(contract)), tolerant=True)

    def seal_evidence(self, contract: Contract, evidence: Evidence) -> bytes:
        """The evidence of a signature as it is kept."""
        return self.vault.seal(subject_of(contract), plain(evidence))

    def evidence(self, contract: Contract) -> tuple[Evidence, ...]:
        """The evidence of each signature, in order."""
        return tuple(self._opened(contract, signature.evidence) for signature in contract.signatures)

    def disputes(self, contract: Contract) -> dict[str, str]:
        """What people wrote of signatures that they say are not theirs, by party."""
        return {s.party: str(self.words(contract, s.dispute.reason)) for s in contract.signatures if s.dispute}

    def acts(self, contract: Contract) -> tuple[tuple[Recipient, Evidence], ...]:
        """Who approved or attested, each with its evidence."""
        recipients = contract.round.recipients if contract.round else ()
        return tuple((r, self._opened(contract, r.act.evidence)) for r in recipients if r.act is not None)

    def _opened(self, contract: Contract, sealed: bytes) -> Evidence:
        return load(Evidence, self.vault.open(subject_of(contract), sealed), tolerant=True)

    def seal_reason(self, contract: Contract, reason: str) -> bytes:
        """The reason of a refusal or cancellation as it is kept: it may be about health or family."""
        return self.vault.seal(subject_of(contract), reason)

    def reason(self, contract: Contract) -> str | None:
        """Why the contract was declined, cancelled or terminated; None when it was not."""
        ended = contract.termination or contract.closing
        return self.words(contract, ended.reason if ended else None)

    def words(self, contract: Contract, sealed: bytes | None) -> str | None:
        """What somebody wrote about a contract, sealed by `seal_reason`; None when nobody did."""
        return None if sealed is None else str(self.vault.open(subject_of(contract), sealed))


def _references(field: str) -> IndexModel:
    """The index of contracts by the contract that they refer to; most refer to none."""
    name = f"{field}.contract_id"
    return IndexModel([(name, 1), ("_id", 1)], partialFilterExpression={name: {"$type": "string"}})


def subject_of(contract: Contract) -> str:
    """Whose key seals what is personal in the contract."""
    return file_id(contract.terms.person_id, contract.tenant)


def _contract_changes(before: Contract, after: Contract) -> Document:
    """What an execution changes has its paper sealed."""
    unsealed = {"unsealed_since": now()} if before.state != "executed" == after.state else {}
    return changes(before, after) | unsealed
