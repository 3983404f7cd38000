"""Talent's documents: what is sealed, what is searched, and which identity document is whose."""

import hmac
import zlib
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pymongo import IndexModel, ReturnDocument

from chassis.api import decode_cursor
from chassis.mongo import Document, in_our_words
from chassis.settings import read_key
from chassis.store import Repository
from events.codecs import plain
from events.schemas import load
from services.talent.api import ContractsQuery, PeopleQuery
from services.talent.contracts import Contract, Paper
from services.talent.document import ContractDocument, digest
from services.talent.people import IdentityDocument, PersonFile, Profile, file_id
from services.talent.permits import Permit
from services.talent.productions import KnownProduction
from services.talent.signing import Evidence


@dataclass(frozen=True)
class _Private:
    """What of a file is only stored sealed."""

    profile: Profile
    permits: tuple[Permit, ...]


class TalentRepository(Repository):
    """Files on people, contracts, and the productions that contracts may name.

    A person's key seals the file and everything personal in the contracts with them: names, evidence, reasons.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.people = self.aggregates(
            "people",
            PersonFile,
            "person",
            indexes=[
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("nationality", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("languages", 1), ("_id", 1)]),
            ],
            encode=self._encode_file,
            decode=self._decode_file,
            personal=True,
        )
        self.contracts = self.aggregates(
            "contracts",
            Contract,
            "contract",
            indexes=[
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("state", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("terms.production_id", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("terms.person_id", 1), ("_id", 1)]),
            ],
        )
        self.productions = self.aggregates("productions", KnownProduction, "production")
        self._identities = self.database["identities"]
        derivation = HKDF(SHA256(), 32, salt=None, info=b"callboard/talent/identities/v1")
        self._identity_key = derivation.derive(read_key("CALLBOARD_MASTER_KEY"))

    # People

    def identify(self, document: IdentityDocument | None, new_id: str) -> str:
        """The alliance-wide id of the person with this identity document; `new_id` when nobody is known by it.

        Only a keyed hash (HMAC-SHA-256) of the document is stored: without the key it cannot be found by guessing.
        """
        if document is None:
            return new_id
        fingerprint = hmac.digest(self._identity_key, document.identity.encode(), "sha256").hex()
        with in_our_words():
            known = self._identities.find_one_and_update(
                {"_id": fingerprint},
                {"$setOnInsert": {"person_id": new_id}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        assert known is not None  # an upsert returns what it wrote
        return str(known["person_id"])

    def list_people(self, tenant: str, query: PeopleQuery) -> list[PersonFile]:
        """The studio's files that match, one more than the limit, without people who are forgotten."""
        where: Document = {"tenant": tenant}
        if query.nationality:
            where["nationality"] = query.nationality
        if query.language:
            where["languages"] = query.language
        after = decode_cursor(query.cursor)
        if after is not None:
            where["_id"] = {"$gt": file_id(after, tenant)}
        while forgotten := self._forgotten(where, query.limit + 1):
            where = {"$and": [where, {"_id": {"$nin": sorted(forgotten)}}]}
        return self.people.select(where, query.limit + 1)

    def _forgotten(self, where: Document, limit: int) -> set[str]:
        """Which of the first files cannot be opened any more; the keys of the others are then at hand."""
        with in_our_words():
            found = self.people.collection.find(where, {"_id": 1}).sort("_id", 1).limit(limit)
            return self.vault.prepare_to_open([document["_id"] for document in found])

    def _encode_file(self, file: PersonFile) -> Document:
        return {
            "_id": file.id,
            "tenant": file.tenant,
            "version": file.version,
            "person_id": file.person_id,
            "registered_at": file.registered_at,
            "nationality": file.profile.nationality,
            "languages": [language.tag for language in file.profile.languages],
            "sealed": self.vault.seal(file.id, plain(_Private(file.profile, file.permits))),
        }

    def _decode_file(self, document: Document) -> PersonFile:
        private = load(_Private, self.vault.open(document["_id"], document["sealed"]), tolerant=True)
        return PersonFile(
            document["_id"],
            document["tenant"],
            document["version"],
            document["person_id"],
            private.profile,
            private.permits,
            document["registered_at"],
        )

    # Contracts

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
