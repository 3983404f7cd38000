"""Personal links and letters as they are stored: of links the hash only, of letters nothing readable."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from chassis.api import decode_cursor
from chassis.documents import from_document, to_document
from chassis.errors import Busy, NotFound
from chassis.mongo import Document, beyond, ensure_indexes, in_our_words, sorted_by
from chassis.store import Repository
from events.codecs import plain
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.repository import subject_of
from services.talent.signing import letters
from services.talent.signing.api import LettersQuery
from services.talent.signing.letters import Fate, Kind, Letter
from services.talent.signing.links import Link
from services.talent.signing.recipients import Contact, Sealing

ATTEMPTS = 8
DUE_AT_ONCE = 100
_DUE: Document = {"fate": "due"}
_WAITING: Document = {"round.due_at": {"$type": "date"}}
_OUT = ["partially_signed", "sent"]


@dataclass(frozen=True)
class StoredLetter:
    """A letter on its way: `sealed` is what it says and to whom; after its fate is decided, nothing is kept of that."""

    id: str
    tenant: str
    subject: str
    contract_id: str
    recipient: str
    kind: Kind
    written_at: datetime
    due_at: datetime
    sealed: bytes | None
    fate: Fate = "due"
    attempts: int = 0
    sent_at: datetime | None = None


class SigningRepository(Repository):
    """Links, letters, and the contracts whose recipients are to be reminded."""

    def ensure_indexes(self) -> None:
        """Create every index."""
        super().ensure_indexes()
        ensure_indexes(
            self.database["contracts"], [IndexModel([("round.due_at", 1)], partialFilterExpression=_WAITING)]
        )
        ensure_indexes(
            self.database["letters"],
            [
                IndexModel([("due_at", 1)], partialFilterExpression=_DUE),
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("contract_id", 1), ("_id", 1)]),
            ],
        )

    # Recipients

    def seal_contact(self, contract: Contract, contact: Contact) -> bytes:
        """A recipient's name and address as they are kept."""
        return self.vault.seal(subject_of(contract), plain(contact))

    def contact(self, contract: Contract, sealed: bytes) -> Contact:
        """A recipient's name and address."""
        return Contact(**self.vault.open(subject_of(contract), sealed))

    def contact_sealing(self, contract: Contract) -> Sealing:
        """How the contract's contacts are sealed and opened."""
        return Sealing(partial(self.seal_contact, contract), partial(self.contact, contract))

    def waiting_contracts(self, at: datetime) -> list[str]:
        """Contracts of which a recipient is to be reminded, or has a turn that is over; some at a time."""
        where = {"round.due_at": {"$lte": at}, "state": {"$in": _OUT}}
        with in_our_words():
            return [d["_id"] for d in self.database["contracts"].find(where, {"_id": 1}).limit(DUE_AT_ONCE)]

    # Links

    def add_link(self, link: Link) -> None:
        """Keep a new link; one that is there already stays as it is."""
        with in_our_words():
            document = to_document(link) | {"revision": 0}
            self.database["links"].update_one({"_id": link.id}, {"$setOnInsert": document}, upsert=True)

    def find_link(self, sha256: str) -> Link | None:
        """The link whose token has this hash."""
        with in_our_words():
            document = self.database["links"].find_one({"_id": sha256})
        return None if document is None else from_document(Link, document)

    def change_link(self, sha256: str, rule: Callable[[Link | None], Link]) -> Link:
        """The link after a rule, stored under the condition that nobody else changed it; raises what the rule raises, Busy."""
        links = self.database["links"]
        with in_our_words():
            for _ in range(ATTEMPTS):
                document = links.find_one({"_id": sha256})
                changed = rule(None if document is None else from_document(Link, document))
                assert document is not None  # a rule refuses what is not there
                revision = document["revision"]
                written = to_document(changed) | {"revision": revision + 1}
                if links.replace_one({"_id": sha256, "revision": revision}, written).matched_count:
                    return changed
        raise Busy

    # Letters

    def post(self, contract: Contract, recipient: str, kind: Kind, letter: Letter, at: datetime) -> bool:
        """Keep a letter until it is sent; False when there is one with its id already."""
        subject = subject_of(contract)
        sealed = self.vault.seal(subject, plain(letter))
        stored = StoredLetter(letter.id, contract.tenant, subject, contract.id, recipient, kind, at, at, sealed)
        try:
            with in_our_words():
                self.database["letters"].insert_one(to_document(stored))
        except DuplicateKeyError:
            return False
        return True

    def claim_letter(self, at: datetime) -> StoredLetter | None:
        """The letter that is due longest, for two minutes nobody else's; None when none is."""
        with in_our_words():
            document = self.database["letters"].find_one_and_update(
                {"fate": "due", "due_at": {"$lte": at}},
                {"$set": {"due_at": at + letters.LEASE}, "$inc": {"attempts": 1}},
                sort=[("due_at", 1)],
                return_document=ReturnDocument.AFTER,
            )
        return None if document is None else from_document(StoredLetter, document)

    def open_letter(self, stored: StoredLetter) -> Letter:
        """What the letter says; raises PersonForgotten."""
        return Letter(**self.vault.open(stored.subject, stored.sealed or b""))

    def settle_letter(self, stored: StoredLetter, fate: Fate, at: datetime) -> None:
        """The letter's fate is decided: what it said is no longer kept."""
        settled = replace(stored, fate=fate, sealed=None, sent_at=at if fate == "sent" else None)
        with in_our_words():
            self.database["letters"].replace_one({"_id": stored.id}, to_document(settled))

    def delay_letter(self, stored: StoredLetter, due_at: datetime) -> None:
        """Try the letter again at a later time."""
        with in_our_words():
            self.database["letters"].update_one({"_id": stored.id}, {"$set": {"due_at": due_at}})

    def letters_due(self) -> int:
        """How many letters wait to be sent."""
        with in_our_words():
            return self.database["letters"].count_documents(_DUE)

    def list_letters(self, tenant: str, query: LettersQuery) -> list[StoredLetter]:
        """The studio's letters that match, one more than the limit; raises NotFound for another studio's contract."""
        where: Document = {"tenant": tenant}
        if query.contract_id is not None:
            with in_our_words():
                contract = self.database["contracts"].find_one({"_id": query.contract_id}, {"tenant": 1})
            if contract is None or contract["tenant"] != tenant:
                raise NotFound(what="contract", id=query.contract_id, foreign=contract is not None)
            where["contract_id"] = query.contract_id
        if query.fate is not None:
            where["fate"] = query.fate
        where |= beyond("_id", decode_cursor(query.cursor), query.order)
        with in_our_words():
            found = (
                self.database["letters"].find(where).sort(sorted_by("_id", order=query.order)).limit(query.limit + 1)
            )
            return [from_document(StoredLetter, document) for document in found]
