"""Personal data at rest: AES-256-GCM under a key per person (or per studio) that can be destroyed.

The keys are random, kept in the service's own `keys` collection, wrapped (AES-256-GCM, RFC 5116) by the service's master
key from the environment. Destroying a key makes every value under it unreadable for ever (GDPR art. 17, PIPL art. 47).
Only sealing makes a key: opening finds the one that sealed the value, or raises PersonForgotten.
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
from chassis.errors import PersonForgotten
from chassis.mongo import Document

_CACHE_SECONDS = 60  # how long a destroyed key may still be in the memory of another process


class MasterKeyWrong(Exception):
    """The keys in the database were made under another master key than the one given to this process."""


class Vault:
    """Encrypts and decrypts values under the key of their subject."""

    def __init__(self, database: Database[Document], master_key: bytes) -> None:
        self._keys = database["keys"]
        self._master = AESGCM(master_key)
        self._cache: TTLCache[str, AESGCM] = TTLCache(10_000, _CACHE_SECONDS)
        self._find: SmartBatch[str, AESGCM] = SmartBatch(self._stored)
        self._make: SmartBatch[str, AESGCM] = SmartBatch(self._stored_or_new)

    def seal(self, subject: str, value: Any) -> bytes:
        """`value` (JSON-ready) encrypted under the subject's key, made when there never was one; raises PersonForgotten."""
        return self.seal_bytes(subject, orjson.dumps(value))

    def seal_bytes(self, subject: str, data: bytes) -> bytes:
        """`data` encrypted under the subject's key, made when there never was one; raises PersonForgotten."""
        key = self._cache.get(subject) or self._make(subject)
        nonce = os.urandom(12)
        return nonce + key.encrypt(nonce, data, subject.encode())

    def open(self, subject: str, sealed: bytes) -> Any:
        """The value in `sealed`; raises PersonForgotten when the subject's key is gone or another."""
        return orjson.loads(self.open_bytes(subject, sealed))

    def open_bytes(self, subject: str, sealed: bytes) -> bytes:
        """The bytes in `sealed`; raises PersonForgotten when the subject's key is gone or another."""
        key = self._cache.get(subject) or self._find(subject)
        try:
            return key.decrypt(sealed[:12], sealed[12:], subject.encode())
        except InvalidTag:
            raise PersonForgotten from None

    def prepare_to_seal(self, subjects: Sequence[str]) -> None:
        """Find or make the keys of many subjects in one round trip; who is forgotten is found out by sealing."""
        if missing := self._not_at_hand(subjects):
            self._stored_or_new(missing)

    def prepare_to_open(self, subjects: Sequence[str]) -> set[str]:
        """Find the keys of many subjects in one round trip; returns the subjects that are forgotten."""
        missing = self._not_at_hand(subjects)
        found = self._stored(missing) if missing else []
        return {subject for subject, key in zip(missing, found, strict=True) if isinstance(key, PersonForgotten)}

    def destroy(self, subject: str) -> None:
        """Forget the subject: the key's bytes are overwritten, a tombstone remains so that none is made anew."""
        self._keys.update_one({"_id": subject}, {"$set": {"wrapped": None, "destroyed_at": now()}}, upsert=True)
        self._cache.pop(subject, None)

    def _not_at_hand(self, subjects: Sequence[str]) -> list[str]:
        return [subject for subject in dict.fromkeys(subjects) if subject not in self._cache]

    def _rows(self, subjects: list[str]) -> dict[str, Document]:
        return {row["_id"]: row for row in self._keys.find({"_id": {"$in": subjects}})}

    def _stored(self, subjects: list[str]) -> list[AESGCM | Exception]:
        rows = self._rows(subjects)
        return [self._unwrap(subject, rows.get(subject)) for subject in subjects]

    def _stored_or_new(self, subjects: list[str]) -> list[AESGCM | Exception]:
        rows = self._rows(subjects)
        absent = [subject for subject in dict.fromkeys(subjects) if subject not in rows]
        if absent:
            self._keys.bulk_write(
                [
                    UpdateOne({"_id": s}, {"$setOnInsert": {"wrapped": self._wrap(s), "at": now()}}, True)
                    for s in absent
                ],
                ordered=False,
            )
            rows |= self._rows(absent)
        return [self._unwrap(subject, rows[subject]) for subject in subjects]

    def _wrap(self, subject: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._master.encrypt(nonce, AESGCM.generate_key(256), subject.encode())

    def _unwrap(self, subject: str, row: Document | None) -> AESGCM | Exception:
        wrapped = row["wrapped"] if row else None
        if wrapped is None:
            return PersonForgotten()
        try:
            key = AESGCM(self._master.decrypt(wrapped[:12], wrapped[12:], subject.encode()))
        except InvalidTag:
            return MasterKeyWrong(subject)
        self._cache[subject] = key
        return key
