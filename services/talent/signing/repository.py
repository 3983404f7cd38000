"""The recipients of contracts as they are stored: their contacts sealed, and when they are to be reminded."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from pymongo import IndexModel

from chassis.errors import NotFound
from chassis.mongo import Document, ensure_indexes, in_our_words
from chassis.store import Repository
from events.codecs import plain
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.repository import subject_of
from services.talent.contracts.signing import FormerAddress
from services.talent.letters.addressees import Addressee, Contact
from services.talent.signing import desk
from services.talent.signing.desk import DeskRule, SignedScan
from services.talent.signing.recipients import Former, Recipient, Sealing

DUE_AT_ONCE = 100
_WAITING: Document = {"round.due_at": {"$type": "date"}}
_OUT = ["partially_signed", "sent"]


class SigningRepository(Repository):
    """The recipients' contacts, the contracts whose recipients are to be reminded, and what was signed at the desk."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.desk_rules = self.aggregates("desk_rules", DeskRule, "rule of the desk")
        self.signed_scans = self.aggregates("signed_scans", SignedScan, "scan")

    def ensure_indexes(self) -> None:
        """Create every index."""
        super().ensure_indexes()
        ensure_indexes(
            self.database["contracts"], [IndexModel([("round.due_at", 1)], partialFilterExpression=_WAITING)]
        )

    def seal_contact(self, contract: Contract, contact: Contact) -> bytes:
        """A recipient's name and address as they are kept."""
        return self.vault.seal(subject_of(contract), plain(contact))

    def contact(self, contract: Contract, sealed: bytes) -> Contact:
        """A recipient's name and address."""
        return Contact(**self.vault.open(subject_of(contract), sealed))

    def contact_sealing(self, contract: Contract) -> Sealing:
        """How the contract's contacts are sealed and opened."""
        return Sealing(partial(self.seal_contact, contract), partial(self.contact, contract))

    def addressee(self, contract: Contract, recipient: Recipient) -> Addressee:
        """The recipient, who has a link, as letters are written to them; raises PersonForgotten."""
        assert recipient.contact is not None  # asked of recipients with a link only
        return Addressee(
            contract.tenant,
            subject_of(contract),
            recipient.key,
            recipient.serial,
            recipient.language,
            self.contact(contract, recipient.contact),
            contract_id=contract.id,
        )

    def former_addressee(self, contract: Contract, recipient: Recipient, former: Former) -> Addressee:
        """Whoever was reached at an address that is not the recipient's any more; raises PersonForgotten."""
        return replace(self.addressee(contract, recipient), contact=self.contact(contract, former.contact))

    def former_addresses(self, contract: Contract, recipient: Recipient) -> tuple[FormerAddress, ...]:
        """The addresses that a recipient had before, oldest first; raises PersonForgotten."""
        return tuple(
            FormerAddress(self.contact(contract, f.contact).email, f.until, f.why, f.viewed) for f in recipient.former
        )

    def desk_rule(self, studio: str) -> DeskRule:
        """Whether the studio allows signatures at its desk."""
        return self.desk_rules.find(studio) or desk.initial(studio)

    def encrypt_scan(self, contract: Contract, pdf: bytes) -> bytes:
        """The scan of a signed paper as it is kept; raises PersonForgotten."""
        return self.vault.seal_bytes(subject_of(contract), pdf)

    def decrypt_scan(self, contract: Contract, scan: SignedScan) -> bytes:
        """The scan, byte for byte; raises PersonForgotten."""
        return self.vault.open_bytes(subject_of(contract), scan.encrypted)

    def scan_of(self, contract: Contract, scan_id: str) -> SignedScan:
        """A scan of the contract's signed paper; raises NotFound, also for another contract's."""
        scan = self.signed_scans.get(scan_id, contract.tenant)
        if scan.contract_id != contract.id:
            raise NotFound(what="scan", id=scan_id)
        return scan

    def waiting_contracts(self, at: datetime) -> list[str]:
        """Contracts of which a recipient is to be reminded, or has a turn that is over; some at a time."""
        where = {"round.due_at": {"$lte": at}, "state": {"$in": _OUT}}
        with in_our_words():
            return [d["_id"] for d in self.database["contracts"].find(where, {"_id": 1}).limit(DUE_AT_ONCE)]
