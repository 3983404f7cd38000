"""Studios' legal details as they are stored: encrypted under the studio's key."""

from typing import Any

from chassis.mongo import Document
from chassis.store import Repository
from events.codecs import plain
from events.schemas import load
from services.talent.legal_details.details import LegalDetails, StudioDetails


class LegalDetailsRepository(Repository):
    """What each studio is in law."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.legal_details = self.aggregates(
            "legal_details", StudioDetails, "legal details", encode=self._encode, decode=self._decode, personal=True
        )

    def legal_details_of(self, studio: str) -> LegalDetails | None:
        """What the studio is in law; None when it has not said."""
        known = self.legal_details.find(studio)
        return known.details if known else None

    def _encode(self, kept: StudioDetails) -> Document:
        sealed = self.vault.seal(kept.id, plain(kept.details))
        return {"_id": kept.id, "tenant": kept.tenant, "version": kept.version, "sealed": sealed}

    def _decode(self, document: Document) -> StudioDetails:
        details = load(LegalDetails, self.vault.open(document["_id"], document["sealed"]), tolerant=True)
        return StudioDetails(document["_id"], document["tenant"], document["version"], details)
