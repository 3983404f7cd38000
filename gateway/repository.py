"""The gateway's own database: studios, credentials, denials."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel, UpdateOne

from chassis.aggregates import DUE_AT_ONCE, Taken
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.mongo import Document, ensure_indexes, in_our_words
from chassis.store import Repository
from chassis.tracing import trace_id
from events.gateway import AccessDenied
from gateway.accounts import Credential, Studio
from gateway.refusals import MOST_TARGETS, Refused, Window

MOST_CREDENTIALS = 1_000


@dataclass(frozen=True)
class Denial:
    """Somebody was refused: kept for the event that tells of it."""

    id: str
    tenant: str
    version: int


class GatewayRepository(Repository):
    """Studios and credentials, found by id and by the digest of a secret."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.studios = self.aggregates("studios", Studio, "studio", personal=True)  # answers name members
        self.credentials = self.aggregates(
            "credentials",
            Credential,
            "credential",
            [IndexModel([("secret_sha256", 1)], unique=True), IndexModel([("tenant", 1)])],
        )
        self.denials = self.aggregates("denials", Denial, "denial")
        self.refusals = self.database["refusals"]

    def ensure_indexes(self) -> None:
        """Create every index."""
        super().ensure_indexes()
        ensure_indexes(self.refusals, [IndexModel([("number", 1)])])

    def credential_by_digest(self, digest: str) -> Credential | None:
        """The credential whose secret has this SHA-256."""
        found = self.credentials.select({"secret_sha256": digest}, 1)
        return found[0] if found else None

    def working_credentials(self, tenant: str, member_id: str, but_of: str = "") -> list[Credential]:
        """The member's credentials that work now, without the one that the command `but_of` issued."""
        where = {"tenant": tenant, "member_id": member_id, "revoked_at": None, "creation.id": {"$ne": but_of}}
        at = now()
        return [known for known in self.credentials.select(where, MOST_CREDENTIALS) if known.usable(at)]

    def count_denials(self, counted: Mapping[Window, Refused]) -> None:
        """Add to what is stored of each window, whichever process counted it; raises StoreUnavailable."""
        updates = [
            UpdateOne(
                {"_id": " ".join(map(str, window))},
                {
                    "$setOnInsert": {
                        **window._asdict(),
                        "denial_id": new_id("dny"),
                        "traceparent": refused.traceparent,
                    },
                    "$inc": {"count": refused.count},
                    "$min": {"first_at": refused.first_at},
                    "$max": {"last_at": refused.last_at},
                    "$push": {"targets": {"$each": refused.targets, "$slice": MOST_TARGETS}},
                },
                upsert=True,
            )
            for window, refused in counted.items()
        ]
        with in_our_words():
            self.refusals.bulk_write(updates, ordered=False)

    def tell_denials(self, over: int) -> None:
        """Publish an event for each window before the number `over`, some at a time; raises StoreUnavailable."""
        with in_our_words():
            for stored in self.refusals.find({"number": {"$lt": over}}).limit(DUE_AT_ONCE):
                self._tell(stored)
                self.refusals.delete_one({"_id": stored["_id"]})

    def _tell(self, stored: Document) -> None:
        event = AccessDenied(
            denial_id=stored["denial_id"],
            operation=stored["operation"],
            reason=stored["reason"],
            target=" ".join(dict.fromkeys(stored["targets"])),
            count=stored["count"],
            first_at=stored["first_at"],
            last_at=stored["last_at"],
        )
        trace = trace_id(stored["traceparent"])
        with suppress(Taken):  # told by another process
            self.denials.add(
                Denial(event.denial_id, stored["tenant"], 0),
                [event],
                Cause(stored["actor"], trace, trace, stored["traceparent"]),
            )
