"""Files on people as they are stored: what is sealed, what is searched, and which identity document is whose."""

import hmac
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, get_args

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pymongo import IndexModel, ReturnDocument

from chassis.api import CursorInvalid, Order, decode_cursor
from chassis.errors import NotFound, PersonForgotten
from chassis.mongo import Document, beyond, in_our_words, sorted_by
from chassis.settings import read_key
from chassis.store import Repository
from events.codecs import plain
from events.schemas import load
from services.talent.availability.repository import busy_condition
from services.talent.availability.window import window as availability_window
from services.talent.people import duplicates, merging, search
from services.talent.people.api import PeopleQuery
from services.talent.people.files import IdentityDocument, PersonFile, Profile, file_id, next_notice
from services.talent.people.permits import Permit

MOST_ALIKE = 200
_SCORE = re.compile("[0-9]{1,3}")
_LEFT_OUT: Document = {"commands": 0, "creation": 0, "outbox": 0, "words": 0, "traits": 0, "born": 0}
"""What a file is found by, and what it was told: not needed to open it."""


@dataclass(frozen=True)
class _Private:
    """What of a file is only stored sealed."""

    profile: Profile
    permits: tuple[Permit, ...]


class PeopleRepository(Repository):
    """Files on people; a person's key seals the file and everything personal in the contracts with them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.people = self.aggregates(
            "people",
            PersonFile,
            "person",
            indexes=[
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("words", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("traits", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("traits", 1), ("born", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("born", 1), ("_id", 1)]),
                IndexModel([("person_id", 1)]),
                IndexModel(
                    [("tenant", 1), ("merged_into", 1)], partialFilterExpression={"merged_into": {"$type": "string"}}
                ),
                IndexModel([("notice_on", 1)], partialFilterExpression={"notice_on": {"$type": "string"}}),
            ],
            encode=self.encode_file,
            decode=self._decode_file,
            personal=True,
        )
        self._identities = self.database["identities"]
        derivation = HKDF(SHA256(), 32, salt=None, info=b"callboard/talent/identities/v1")
        self._identity_key = derivation.derive(read_key("CALLBOARD_MASTER_KEY"))

    def file_of(self, person_id: str, tenant: str) -> PersonFile:
        """A studio's file on a person; raises NotFound, PersonForgotten."""
        return self.people.get(file_id(person_id, tenant), tenant)

    def present_ids(self, known: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The ids of people by which their studios know them now, by (person, studio); of most it is the same.

        Only merged files are read, of all together: one query where there are none.
        """
        people = list(known)
        into: dict[tuple[str, str], str] = {}
        asked = set(people)
        while asked:
            ids = sorted(file_id(*each) for each in asked)
            where = {"_id": {"$in": ids}, "merged_into": {"$type": "string"}}
            with in_our_words():
                rows = list(self.people.collection.find(where, {"tenant": 1, "person_id": 1, "merged_into": 1}))
            into |= {(row["person_id"], row["tenant"]): row["merged_into"] for row in rows}
            asked = {(row["merged_into"], row["tenant"]) for row in rows} - into.keys()
        return {(person, studio): merging.present(into, person, studio) for person, studio in people}

    def present_id(self, person_id: str, tenant: str) -> str:
        """The id by which the studio knows the person now, whether it has them on file or not."""
        return self.present_ids([(person_id, tenant)])[person_id, tenant]

    def present_file(self, person_id: str, tenant: str) -> PersonFile:
        """A studio's file on a person, or the one that this was merged into; raises NotFound, PersonForgotten."""
        file = self.file_of(person_id, tenant)
        return file if file.merged_into is None else self.file_of(self.present_id(person_id, tenant), tenant)

    def kept_at(self, person_id: str, tenant: str) -> list[str]:
        """Where to look for what was entered under an id that the studio knew the person by: it may be on its way."""
        return list(dict.fromkeys((person_id, self.present_id(person_id, tenant))))

    def forgotten(self, known: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of the people, by (person, studio), whom the studio has forgotten, under the id that is named."""
        ids = [file_id(*each) for each in known]
        with in_our_words():
            rows = self.people.collection.find({"_id": {"$in": ids}, "erased": True}, {"person_id": 1, "tenant": 1})
            return {(row["person_id"], row["tenant"]) for row in rows}

    def on_file_anywhere(self, person_id: str) -> str:
        """Return the person's id when any studio has them on file; raises NotFound."""
        with in_our_words():
            if self.people.collection.find_one({"person_id": person_id, "erased": False}, {"_id": 1}) is None:
                raise NotFound(what="person", id=person_id)
        return person_id

    def with_former(self, file: PersonFile) -> PersonFile:
        """The file with the ids of all that were merged into it, also of those whose facts are still on their way."""
        former: dict[str, None] = {}
        found = [file.person_id]
        while found:
            where = {"tenant": file.tenant, "merged_into": {"$type": "string", "$in": found}}
            with in_our_words():
                rows = list(self.people.collection.find(where, {"person_id": 1}).sort("_id", 1))
            found = [row["person_id"] for row in rows if row["person_id"] not in former]
            former |= dict.fromkeys(found)
        return replace(file, former=tuple(dict.fromkeys((*file.former, *former))))

    def identify(self, document: IdentityDocument | None, new_id: str) -> str:
        """The alliance-wide id of the person with this identity document; `new_id` when nobody is known by it.

        Only a keyed hash (HMAC-SHA-256) of the document is stored: without the key it cannot be found by guessing.
        """
        if document is None:
            return new_id
        fingerprint = self.fingerprint(document)
        with in_our_words():
            known = self._identities.find_one_and_update(
                {"_id": fingerprint},
                {"$setOnInsert": {"person_id": new_id}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        assert known is not None  # an upsert returns what it wrote
        return str(known["person_id"])

    def fingerprint(self, document: IdentityDocument) -> str:
        """The keyed hash by which an identity document is known."""
        return hmac.digest(self._identity_key, document.identity.encode(), "sha256").hex()

    def on_file(self, tenant: str, document: IdentityDocument, except_by: str) -> str | None:
        """Who has this identity document on the studio's file; None also when the command `except_by` put them there."""
        with in_our_words():
            known = self._identities.find_one({"_id": self.fingerprint(document)})
            if known is None:
                return None
            where = {"_id": file_id(known["person_id"], tenant), "creation.id": {"$ne": except_by}}
            file = self.people.collection.find_one(where, {"person_id": 1})
        return None if file is None else str(file["person_id"])

    def find_people(self, tenant: str, query: PeopleQuery, today: date) -> list[tuple[int, PersonFile]]:
        """The studio's files that match with how well, the best first and else in the order asked for, one more than the limit.

        People who are forgotten are left out. Raises CursorInvalid, WindowImpossible.
        """
        asked = search.wanted(
            query.text,
            query.nationality,
            query.language,
            query.skill,
            query.attribute,
            (query.age_from, query.age_to),
            today,
        )
        best = self._hashed(tenant, asked.best)
        order: Order = "oldest" if best else query.order
        listed = {"tenant": tenant, "erased": False, "merged_into": None}
        stages: list[Document] = [{"$match": {**listed, "$and": [{}, *self._conditions(tenant, asked)]}}]
        if best:
            stages.append({"$set": {"score": {"$size": {"$setIntersection": ["$words", best]}}}})
        if (after := decode_cursor(query.cursor)) is not None:
            score, _, person = after.partition(" ")
            if not _SCORE.fullmatch(score):
                raise CursorInvalid("/cursor")
            later = beyond("_id", file_id(person, tenant), order)
            stages.append(
                {"$match": {"$or": [{"score": {"$lt": int(score)}}, {"score": int(score), **later}]} if best else later}
            )
        stages.append({"$sort": {"score": -1, "_id": 1} if best else sorted_by("_id", order=order)})
        if query.available_from is not None or query.available_to is not None:
            first = query.available_from or today
            stages += _free(tenant, *availability_window(first, query.available_to or first, today, "/available_to"))
        stages.append({"$project": {**_LEFT_OUT, "calendar": 0}})
        found: list[tuple[int, PersonFile]] = []
        with in_our_words(), self.people.collection.aggregate(stages, batchSize=query.limit + 1) as documents:
            while len(found) <= query.limit and (page := list(islice(documents, query.limit + 1 - len(found)))):
                forgotten = self.vault.prepare_to_open([document["_id"] for document in page])
                found += [(d.get("score", 0), self._decode_file(d)) for d in page if d["_id"] not in forgotten]
        return found

    def best_of(self, tenant: str, asked: search.Wanted, limit: int) -> list[PersonFile]:
        """Files of the studio that have every word and one of each choice, those with most of the best traits first."""
        conditions = self._conditions(tenant, asked)
        where: Document = {"tenant": tenant, "erased": False, "merged_into": None}
        best = self._hashed(tenant, asked.best)
        with in_our_words():
            if conditions:
                ids = self._counted({**where, "$and": conditions}, best, limit)
            else:
                ids = self._first_found(where, best, limit)
        order = {file: place for place, file in enumerate(ids)}
        with in_our_words():
            found = list(self.people.collection.find({"_id": {"$in": ids}, "erased": False}, _LEFT_OUT))
        forgotten = self.vault.prepare_to_open([document["_id"] for document in found])
        found.sort(key=lambda document: order[document["_id"]])
        return [self._decode_file(document) for document in found if document["_id"] not in forgotten]

    def _counted(self, where: Document, best: list[int], limit: int) -> list[str]:
        """The files that match, by how many of the best traits they have: all are read, of which there are not too many."""
        stages: list[Document] = [
            {"$match": where},
            {"$project": {"score": {"$size": {"$setIntersection": ["$traits", best]}}}},
            {"$sort": {"score": -1, "_id": 1}},
            {"$limit": limit},
        ]
        return [str(row["_id"]) for row in self.people.collection.aggregate(stages)]

    def _first_found(self, where: Document, best: list[int], limit: int) -> list[str]:
        """The files that have all of the best traits, then those that lack one, then have one, then none.

        Each look reads an index in its own order and stops when there are enough: counting would read every file.
        """
        found: dict[str, None] = {}
        for traits in search.fewer_and_fewer(best):
            having: Document = {**where, "$and": [{}, *({"traits": trait} for trait in traits)]}
            for row in self.people.collection.find(having, {"_id": 1}).sort("_id", 1).limit(limit):
                found[str(row["_id"])] = None
            if len(found) >= limit:
                break
        return list(found)[:limit]

    def people_on_file(self, tenant: str, people: Collection[str]) -> set[str]:
        """Those of the people whom the studio has on file."""
        ids = [file_id(person, tenant) for person in people]
        with in_our_words():
            rows = self.people.collection.find(
                {"_id": {"$in": ids}, "erased": False, "merged_into": None}, {"person_id": 1}
            )
            return {str(row["person_id"]) for row in rows}

    def _conditions(self, tenant: str, asked: search.Wanted) -> list[Document]:
        """What files are asked for that have every word and one of each choice."""
        choices = [*((word,) for word in asked.every), *asked.either]
        conditions: list[Document] = []
        for words in choices:
            hashes = self._hashed(tenant, words)
            kind = search.kind(words[0]) if words else "born"  # an impossible age: nobody is found
            conditions.append({kind: hashes[0] if len(hashes) == 1 else {"$in": hashes}})
        return conditions

    def _hashed(self, tenant: str, words: Iterable[str]) -> list[int]:
        """The words as they are stored: 64 bits of a hash (HMAC-SHA-256) under a key of ours, another one in each studio."""
        key = self._identity_key + tenant.encode()
        return [int.from_bytes(hmac.digest(key, word.encode(), "sha256")[:8], signed=True) for word in words]

    def like(self, file: PersonFile) -> list[PersonFile]:
        """The studio's other files that are worth comparing with this one by their names and year of birth."""
        conditions = self._conditions(file.tenant, duplicates.candidates(file.profile))
        return self._remembered({"tenant": file.tenant, "_id": {"$ne": file.id}, "$and": conditions})

    def files_among(self, ids: Collection[str]) -> list[PersonFile]:
        """The files with these ids but for those of people who are forgotten."""
        return self._remembered({"_id": {"$in": list(ids)}, "erased": False}) if ids else []

    def _remembered(self, where: Document) -> list[PersonFile]:
        with in_our_words():
            found = list(self.people.collection.find(where, _LEFT_OUT).sort("_id", 1).limit(MOST_ALIKE))
            forgotten = self.vault.prepare_to_open([document["_id"] for document in found])
        return [self._decode_file(d) for d in found if d["_id"] not in forgotten]

    def known_elsewhere(self, file: str) -> bool:
        """Whether another studio has a file on the same person."""
        with in_our_words():
            others = {"person_id": file.partition(".")[0], "_id": {"$ne": file}, "erased": False}
            return self.people.collection.find_one(others, {"_id": 1}) is not None

    def forget(self, file: str, everywhere: bool) -> None:
        """Destroy the key of a file, and the trace of an identity document that no studio needs any more."""
        with in_our_words():
            self.vault.destroy(file)
            if everywhere:
                self._identities.delete_many({"person_id": file.partition(".")[0]})

    def files_to_notice(self, today: date) -> list[str]:
        """Files with a permit whose end has to be announced by today, some at a time."""
        where = {"notice_on": {"$type": "string", "$lte": today.isoformat()}}
        return self.people.due(where)

    def notice_nobody(self, file: str) -> None:
        """Announce nothing more of a person who is forgotten."""
        with in_our_words():
            self.people.collection.update_one({"_id": file}, {"$set": {"notice_on": None}})

    def encode_file(self, file: PersonFile) -> Document:
        """The document of a file: sealed but for what finds it again."""
        words = () if file.erased or file.merged_into else sorted(search.words(file.profile))
        hashed = {
            kind: self._hashed(file.tenant, (word for word in words if search.kind(word) == kind))
            for kind in get_args(search.Kind)
        }
        return {
            "_id": file.id,
            "tenant": file.tenant,
            "version": file.version,
            "person_id": file.person_id,
            "registered_at": file.registered_at,
            "erased": file.erased,
            "merged_into": file.merged_into,
            "former": list(file.former),
            "words": hashed["words"],
            "traits": hashed["traits"],
            "born": next(iter(hashed["born"]), None),
            "notice_on": due.isoformat() if (due := next_notice(file)) else None,
            "sealed": None if file.erased else self.vault.seal(file.id, plain(_Private(file.profile, file.permits))),
        }

    def _decode_file(self, document: Document) -> PersonFile:
        if document["erased"]:
            raise PersonForgotten
        private = load(_Private, self.vault.open(document["_id"], document["sealed"]), tolerant=True)
        return PersonFile(
            document["_id"],
            document["tenant"],
            document["version"],
            document["person_id"],
            private.profile,
            private.permits,
            document["registered_at"],
            merged_into=document.get("merged_into"),
            former=tuple(document.get("former", ())),
        )


def _free(tenant: str, first: date, last: date) -> list[Document]:
    """Leave out who is busy from the first to the last day; looked up one by one, only as far as the page needs."""
    looked_up: Document = {
        "from": "calendars",
        "localField": "person_id",
        "foreignField": "_id",
        "pipeline": [{"$match": busy_condition(tenant, first, last)}, {"$project": {"_id": 1}}],
        "as": "calendar",
    }
    return [{"$lookup": looked_up}, {"$match": {"calendar": []}}]
