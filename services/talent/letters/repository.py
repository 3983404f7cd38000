"""Personal links and letters as they are stored: of links the hash only, of letters nothing readable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from chassis.api import decode_cursor
from chassis.documents import from_document, to_document
from chassis.errors import Busy, NotFound
from chassis.mongo import Document, beyond, ensure_indexes, in_our_words, sorted_by
from chassis.store import Repository
from events.codecs import plain
from services.talent.letters import letters
from services.talent.letters.addressees import Addressee
from services.talent.letters.api import LettersQuery
from services.talent.letters.letters import Fate, Kind, Letter
from services.talent.letters.links import Link

ATTEMPTS = 8
_DUE: Document = {"fate": "due"}


@dataclass(frozen=True)
class StoredLetter:
    """A letter on its way: `sealed` is what it says and to whom; after its fate is decided, nothing is kept of that.

    It is about a contract, or about a person's page.
    """

    id: str
    tenant: str
    subject: str
    contract_id: str | None
    recipient: str
    kind: Kind
    written_at: datetime
    due_at: datetime
    sealed: bytes | None
    fate: Fate = "due"
    attempts: int = 0
    sent_at: datetime | None = None
    person_id: str | None = None
    serial: int = 0


class LettersRepository(Repository):
    """Links and letters."""

    def ensure_indexes(self) -> None:
        """Create every index."""
        super().ensure_indexes()
        ensure_indexes(
            self.database["letters"],
            [
                IndexModel([("due_at", 1)], partialFilterExpression=_DUE),
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("contract_id", 1), ("_id", 1)]),
                IndexModel(
                    [("tenant", 1), ("person_id", 1), ("_id", 1)],
                    partialFilterExpression={"person_id": {"$type": "string"}},
                ),
            ],
        )

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

    def post(self, to: Addressee, kind: Kind, letter: Letter, at: datetime) -> bool:
        """Keep a letter until it is sent; False when there is one with its id already."""
        sealed = self.vault.seal(to.subject, plain(letter))
        stored = StoredLetter(
            letter.id,
            to.tenant,
            to.subject,
            to.contract_id,
            to.recipient,
            kind,
            at,
            at,
            sealed,
            person_id=to.person_id,
            serial=to.serial,
        )
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

    def latest_letters(self, **about: str) -> dict[str, StoredLetter]:
        """The latest letter to each recipient about a contract, or a person's page, that is not a code."""
        with in_our_words():
            found = self.database["letters"].find({**about, "kind": {"$ne": "code"}}).sort("_id", 1)
            return {letter.recipient: letter for letter in (from_document(StoredLetter, d) for d in found)}

    def letter_to(self, reader: Addressee) -> StoredLetter | None:
        """The latest letter that is not a code to the reader of a person's page, at the address that they have."""
        assert reader.person_id is not None  # whose page it is
        latest = self.latest_letters(tenant=reader.tenant, person_id=reader.person_id).get(reader.recipient)
        return latest if latest is not None and latest.serial == reader.serial else None

    def list_letters(self, tenant: str, query: LettersQuery, people: Sequence[str] = ()) -> list[StoredLetter]:
        """The studio's letters that match, one more than the limit; raises NotFound for another studio's contract.

        `people` are all ids of the person who is asked for.
        """
        where: Document = {"tenant": tenant}
        if query.contract_id is not None:
            with in_our_words():
                contract = self.database["contracts"].find_one({"_id": query.contract_id}, {"tenant": 1})
            if contract is None or contract["tenant"] != tenant:
                raise NotFound(what="contract", id=query.contract_id, foreign=contract is not None)
            where["contract_id"] = query.contract_id
        if people:
            where["person_id"] = {"$type": "string", "$in": list(people)}
        if query.fate is not None:
            where["fate"] = query.fate
        where |= beyond("_id", decode_cursor(query.cursor), query.order)
        with in_our_words():
            found = (
                self.database["letters"].find(where).sort(sorted_by("_id", order=query.order)).limit(query.limit + 1)
            )
            return [from_document(StoredLetter, document) for document in found]
