"""Personal data at rest: AES-256-GCM under a key per person (or per studio) that can be destroyed.

The keys are random, kept in the service's own `keys` collection, wrapped (AES-256-GCM, RFC 5116) by the service's master
key from the environment. Destroying a key makes every value under it unreadable for ever (GDPR art. 17, PIPL art. 47).
"""

import os
from collections.abc import Sequence
from typing import Any

import orjson
from cachetools import TTLCache
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pymongo import UpdateOne
from pymongo.database import Database

from chassis.batching import SmartBatch
from chassis.documents import now
from chassis.mongo import Document

_CACHE_SECONDS = 60  # how long a destroyed key may still be in the memory of another process


class Forgotten(Exception):
    """The key was destroyed: the person asked to be forgotten."""


class Vault:
    """Encrypts and decrypts values under the key of their subject."""

    def __init__(self, database: Database[Document], master_key: bytes) -> None:
        self._keys = database["keys"]
        self._master = AESGCM(master_key)
        self._cache: TTLCache[str, AESGCM] = TTLCache(10_000, _CACHE_SECONDS)
        self._fetch: SmartBatch[str, AESGCM] = SmartBatch(self._load)

    def seal(self, subject: str, value: Any) -> bytes:
        """`value` (JSON-ready) encrypted under the subject's key, which is made when there is none. Raises Forgotten."""
        return self.seal_bytes(subject, orjson.dumps(value))

    def seal_bytes(self, subject: str, data: bytes) -> bytes:
        """`data` encrypted under the subject's key."""
        nonce = os.urandom(12)
        return nonce + self._key(subject).encrypt(nonce, data, subject.encode())

    def open(self, subject: str, sealed: bytes) -> Any:
        """The value in `sealed`; raises Forgotten when the subject's key is gone."""
        return orjson.loads(self.open_bytes(subject, sealed))

    def open_bytes(self, subject: str, sealed: bytes) -> bytes:
        """The bytes in `sealed`; raises Forgotten when the subject's key is gone or another."""
        try:
            return self._key(subject).decrypt(sealed[:12], sealed[12:], subject.encode())
        except InvalidTag:
            raise Forgotten(subject) from None

    def prepare(self, subjects: Sequence[str]) -> None:
        """Fetch or make the keys of many subjects in one round trip."""
        missing = [s for s in dict.fromkeys(subjects) if s not in self._cache]
        if missing:
            for found in self._load(missing):
                if isinstance(found, BaseException):
                    raise found

    def destroy(self, subject: str) -> None:
        """Forget the subject: the key's bytes are overwritten, a tombstone remains so that none is made anew."""
        self._keys.update_one({"_id": subject}, {"$set": {"wrapped": None, "destroyed_at": now()}}, upsert=True)
        self._cache.pop(subject, None)

    def _key(self, subject: str) -> AESGCM:
        return self._cache.get(subject) or self._fetch(subject)

    def _load(self, subjects: list[str]) -> list[AESGCM | BaseException]:
        wanted = list(dict.fromkeys(subjects))
        rows = {row["_id"]: row for row in self._keys.find({"_id": {"$in": wanted}})}
        absent = [s for s in wanted if s not in rows]
        if absent:
            self._keys.bulk_write(
                [
                    UpdateOne({"_id": s}, {"$setOnInsert": {"wrapped": self._wrap(s), "at": now()}}, True)
                    for s in absent
                ],
                ordered=False,
            )
            rows |= {row["_id"]: row for row in self._keys.find({"_id": {"$in": absent}})}
        return [self._unwrap(s, rows[s]) for s in subjects]

    def _wrap(self, subject: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._master.encrypt(nonce, AESGCM.generate_key(256), subject.encode())

    def _unwrap(self, subject: str, row: Document) -> AESGCM | BaseException:
        wrapped = row.get("wrapped")
        if wrapped is None:
            return Forgotten(subject)
        key = AESGCM(self._master.decrypt(wrapped[:12], wrapped[12:], subject.encode()))
        self._cache[subject] = key
        return key
