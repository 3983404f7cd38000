"""One entry of the ledger: what everyone may read about an event, and commitments to what they may not.

A commitment hides its value behind a random salt. Whoever has salt and value can show that it was this value; once
the salt is destroyed nobody can, and every proof of the ledger still holds.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Self

import orjson

SALT_SIZE = 32
"""Bytes of a salt; each must be random and used once."""

_COMMITMENT_TAG = b"callboard/commitment/v1\x00"
_COMMITMENT = re.compile(r"[0-9a-f]{64}")


class LeafInvalid(ValueError):
    """The fields or bytes are not those of a ledger entry."""


class SaltInvalid(ValueError):
    """The salt does not have 32 bytes."""


class CommitmentMismatch(ValueError):
    """The salt and value do not open the commitment."""


class TimeWithoutZone(ValueError):
    """The time does not say its zone, so its UTC day is unknown."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A ledger entry: `day` is the event's UTC date, the commitments are 64 hexadecimal digits from `commit`.

    `event_id` is random: an event's own id tells the millisecond in which it happened. Of early entries it is the event's.
    """

    log: str
    event_id: str
    type: str
    day: date
    tenant_commitment: str
    payload_commitment: str

    def __post_init__(self) -> None:
        """Raise LeafInvalid for an empty name, a day with a time, or a commitment that `commit` cannot have made."""
        if not (self.log and self.event_id and self.type):
            raise LeafInvalid("log, event_id and type must not be empty")
        if isinstance(self.day, datetime):  # It is a date to Python, but would put the hour into the public entry.
            raise LeafInvalid("the day must be a date without a time")
        if not (_COMMITMENT.fullmatch(self.tenant_commitment) and _COMMITMENT.fullmatch(self.payload_commitment)):
            raise LeafInvalid("a commitment is 64 lower-case hexadecimal digits")

    def encode(self) -> bytes:
        """The entry's bytes: canonical JSON (RFC 8785). Raises LeafInvalid for text that is not Unicode.

        Of an object with ASCII names and strings only, orjson writes just that: names in order, nothing between, and
        the shortest escapes (a property test compares it with the rfc8785 package, which needs ten times as long).
        """
        try:
            return orjson.dumps(
                {
                    "log": self.log,
                    "event_id": self.event_id,
                    "type": self.type,
                    "day": self.day.isoformat(),
                    "tenant_commitment": self.tenant_commitment,
                    "payload_commitment": self.payload_commitment,
                },
                option=orjson.OPT_SORT_KEYS,
            )
        except orjson.JSONEncodeError as error:
            raise LeafInvalid(str(error)) from error

    @classmethod
    def decode(cls, entry: bytes) -> Self:
        """The leaf of an entry's bytes; raises LeafInvalid for all but the one way to write it."""
        try:
            fields = orjson.loads(entry)
            if not all(isinstance(value, str) for value in fields.values()):
                raise LeafInvalid("every field of an entry is a string")
            leaf = cls(**(fields | {"day": date.fromisoformat(fields["day"])}))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise LeafInvalid(f"the bytes are not a ledger entry: {error}") from error
        if leaf.encode() != entry:
            raise LeafInvalid("the entry is not in canonical JSON (RFC 8785)")
        return leaf


def utc_day(time: datetime) -> date:
    """The UTC date of an event's time; raises TimeWithoutZone."""
    if time.tzinfo is None:
        raise TimeWithoutZone(f"{time.isoformat()} has no zone")
    return time.astimezone(UTC).date()


def commit(salt: bytes, data: bytes) -> str:
    """The commitment to a value's bytes: SHA-256(tag || salt || data) in hexadecimal; raises SaltInvalid."""
    if len(salt) != SALT_SIZE:
        raise SaltInvalid(f"a salt has {SALT_SIZE} bytes, not {len(salt)}")
    return sha256(_COMMITMENT_TAG + salt + data).hexdigest()


def check_opening(commitment: str, salt: bytes, data: bytes) -> None:
    """Raise CommitmentMismatch unless the commitment was made with this salt to these bytes."""
    if commitment != commit(salt, data):
        raise CommitmentMismatch("the salt and value do not open the commitment")
