"""The recipients of contracts as they are stored: their contacts sealed, and when they are to be reminded."""

from datetime import datetime
from functools import partial

from pymongo import IndexModel

from chassis.mongo import Document, ensure_indexes, in_our_words
from chassis.store import Repository
from events.codecs import plain
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.repository import subject_of
from services.talent.letters.addressees import Addressee, Contact
from services.talent.signing.recipients import Recipient, Sealing

DUE_AT_ONCE = 100
_WAITING: Document = {"round.due_at": {"$type": "date"}}
_OUT = ["partially_signed", "sent"]


class SigningRepository(Repository):
    """The recipients' contacts, and the contracts whose recipients are to be reminded."""

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

    def waiting_contracts(self, at: datetime) -> list[str]:
        """Contracts of which a recipient is to be reminded, or has a turn that is over; some at a time."""
        where = {"round.due_at": {"$lte": at}, "state": {"$in": _OUT}}
        with in_our_words():
            return [d["_id"] for d in self.database["contracts"].find(where, {"_id": 1}).limit(DUE_AT_ONCE)]
