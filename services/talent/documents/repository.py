"""Documents as they are stored: what they say is sealed with the person's key."""

from datetime import date
from typing import Any

from pymongo import IndexModel

from chassis.api import decode_cursor
from chassis.documents import to_document
from chassis.mongo import Document as Stored
from chassis.mongo import in_our_words
from chassis.store import Repository
from events.codecs import plain
from events.schemas import load
from services.talent.documents.allowance import ShortTermWork
from services.talent.documents.api import DocumentsQuery
from services.talent.documents.papers import Document, DocumentFacts, next_notice
from services.talent.people.files import PersonFile, file_id

MOST_EXPORTED = 1_000


class DocumentsRepository(Repository):
    """The documents on people's files, and everybody's days of short-term work."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.documents = self.aggregates(
            "documents",
            Document,
            "document",
            indexes=[
                IndexModel([("tenant", 1), ("person_id", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("fingerprint", 1)]),
                IndexModel([("notice_on", 1)], partialFilterExpression={"notice_on": {"$type": "string"}}),
            ],
            encode=_encode,
        )
        self.short_term_work = self.aggregates("short_term_work", ShortTermWork, "person")

    def list_documents(self, holder: PersonFile, query: DocumentsQuery) -> list[Document]:
        """The person's documents that match, one more than the limit."""
        where: list[Stored] = [{"tenant": holder.tenant, "person_id": {"$in": list(holder.known_as)}}]
        if query.kind is not None:
            where.append({"kind": query.kind})
        if query.checked is not None:
            where.append({"check": {"$ne": None} if query.checked else None})
        if query.valid_on is not None:
            day = query.valid_on.isoformat()
            where.append({"withdrawal": None, "$or": [{"valid_from": None}, {"valid_from": {"$lte": day}}]})
            where.append({"$or": [{"valid_until": None}, {"valid_until": {"$gte": day}}]})
        return self.documents.select(
            {"$and": where}, query.limit + 1, after=decode_cursor(query.cursor), order=query.order
        )

    def documents_of(self, holder: PersonFile) -> list[Document]:
        """Every document on a studio's file on a person, oldest first."""
        where = {"tenant": holder.tenant, "person_id": {"$in": list(holder.known_as)}}
        return self.documents.select(where, MOST_EXPORTED)

    def holders_of_same_passport(self, holder: PersonFile) -> set[str]:
        """The studio's other files with one of the passports that this person has on file."""
        tenant, ids = holder.tenant, list(holder.known_as)
        with in_our_words():
            mine = self.documents.collection.distinct("fingerprint", {"tenant": tenant, "person_id": {"$in": ids}})
            shared = {"tenant": tenant, "fingerprint": {"$in": [f for f in mine if f]}, "person_id": {"$nin": ids}}
            return {file_id(person, tenant) for person in self.documents.collection.distinct("person_id", shared)}

    def forget_passports(self, file: str) -> None:
        """Keep no trace of the passports on a file that is erased."""
        person_id, _, tenant = file.partition(".")
        with in_our_words():
            where = {"tenant": tenant, "person_id": person_id}
            self.documents.collection.update_many(where, {"$set": {"fingerprint": ""}})

    def documents_to_notice(self, today: date) -> list[str]:
        """Documents whose end has to be announced by today, some at a time."""
        where = {"notice_on": {"$type": "string", "$lte": today.isoformat()}}
        return self.documents.due(where)

    def notice_no_document(self, document_id: str) -> None:
        """Announce nothing more of a document whose person is forgotten."""
        with in_our_words():
            self.documents.collection.update_one({"_id": document_id}, {"$set": {"notice_on": None}})

    def seal_document_facts(self, tenant: str, person_id: str, facts: DocumentFacts) -> bytes:
        """What a document says, as it is kept."""
        return self.vault.seal(file_id(person_id, tenant), plain(facts))

    def document_facts(self, document: Document) -> DocumentFacts:
        """What the document says; raises PersonForgotten."""
        return load(DocumentFacts, self.vault.open(_subject(document), document.facts), tolerant=True)

    def seal_withdrawal(self, document: Document, reason: str) -> bytes:
        """Why a document was withdrawn, as it is kept."""
        return self.vault.seal(_subject(document), reason)

    def withdrawal_reason(self, document: Document) -> str | None:
        """Why the document was withdrawn; None when it was not."""
        if document.withdrawal is None:
            return None
        return str(self.vault.open(_subject(document), document.withdrawal.reason))


def _subject(document: Document) -> str:
    return file_id(document.person_id, document.tenant)


def _encode(document: Document) -> Stored:
    due = next_notice(document)
    return {**to_document(document), "notice_on": due.isoformat() if due else None}
