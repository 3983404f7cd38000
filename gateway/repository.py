"""The gateway's own database: studios, credentials, denials."""

from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel

from chassis.cause import Cause
from chassis.documents import now
from chassis.store import Repository
from events.gateway import AccessDenied
from gateway.accounts import Credential, Studio

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
        self.studios = self.aggregates("studios", Studio, "studio")
        self.credentials = self.aggregates(
            "credentials",
            Credential,
            "credential",
            [IndexModel([("secret_sha256", 1)], unique=True), IndexModel([("tenant", 1)])],
        )
        self.denials = self.aggregates("denials", Denial, "denial")

    def credential_by_digest(self, digest: str) -> Credential | None:
        """The credential whose secret has this SHA-256."""
        found = self.credentials.select({"secret_sha256": digest}, 1)
        return found[0] if found else None

    def working_credentials(self, tenant: str, member_id: str, but_of: str = "") -> list[Credential]:
        """The member's credentials that work now, without the one that the command `but_of` issued."""
        where = {"tenant": tenant, "member_id": member_id, "revoked_at": None, "creation.id": {"$ne": but_of}}
        at = now()
        return [known for known in self.credentials.select(where, MOST_CREDENTIALS) if known.usable(at)]

    def record_denial(self, denial_id: str, tenant: str, event: AccessDenied, cause: Cause) -> None:
        """Store that somebody was refused; the event goes to the ledger."""
        self.denials.add(Denial(denial_id, tenant, 0), [event], cause)
